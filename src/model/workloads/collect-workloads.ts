import type { Finding } from '../finding';
import { jsonAt } from '../json';
import { misnamedKind } from '../misnamed-kinds';
import { isOperatorKind } from './operator-kinds';
import type { PodTemplateKinds } from './pod-template';
import { readWorkload } from './read-workload';
import { resourceId, type Resource } from '../resource';
import { unservedVersion } from '../served-versions';
import type { Workload } from './workload';

interface Reading {
  readonly kinds: PodTemplateKinds;
  readonly namespaceOf: (resource: Resource) => string;
  readonly findings: Finding[];
}

/** Every object of the input that makes pods, in input order; owners and owned not folded yet. */
export function collectWorkloads(resources: readonly Resource[], reading: Reading): Workload[] {
  const workloads = new Map<string, Workload>();
  for (const resource of resources) {
    const unserved = unservedVersion(resource);
    if (unserved !== undefined) reading.findings.push(unserved);
    const path = reading.kinds.pathOf(resource.group, resource.kind);
    if (path === undefined) {
      reportUnknownKind(resource, reading.findings);
      continue;
    }
    const reference = rolloutReference(resource);
    const workload =
      reference === undefined
        ? readWorkload(resource, reading.namespaceOf(resource), path, reading.findings)
        : readReferringRollout(resource, reference, resources, reading);
    const twin = workloads.get(workload.id);
    if (twin === undefined) workloads.set(workload.id, workload);
    else reportSameId(workload, twin, reading.findings);
  }
  return [...workloads.values()];
}

/**
 * The `spec.workloadRef` of an Argo Rollout: its pods are made from the template of the object it names (Argo
 * Rollouts, "Migrating to Rollouts"), and the Rollout has no template of its own.
 */
function rolloutReference({ group, kind, manifest }: Resource): { kind: string; name: string } | undefined {
  if (group !== 'argoproj.io' || kind !== 'Rollout') return undefined;
  const referredKind = jsonAt(manifest, ['spec', 'workloadRef', 'kind']);
  const name = jsonAt(manifest, ['spec', 'workloadRef', 'name']);
  return typeof referredKind === 'string' && typeof name === 'string'
    ? { kind: referredKind, name }
    : undefined;
}

function readReferringRollout(
  rollout: Resource,
  reference: { readonly kind: string; readonly name: string },
  resources: readonly Resource[],
  { kinds, namespaceOf, findings }: Reading,
): Workload {
  const namespace = namespaceOf(rollout);
  const source = resources.find(
    (other) =>
      other.kind === reference.kind &&
      other.name === reference.name &&
      namespaceOf(other) === namespace &&
      kinds.pathOf(other.group, other.kind) !== undefined,
  );
  if (source === undefined) {
    findings.push({
      id: 'rollout-without-template',
      severity: 'warning',
      message: `This Rollout takes its pods from ${reference.kind} ${namespace}/${reference.name}, which is not in the input; nothing is known of the labels of its pods`,
      object: resourceId(rollout),
      place: rollout.place.at(['spec', 'workloadRef']),
      mend: `Add the manifest of ${reference.kind} ${reference.name} to the input.`,
    });
    return readWorkload(rollout, namespace, undefined, findings);
  }
  // Its findings were or will be reported for the object that has the template.
  return readWorkload(rollout, namespace, kinds.pathOf(source.group, source.kind), [], source);
}

/** A kind whose pods would be missing from every verdict without a word: misspelt, or somebody's own. */
function reportUnknownKind(resource: Resource, findings: Finding[]): void {
  const misnamed = misnamedKind(resource);
  if (misnamed !== undefined) {
    findings.push(misnamed);
    return;
  }
  const { kind, apiVersion, manifest } = resource;
  const report = (message: string, mend: string): void => {
    const [object, { place }] = [resourceId(resource), resource];
    findings.push({ id: 'unknown-workload-kind', severity: 'info', message, object, place, mend });
  };
  if (isOperatorKind(resource.group, kind)) {
    report(
      `An operator makes pods from this ${kind} ${apiVersion}; the manifests do not say which labels and ports these get, so they are not part of any verdict`,
      `Add to the input the workloads that the operator makes of it, as the cluster has them (kubectl get deployments,statefulsets,pods -o yaml).`,
    );
  } else if (Array.isArray(jsonAt(manifest, ['spec', 'template', 'spec', 'containers']))) {
    report(
      `${kind} ${apiVersion} seems to make pods, but is not a known kind of workload; its pods are not part of any verdict`,
      'Register the kind with the path spec.template, or add the workloads that its controller makes.',
    );
  }
}

function reportSameId(workload: Workload, twin: Workload, findings: Finding[]): void {
  findings.push({
    id: 'duplicate-object',
    severity: 'error',
    message: `Another object, of ${twin.resource.apiVersion}, has the same id ${workload.id}; only that one is evaluated`,
    object: resourceId(workload.resource),
    place: workload.place,
    mend: 'Remove or rename one of the two; two objects with the same generateName need names.',
  });
}
