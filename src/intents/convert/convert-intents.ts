import { familyOf, type Family } from './family';
import type { Loss } from './neutral-target';
import { INTENTS_GROUP } from '../api-group';
import { statedKind } from '../identity';
import { misnamedIntents } from '../misnamed-kinds';
import { INTENTS_VERSIONS, readIntents, type IntentsVersion } from '../read-intents';
import type { Finding } from '../../model/finding';
import {
  isJsonObject,
  printFieldPath,
  sameJson,
  type FieldPath,
  type Json,
  type JsonObject,
} from '../../model/json';
import { resourceId, type Resource } from '../../model/resource';

/** An object in the version asked for, or as it was where something would be lost, and why. */
export interface Converted {
  readonly resource: Resource;
  readonly findings: readonly Finding[];
}

/**
 * Brings a ClientIntents or ProtectedService into another version, if nothing of it is lost by that: every field finds its
 * place, and what comes out means what went in. Otherwise it stays as it is, and findings say what stands in the way
 * (otterize-operator 10.3 item 16). Other objects are given back as they are; one whose kind or group has a slip is reported.
 *
 * A Service keeps its spelling: `svc:` of the v1 family is `service:` of the v2 family, and a `kind: Service` stays one.
 */
export function convertIntents(resource: Resource, to: IntentsVersion): Converted {
  if (resource.group !== INTENTS_GROUP || !KINDS.includes(resource.kind)) {
    const misnamed = misnamedIntents(resource);
    return { resource, findings: misnamed === undefined ? [] : [misnamed] };
  }
  const wrong = readIntents([resource]).findings.filter(({ severity }) => severity === 'error');
  const from = versionOf(resource);
  if (wrong.length > 0 || from === undefined) return { resource, findings: wrong };
  if (from === to && resource.version === to) return { resource, findings: [] };
  const { manifest, losses } = convert(resource, from, to);
  if (losses.length > 0) return { resource, findings: losses.map((loss) => refusal(resource, loss, to)) };
  const apiVersion = `${INTENTS_GROUP}/${to}`;
  const converted: Resource = { ...resource, apiVersion, version: to, manifest: { ...manifest, apiVersion } };
  const changed = changeOfMeaning(resource, converted, to);
  return changed === undefined ? { resource: converted, findings: [] } : { resource, findings: [changed] };
}

const KINDS: readonly string[] = ['ClientIntents', 'ProtectedService'];

/** Documents of `v1`, which no cluster serves, are read as v1beta1. */
function versionOf({ version }: Resource): IntentsVersion | undefined {
  return version === 'v1' ? 'v1beta1' : INTENTS_VERSIONS.find((known) => known === version);
}

interface PlacedLoss extends Omit<Loss, 'field'> {
  readonly path: FieldPath;
}

interface ConvertedManifest {
  readonly manifest: JsonObject;
  readonly losses: readonly PlacedLoss[];
}

function convert({ kind, manifest }: Resource, from: IntentsVersion, to: IntentsVersion): ConvertedManifest {
  const losses = lostStatus(manifest, to);
  const spec = manifest['spec'];
  if (!isJsonObject(spec)) return { manifest, losses };
  const converted = kind === 'ClientIntents' ? convertSpec(spec, from, to) : convertProtection(spec, to);
  return { manifest: { ...manifest, spec: converted.spec }, losses: [...losses, ...converted.losses] };
}

/** v1alpha2 knows but one field of the status (otterize-operator 1.3). */
function lostStatus({ status }: JsonObject, to: IntentsVersion): PlacedLoss[] {
  if (to !== 'v1alpha2' || !isJsonObject(status)) return [];
  return Object.keys(status)
    .filter((key) => key !== 'upToDate')
    .map((key) => ({ path: ['status', key], why: 'has no place in the status of v1alpha2' }));
}

interface ConvertedSpec {
  readonly spec: JsonObject;
  readonly losses: readonly PlacedLoss[];
}

