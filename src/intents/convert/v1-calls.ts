import {
  writtenFields,
  type FieldName,
  type Loss,
  type Member,
  type NeutralTarget,
  type ReadNeutral,
  type Written,
} from './neutral-target';
import { SERVICE_KIND, statedKind } from '../identity';
import { SHAPES, type V1Version } from '../v1-shapes';
import type { Json, JsonObject } from '../../model/json';

const SERVICE_PREFIX = 'svc:';

/** `spec.calls[].type` of the members that have one always; plain and http calls are told by their name. */
const TYPES: ReadonlyMap<Member, string> = new Map([
  ['kafka', 'kafka'],
  ['sql', 'database'],
  ['aws', 'aws'],
  ['gcp', 'gcp'],
  ['azure', 'azure'],
  ['internet', 'internet'],
]);

/** What the fields of a member are called in a version (otterize-operator 1.3), in the order in which they are written. */
function fieldNames(member: Member, version: V1Version): (readonly [FieldName, string])[] {
  const { kinds, kafka, http, azureActions } = SHAPES[version];
  const common: (readonly [FieldName, string])[] = [
    ['name', 'name'],
    ...(kinds ? ([['kind', 'kind']] as const) : []),
  ];
  switch (member) {
    case 'kubernetes':
    case 'service':
      return [...common, ['http', http]];
    case 'kafka':
      return [...common, ['topics', kafka]];
    case 'sql':
      return [...common, ['privileges', 'databaseResources']];
    case 'aws':
      return [...common, ['actions', 'awsActions']];
    case 'gcp':
      return [...common, ['permissions', 'gcpPermissions']];
    case 'azure':
      return [
        ...common,
        ['roles', 'azureRoles'],
        ...(azureActions
          ? ([
              ['actions', 'azureActions'],
              ['dataActions', 'azureDataActions'],
            ] as const)
          : []),
        ['keyVaultPolicy', 'azureKeyVaultPolicy'],
      ];
    case 'internet':
      return [...common, ['internet', 'internet']];
  }
}

/** Reads an item of `spec.calls`. A field that belongs to another type has no effect, so it is said to be lost. */
export function readCall(item: JsonObject, version: V1Version): ReadNeutral {
  const type = typeof item['type'] === 'string' ? item['type'] : '';
  const name = typeof item['name'] === 'string' ? item['name'] : '';
  const member = memberOf(type, name);
  const names = new Map(fieldNames(member, version).map(([field, written]) => [written, field]));
  const fields = new Map<FieldName, Json>(type === 'http' ? [['http', []]] : []);
  const losses: Loss[] = [];
  for (const [written, value] of writtenFields(item)) {
    const field = written === 'http' ? undefined : names.get(written);
    if (field === undefined || (field === 'http' && type !== 'http')) {
      if (written !== 'type')
        losses.push({
          field: written,
          why: `has no effect in a call ${type === '' ? 'without a type' : `of type ${type}`}`,
        });
    } else fields.set(field, value);
  }
  if (fields.get('kind') === SERVICE_KIND && member === 'service') fields.delete('kind');
  if (fields.has('name')) fields.set('name', withoutPrefix(name, type));
  return { target: { member, fields }, losses };
}

function memberOf(type: string, name: string): Member {
  for (const [member, written] of TYPES) if (written === type) return member;
  return name.startsWith(SERVICE_PREFIX) ? 'service' : 'kubernetes';
}

/** In front of a broker the prefix means nothing; cloud resources are called as they are. */
function withoutPrefix(name: string, type: string): string {
  const names = type === '' || type === 'http' || type === 'kafka';
  return names && name.startsWith(SERVICE_PREFIX) ? name.slice(SERVICE_PREFIX.length) : name;
}

/** Writes an item of `spec.calls`. */
export function writeCall(target: NeutralTarget, version: V1Version): Written {
  const { member } = target;
  const type = target.fields.has('http') ? 'http' : TYPES.get(member);
  if (type !== undefined && !SHAPES[version].types.includes(type)) {
    return { item: {}, losses: [{ why: `is a call of type ${type}, which ${version} does not have` }] };
  }
  const fields = new Map(target.fields);
  if (isService(target, version)) {
    fields.set('name', `${SERVICE_PREFIX}${textOf(fields.get('name'))}`);
    if (!SHAPES[version].kinds) fields.delete('kind');
  }
  // A kind that means any kind says nothing.
  if (!SHAPES[version].kinds && statedKind(textOf(fields.get('kind'))) === undefined) fields.delete('kind');
  return { ...write(fields, fieldNames(member, version), type), losses: lost(fields, member, version) };
}

function write(
  fields: ReadonlyMap<FieldName, Json>,
  names: readonly (readonly [FieldName, string])[],
  type: string | undefined,
): { readonly item: JsonObject } {
  const item: JsonObject = {};
  for (const [field, key] of names) {
    const value = fields.get(field);
    if (field === 'name' || field === 'kind') {
      if (value !== undefined) item[key] = value;
      continue;
    }
    if (type !== undefined) item['type'] ??= type;
    if (value !== undefined && !isEmptyHttp(field, value)) item[key] = value;
  }
  return { item };
}

function lost(fields: ReadonlyMap<FieldName, Json>, member: Member, version: V1Version): Loss[] {
  const names = fieldNames(member, version);
  return [...fields.keys()]
    .filter((field) => !names.some(([known]) => known === field))
    .map((field) => ({ field, why: `has no place in a call of ${version}` }));
}

/** The type alone says http. */
function isEmptyHttp(field: FieldName, value: Json): boolean {
  return field === 'http' && Array.isArray(value) && value.length === 0;
}

/** What a version calls a field of a call. */
export function callField(member: Member, field: string, version: V1Version): string {
  return fieldNames(member, version).find(([name]) => name === field)?.[1] ?? field;
}

/** Services are told by their prefix; where there are kinds, one that was told by its kind keeps it. */
function isService({ member, fields }: NeutralTarget, version: V1Version): boolean {
  return (
    member === 'service' ||
    (member === 'kubernetes' && fields.get('kind') === SERVICE_KIND && !SHAPES[version].kinds)
  );
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
