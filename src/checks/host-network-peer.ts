import type { Check } from './check';
import { podPeers, someOf } from './kubernetes-rules';
import { Landscape } from './landscape';
import { policyFinding } from './policy-finding';
import { selectorWords } from './selector-words';

/** Pods on the host network speak with the address of their node, and no selector finds them (2.1 item 13). */
export const hostNetworkPeer: Check = {
  id: 'host-network-peer',
  severity: 'warning',
  summary:
    'A rule names pods by labels, and all that have them are on the host network, where it does not find them.',
  run: ({ cluster, calicoLabels, examined }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    return podPeers(examined.kubernetes).flatMap(({ policy, rule, list, index, peer }) => {
      if (peer.podSelector === undefined) return [];
      const pods = landscape.peers(policy.namespace, peer);
      if (pods.length === 0 || !pods.every(({ hostNetwork }) => hostNetwork)) return [];
      return [
        policyFinding(hostNetworkPeer, policy, {
          place: rule.place.at([list, index]),
          message: `Only ${someOf(pods.map(({ id }) => id))} ${pods.length === 1 ? 'has' : 'have'} ${selectorWords(peer.podSelector)}, on the host network: such pods speak with the address of their node, and most network plugins do not find them by labels, so the item matches nothing.`,
          mend: 'Name the addresses of the nodes with ipBlock, or run the pods without hostNetwork.',
        }),
      ];
    });
  },
};
