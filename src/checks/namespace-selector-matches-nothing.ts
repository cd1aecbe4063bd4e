import { nearest } from '../model/field-reader';
import type { Finding } from '../model/finding';
import type { LabelSelector } from '../model/label-selector';
import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import type { Check } from './check';
import { podPeers, type PodPeerInForce } from './kubernetes-rules';
import { Landscape } from './landscape';
import { policyFinding } from './policy-finding';
import { selectorWords } from './selector-words';

/**
 * A namespaceSelector that no namespace of the input fits. A name that is close to one of the input is a slip; a
 * namespace of another name is elsewhere, and nothing is said. Labels that intents make are left to the compiler.
 */
export const namespaceSelectorMatchesNothing: Check = {
  id: 'namespace-selector-matches-nothing',
  severity: 'warning',
  summary: 'A namespaceSelector fits no namespace of the input.',
  synth: false,
  run: ({ cluster, calicoLabels, examined }) => {
    const landscape = Landscape.of(cluster, calicoLabels);
    const declared = [...cluster.namespaces.values()].some((namespace) => namespace.declared);
    const used = [...new Set(cluster.workloads.map(({ namespace }) => namespace))];
    const guesses = new Map<string, string | undefined>();
    const guess = (wanted: string): string | undefined => {
      if (!guesses.has(wanted)) guesses.set(wanted, nearest(wanted, used));
      return guesses.get(wanted);
    };
    return podPeers(examined.kubernetes).flatMap((found) => {
      const selector = found.peer.namespaceSelector;
      if (selector === undefined || !isJudged(selector) || landscape.namespaces(selector).length > 0)
        return [];
      const wanted = selector.matchLabels[NAMESPACE_NAME_LABEL];
      if (wanted !== undefined) {
        const meant = guess(wanted);
        return meant === undefined ? [] : [slip(found, wanted, meant)];
      }
      return declared ? [nobody(found, selector)] : [];
    });
  },
};

function isJudged({ matchLabels, matchExpressions }: LabelSelector): boolean {
  const keys = [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
  if (keys.length === 0 || Object.hasOwn(matchLabels, 'name')) return false;
  return !keys.some((key) => key.startsWith('intents.otterize.com/'));
}

function slip({ policy, rule, list, index }: PodPeerInForce, wanted: string, meant: string): Finding {
  return policyFinding(namespaceSelectorMatchesNothing, policy, {
    place: rule.place.at([list, index, 'namespaceSelector']),
    message: `The input has no namespace ${wanted}, but one called ${meant}: if that is meant, the item matches none of its pods.`,
    mend: `Write ${meant}, if it is the one that is meant.`,
  });
}

function nobody({ policy, rule, list, index }: PodPeerInForce, selector: LabelSelector): Finding {
  return policyFinding(namespaceSelectorMatchesNothing, policy, {
    severity: 'info',
    place: rule.place.at([list, index, 'namespaceSelector']),
    message: `No namespace of the input has ${selectorWords(selector)}: unless there are others in the cluster, the item matches nothing.`,
    mend: `Label the namespaces that are meant, or select them by ${NAMESPACE_NAME_LABEL}.`,
  });
}
