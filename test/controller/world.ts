import { observe } from '../../src/controller/observed/observed-object';
import type { ObservedObject } from '../../src/controller/observed/observed-object';
import { WATCHED_KINDS } from '../../src/controller/observed/watched-kinds';
import { isJsonObject, jsonAt, type JsonObject } from '../../src/model/json';
import type { ApiResource } from '../../src/controller/api/api-resource';

/** Field manager of the controller in tests. */
export const MANAGER = 'intents-controller';

/** The kind of a manifest, as the controller watches it. */
export function kindOf({ apiVersion, kind }: JsonObject): ApiResource {
  const found = WATCHED_KINDS.find(
    ({ resource: { group, version, kind: name } }) =>
      name === kind && apiVersion === (group === '' ? version : `${group}/${version}`),
  );
  if (found === undefined) throw new Error(`${JSON.stringify([apiVersion, kind])} is not watched`);
  return found.resource;
}

/** An object as a watch brings it. */
export function observed(manifest: JsonObject): ObservedObject {
  return observe(kindOf(manifest), manifest, { own: MANAGER, adopted: [] });
}

export function namespace(name: string, labels: Record<string, string> = {}): JsonObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, uid: `ns-${name}` } };
}

export function deployment(
  namespace: string,
  name: string,
  {
    labels = { app: name },
    kind = 'Deployment',
    port = 8080,
    annotations = {},
    args,
  }: {
    labels?: Record<string, string>;
    kind?: string;
    port?: number;
    annotations?: Record<string, string>;
    args?: string[];
  } = {},
): JsonObject {
  const container: JsonObject = {
    name: 'main',
    image: 'registry/main:1',
    ports: [{ containerPort: port, name: 'http' }],
  };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, namespace, uid: `${kind}-${namespace}-${name}` },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: { containers: [args === undefined ? container : { ...container, args }] },
      },
    },
  };
}

export function service(
  namespace: string,
  name: string,
  selector: Record<string, string>,
  extra: JsonObject = {},
): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector, ports: [{ port: 80, targetPort: 'http' }], ...extra },
  };
}

/** The version that the cluster stores. */
export const INTENTS_VERSION = 'k8s.otterize.com/v2alpha1';

export function clientIntents(
  namespace: string,
  client: string,
  targets: JsonObject[],
  { name = client, kind }: { name?: string; kind?: string } = {},
): JsonObject {
  return {
    apiVersion: INTENTS_VERSION,
    kind: 'ClientIntents',
    metadata: { name, namespace, uid: `ci-${namespace}-${name}`, generation: 1 },
    spec: { workload: { name: client, ...(kind === undefined ? {} : { kind }) }, targets },
  };
}

export function protectedService(namespace: string, name: string, kind?: string): JsonObject {
  return {
    apiVersion: INTENTS_VERSION,
    kind: 'ProtectedService',
    metadata: { name, namespace, uid: `ps-${namespace}-${name}`, generation: 1 },
    spec: { name, ...(kind === undefined ? {} : { kind }) },
  };
}

export function networkPolicy(namespace: string, name: string, spec: JsonObject): JsonObject {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec };
}

/** A running pod of an owner, with the labels of its template. */
export function pod(name: string, owner: JsonObject): JsonObject {
  const { apiVersion, kind, metadata } = owner;
  const { name: ownerName, namespace: home, uid } = isJsonObject(metadata) ? metadata : {};
  const labels = jsonAt(owner, ['spec', 'template', 'metadata', 'labels']);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: home,
      labels,
      ownerReferences: [{ apiVersion, kind, name: ownerName, uid, controller: true }],
    },
    spec: { containers: [{ name: 'main', image: 'x' }] },
    status: { phase: 'Running' },
  };
}
