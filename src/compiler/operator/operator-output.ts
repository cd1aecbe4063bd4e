import { effectivePolicies, type EffectivePolicy } from './effective-policies';
import { egressRules } from './operator-egress';
import { operatorExternal } from './operator-external';
import {
  identityOfName,
  identityStem,
  identityText,
  podSelector,
  type OperatorIdentity,
} from './operator-identity';
import { ingressRules } from './operator-ingress';
import { operatorLabels } from './operator-labels';
import type { OperatorPolicy } from './operator-policy';
import type { CompileOptions } from '../compilation';
import { DENY_LABEL } from '../profiles/profile-otterize';
import type { ModelIndex } from '../resolution/model-index';
import { POLICY_LABEL } from '../profiles/profile';
import type { ClientIntents } from '../../intents/client-intents';
import { identity } from '../../intents/identity';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/** What the operator makes of the same objects. */
export interface OperatorOutput {
  /** Sorted by namespace and name. Two of one name are written one over the other (otterize-operator 10.2 W-5). */
  readonly policies: readonly OperatorPolicy[];
  readonly podLabels: ReadonlyMap<Workload, Labels>;
}

/** What the operator is given: all intents, those of `called-by` annotations with them, and its settings. */
export interface OperatorInput {
  readonly index: ModelIndex;
  readonly intents: readonly ClientIntents[];
  readonly options: CompileOptions;
}

/**
 * What Otterize's operator v3.0.19 writes for these intents, its defects included: otterize-operator 3 to 7, read as an
 * algorithm. It shares identity strings and names with the profile and nothing else, so that the two can be held against
 * each other. Its settings: enforcement on, one policy for both directions, egress when `egress` is `always`.
 */
export function operatorOutput({ index, intents, options }: OperatorInput): OperatorOutput {
  const { egress = 'if-blocked', kubernetesApi = [], protectedServices = [] } = options;
  const { externalTraffic = 'if-blocked', ingressControllers = [] } = options;
  const sources = { index, kubernetesApi };
  const access = effectivePolicies(intents).flatMap((effective) => {
    const out = egress === 'always' ? egressRules(effective, sources) : [];
    return accessPolicy(effective, index, out);
  });
  const denials = protectedServices.flatMap(({ server }) => denial(identityOfName(server), index));
  const isolating = [...access, ...distinct(denials)];
  const external = operatorExternal({
    index,
    mode: externalTraffic,
    policies: isolating,
    ingressControllers,
  });
  return {
    policies: [...isolating, ...external].sort(byName),
    podLabels: operatorLabels(intents, index),
  };
}

function accessPolicy(
  effective: EffectivePolicy,
  index: ModelIndex,
  egress: ReturnType<typeof egressRules>,
): OperatorPolicy[] {
  const podLabels = podSelector(effective.identity, index);
  if (podLabels === undefined) return [];
  const ingress = ingressRules(effective, index);
  if (ingress.length + egress.length === 0) return [];
  return [
    {
      namespace: effective.identity.namespace,
      name: `${identityStem(effective.identity)}-access`,
      labels: { [POLICY_LABEL]: identityText(effective.identity) },
      podLabels,
      ...(ingress.length === 0 ? {} : { ingress }),
      ...(egress.length === 0 ? {} : { egress }),
      causes: [...new Set([...effective.calledBy, ...(egress.length === 0 ? [] : effective.calls)])],
    },
  ];
}

/** The default deny of a ProtectedService (7.3). */
function denial(server: OperatorIdentity, index: ModelIndex): OperatorPolicy[] {
  const podLabels = podSelector(server, index);
  if (podLabels === undefined) return [];
  const { namespace, name } = server;
  return [
    {
      namespace,
      name: `default-deny-${identityStem(server)}`,
      labels: { [POLICY_LABEL]: identity(name, namespace), [DENY_LABEL]: 'true' },
      podLabels,
      ingress: [],
      causes: [],
    },
  ];
}

function distinct(policies: readonly OperatorPolicy[]): OperatorPolicy[] {
  return [...new Map(policies.map((policy) => [JSON.stringify(policy), policy])).values()];
}

function byName(a: OperatorPolicy, b: OperatorPolicy): number {
  const keyOf = ({ namespace, name, labels }: OperatorPolicy): string =>
    [namespace, name, labels[POLICY_LABEL] ?? ''].join('\u0000');
  return keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0;
}
