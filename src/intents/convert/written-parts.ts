import { PARTS, type Part } from './convert-part';
import { INTENTS_VERSIONS, type IntentsVersion } from '../read-intents';
import { isJsonObject, type Json, type JsonObject } from '../../model/json';

/** Holds what a version has no place for, so that an object comes back from there as it was. */
export const WRITTEN_AS_ANNOTATION = 'intents.cdk8s.io/written-as';

/** A part as it was written, in the version it was written in. */
export interface WrittenPart {
  readonly part: Part;
  readonly version: IntentsVersion;
  readonly value: Json;
  /** Where it stood among the targets; only for one that the version of the object cannot show. */
  readonly at?: number | undefined;
}

/** What the annotation of an object holds. What is not understood (somebody has edited it) counts for nothing. */
export function readWrittenParts(manifest: JsonObject): WrittenPart[] {
  const text = annotationsOf(manifest)[WRITTEN_AS_ANNOTATION];
  if (typeof text !== 'string') return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.flatMap(readPart) : [];
  } catch {
    return [];
  }
}

/** The object with the annotation, or without it when there is nothing to keep. */
export function withWrittenParts(manifest: JsonObject, parts: readonly WrittenPart[]): JsonObject {
  const metadata = isJsonObject(manifest['metadata']) ? manifest['metadata'] : {};
  const { [WRITTEN_AS_ANNOTATION]: before, ...others } = annotationsOf(manifest);
  if (parts.length === 0 && before === undefined) return manifest;
  const annotations =
    parts.length === 0 ? others : { ...others, [WRITTEN_AS_ANNOTATION]: JSON.stringify(parts) };
  const { annotations: _, ...rest } = metadata;
  return {
    ...manifest,
    metadata: Object.keys(annotations).length === 0 ? rest : { ...rest, annotations },
  };
}

function annotationsOf({ metadata }: JsonObject): JsonObject {
  const annotations = isJsonObject(metadata) ? metadata['annotations'] : undefined;
  return isJsonObject(annotations) ? annotations : {};
}

function readPart(given: unknown): WrittenPart[] {
  if (!isJsonObject(given)) return [];
  const part = PARTS.find((known) => known === given['part']);
  const version = INTENTS_VERSIONS.find((known) => known === given['version']);
  const { value, at } = given;
  if (part === undefined || version === undefined || !isJsonObject(value)) return [];
  const placed = typeof at === 'number' && Number.isInteger(at) && at >= 0;
  return [{ part, version, value, ...(placed ? { at } : {}) }];
}
