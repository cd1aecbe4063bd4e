import type { Workload } from '../model/workloads/workload';
import type { Check } from './check';
import { peersOf, portsOf, rulesInForce, someOf, type RuleInForce } from './kubernetes-rules';
import { hasPodNetwork, Landscape } from './landscape';
import { policyFinding } from './policy-finding';

/** A port by a name that no pod declares opens nothing (network-policy-semantics 2.1 item 9). */
export const namedPortNotDeclared: Check = {
  id: 'named-port-not-declared',
  severity: 'warning',
  summary: 'A rule names a port by a name that none of the pods declares, so it opens nothing there.',
  run: ({ cluster, calicoLabels, examined }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    return rulesInForce(examined.kubernetes).flatMap((found) => {
      const { policy, direction, rule } = found;
      if (!portsOf(rule).some(({ port }) => typeof port === 'string')) return [];
      const pods = direction === 'ingress' ? landscape.subjects(policy) : targets(found, landscape);
      if (pods.length === 0) return [];
      return portsOf(rule).flatMap(({ port, protocol }, index) => {
        if (typeof port !== 'string') return [];
        const named = pods.flatMap(portsWithInit).filter(({ name }) => name === port);
        if (named.some((one) => one.protocol === protocol)) return [];
        const other = named[0]?.protocol;
        const names = pods.flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? []));
        return [
          policyFinding(namedPortNotDeclared, policy, {
            place: rule.place.at(['ports', index, 'port']),
            message:
              other === undefined
                ? `None of ${someOf(pods.map(({ id }) => id))} has a container port called ${JSON.stringify(port)}, so the item opens nothing.`
                : `${JSON.stringify(port)} is a port of ${other}, and the item speaks of ${protocol}, so it opens nothing.`,
            mend:
              other === undefined
                ? `Write the number of the port, or a name that is declared${names.length === 0 ? '' : ` (${someOf([...new Set(names)].sort())})`}.`
                : `Write protocol: ${other}.`,
          }),
        ];
      });
    });
  },
};

function portsWithInit({ ports, initContainerPorts = [] }: Workload): Workload['ports'] {
  return [...ports, ...initContainerPorts];
}

/** The pods that an egress rule means; none where it means more than pods of the input. */
function targets({ policy, rule }: RuleInForce, landscape: Landscape): readonly Workload[] {
  const peers = peersOf(rule);
  if (peers.some(({ type }) => type !== 'pods')) return [];
  const found = peers.map((peer) => (peer.type === 'pods' ? landscape.peers(policy.namespace, peer) : []));
  // One that is not in the input may declare the name.
  return found.some(({ length }) => length === 0) ? [] : found.flat().filter(hasPodNetwork);
}
