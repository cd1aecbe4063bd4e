import {
  writtenFields,
  type FieldName,
  type Member,
  type NeutralTarget,
  type ReadNeutral,
  type Written,
} from './neutral-target';
import { isJsonObject, type FieldPath, type Json, type JsonObject } from '../../model/json';

/** What the fields of each member are called in the v2 family, in the order in which they are written (otterize-operator 1.2). */
const FIELDS: Readonly<Record<Member, readonly (readonly [FieldName, string])[]>> = {
  kubernetes: [
    ['name', 'name'],
    ['kind', 'kind'],
    ['ports', 'ports'],
    ['http', 'http'],
  ],
  service: [
    ['name', 'name'],
    ['ports', 'ports'],
    ['http', 'http'],
  ],
  kafka: [
    ['name', 'name'],
    ['topics', 'topics'],
  ],
  sql: [
    ['name', 'name'],
    ['privileges', 'privileges'],
  ],
  aws: [
    ['name', 'arn'],
    ['actions', 'actions'],
  ],
  gcp: [
    ['name', 'resource'],
    ['permissions', 'permissions'],
  ],
  azure: [
    ['name', 'scope'],
    ['roles', 'roles'],
    ['actions', 'actions'],
    ['dataActions', 'dataActions'],
    ['keyVaultPolicy', 'keyVaultPolicy'],
  ],
  internet: [],
};

const MEMBERS = Object.keys(FIELDS);

/** Reads an item of `spec.targets`. */
export function readTarget(item: JsonObject): ReadNeutral {
  const [[key, value] = ['', null]] = writtenFields(item);
  if (!isMember(key) || !isJsonObject(value)) return { losses: [{ why: 'is not understood' }] };
  if (key === 'internet')
    return { target: { member: key, fields: new Map([['internet', value]]) }, losses: [] };
  const names = new Map(FIELDS[key].map(([name, written]) => [written, name]));
  const fields = new Map<FieldName, Json>();
  for (const [written, content] of writtenFields(value)) {
    const name = names.get(written);
    if (name !== undefined) fields.set(name, content);
  }
  return { target: { member: key, fields }, losses: [] };
}

/** Writes an item of `spec.targets`. */
export function writeTarget({ member, fields }: NeutralTarget): Written {
  const known = FIELDS[member];
  const written: JsonObject = {};
  for (const [name, key] of known) {
    const value = fields.get(name);
    if (value !== undefined) written[key] = value;
  }
  const lost = [...fields.keys()].filter(
    (field) => field !== 'internet' && !known.some(([name]) => name === field),
  );
  return {
    item: { [member]: member === 'internet' ? (fields.get('internet') ?? {}) : written },
    losses: lost.map((field) => ({ field, why: `has no place in ${member} targets` })),
  };
}

/** Path of a field from its item of `spec.targets`. */
export function targetPath({ member }: NeutralTarget, field: string): FieldPath {
  return [member, FIELDS[member].find(([name]) => name === field)?.[1] ?? field];
}

function isMember(key: string): key is Member {
  return MEMBERS.includes(key);
}
