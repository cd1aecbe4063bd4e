import { readPodPorts } from './container-port';
import { FieldReader } from '../field-reader';
import type { Finding } from '../finding';
import { isJsonObject, jsonAt, type FieldPath, type JsonObject } from '../json';
import { checkLabels, matches, readLabelSelector } from '../label-selector';
import { dnsSubdomainProblem } from '../name-syntax';
import { checkObjectName } from '../object-name';
import { reportMisspeltFields } from './pod-spec-fields';
import { METADATA_FIELDS } from '../read-metadata';
import type { Labels, Resource } from '../resource';
import type { Workload } from './workload';

/** What a pod is to policies: the part of a workload that its pod template (or its live pods) decide. */
export type PodFacts = Pick<
  Workload,
  | 'labels'
  | 'annotations'
  | 'serviceAccount'
  | 'hostNetwork'
  | 'ports'
  | 'sidecarPorts'
  | 'initContainerPorts'
>;

/** `namespace/name[Kind]`. */
export function workloadId(namespace: string, name: string, kind: string): string {
  return `${namespace}/${name}[${kind}]`;
}

/**
 * Reads an object that makes pods. What is wrong becomes a finding; the workload is in the model all the same,
 * because its pods are there for everybody else's policies.
 *
 * @param template where the pod template stands in the object; empty when the object is the pod.
 * @param source the object that has the template, when it is another one (an Argo Rollout with `workloadRef`).
 */
export function readWorkload(
  resource: Resource,
  namespace: string,
  template: FieldPath | undefined,
  findings: Finding[],
  source: Resource = resource,
): Workload {
  return {
    id: workloadId(namespace, resource.name, resource.kind),
    namespace,
    name: resource.name,
    kind: resource.kind,
    group: resource.group,
    ...(template === undefined ? NO_FACTS : readPodFacts(source, template, findings)),
    addresses: readAddresses(resource),
    finished: hasFinished(resource),
    resource,
    place: resource.place,
  };
}

const NO_FACTS: PodFacts = {
  labels: {},
  annotations: {},
  serviceAccount: 'default',
  hostNetwork: false,
  ports: [],
};

function readPodFacts(source: Resource, template: FieldPath, findings: Finding[]): PodFacts {
  const root = FieldReader.of(source, findings);
  checkObjectName(root, dnsSubdomainProblem);
  const pod = descend(root, template);
  if (pod === undefined) return NO_FACTS;
  const metadata = pod.object('metadata');
  const labels = metadata?.labels('labels') ?? {};
  if (metadata !== undefined) checkLabels(metadata, 'labels', labels);
  const annotations = metadata?.labels('annotations') ?? {};
  metadata?.rejectUnknown(['name', 'namespace', ...METADATA_FIELDS]);
  checkSelector(root, labels);
  const spec = required(pod, 'spec');
  if (spec === undefined) return { ...NO_FACTS, labels, annotations };
  reportMisspeltFields(spec);
  const { ports, sidecarPorts, initContainerPorts } = readPodPorts(spec);
  return {
    labels,
    annotations,
    // `serviceAccount` is the deprecated twin of `serviceAccountName`; the API server copies it over.
    serviceAccount: spec.string('serviceAccountName') || spec.string('serviceAccount') || 'default',
    hostNetwork: spec.boolean('hostNetwork') ?? false,
    ports,
    ...(sidecarPorts.length === 0 ? {} : { sidecarPorts }),
    ...(initContainerPorts.length === 0 ? {} : { initContainerPorts }),
  };
}

/** The API server refuses a workload of the group apps whose selector is not that of its own pods (apps/v1, `spec.selector`). */
function checkSelector(root: FieldReader, labels: Labels): void {
  const { group, kind } = root.resource;
  if (group !== 'apps') return;
  const reader = root.object('spec')?.object('selector');
  if (reader === undefined || Object.keys(reader.value).length === 0) reportMissing(root);
  const selector = reader === undefined ? undefined : readLabelSelector(reader);
  if (selector === undefined || matches(selector, labels)) return;
  root.problem(
    ['spec', 'selector'],
    `spec.selector does not match the labels of spec.template, so the API server refuses this ${kind}`,
    { mend: 'Make them agree: the template needs every label of the selector.' },
  );
}

/** Required since apps/v1, and never empty; before, the API server filled it in from the template. */
function reportMissing(root: FieldReader): void {
  const { kind, version } = root.resource;
  if (version !== 'v1') return;
  root.problem(
    ['spec', 'selector'],
    `spec.selector is missing or empty, so the API server refuses this ${kind}; it is read as one that selects its own pods`,
    {
      id: 'workload-without-selector',
      severity: 'info',
      mend: 'Write spec.selector.matchLabels with labels of spec.template.',
    },
  );
}

function descend(reader: FieldReader, path: FieldPath): FieldReader | undefined {
  let current: FieldReader | undefined = reader;
  for (const step of path) {
    if (current === undefined) return undefined;
    current = required(current, String(step));
  }
  return current;
}

function required(reader: FieldReader, key: string): FieldReader | undefined {
  if (!reader.has(key)) {
    const field = reader.pathTo([key]);
    reader.problem(
      [key],
      `${field} is missing, so nothing is known of the pods of this ${reader.resource.kind}`,
      {
        mend: `Set ${field}.`,
      },
    );
  }
  return reader.object(key);
}

/** Addresses of a live Pod. */
function readAddresses(resource: Resource): string[] {
  return hasFinished(resource) ? [] : writtenAddresses(resource);
}

/** Addresses in the status of a Pod, whether it has ended or not: `status.podIPs`, or the older `status.podIP`. */
export function writtenAddresses({ kind, group, manifest }: Resource): string[] {
  if (kind !== 'Pod' || group !== '') return [];
  const list = jsonAt(manifest, ['status', 'podIPs']);
  const first = jsonAt(manifest, ['status', 'podIP']);
  const all = [first, ...(Array.isArray(list) ? list.map((item) => jsonAt(item, ['ip'])) : [])];
  return [...new Set(all.filter((ip): ip is string => typeof ip === 'string' && ip !== ''))];
}

/** Whether a Pod or a Job has run to its end (Pod lifecycle: phases; Job: completion time and conditions). */
function hasFinished({ group, kind, manifest }: Resource): boolean {
  if (kind === 'Pod' && group === '') {
    const phase = jsonAt(manifest, ['status', 'phase']);
    return phase === 'Succeeded' || phase === 'Failed';
  }
  if (kind !== 'Job' || group !== 'batch') return false;
  const conditions = jsonAt(manifest, ['status', 'conditions']);
  const ended = (condition: unknown): boolean =>
    isJsonObject(condition) &&
    (condition.type === 'Complete' || condition.type === 'Failed') &&
    condition.status === 'True';
  return (
    typeof jsonAt(manifest, ['status', 'completionTime']) === 'string' ||
    (Array.isArray(conditions) && conditions.some(ended))
  );
}

/** Whether the object keeps no pods at all: scaled to nothing, as old ReplicaSets of a Deployment are. */
export function isScaledToZero(manifest: JsonObject): boolean {
  return jsonAt(manifest, ['spec', 'replicas']) === 0;
}
