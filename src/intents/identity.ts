import { createHash } from 'node:crypto';
import type { WorkloadName } from './client-intents';
import type { Workload } from '../model/workloads/workload';

/** Pod annotation that names the workload (otterize-operator 2.1 step 1). */
export const WORKLOAD_NAME_ANNOTATION = 'intents.otterize.com/workload-name';
/** The older, deprecated key of {@link WORKLOAD_NAME_ANNOTATION}; it counts when the newer one is absent. */
export const SERVICE_NAME_ANNOTATION = 'intents.otterize.com/service-name';

/** What the operator calls "no kind given": any kind of that name (otterize-operator 2.2). */
const ANY_KIND = 'OttrLegacy';
/** A workload is asked for its identity once for every call it makes or takes, and a digest is not cheap. */
const IDENTITIES = new Map<string, string>();
const KEPT_IDENTITIES = 50_000;

/** The kind of an identity that stands for a Kubernetes Service (otterize-operator 2.2); case matters. */
export const SERVICE_KIND = 'Service';

/**
 * The identity string of a workload of any kind: at most 48 bytes, used as label value and inside label keys
 * (otterize-operator 3.1, `noKind`).
 *
 * It is not unique: (`a-b`, `c`) and (`a`, `b-c`) give the same string, and 24 bits of hash can collide. Whoever
 * uses it reports that.
 */
export function identity(name: string, namespace: string): string {
  const key = `${name}\u0000${namespace}`;
  const known = IDENTITIES.get(key);
  if (known !== undefined) return known;
  const made = `${firstBytes(name, 20)}-${firstBytes(namespace, 20)}-${hash(`${name}-${namespace}`)}`;
  if (IDENTITIES.size >= KEPT_IDENTITIES) IDENTITIES.clear();
  IDENTITIES.set(key, made);
  return made;
}

/**
 * The identity string of a workload of one kind: at most 52 bytes (otterize-operator 3.1, `withKind`). Without a
 * kind it is {@link identity}.
 */
export function identityOfKind(name: string, namespace: string, kind: string | undefined): string {
  if (kind === undefined || kind === '' || kind === ANY_KIND) return identity(name, namespace);
  const digest = hash(`${name}-${namespace}-${kind}`);
  return `${firstBytes(name, 19)}-${firstBytes(namespace, 19)}-${firstBytes(kind, 5).toLowerCase()}-${digest}`;
}

/** A kind as intents give it, or `undefined` when it means "any kind". */
export function statedKind(kind: string | undefined): string | undefined {
  return kind === '' || kind === ANY_KIND ? undefined : kind;
}

/**
 * The name by which intents call a workload (otterize-operator 2.1): the override annotation of its pods verbatim
 * and then without a kind, else its own name with `_` for `.`, and its kind.
 */
export function workloadName(workload: Workload): WorkloadName {
  const override =
    annotation(workload, WORKLOAD_NAME_ANNOTATION) ?? annotation(workload, SERVICE_NAME_ANNOTATION);
  if (override !== undefined) return { namespace: workload.namespace, name: override };
  return {
    namespace: workload.namespace,
    name: workload.name.replaceAll('.', '_'),
    kind: workload.kind,
  };
}

/**
 * Whether an intent that says `wanted` means this workload. Without a kind it means every kind of that name; with
 * one it does not match a workload named by annotation, which has no kind (otterize-operator 2.2). A name with dots,
 * as an object has it, is the same as the one with `_`.
 */
export function workloadMatches(wanted: WorkloadName, workload: Workload): boolean {
  const actual = workloadName(workload);
  const kind = statedKind(wanted.kind);
  return (
    wanted.namespace === actual.namespace &&
    (wanted.name === actual.name || wanted.name.replaceAll('.', '_') === actual.name) &&
    (kind === undefined || kind === actual.kind)
  );
}

/** `Deployment shop/cart`, or `shop/cart` when no kind is given: for messages. */
export function printWorkloadName(name: WorkloadName): string {
  const kind = statedKind(name.kind);
  return `${kind === undefined ? '' : `${kind} `}${name.namespace}/${name.name}`;
}

function annotation(workload: Workload, key: string): string | undefined {
  return Object.hasOwn(workload.annotations, key) ? workload.annotations[key] : undefined;
}

/** Bytes, not characters, as the operator cuts; names are ASCII, so the difference shows only in odd annotations. */
function firstBytes(text: string, count: number): string {
  return Buffer.from(text, 'utf8').subarray(0, count).toString('utf8');
}

function hash(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex').slice(0, 6);
}
