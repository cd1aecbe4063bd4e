import { INTENTS_GROUP } from '../../intents/api-group';
import {
  isJsonObject,
  jsonAt,
  printFieldPath,
  sameJson,
  type FieldPath,
  type Json,
  type JsonObject,
} from '../../model/json';
import type { Resource } from '../../model/resource';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../model/workloads/pod-template';
import { CALICO_GROUP, CALICO_STORAGE_GROUP } from '../../policies/calico/api-group';
import { looksLikePolicy } from '../../policies/misnamed-kinds';

/** A field that is not in the cluster as it is written. */
export interface FieldDifference {
  /** `spec.ingress[0].from`. */
  readonly field: string;
  /** Absent where only the other side has the field. */
  readonly written?: Json | undefined;
  readonly live?: Json | undefined;
}

/**
 * Fields in which a live object is not what is written. Every field that is written counts. One that is only in the
 * cluster counts where it decides about traffic and is not what the API server fills in; the rest is its business, and
 * that of controllers and of other field managers. Order within lists counts, because it does for the server.
 */
export function differencesOf(written: Resource, live: Resource): FieldDifference[] {
  const found: FieldDifference[] = [];
  const walk: Walk = { root: written, found, mattersAlone: ruleFor(written) };
  for (const key of keysOf(written.manifest, live.manifest)) {
    if (key === 'apiVersion' || key === 'kind' || key === 'status') continue;
    if (key === 'metadata') compareMetadata(written.manifest, live.manifest, walk);
    else compare(written.manifest[key], live.manifest[key], [key], walk);
  }
  return found;
}

interface Walk {
  readonly root: Resource;
  readonly found: FieldDifference[];
  /** Whether a field counts that only the live object has. */
  readonly mattersAlone: (path: FieldPath, value: Json) => boolean;
}

/** Labels and annotations that somebody else set are theirs. */
function compareMetadata(written: JsonObject, live: JsonObject, walk: Walk): void {
  for (const key of ['labels', 'annotations']) {
    const [asked, there] = [written, live].map((object) => jsonAt(object, ['metadata', key]));
    if (!isJsonObject(asked)) continue;
    for (const [name, value] of Object.entries(asked)) {
      const found = isJsonObject(there) && Object.hasOwn(there, name) ? there[name] : undefined;
      if (value === undefined || value === null || value === found) continue;
      walk.found.push({ field: printFieldPath(['metadata', key, name]), written: value, live: found });
    }
  }
}

function compare(written: Json | undefined, live: Json | undefined, path: FieldPath, walk: Walk): void {
  if (isAbsent(written, path)) {
    if (isAbsent(live, path) || live === undefined || !walk.mattersAlone(path, live)) return;
    walk.found.push({ field: printFieldPath(path), live });
    return;
  }
  if (isJsonObject(written) && isJsonObject(live)) {
    for (const key of keysOf(written, live)) compare(own(written, key), own(live, key), [...path, key], walk);
  } else if (Array.isArray(written) && Array.isArray(live) && written.length === live.length) {
    written.forEach((item, index) => {
      compare(item, live[index], [...path, index], walk);
    });
  } else if (!sameJson(written, live) && !isSameQuantity(written, live, path)) {
    walk.found.push({ field: printFieldPath(path), written, live });
  }
}

/** Selectors in which nothing and `{}` are as far apart as can be. */
const SELECTORS: ReadonlySet<string | number | undefined> = new Set(['podSelector', 'namespaceSelector']);

/** The server leaves out what is empty, but for selectors of peers. */
function isAbsent(value: Json | undefined, path: FieldPath): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (!isJsonObject(value) || Object.keys(value).length > 0) return false;
  // An item of a list is there, however empty: a rule without fields allows everything.
  return !SELECTORS.has(path.at(-1)) && typeof path.at(-1) !== 'number';
}