function convertProtection(spec: JsonObject, to: IntentsVersion): ConvertedSpec {
  if (to !== 'v1alpha2') return { spec, losses: [] };
  const { spec: left, losses } = withoutKind(spec, ['spec']);
  return { spec: left, losses };
}

/** The object without its kind, for v1alpha2; a kind that says something is a loss. */
function withoutKind(object: JsonObject, path: FieldPath): ConvertedSpec {
  const { kind, ...rest } = object;
  if (typeof kind !== 'string' || statedKind(kind) === undefined) return { spec: rest, losses: [] };
  return {
    spec: rest,
    losses: [{ path: [...path, 'kind'], why: 'has no place in v1alpha2, which knows no kinds' }],
  };
}

function convertSpec(spec: JsonObject, from: IntentsVersion, to: IntentsVersion): ConvertedSpec {
  const source = familyOf(from);
  const target = familyOf(to);
  const losses: PlacedLoss[] = [];
  const converted: JsonObject = {};
  for (const [key, value] of Object.entries(spec)) {
    if (key === source.client && isJsonObject(value)) {
      const client = to === 'v1alpha2' ? withoutKind(value, ['spec', key]) : { spec: value, losses: [] };
      converted[target.client] = client.spec;
      losses.push(...client.losses);
    } else if (key === source.list && Array.isArray(value)) {
      converted[target.list] = value.map((item, index) =>
        convertItem(item, { source, target, index, losses }),
      );
    } else converted[key] = value;
  }
  return { spec: converted, losses };
}

interface ItemContext {
  readonly source: Family;
  readonly target: Family;
  readonly index: number;
  readonly losses: PlacedLoss[];
}

function convertItem(item: Json, { source, target, index, losses }: ItemContext): Json {
  if (!isJsonObject(item)) return item;
  const path = ['spec', source.list, index];
  const read = source.read(item);
  for (const { field, why } of read.losses)
    losses.push({ path: field === undefined ? path : [...path, field], why });
  if (read.target === undefined) return item;
  const neutral = read.target;
  const written = target.write(neutral);
  for (const { field, why } of written.losses)
    losses.push({ path: field === undefined ? path : [...path, ...source.pathOf(neutral, field)], why });
  return written.item;
}

function refusal(resource: Resource, { path, why }: PlacedLoss, to: IntentsVersion): Finding {
  return {
    id: 'not-convertible',
    severity: 'error',
    message: `${printFieldPath(path)} ${why}, so ${resourceId(resource)} cannot become ${to} without a loss; it stays ${resource.version}`,
    object: resourceId(resource),
    place: resource.place.at(path),
    mend: `Remove ${printFieldPath(path)} if it may be lost, or keep the object in ${resource.version}.`,
  };
}

/** The last word: both are read, and say the same or are not exchanged. */
function changeOfMeaning(before: Resource, after: Resource, to: IntentsVersion): Finding | undefined {
  const read = readIntents([after]);
  const wrong = read.findings.find(({ severity }) => severity === 'error');
  const same = wrong === undefined && sameJson(meaningOf(readIntents([before])), meaningOf(read));
  if (same) return undefined;
  return {
    id: 'not-convertible',
    severity: 'error',
    message: `As ${to}, ${resourceId(before)} would mean something else${wrong === undefined ? '' : ` (${wrong.message})`}; it stays ${before.version}`,
    object: resourceId(before),
    place: before.place,
    mend: `Write it in ${to} by hand, or keep it in ${before.version}.`,
  };
}

function meaningOf({ intents, protectedServices }: ReturnType<typeof readIntents>): Json {
  const text = JSON.stringify({ intents, protectedServices }, (key, value: unknown) =>
    key === 'place' ? undefined : value,
  );
  const meaning: unknown = JSON.parse(text);
  return isJsonObject(meaning) ? meaning : null;
}
