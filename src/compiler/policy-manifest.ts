import type { JsonObject } from '../model/json';
import type { Labels } from '../model/resource';
import { sortLabels } from './sort-labels';

/** What a NetworkPolicy says, with its rules as they stand in a manifest. */
export interface PolicyContent {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly annotations?: Labels | undefined;
  /** Never empty: an empty selector is every pod of the namespace. */
  readonly podLabels: Labels;
  /** Without rules it isolates and allows nothing. Absent: it does not isolate for ingress. */
  readonly ingress?: JsonObject[] | undefined;
  /** Absent: it does not isolate for egress. */
  readonly egress?: JsonObject[] | undefined;
}

/** The manifest of a NetworkPolicy: keys in one fixed order, and `policyTypes` always written. */
export function policyManifest(content: PolicyContent): JsonObject {
  const { namespace, name, labels, annotations, podLabels, ingress, egress } = content;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: {
      name,
      namespace,
      labels: sortLabels(labels),
      ...(annotations === undefined ? {} : { annotations: sortLabels(annotations) }),
    },
    spec: {
      podSelector: { matchLabels: sortLabels(podLabels) },
      policyTypes: [
        ...(ingress === undefined ? [] : ['Ingress']),
        ...(egress === undefined ? [] : ['Egress']),
      ],
      ...(ingress === undefined || ingress.length === 0 ? {} : { ingress }),
      ...(egress === undefined || egress.length === 0 ? {} : { egress }),
    },
  };
}
