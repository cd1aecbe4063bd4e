import { nearest } from '../model/field-reader';
import type { Check } from './check';
import { Landscape } from './landscape';
import { policyFinding } from './policy-finding';

/** A policy in a namespace where nothing is, with a name that is close to one where something is. */
export const policyNamespaceUnknown: Check = {
  id: 'policy-namespace-unknown',
  severity: 'warning',
  summary: 'A policy stands in a namespace that the input does not have, but for a slip in its name.',
  synth: false,
  run: ({ cluster, policies }) => {
    const { index } = Landscape.of(cluster);
    const used = [...new Set(cluster.workloads.map(({ namespace }) => namespace))];
    const guesses = new Map<string, string | undefined>();
    return policies.kubernetes.flatMap((policy) => {
      const { namespace } = policy;
      if (index.inNamespace(namespace).length > 0) return [];
      if (cluster.namespaces.get(namespace)?.declared === true) return [];
      if (!guesses.has(namespace)) guesses.set(namespace, nearest(namespace, used));
      const meant = guesses.get(namespace);
      if (meant === undefined) return [];
      return [
        policyFinding(policyNamespaceUnknown, policy, {
          place: policy.place.at(['metadata', 'namespace']),
          message: `The policy is in namespace ${namespace}, which the input does not have; there is one called ${meant}, and none of its pods is selected.`,
          mend: `Write namespace: ${meant}, if it is the one that is meant.`,
        }),
      ];
    });
  },
};
