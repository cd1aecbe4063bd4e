import { selectsEverything } from '../model/label-selector';
import type { NetworkPolicyRule } from '../policies/kubernetes/network-policy';
import { isPrivate } from './calico-rule';
import type { Check } from './check';
import { isOwnPolicy, peersOf, rulesInForce } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/**
 * `0.0.0.0/0` as "the internet" is every pod, node and database with a private address as well: network plugins that go
 * by the address of a pod, as the conformance tests of Kubernetes ask, match pods too (network-policy-semantics 2.1
 * item 8). Policies that intents make say what the intent says.
 */
export const internetIncludesCluster: Check = {
  id: 'internet-includes-cluster',
  severity: 'warning',
  summary:
    'An egress rule opens 0.0.0.0/0 without leaving out private addresses, so it opens the cluster too.',
  run: ({ examined }) =>
    rulesInForce(examined.kubernetes, ['egress']).flatMap(({ policy, rule }) => {
      if (isOwnPolicy(policy) || policy.egress.some(opensCluster)) return [];
      const index = peersOf(rule).findIndex(
        (peer) =>
          peer.type === 'ipBlock' &&
          peer.cidr.version === 4 &&
          peer.cidr.prefix === 0 &&
          !peer.except.some((block) => isPrivate(block) && block.prefix <= 16 && !isLinkLocal(block)),
      );
      if (index < 0) return [];
      return [
        policyFinding(internetIncludesCluster, policy, {
          place: rule.place.at(['to', index, 'ipBlock']),
          message:
            '0.0.0.0/0 is more than the internet: with network plugins that match pods by their address, such as Calico, the rule also opens the pods of every namespace; and with any it opens nodes, databases and other machines with private addresses.',
          mend: 'Add except: [10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 169.254.0.0/16] when only the internet is meant; remove "to" when everything is.',
        }),
      ];
    }),
};

function isLinkLocal({ version, base, prefix }: { version: 4 | 6; base: bigint; prefix: number }): boolean {
  return version === 4 && prefix >= 16 && base >> 16n === 0xa9fen;
}

/** The policy opens the cluster on purpose, so nothing slips. */
function opensCluster({ peers }: NetworkPolicyRule): boolean {
  return (
    peers === 'any' ||
    peers.some((peer) =>
      peer.type === 'ipBlock'
        ? isPrivate(peer.cidr) && peer.cidr.prefix <= 16 && !isLinkLocal(peer.cidr)
        : peer.namespaceSelector !== undefined &&
          selectsEverything(peer.namespaceSelector) &&
          (peer.podSelector === undefined || selectsEverything(peer.podSelector)),
    )
  );
}