function ruleFor(resource: Resource): Walk['mattersAlone'] {
  const template = DEFAULT_POD_TEMPLATE_KINDS.pathOf(resource.group, resource.kind);
  if (template !== undefined)
    return (path, value) => mattersInWorkload(path.slice(template.length), value, template);
  if (resource.kind === 'Service' && resource.group === '') return mattersInService;
  if (isAboutTraffic(resource)) return (path, value) => !isPolicyDefault(path, value, resource.manifest);
  return () => false;
}

function isAboutTraffic({ group, kind }: Resource): boolean {
  return (
    group === INTENTS_GROUP ||
    group === CALICO_GROUP ||
    group === CALICO_STORAGE_GROUP ||
    looksLikePolicy({ group, kind })
  );
}

/** What pods are selected by, and what they listen on. Replicas and strategies are not asked about. */
function mattersInWorkload(path: FieldPath, value: Json, template: FieldPath): boolean {
  const words = path.filter((step) => typeof step === 'string').join('.');
  if (template.length > 0 && /^metadata\.labels\./.test(words)) return !isControllerLabel(path.at(-1));
  if (words === 'spec.hostNetwork') return value !== false;
  if (words === 'spec.serviceAccountName') return value !== 'default';
  return words === 'spec.containers.ports' || words === 'spec.initContainers';
}

/** Jobs put these into their own templates. */
function isControllerLabel(key: string | number | undefined): boolean {
  return typeof key === 'string' && /^(batch\.kubernetes\.io\/)?(controller-uid|job-name)$/.test(key);
}

function mattersInService(path: FieldPath, value: Json): boolean {
  const words = path.filter((step) => typeof step === 'string').join('.');
  if (words === 'spec.type') return value !== 'ClusterIP';
  return /^spec\.(selector(\..*)?|ports|externalIPs|externalName|loadBalancerSourceRanges)$/.test(words);
}

/** What API servers fill in (Kubernetes, NetworkPolicy v1; Calico, "Network policy" of projectcalico.org/v3). */
function isPolicyDefault(path: FieldPath, value: Json, written: JsonObject): boolean {
  const words = path.filter((step) => typeof step === 'string').join('.');
  if (/^spec\.(ingress|egress)\.ports\.protocol$/.test(words)) return value === 'TCP';
  if (words === 'spec.tier') return value === 'default';
  if (words === 'spec.podSelector') return isJsonObject(value) && Object.keys(value).length === 0;
  if (words === 'spec.policyTypes') return sameJson(value, typesOf(written, 'policyTypes'));
  if (words === 'spec.types') return sameJson(value, typesOf(written, 'types'));
  return false;
}

/** A policy that does not say its types has Ingress, and Egress when it has rules of it; Calico: only those it has rules of. */
function typesOf(written: JsonObject, field: 'policyTypes' | 'types'): Json {
  const has = (key: string): boolean => {
    const rules = jsonAt(written, ['spec', key]);
    return Array.isArray(rules) && (field === 'types' || rules.length > 0);
  };
  const isIngress = field === 'policyTypes' || has('ingress') || !has('egress');
  return [...(isIngress ? ['Ingress'] : []), ...(has('egress') ? ['Egress'] : [])];
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ...['m', 'k', 'M', 'G', 'T', 'P', 'E'].map(
    (unit, index) => [unit, 1000 ** (index === 0 ? -1 : index)] as const,
  ),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((unit, index) => [unit, 1024 ** (index + 1)] as const),
]);

/** `0.5` and `500m` are one amount, and the server keeps the second. */
function isSameQuantity(a: Json | undefined, b: Json | undefined, path: FieldPath): boolean {
  if (!path.includes('limits') && !path.includes('requests')) return false;
  const [one, other] = [amount(a), amount(b)];
  return one !== undefined && other !== undefined && Math.abs(one - other) <= 1e-9 * Math.abs(one);
}

function amount(value: Json | undefined): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const match = /^([0-9.]+)([a-zA-Z]*)$/.exec(String(value));
  const unit = UNITS.get(match?.[2] ?? '');
  return match === null || unit === undefined ? undefined : Number(match[1]) * unit;
}

function keysOf(a: JsonObject, b: JsonObject): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
