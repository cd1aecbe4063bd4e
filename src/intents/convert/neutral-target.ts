import type { Json, JsonObject } from '../../model/json';

/** What a target is, by the member that it has in the v2 family. */
export type Member = 'kubernetes' | 'service' | 'kafka' | 'sql' | 'aws' | 'gcp' | 'azure' | 'internet';

/** A target between versions: what it is, and its fields under names of their own, as they were written. */
export interface NeutralTarget {
  readonly member: Member;
  readonly fields: ReadonlyMap<FieldName, Json>;
}

/** Fields of targets. `internet` is the whole object with domains, ips and ports. */
export type FieldName =
  | 'name'
  | 'kind'
  | 'ports'
  | 'http'
  | 'topics'
  | 'privileges'
  | 'actions'
  | 'permissions'
  | 'roles'
  | 'dataActions'
  | 'keyVaultPolicy'
  | 'internet';

/** Something of a target that a version has no place for, or that has no effect where it stands. */
export interface Loss {
  /** The field, as the object that is converted calls it; absent when the whole target is lost. */
  readonly field?: string | undefined;
  /** Continues a sentence that begins with the field. */
  readonly why: string;
}

/** A target as a version writes it, and what of it would be lost. */
export interface Written {
  readonly item: JsonObject;
  readonly losses: readonly Loss[];
}

/** A target as read from a version, and what of it has no effect there. */
export interface ReadNeutral {
  readonly target?: NeutralTarget | undefined;
  readonly losses: readonly Loss[];
}

/** Fields that are written, by name. Null reads as absent, as it does for the API server. */
export function writtenFields(object: JsonObject): [string, Json][] {
  return Object.entries(object).flatMap(([key, value]): [string, Json][] =>
    value === undefined || value === null ? [] : [[key, value]],
  );
}
