import fc from 'fast-check';
import { isJsonObject, type JsonObject } from '../../src/model/json';
import { FIELDS, type Part } from './calico-fields';
import { mutate, mutationArbitrary, type Mutation } from './mutate';

/** Sets a field of a part; both are counted modulo how many there are. */
interface Setting {
  readonly type: 'set';
  readonly at: number;
  readonly field: number;
  readonly value: number;
}

/** Edits a selector somewhere in the document. */
interface Edit {
  readonly type: 'edit';
  readonly at: number;
  readonly column: number;
  readonly piece: string;
  readonly cut: number;
}

type CalicoChange = Setting | Edit | { readonly type: 'any'; readonly mutation: Mutation };

const PIECES = [
  ...[
    '',
    ' ',
    '!',
    '(',
    ')',
    '&&',
    '||',
    '==',
    '!=',
    ' in ',
    ' not in ',
    "'",
    '"',
    '{',
    '}',
    ',',
    'all()',
    'global()',
  ],
  ...[
    'has(',
    'has(x)',
    'a',
    '/',
    '.',
    '-',
    '\\',
    '\n',
    '\t',
    '\u00a0',
    '=',
    '&',
    " contains 'a'",
    " starts with 'a'",
    "'x'",
  ],
];

const change: fc.Arbitrary<CalicoChange> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('set' as const),
      at: fc.nat(500),
      field: fc.nat(500),
      value: fc.nat(500),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('edit' as const),
      at: fc.nat(100),
      column: fc.nat(60),
      piece: fc.constantFrom(...PIECES),
      cut: fc.nat(3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('any' as const), mutation: mutationArbitrary }),
  },
);

/** One to three changes of a Calico object: of fields by what they take, of selectors by their language, and of anything. */
export const calicoChanges: fc.Arbitrary<readonly CalicoChange[]> = fc.array(change, {
  minLength: 1,
  maxLength: 3,
});

/** A copy of the object with the changes made one after the other; its kind and version stay. */
export function changeCalico(object: JsonObject, changes: readonly CalicoChange[]): JsonObject {
  let copy = structuredClone(object);
  for (const one of changes) {
    if (one.type === 'any') copy = mutate(copy, [one.mutation]);
    else if (one.type === 'set') setField(partsOf(copy), one);
    else editSelector(copy, one);
  }
  return { ...copy, apiVersion: object['apiVersion'] ?? null, kind: object['kind'] ?? null };
}

function setField(parts: readonly (readonly [Part, JsonObject])[], { at, field, value }: Setting): void {
  const [part, holder] = parts[at % Math.max(1, parts.length)] ?? [];
  if (part === undefined || holder === undefined) return;
  const fields = Object.entries(FIELDS[part]);
  const [key, values] = fields[field % fields.length] ?? [];
  if (key !== undefined && values !== undefined)
    holder[key] = structuredClone(values[value % values.length] ?? null);
}

/** The parts of an object, with what they are. */
function partsOf(object: JsonObject): (readonly [Part, JsonObject])[] {
  const { metadata, spec } = object;
  const kind = typeof object['kind'] === 'string' ? object['kind'] : '';
  const part =
    kind === 'Tier'
      ? 'tier'
      : kind.endsWith('Set')
        ? 'set'
        : kind === 'StagedKubernetesNetworkPolicy'
          ? 'staged'
          : 'policy';
  const named: (readonly [Part, JsonObject])[] = isJsonObject(metadata) ? [['metadata', metadata]] : [];
  if (!isJsonObject(spec)) return named;
  if (part !== 'policy') return [...named, [part, spec], [part, spec]];
  const rules = [spec['ingress'], spec['egress']].flatMap((list) => (Array.isArray(list) ? list : []));
  return [...named, ['policy', spec], ['policy', spec], ...rules.filter(isJsonObject).flatMap(partsOfRule)];
}

const INNER: readonly (readonly [string, Part])[] = [
  ['source', 'entity'],
  ['destination', 'entity'],
  ['icmp', 'icmp'],
  ['notICMP', 'icmp'],
  ['http', 'http'],
  ['services', 'services'],
  ['serviceAccounts', 'accounts'],
];

function partsOfRule(rule: JsonObject): (readonly [Part, JsonObject])[] {
  return [['rule', rule], ...innerParts(rule).flatMap((inner) => [inner, ...innerParts(inner[1])])];
}

function innerParts(holder: JsonObject): (readonly [Part, JsonObject])[] {
  return INNER.flatMap(([key, part]) => {
    const inner = holder[key];
    return isJsonObject(inner) ? [[part, inner] as const] : [];
  });
}

function editSelector(object: JsonObject, { at, column, piece, cut }: Edit): void {
  const found: (readonly [JsonObject, string, string])[] = [];
  for (const [, holder] of partsOf(object)) {
    for (const [key, text] of Object.entries(holder)) {
      if (/selector$/i.test(key) && typeof text === 'string') found.push([holder, key, text]);
    }
  }
  const [holder, key, text] = found[at % Math.max(1, found.length)] ?? [];
  if (holder === undefined || key === undefined || text === undefined) return;
  const from = column % (text.length + 1);
  holder[key] = text.slice(0, from) + piece + text.slice(from + cut);
}
