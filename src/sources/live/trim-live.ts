import { isJsonObject, jsonAt, type JsonObject } from '../../model/json';

/** What the API server keeps for itself; `uid` stays, by which an owner is told from a namesake. */
const SERVER_METADATA: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
]);

/** The whole object once more, for the client-side apply of kubectl. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Kinds whose status says something about traffic: addresses of pods and of load balancers, what has ended, addresses of domains; or
 * whether intents were looked after. */
const WITH_STATUS: ReadonlySet<string> = new Set([
  'Pod',
  'Job',
  'Service',
  'ClientIntents',
  'ProtectedService',
]);

/** What of a Node says whose addresses are whose; its status is mostly about images. */
const NODE_RANGES: readonly string[] = ['podCIDR', 'podCIDRs'];

/**
 * A live object as the model reads it: without what the server keeps for itself and what says nothing about traffic, so
 * that thousands of them fit into memory.
 */
export function trimLive(object: JsonObject): JsonObject {
  const { status, ...rest } = object;
  const kept: JsonObject = { ...rest, metadata: trimMetadata(object['metadata']) };
  const kind = typeof object['kind'] === 'string' ? object['kind'] : '';
  if (status !== undefined && WITH_STATUS.has(kind)) kept['status'] = status;
  if (kind === 'CustomResourceDefinition') kept['spec'] = trimDefinition(object['spec']);
  if (kind === 'Node') Object.assign(kept, trimNode(object));
  if (kind === 'Pod' && isOwned(object)) kept['spec'] = trimPodSpec(object['spec']);
  return kept;
}

/** A live object as one would write it into a file: also without `uid`, owners and status. */
export function asWritten(manifest: JsonObject): JsonObject {
  const { status: _, metadata, ...rest } = manifest;
  if (!isJsonObject(metadata)) return { ...rest, ...(metadata === undefined ? {} : { metadata }) };
  const { uid: _uid, ownerReferences: _owners, ...kept } = metadata;
  const { apiVersion, kind, ...others } = rest;
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    metadata: kept,
    ...others,
  };
}

function trimMetadata(metadata: JsonObject[string]): JsonObject {
  if (!isJsonObject(metadata)) return {};
  const kept = Object.fromEntries(Object.entries(metadata).filter(([key]) => !SERVER_METADATA.has(key)));
  const { annotations } = kept;
  if (!isJsonObject(annotations)) return kept;
  const others = Object.entries(annotations).filter(([key]) => key !== LAST_APPLIED);
  if (others.length === 0) {
    delete kept['annotations'];
    return kept;
  }
  return { ...kept, annotations: Object.fromEntries(others) };
}

/** Only who converts matters here; the schemas are by far the largest part. */
function trimDefinition(spec: JsonObject[string]): JsonObject {
  if (!isJsonObject(spec)) return {};
  const { group, names, scope, conversion } = spec;
  return Object.fromEntries(
    Object.entries({ group, names, scope, conversion }).filter(([, value]) => value !== undefined),
  );
}

function trimNode({ spec, status }: JsonObject): JsonObject {
  const addresses = isJsonObject(status) ? status['addresses'] : undefined;
  const ranges = Object.entries(isJsonObject(spec) ? spec : {}).filter(([key]) => NODE_RANGES.includes(key));
  return {
    spec: Object.fromEntries(ranges),
    ...(addresses === undefined ? {} : { status: { addresses } }),
  };
}

function isOwned(pod: JsonObject): boolean {
  const owners = jsonAt(pod, ['metadata', 'ownerReferences']);
  return Array.isArray(owners) && owners.length > 0;
}

/** A pod with an owner is never printed: what is kept is what tells it from the template. */
function trimPodSpec(spec: JsonObject[string]): JsonObject {
  if (!isJsonObject(spec)) return {};
  const containers = (key: string): JsonObject => {
    const list = spec[key];
    if (!Array.isArray(list)) return {};
    return {
      [key]: list.map((container) => (isJsonObject(container) ? trimContainer(container) : container)),
    };
  };
  const { serviceAccountName, hostNetwork, restartPolicy } = spec;
  return {
    ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
    ...(hostNetwork === undefined ? {} : { hostNetwork }),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
    ...containers('containers'),
    ...containers('initContainers'),
  };
}

function trimContainer({ name, image, ports, restartPolicy }: JsonObject): JsonObject {
  return {
    ...(name === undefined ? {} : { name }),
    ...(image === undefined ? {} : { image }),
    ...(ports === undefined ? {} : { ports }),
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
  };
}
