import { readIntents, type ReadIntents } from '../../src/intents/read-intents';
import { printFieldPath, type FieldPath, type Json, type JsonObject } from '../../src/model/json';
import { constructPlace, type Place } from '../../src/model/place';
import type { Resource } from '../../src/model/resource';

/** A place whose fields tell their path, so that tests see where a finding points. */
export function fieldPlace(name: string, path: FieldPath = []): Place {
  return {
    ...constructPlace(`${name}:${printFieldPath(path)}`),
    at: (below) => fieldPlace(name, [...path, ...below]),
  };
}

export function resource(version: string, kind: string, spec: Json | undefined, name = 'intents'): Resource {
  const apiVersion = `k8s.otterize.com/${version}`;
  const manifest: JsonObject = { apiVersion, kind, metadata: { name, namespace: 'shop' } };
  if (spec !== undefined) manifest['spec'] = spec;
  return {
    apiVersion,
    group: 'k8s.otterize.com',
    version,
    kind,
    name,
    namespace: 'shop',
    manifest,
    place: fieldPlace(name),
  };
}

export function readV2(...targets: Json[]): ReadIntents {
  return readIntents([resource('v2beta1', 'ClientIntents', { workload: { name: 'frontend' }, targets })]);
}

export function readV1(...calls: Json[]): ReadIntents {
  return readIntents([resource('v1alpha3', 'ClientIntents', { service: { name: 'frontend' }, calls })]);
}

/** `severity id at path` of each finding: what most tests ask about. */
export function summary({ findings }: ReadIntents): string[] {
  return findings.map(
    ({ severity, id, place }) => `${severity} ${id} at ${place.construct?.split(':')[1] ?? ''}`,
  );
}

/** The targets of the first object, without their places. */
export function targets({ intents }: ReadIntents): unknown[] {
  return (intents[0]?.targets ?? []).map(({ place: _place, ...rest }) => rest);
}
