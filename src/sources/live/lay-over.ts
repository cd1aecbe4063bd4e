import { isJsonObject, jsonAt, sameJson, type Json, type JsonObject } from '../../model/json';
import { keyOf, ownedBy } from '../../model/owned-objects';
import type { Resource } from '../../model/resource';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../model/workloads/pod-template';

export { keyOf };

/**
 * What a cluster would hold after the manifests were applied to it. An object of both is the written one; labels and
 * annotations that only the live Namespace or ServiceAccount has stay, as `kubectl apply` leaves them. Running pods of a
 * workload whose template becomes another one go: they will be replaced.
 */
export function layOver(live: readonly Resource[], written: readonly Resource[]): Resource[] {
  if (written.length === 0) return [...live];
  const byKey = new Map(live.map((resource) => [keyOf(resource), resource]));
  const laid = written.map((resource) => {
    const old = byKey.get(keyOf(resource));
    return old === undefined ? resource : keepingLabels(old, resource);
  });
  const keys = new Set(written.map(keyOf));
  const replaced = written.filter((resource) => {
    const old = byKey.get(keyOf(resource));
    return old !== undefined && podsDiffer(old, resource);
  });
  const gone = ownedBy(live, new Set(replaced.map(keyOf)));
  return [...live.filter((resource) => !keys.has(keyOf(resource)) && !gone.has(resource)), ...laid];
}

function keepingLabels(old: Resource, resource: Resource): Resource {
  if (resource.group !== '' || (resource.kind !== 'Namespace' && resource.kind !== 'ServiceAccount')) {
    return resource;
  }
  const [before, after] = [old, resource].map(({ manifest }) =>
    isJsonObject(manifest.metadata) ? manifest.metadata : {},
  );
  const labels = { ...mapAt(before, 'labels'), ...mapAt(after, 'labels') };
  const annotations = { ...mapAt(before, 'annotations'), ...mapAt(after, 'annotations') };
  return { ...resource, manifest: { ...resource.manifest, metadata: { ...after, labels, annotations } } };
}

function mapAt(metadata: JsonObject | undefined, key: string): JsonObject {
  const value = metadata?.[key];
  return isJsonObject(value) ? value : {};
}

/** Whether pods get other labels, ports, service account or network: what verdicts rest on. */
function podsDiffer(old: Resource, resource: Resource): boolean {
  const path = DEFAULT_POD_TEMPLATE_KINDS.pathOf(resource.group, resource.kind);
  if (path === undefined || path.length === 0) return false;
  const [before, after] = [old, resource].map(({ manifest }) => podFacts(jsonAt(manifest, path)));
  return !sameJson(before, after);
}

function podFacts(template: Json | undefined): JsonObject {
  const containers = ['containers', 'initContainers'].flatMap((key) => {
    const list = jsonAt(template, ['spec', key]);
    return Array.isArray(list) ? list : [];
  });
  return {
    labels: mapAt(objectAt(template, ['metadata']), 'labels'),
    serviceAccount: jsonAt(template, ['spec', 'serviceAccountName']) ?? 'default',
    hostNetwork: jsonAt(template, ['spec', 'hostNetwork']) ?? false,
    ports: containers.flatMap((container) => {
      const ports = jsonAt(container, ['ports']);
      return (Array.isArray(ports) ? ports : []).map((port) => ({
        name: jsonAt(port, ['name']) ?? '',
        port: jsonAt(port, ['containerPort']) ?? 0,
        protocol: jsonAt(port, ['protocol']) ?? 'TCP',
      }));
    }),
  };
}

function objectAt(value: Json | undefined, path: readonly string[]): JsonObject | undefined {
  const found = jsonAt(value, path);
  return isJsonObject(found) ? found : undefined;
}
