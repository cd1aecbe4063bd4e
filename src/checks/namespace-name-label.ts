import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import type { Check } from './check';
import { podPeers } from './kubernetes-rules';
import { Landscape } from './landscape';
import { policyFinding } from './policy-finding';

const KEY = 'name';

/**
 * Namespaces by a label `name`, which old guides gave them by hand. The label that every namespace has is
 * `kubernetes.io/metadata.name` (network-policy-semantics 2.1 item 12).
 */
export const namespaceNameLabel: Check = {
  id: 'namespace-name-label',
  severity: 'warning',
  summary: 'A namespaceSelector goes by the label name, which no namespace of the input has.',
  run: ({ cluster, calicoLabels, examined }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    return podPeers(examined.kubernetes).flatMap(({ policy, rule, list, index, peer }) => {
      const selector = peer.namespaceSelector;
      if (selector === undefined || !Object.hasOwn(selector.matchLabels, KEY)) return [];
      if (landscape.namespaces(selector).length > 0) return [];
      const name = selector.matchLabels[KEY] ?? '';
      return [
        policyFinding(namespaceNameLabel, policy, {
          place: rule.place.at([list, index, 'namespaceSelector']),
          message: `The namespaceSelector asks for the label name: ${name}, which no namespace of the input has. Kubernetes labels namespaces with ${NAMESPACE_NAME_LABEL} and nothing else, so unless somebody sets the label by hand the item matches nothing.`,
          mend: `Write ${NAMESPACE_NAME_LABEL}: ${name}.`,
        }),
      ];
    });
  },
};
