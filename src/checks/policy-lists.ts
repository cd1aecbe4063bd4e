import { isJsonObject, type FieldPath, type Json } from '../model/json';
import type { Resource } from '../model/resource';
import { DIRECTIONS } from '../policies/direction';

/** NetworkPolicies as they are written, for what reading fills in. */
export function writtenNetworkPolicies(resources: readonly Resource[]): readonly Resource[] {
  return resources.filter(({ group, kind }) => group === 'networking.k8s.io' && kind === 'NetworkPolicy');
}

/** A value and the way to it from the manifest. */
export interface Written {
  readonly value: Json;
  readonly path: FieldPath;
}

/** The items of `ports` in all rules of a NetworkPolicy. */
export function writtenPorts({ manifest }: Resource): readonly Written[] {
  const { spec } = manifest;
  if (!isJsonObject(spec)) return [];
  return DIRECTIONS.flatMap((direction) =>
    itemsOf(spec[direction], ['spec', direction]).flatMap(({ value, path }) =>
      isJsonObject(value) ? itemsOf(value.ports, [...path, 'ports']) : [],
    ),
  );
}

/** The items of a list; none where it is no list. */
export function itemsOf(list: Json | undefined, path: FieldPath): readonly Written[] {
  return Array.isArray(list) ? list.map((value, index) => ({ value, path: [...path, index] })) : [];
}
