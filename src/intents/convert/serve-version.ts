import { convertPart, type Part } from './convert-part';
import { familyOf } from './family';
import { readWrittenParts, withWrittenParts, type WrittenPart } from './written-parts';
import { INTENTS_GROUP } from '../api-group';
import { INTENTS_VERSIONS, type IntentsVersion } from '../read-intents';
import { isJsonObject, sameJson, type Json, type JsonObject } from '../../model/json';

/** An object in the version asked for, or why it cannot be had. */
export type ServedVersion = { readonly manifest: JsonObject } | { readonly refusal: string };

/** Less than the 256 KiB that the API server allows for all annotations of an object together. */
const LARGEST_ANNOTATION = 200 * 1024;

/**
 * Converts a ClientIntents or ProtectedService as an API server asks for it: always, since one object that cannot be
 * converted makes every list of its kind fail. What the version has no place for goes into the annotation
 * `intents.cdk8s.io/written-as`, and comes back from there: whatever way an object takes through the versions, each part that
 * nobody changed on the way is in the end as it was written. A part that was changed says what it says now.
 *
 * Nothing of the object changes but `apiVersion`, `spec`, `status` and that annotation.
 */
export function serveVersion(manifest: JsonObject, to: IntentsVersion): ServedVersion {
  const { apiVersion, kind } = manifest;
  const from = INTENTS_VERSIONS.find((version) => apiVersion === `${INTENTS_GROUP}/${version}`);
  if (from === undefined) return { refusal: `${print(apiVersion)} is not a version that is served` };
  if (kind !== 'ClientIntents' && kind !== 'ProtectedService')
    return { refusal: `${print(kind)} is not a kind of ${INTENTS_GROUP}` };
  const passage = new Passage(from, to, readWrittenParts(manifest));
  const { spec, status } = manifest;
  const converted: JsonObject = { ...manifest, apiVersion: `${INTENTS_GROUP}/${to}` };
  if (isJsonObject(spec))
    converted['spec'] =
      kind === 'ClientIntents' ? intentsSpec(spec, passage) : passage.one('protection', spec);
  if (isJsonObject(status)) converted['status'] = passage.one('status', status);
  const served = withWrittenParts(converted, passage.kept);
  const size = JSON.stringify(passage.kept).length;
  return size <= LARGEST_ANNOTATION
    ? { manifest: served }
    : {
        refusal: `${to} has no place for ${passage.kept.length} parts of it, and their ${size} characters are too many for an annotation: use ${from}`,
      };
}

function intentsSpec(spec: JsonObject, passage: Passage): JsonObject {
  const source = familyOf(passage.from);
  const target = familyOf(passage.to);
  const converted: JsonObject = {};
  for (const [key, value] of Object.entries(spec)) {
    if (key === source.client && isJsonObject(value)) converted[target.client] = passage.one('client', value);
    else if (key === source.list && Array.isArray(value)) converted[target.list] = passage.targets(value);
    else converted[key] = value;
  }
  return converted;
}

/** One object on its way from one version to another. */
class Passage {
  /** What has no place in the version, and goes along in the annotation. */
  readonly kept: WrittenPart[] = [];
  /** What came along, by what it looks like in the version the object is in. */
  private readonly shown = new Map<string, WrittenPart[]>();
  private readonly hidden: WrittenPart[] = [];

  constructor(
    readonly from: IntentsVersion,
    readonly to: IntentsVersion,
    written: readonly WrittenPart[],
  ) {
    for (const one of written) {
      const value = convertPart(one.part, one.value, one.version, from);
      if (value === undefined) this.hidden.push(one);
      else {
        const key = keyOf(one.part, value);
        this.shown.set(key, [...(this.shown.get(key) ?? []), one]);
      }
    }
  }

  one(part: Part, value: Json): Json {
    const [converted] = this.convert([this.originOf(part, value)]);
    return converted ?? {};
  }

  targets(values: readonly Json[]): Json[] {
    const origins = values.map((value) => this.originOf('target', value));
    const hidden = this.hidden
      .filter(({ part }) => part === 'target')
      .sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
    for (const one of hidden) origins.splice(one.at ?? origins.length, 0, one);
    return this.convert(origins);
  }

  /** As it was written, if it is still what became of that. */
  private originOf(part: Part, value: Json): WrittenPart {
    return this.shown.get(keyOf(part, value))?.shift() ?? { part, version: this.from, value };
  }

  /**
   * Parts in the other version. One that would not come back as it was is kept, and with it each that looks the same there:
   * else the one would come back in the place of the other.
   */
  private convert(origins: readonly WrittenPart[]): Json[] {
    const passed = origins.map(({ part, version, value }, at) => {
      const converted = convertPart(part, value, version, this.to);
      const back = converted === undefined ? undefined : convertPart(part, converted, this.to, version);
      const lossy = back === undefined || !sameJson(back, value);
      const key = converted === undefined ? undefined : keyOf(part, converted);
      return {
        converted,
        lossy,
        key,
        kept: { part, version, value, ...(converted === undefined ? { at } : {}) },
      };
    });
    const alike = new Set(passed.flatMap(({ lossy, key }) => (lossy && key !== undefined ? [key] : [])));
    for (const { lossy, key, kept } of passed)
      if (lossy || (key !== undefined && alike.has(key))) this.kept.push(kept);
    return passed.flatMap(({ converted }) => (converted === undefined ? [] : [converted]));
  }
}

/** Equal for equal values, whatever the order of their keys. */
function keyOf(part: Part, value: Json): string {
  const sorted = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(sorted);
    if (!isJsonObject(one)) return one;
    return Object.entries(one)
      .filter(([, field]) => field !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, field]) => ({ key, field: sorted(field) }));
  };
  return JSON.stringify([part, sorted(value)]);
}

function print(value: Json | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
