import { nearest, type FieldReader } from '../field-reader';

/** The fields of a pod spec (Kubernetes v1.34, PodSpec), of old versions too. */
const FIELDS: readonly string[] = [
  'activeDeadlineSeconds',
  'affinity',
  'automountServiceAccountToken',
  'containers',
  'dnsConfig',
  'dnsPolicy',
  'enableServiceLinks',
  'ephemeralContainers',
  'hostAliases',
  'hostIPC',
  'hostNetwork',
  'hostPID',
  'hostUsers',
  'hostname',
  'hostnameOverride',
  'imagePullSecrets',
  'initContainers',
  'nodeName',
  'nodeSelector',
  'os',
  'overhead',
  'preemptionPolicy',
  'priority',
  'priorityClassName',
  'readinessGates',
  'resourceClaims',
  'resources',
  'restartPolicy',
  'runtimeClassName',
  'schedulerName',
  'schedulingGates',
  'securityContext',
  'serviceAccount',
  'serviceAccountName',
  'setHostnameAsFQDN',
  'shareProcessNamespace',
  'subdomain',
  'terminationGracePeriodSeconds',
  'tolerations',
  'topologySpreadConstraints',
  'volumes',
];

/** Those that decide how policies meet the pod. */
const READ: readonly string[] = [
  'containers',
  'hostNetwork',
  'initContainers',
  'serviceAccount',
  'serviceAccountName',
];

/**
 * Reports fields of a pod spec with a slip in their name, when one that matters here seems to be meant: the API server
 * drops them silently or, asked by kubectl, refuses the object. Other unknown fields are passed over, because new
 * versions of Kubernetes bring some that mean nothing to policies.
 */
export function reportMisspeltFields(spec: FieldReader): void {
  for (const key of Object.keys(spec.value)) {
    if (FIELDS.includes(key)) continue;
    const near = nearest(key, FIELDS);
    if (near === undefined || !READ.includes(near)) continue;
    const { kind, apiVersion } = spec.resource;
    spec.problem([key], `${spec.pathTo([key])} is not a field of ${kind} ${apiVersion}`, {
      id: 'unknown-field',
      mend: `Did you mean ${spec.pathTo([near])}?`,
    });
  }
}
