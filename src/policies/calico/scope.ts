import type { CalicoPolicy, EntityRule, ServiceAccountMatch } from './policy';
import type { Selector } from './selector';
import { allOf, prefixKeys, replaceCall } from './selector-rewrite';

/** Label with which Calico marks every pod and NetworkSet: its namespace. Host endpoints and global sets lack it. */
export const NAMESPACE_LABEL = 'projectcalico.org/namespace';
/** Label with which Calico marks every pod: its service account. */
export const SERVICE_ACCOUNT_LABEL = 'projectcalico.org/serviceaccount';
/** Label with which Calico marks every pod: `k8s`. */
export const ORCHESTRATOR_LABEL = 'projectcalico.org/orchestrator';
/** Label that Calico puts on every namespace and service account: its name. It cannot be forged. */
export const NAME_LABEL = 'projectcalico.org/name';
/** Before the labels of a namespace, as its pods inherit them. */
export const NAMESPACE_PREFIX = 'pcns.';
/** Before the labels of a service account, as its pods inherit them. */
export const SERVICE_ACCOUNT_PREFIX = 'pcsa.';

/** Whether Calico sets or answers the label of a pod itself, whatever the pod says (calico-policy-model 4.1). */
export function isSetByCalico(key: string): boolean {
  return (
    key === NAMESPACE_LABEL ||
    key === SERVICE_ACCOUNT_LABEL ||
    key === ORCHESTRATOR_LABEL ||
    key.startsWith(NAMESPACE_PREFIX) ||
    key.startsWith(SERVICE_ACCOUNT_PREFIX)
  );
}

const IN_A_NAMESPACE: Selector = { type: 'has', key: NAMESPACE_LABEL };
const HAS_A_SERVICE_ACCOUNT: Selector = { type: 'has', key: SERVICE_ACCOUNT_LABEL };

/**
 * The one selector, over the labels of {@link podEntityLabels} and its like, for the endpoints a policy applies to
 * (calico-policy-model 4.2). Undefined: every endpoint of the cluster, host endpoints included, which only a
 * GlobalNetworkPolicy without selectors gives.
 */
export function policyScope(
  policy: Pick<CalicoPolicy, 'namespace' | 'selector' | 'namespaceSelector' | 'serviceAccountSelector'>,
): Selector | undefined {
  const place =
    policy.namespace === undefined
      ? globalScope(policy.selector, policy.namespaceSelector)
      : allOf(policy.selector, inNamespace(policy.namespace));
  if (policy.serviceAccountSelector === undefined) return place;
  const scope = allOf(place, prefixKeys(policy.serviceAccountSelector, SERVICE_ACCOUNT_PREFIX));
  return policy.namespace === undefined && scope !== undefined
    ? replaceCall(scope, 'all', HAS_A_SERVICE_ACCOUNT)
    : scope;
}

/** With a namespaceSelector, `all()` anywhere in the scope comes to mean "in a namespace", so hosts drop out. */
function globalScope(selector: Selector | undefined, namespaces: Selector | undefined): Selector | undefined {
  if (namespaces === undefined) return selector;
  const scope = allOf(selector, prefixKeys(namespaces, NAMESPACE_PREFIX));
  return scope === undefined ? undefined : replaceCall(scope, 'all', IN_A_NAMESPACE);
}

/** Who stands on one side of a rule. */
export interface EntityScope {
  /** Undefined: any address, inside or outside the cluster; else the known entities that it selects. */
  readonly positive?: Selector | undefined;
  /** Addresses of the entities it selects are left out. Only where `positive` is undefined. */
  readonly except?: Selector | undefined;
}

/**
 * The selectors of one side of a rule, combined (calico-policy-model 4.3).
 * @param namespace of the policy; undefined for a GlobalNetworkPolicy.
 */
export function entityScope(
  rule: Pick<EntityRule, 'selector' | 'notSelector' | 'namespaceSelector' | 'serviceAccounts'>,
  namespace: string | undefined,
): EntityScope {
  const own = allOf(serviceAccountScope(rule.serviceAccounts), rule.selector);
  const restricted =
    own !== undefined || rule.notSelector !== undefined || rule.namespaceSelector !== undefined;
  const positive = restricted ? allOf(namespaceScope(rule.namespaceSelector, namespace), own) : own;
  if (rule.notSelector === undefined) return { positive };
  return positive === undefined
    ? { except: rule.notSelector }
    : { positive: allOf(positive, { type: 'not', operand: rule.notSelector }) };
}

/** `global()` means what is in no namespace: host endpoints and global network sets. */
function namespaceScope(selector: Selector | undefined, namespace: string | undefined): Selector | undefined {
  if (selector === undefined) return namespace === undefined ? undefined : inNamespace(namespace);
  const inPods = replaceCall(prefixKeys(selector, NAMESPACE_PREFIX), 'all', IN_A_NAMESPACE);
  return replaceCall(inPods, 'global', { type: 'not', operand: IN_A_NAMESPACE });
}

function serviceAccountScope(match: ServiceAccountMatch | undefined): Selector | undefined {
  if (match === undefined) return undefined;
  const names: Selector | undefined =
    match.names.length === 0
      ? undefined
      : { type: 'set', key: SERVICE_ACCOUNT_LABEL, operator: 'in', values: match.names };
  return allOf(
    match.selector === undefined ? undefined : prefixKeys(match.selector, SERVICE_ACCOUNT_PREFIX),
    names,
  );
}

function inNamespace(namespace: string): Selector {
  return { type: 'compare', key: NAMESPACE_LABEL, operator: '==', value: namespace };
}
