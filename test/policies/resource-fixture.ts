import { parse, parseAllDocuments } from 'yaml';
import {
  isJsonObject,
  printFieldPath,
  type FieldPath,
  type Json,
  type JsonObject,
} from '../../src/model/json';
import type { Finding } from '../../src/model/finding';
import type { Place } from '../../src/model/place';
import type { Resource } from '../../src/model/resource';

/** A place that remembers the field path in `file`, so that tests can check where a finding points. */
function pathPlace(path: FieldPath): Place {
  return { file: printFieldPath(path), at: (below) => pathPlace([...path, ...below]) };
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** A resource of a manifest; the namespace is taken as written. */
export function resourceOf(manifest: JsonObject): Resource {
  const apiVersion = textOf(manifest.apiVersion);
  const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const metadata = isJsonObject(manifest.metadata) ? manifest.metadata : {};
  return {
    apiVersion,
    group,
    version,
    kind: textOf(manifest.kind),
    name: typeof metadata.name === 'string' ? metadata.name : '',
    ...(typeof metadata.namespace === 'string' ? { namespace: metadata.namespace } : {}),
    manifest,
    place: pathPlace([]),
  };
}

/** The resources of a YAML stream. */
export function resourcesOf(yaml: string): Resource[] {
  return parseAllDocuments(yaml).flatMap((document) => {
    const value: unknown = document.toJS();
    return isJsonObject(value) ? [resourceOf(value)] : [];
  });
}

/** Any JSON value written as YAML. */
export function fromYaml(yaml: string): JsonObject {
  const value: unknown = parse(yaml);
  if (!isJsonObject(value)) throw new Error(`not an object: ${yaml}`);
  return value;
}

/** The findings, once each is known to say what is wrong and how to mend it. */
export function worded(findings: Finding[]): Finding[] {
  for (const { message, mend } of findings) {
    expect([message, mend]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
    expect(`${message} ${mend}`).not.toMatch(/undefined|NaN|\[object/);
  }
  return findings;
}

/** A value without its places, for comparing what was read. */
export function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'place')
      .map(([key, inner]) => [key, withoutPlaces(inner)]),
  );
}
