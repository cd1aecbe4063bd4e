import { selectsEverything } from '../model/label-selector';
import type { Check } from './check';
import { isOwnPolicy, podPeers } from './kubernetes-rules';
import { hasPodNetwork, Landscape } from './landscape';
import { policyFinding } from './policy-finding';
import { selectorWords } from './selector-words';

/** With fewer workloads than this a common label says little. */
const MANY = 3;

/** A label that every pod of the namespace wears, named as if it told them apart (intent-systems L19). */
export const peerSelectsAllPods: Check = {
  id: 'peer-selects-all-pods',
  severity: 'info',
  summary: 'A rule names pods by labels that all pods of the namespace have.',
  synth: false,
  run: ({ cluster, calicoLabels, policies }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    return podPeers(policies.kubernetes).flatMap(({ policy, rule, list, index, peer }) => {
      const { namespaceSelector, podSelector } = peer;
      if (namespaceSelector !== undefined || podSelector === undefined || selectsEverything(podSelector))
        return [];
      if (isOwnPolicy(policy) || landscape.index.inNamespace(policy.namespace).length < MANY) return [];
      const all = landscape.index.inNamespace(policy.namespace).filter(hasPodNetwork).length;
      const found = landscape.selected(policy.namespace, podSelector).filter(hasPodNetwork).length;
      if (all < MANY || found < all) return [];
      return [
        policyFinding(peerSelectsAllPods, policy, {
          place: rule.place.at([list, index, 'podSelector']),
          message: `All ${all} workloads of ${policy.namespace} have ${selectorWords(podSelector)}: the item means every pod of the namespace.`,
          mend: 'Name a label that only the pods meant have; write podSelector: {} when all are meant.',
        }),
      ];
    });
  },
};
