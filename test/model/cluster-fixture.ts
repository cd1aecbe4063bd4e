import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import type { JsonObject } from '../../src/model/json';
import type { Workload } from '../../src/model/workloads/workload';
import { resourceOf } from './resource-of';

export function cluster(...manifests: JsonObject[]): Cluster {
  return buildCluster(manifests.map(resourceOf));
}

export function only(model: Cluster): Workload {
  const [workload] = model.workloads;
  if (workload === undefined || model.workloads.length !== 1) throw new Error('not one workload');
  return workload;
}

export function template(labels: JsonObject, spec: JsonObject = { containers: [] }): JsonObject {
  return { metadata: { labels }, spec };
}

/** A selector that fits pods of whatever labels, and is not empty. */
export const ANY_LABELS: JsonObject = {
  matchExpressions: [{ key: 'no-pod-has-it', operator: 'DoesNotExist' }],
};

export function deployment(name: string, podTemplate: JsonObject, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', ...metadata },
    spec: { selector: ANY_LABELS, template: podTemplate },
  };
}

export function owned(
  kind: string,
  name: string,
  by: { apiVersion: string; kind: string; name: string; uid?: string },
  rest: JsonObject & { metadata?: JsonObject },
): JsonObject {
  const { metadata = {}, ...body } = rest;
  return {
    apiVersion: kind === 'Pod' ? 'v1' : kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name, namespace: 'shop', ownerReferences: [{ ...by, controller: true }], ...metadata },
    ...body,
  };
}

export const messages = (model: Cluster): string[] =>
  model.findings.map(({ id, message }) => `${id}: ${message}`);
