import type { Check } from './check';
import { Landscape } from './landscape';
import { emptyPeers } from './peer-candidates';
import { policyFinding } from './policy-finding';
import { selectorWords } from './selector-words';

/** A peer by labels that no workload has: a slip, or an application that is gone (intent-systems L4). */
export const peerMatchesNothing: Check = {
  id: 'peer-matches-nothing',
  severity: 'warning',
  summary: 'A rule names pods by labels that no workload of the input has.',
  synth: false,
  run: ({ cluster, calicoLabels, examined }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    return emptyPeers(examined.kubernetes, landscape)
      .filter(
        ({ peer, selector }) =>
          peer.namespaceSelector !== undefined || landscape.anywhere(selector).length === 0,
      )
      .map(({ policy, rule, list, index, selector, namespace }) =>
        policyFinding(peerMatchesNothing, policy, {
          place: rule.place.at([list, index, 'podSelector']),
          message: `No workload of namespace ${namespace} has pods with ${selectorWords(selector)}, so the item matches nothing of the input: those it was written for ${list === 'from' ? 'are kept out' : 'cannot be reached'}.`,
          mend: 'Correct the labels, or remove the item, unless such pods come from elsewhere.',
        }),
      );
  },
};
