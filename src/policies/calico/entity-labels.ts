import type { Labels } from '../../model/resource';
import {
  NAMESPACE_LABEL,
  NAMESPACE_PREFIX,
  NAME_LABEL,
  ORCHESTRATOR_LABEL,
  SERVICE_ACCOUNT_LABEL,
  SERVICE_ACCOUNT_PREFIX,
} from './scope';

/** A pod as Calico's label index sees it. */
export interface PodIdentity {
  readonly labels: Labels;
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly serviceAccount: string;
  readonly serviceAccountLabels: Labels;
}

/**
 * The labels that Calico's selectors see on a pod (calico-policy-model 4.1): its own, those of its namespace under
 * `pcns.` and of its service account under `pcsa.`. A pod cannot forge the latter two: such own keys are stripped,
 * and the names Calico sets itself win over labels of the same key.
 */
export function podEntityLabels(pod: PodIdentity): Labels {
  return Object.fromEntries([
    ...inherited(pod.namespaceLabels, NAMESPACE_PREFIX, pod.namespace),
    ...inherited(pod.serviceAccountLabels, SERVICE_ACCOUNT_PREFIX, pod.serviceAccount),
    ...Object.entries(pod.labels).filter(([key]) => !isInherited(key)),
    [NAMESPACE_LABEL, pod.namespace],
    [ORCHESTRATOR_LABEL, 'k8s'],
    [SERVICE_ACCOUNT_LABEL, pod.serviceAccount],
  ]);
}

/** The labels that selectors see on a NetworkSet, or on a GlobalNetworkSet when no namespace is given. */
export function networkSetEntityLabels(
  labels: Labels,
  namespace?: { readonly name: string; readonly labels: Labels },
): Labels {
  if (namespace === undefined) return labels;
  return Object.fromEntries([
    ...inherited(namespace.labels, NAMESPACE_PREFIX, namespace.name),
    ...Object.entries(labels),
    [NAMESPACE_LABEL, namespace.name],
  ]);
}

function inherited(labels: Labels, prefix: string, name: string): [string, string][] {
  const entries = Object.entries(labels).map(([key, value]): [string, string] => [prefix + key, value]);
  return [...entries, [prefix + NAME_LABEL, name]];
}

function isInherited(key: string): boolean {
  return key.startsWith(NAMESPACE_PREFIX) || key.startsWith(SERVICE_ACCOUNT_PREFIX);
}
