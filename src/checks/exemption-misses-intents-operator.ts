import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import { NAMESPACE_NAME_LABEL } from '../model/namespace';
import { podEntityLabels } from '../policies/calico/entity-labels';
import type { CalicoPolicy } from '../policies/calico/policy';
import { NAME_LABEL, NAMESPACE_LABEL, policyScope } from '../policies/calico/scope';
import type { Selector } from '../policies/calico/selector';
import { selectorMatches } from '../policies/calico/selector-match';
import { leavesOf } from '../policies/calico/selector-rewrite';
import { isAnyone } from './calico-rule';
import type { Check, CheckContext } from './check';
import { policyFinding } from './policy-finding';

/** Namespace that the operator's Helm chart and its documentation use. */
const OPERATOR_NAMESPACE = 'otterize-system';
const SYSTEM_NAMESPACE = 'kube-system';
const NAME_KEYS: readonly string[] = [NAME_LABEL, NAMESPACE_LABEL, NAMESPACE_NAME_LABEL];

/** A default deny that spares the system but not the intents operator (calico-policy-model 6.2, row 13). */
export const exemptionMissesIntentsOperator: Check = {
  id: 'exemption-misses-intents-operator',
  severity: 'warning',
  summary: 'A global default deny exempts system namespaces, but not that of the intents operator.',
  run: (context) => {
    const severity = isOperatorInUse(context) ? 'warning' : 'info';
    return context.policies.calico
      .filter(
        (policy) =>
          exemptsSystem(policy) && denies(policy) && catches(policy, context.cluster, OPERATOR_NAMESPACE),
      )
      .map((policy) => ({ ...report(policy), severity }));
  },
};

/** By its namespace, by intents, or by another policy that spares it. */
function isOperatorInUse({ cluster, resources, policies }: CheckContext): boolean {
  return (
    cluster.namespaces.has(OPERATOR_NAMESPACE) ||
    resources.some(({ group, kind }) => group === 'k8s.otterize.com' && kind === 'ClientIntents') ||
    policies.calico.some((policy) => exemptNames(policy.namespaceSelector).includes(OPERATOR_NAMESPACE))
  );
}

function exemptsSystem(policy: CalicoPolicy): boolean {
  return (
    policy.kind === 'GlobalNetworkPolicy' &&
    !policy.hostOnly &&
    exemptNames(policy.namespaceSelector).includes(SYSTEM_NAMESPACE)
  );
}

/** The namespaces that a list of exceptions names. */
function exemptNames(selector: Selector | undefined): readonly string[] {
  if (selector === undefined) return [];
  return leavesOf(selector).flatMap((leaf) => {
    if (!('key' in leaf) || !NAME_KEYS.includes(leaf.key)) return [];
    if (leaf.type === 'set' && leaf.operator === 'not in') return leaf.values;
    return leaf.type === 'compare' && leaf.operator === '!=' ? [leaf.value] : [];
  });
}

/** No rule lets everything pass in a direction that the policy speaks of. */
function denies(policy: CalicoPolicy): boolean {
  return policy.types.some(
    (direction) =>
      !policy[direction].some(
        ({ action, protocol, notProtocol, source, destination }) =>
          (action === 'Allow' || action === 'Pass') &&
          protocol === undefined &&
          notProtocol === undefined &&
          isAnyone(source) &&
          isAnyone(destination),
      ),
  );
}

/** Whether a pod without labels in that namespace is under the policy. */
function catches(policy: CalicoPolicy, cluster: Cluster, namespace: string): boolean {
  const scope = policyScope(policy);
  const namespaceLabels = cluster.namespaces.get(namespace)?.labels ?? { [NAMESPACE_NAME_LABEL]: namespace };
  const pod = podEntityLabels({
    labels: {},
    namespace,
    namespaceLabels,
    serviceAccount: 'default',
    serviceAccountLabels: {},
  });
  return scope === undefined || selectorMatches(scope, pod);
}

function report(policy: CalicoPolicy): Finding {
  const cut = policy.types.includes('egress')
    ? 'its components no longer reach the Kubernetes API, so policies are no longer kept up to date'
    : 'the API server no longer reaches its webhooks, so writes of intents fail';
  return policyFinding(exemptionMissesIntentsOperator, policy, {
    place: policy.place.at(['spec', 'namespaceSelector']),
    message: `The exceptions name ${SYSTEM_NAMESPACE} but not ${OPERATOR_NAMESPACE}: where the intents operator runs, ${cut}.`,
    mend: `Add "${OPERATOR_NAMESPACE}" to the list, or allow what the operator needs in a policy of an earlier tier.`,
  });
}
