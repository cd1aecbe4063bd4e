import { isJsonObject, jsonAt, type FieldPath, type Json, type JsonObject } from '../../model/json';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../model/workloads/pod-template';

/** Annotations of pods that mean something to a compilation. */
const POD_ANNOTATIONS = /^(?:intents\.otterize\.com|prometheus\.io)\//;
/** Copies of the whole object, or of a moment, that only their writers read. */
const NOISE: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'kubectl.kubernetes.io/restartedAt',
  'deployment.kubernetes.io/revision',
]);

/**
 * What a model needs of an object that the API server gave: no managed fields, no status but that of pods, Jobs and
 * intents, of pod templates no more than labels, ports and what tells an ingress controller. `--context` is read through
 * `trimLive`, which keeps whole templates, since commands print the objects again; the model reads the same from both.
 *
 * Nothing of `object` is changed, and nothing of it is kept that is not needed, so that memory is.
 */
export function trimObject(object: JsonObject): JsonObject {
  const { apiVersion, kind, metadata, spec, status, ...rest } = object;
  if (kind === 'ServiceAccount' || kind === 'EndpointSlice')
    return { apiVersion, kind, metadata: trimMetadata(metadata, false) };
  const template = templateOf(apiVersion, kind);
  const isPod = template?.length === 0;
  const owner = isPod ? controllerOf(object) : undefined;
  // An owner of a kind of its own is known by its pods alone.
  const owned = owner !== undefined && templateOf(owner['apiVersion'], owner['kind']) !== undefined;
  const head = { apiVersion, kind, metadata: trimMetadata(metadata, isPod) };
  const shape = trimStatus(kind, status);
  if (isPod) return { ...head, ...(owned ? {} : { spec: trimPodSpec(spec) }), ...shape };
  if (template !== undefined) return { ...head, spec: trimWorkload(object, template), ...shape };
  return { ...head, ...(spec === undefined ? {} : { spec }), ...rest, ...shape };
}

/** The owner reference with `controller: true`. */
export function controllerOf(object: JsonObject): JsonObject | undefined {
  const references = jsonAt(object, ['metadata', 'ownerReferences']);
  if (!Array.isArray(references)) return undefined;
  return references.filter(isJsonObject).find(({ controller }) => controller === true);
}

function templateOf(apiVersion: Json | undefined, kind: Json | undefined): FieldPath | undefined {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const slash = apiVersion.indexOf('/');
  return DEFAULT_POD_TEMPLATE_KINDS.pathOf(slash < 0 ? '' : apiVersion.slice(0, slash), kind);
}

function trimMetadata(metadata: Json | undefined, isPod: boolean): JsonObject {
  if (!isJsonObject(metadata)) return {};
  const { name, namespace, uid, labels, annotations, ownerReferences } = metadata;
  const kept = isJsonObject(annotations) ? trimAnnotations(annotations, isPod) : undefined;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
    ...(labels === undefined ? {} : { labels }),
    ...(kept === undefined ? {} : { annotations: kept }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
  };
}

function trimAnnotations(annotations: JsonObject, ofPods: boolean): JsonObject | undefined {
  const kept = Object.entries(annotations).filter(([key]) =>
    ofPods ? POD_ANNOTATIONS.test(key) : !NOISE.has(key),
  );
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

/** One that belongs to another workload is only a step on the way from pods to it: its template is that one's. */
function trimWorkload(object: JsonObject, template: FieldPath): JsonObject {
  const { spec } = object;
  if (!isJsonObject(spec)) return {};
  if (isStep(object)) return {};
  const { selector, workloadRef } = spec;
  return {
    ...(selector === undefined ? {} : { selector }),
    ...(workloadRef === undefined ? {} : { workloadRef }),
    ...withTemplate(spec, template.slice(1)),
  };
}

/** A ReplicaSet of a Deployment, a Job of a CronJob. */
function isStep(object: JsonObject): boolean {
  const owner = controllerOf(object)?.['kind'];
  return (
    (object['kind'] === 'ReplicaSet' && owner === 'Deployment') ||
    (object['kind'] === 'Job' && owner === 'CronJob')
  );
}

function withTemplate(value: JsonObject, [step, ...rest]: FieldPath): JsonObject {
  if (step === undefined) return trimTemplate(value);
  const next = value[step];
  return isJsonObject(next) ? { [step]: withTemplate(next, rest) } : {};
}

function trimTemplate({ metadata, spec }: JsonObject): JsonObject {
  return { metadata: trimMetadata(metadata, true), spec: trimPodSpec(spec) };
}

function trimPodSpec(spec: Json | undefined): JsonObject {
  if (!isJsonObject(spec)) return {};
  const { serviceAccountName, hostNetwork, containers, initContainers } = spec;
  return {
    ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
    ...(hostNetwork === undefined ? {} : { hostNetwork }),
    containers: trimContainers(containers),
    ...(initContainers === undefined ? {} : { initContainers: trimContainers(initContainers) }),
  };
}

/** Programs are told by image and words: whose pods serve an IngressClass. */
function trimContainers(containers: Json | undefined): Json[] {
  if (!Array.isArray(containers)) return [];
  return containers.map((container) => {
    if (!isJsonObject(container)) return container;
    const { name, image, command, args, ports, restartPolicy } = container;
    return {
      name,
      image,
      ...(command === undefined ? {} : { command }),
      ...(args === undefined ? {} : { args }),
      ...(ports === undefined ? {} : { ports }),
      ...(restartPolicy === undefined ? {} : { restartPolicy }),
    };
  });
}

function trimStatus(kind: Json | undefined, status: Json | undefined): JsonObject {
  if (!isJsonObject(status)) return {};
  if (kind === 'Pod') {
    const { phase, podIP, podIPs } = status;
    return { status: { phase, podIP, podIPs } };
  }
  if (kind === 'Job') {
    const { completionTime, conditions } = status;
    return { status: { completionTime, conditions } };
  }
  return kind === 'ClientIntents' || kind === 'ProtectedService' ? { status } : {};
}
