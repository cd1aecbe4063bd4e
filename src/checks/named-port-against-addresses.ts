import type { Check } from './check';
import { peersOf, portsOf, rulesInForce } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/** A named port is looked up at the destination pod, and an address has none (network-policy-semantics 2.1 item 9). */
export const namedPortAgainstAddresses: Check = {
  id: 'named-port-against-addresses',
  severity: 'warning',
  summary: 'An egress rule to address blocks names its port by name, which no address can resolve.',
  run: ({ examined }) =>
    rulesInForce(examined.kubernetes, ['egress']).flatMap(({ policy, rule }) => {
      const peers = peersOf(rule);
      if (peers.length === 0 || !peers.every(({ type }) => type === 'ipBlock')) return [];
      return portsOf(rule).flatMap(({ port }, index) =>
        typeof port !== 'string'
          ? []
          : [
              policyFinding(namedPortAgainstAddresses, policy, {
                place: rule.place.at(['ports', index, 'port']),
                message: `The port is ${JSON.stringify(port)}, a name that is looked up at the pod a connection goes to, and the rule speaks of addresses only: the item matches nothing outside the cluster.`,
                mend: 'Write the number of the port.',
              }),
            ],
      );
    }),
};
