import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import type { Check } from './check';
import { someOf } from './kubernetes-rules';
import { Landscape } from './landscape';
import { emptyPeers } from './peer-candidates';
import { policyFinding } from './policy-finding';
import { selectorWords } from './selector-words';

/** A podSelector alone looks in the policy's own namespace only (network-policy-semantics 2.1 item 6, D1). */
export const peerInOtherNamespace: Check = {
  id: 'peer-in-other-namespace',
  severity: 'warning',
  summary: 'A podSelector without namespaceSelector names pods that only another namespace has.',
  run: ({ cluster, calicoLabels, examined }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    return emptyPeers(examined.kubernetes, landscape).flatMap((found) => {
      const { policy, rule, list, index, peer, selector } = found;
      const elsewhere = peer.namespaceSelector === undefined ? landscape.anywhere(selector) : [];
      const [first] = elsewhere;
      if (first === undefined) return [];
      return [
        policyFinding(peerInOtherNamespace, policy, {
          place: rule.place.at([list, index, 'podSelector']),
          message: `A podSelector without namespaceSelector means pods of ${policy.namespace}, which has none with ${selectorWords(selector)}; ${someOf(elsewhere.map(({ id }) => id))} ${elsewhere.length === 1 ? 'has' : 'have'} them, in another namespace, and the item does not match there.`,
          mend: `Add namespaceSelector: { matchLabels: { ${NAMESPACE_NAME_LABEL}: ${first.namespace} } } to the same item.`,
        }),
      ];
    });
  },
};
