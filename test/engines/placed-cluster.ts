import type { Cluster } from '../../src/model/cluster';
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json';
import type { Labels } from '../../src/model/resource';
import type { Workload } from '../../src/model/workloads/workload';

/** A workload of the model, as one Pod with an address. */
export interface PlacedPod {
  readonly workload: Workload;
  readonly address: string;
  readonly object: JsonObject;
}

/** The range that addresses are made up in: no real application names it. */
export const POD_RANGE = '10.244.0.0/16';

/**
 * Gives every workload with a network of its own a Pod and an address. Labels and ports are taken from the raw
 * template, not from the model, so that a mistake in reading them shows. `added` are labels that the compiler adds.
 */
export function place(cluster: Cluster, added: ReadonlyMap<string, Labels> = new Map()): PlacedPod[] {
  return cluster.workloads
    .filter(({ hostNetwork, finished }) => !hostNetwork && !finished)
    .map((workload, index) => {
      const address = `10.244.${String(Math.floor(index / 250))}.${String((index % 250) + 1)}`;
      const template = templateOf(workload.resource.manifest);
      const metadata = {
        namespace: workload.namespace,
        name: `pod-${String(index)}`,
        labels: { ...objectAt(objectAt(template, 'metadata'), 'labels'), ...added.get(workload.id) },
      };
      const object = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata,
        spec: { containers: containersOf(objectAt(template, 'spec')) },
        status: { phase: 'Running', podIPs: [{ ip: address }] },
      };
      return { workload, address, object };
    });
}

function templateOf(manifest: JsonObject): JsonObject {
  if (manifest['kind'] === 'Pod') return manifest;
  const spec = objectAt(manifest, 'spec');
  return objectAt(
    manifest['kind'] === 'CronJob' ? objectAt(objectAt(spec, 'jobTemplate'), 'spec') : spec,
    'template',
  );
}

function containersOf(spec: JsonObject): Json[] {
  const sidecars = listAt(spec, 'initContainers').filter((one) => one['restartPolicy'] === 'Always');
  return [...listAt(spec, 'containers'), ...sidecars].map((container) => ({
    name: container['name'] ?? '',
    image: 'x',
    ports: container['ports'] ?? [],
  }));
}

/** The Namespace objects of the model, with labels that the compiler adds. */
export function namespaceObjects(
  cluster: Cluster,
  added: ReadonlyMap<string, Labels> = new Map(),
): JsonObject[] {
  return [...cluster.namespaces.values()].map(({ name, labels }) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...labels, ...added.get(name) } },
  }));
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isJsonObject(found) ? found : {};
}

function listAt(value: JsonObject, key: string): JsonObject[] {
  const found = value[key];
  return Array.isArray(found) ? found.filter(isJsonObject) : [];
}
