import fc from 'fast-check';
import { isJsonObject, type JsonObject } from '../../src/model/json';
import { FIELDS, type Part } from './policy-fields';
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

type PolicyChange = Setting | Edit | { readonly type: 'any'; readonly mutation: Mutation };

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

const change: fc.Arbitrary<PolicyChange> = fc.oneof(
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

/** One to three changes of a policy object: of fields by what they take, of selectors by their language, and of anything. */
export const policyChanges: fc.Arbitrary<readonly PolicyChange[]> = fc.array(change, {
  minLength: 1,
  maxLength: 3,
});

/** A copy of a policy, tier or network set with the changes made one after the other; its kind and version stay. */
export function changePolicy(object: JsonObject, changes: readonly PolicyChange[]): JsonObject {
  let copy = structuredClone(object);
  for (const one of changes) {
    if (one.type === 'any') copy = mutate(copy, [one.mutation]);
    else if (one.type === 'set') setField(partsOf(copy), one);
    else editSelector(copy, one);
  }
  return { ...copy, apiVersion: object['apiVersion'] ?? null, kind: object['kind'] ?? null };
}

function setField(parts: readonly Found[], { at, field, value }: Setting): void {
  const [part, holder] = parts[at % Math.max(1, parts.length)] ?? [];
  if (part === undefined || holder === undefined) return;
  const fields = Object.entries(FIELDS[part]);
  const [key, values] = fields[field % fields.length] ?? [];
  if (key !== undefined && values !== undefined)
    holder[key] = structuredClone(values[value % values.length] ?? null);
}

type Found = readonly [Part, JsonObject];

const PARTS: Readonly<Record<string, Part>> = {
  Tier: 'tier',
  NetworkSet: 'set',
  GlobalNetworkSet: 'set',
  StagedKubernetesNetworkPolicy: 'staged',
};

/** The parts of an object, with what they are; the spec as often as both ends of a rule. */
function partsOf({ apiVersion, kind, metadata, spec }: JsonObject): Found[] {
  const kubernetes = apiVersion === 'networking.k8s.io/v1';
  const part = kubernetes ? 'networkPolicy' : (PARTS[typeof kind === 'string' ? kind : ''] ?? 'policy');
  const named: Found[] = isJsonObject(metadata) ? [['metadata', metadata]] : [];
  if (!isJsonObject(spec)) return named;
  const rule: Part = part === 'policy' ? 'rule' : 'policyRule';
  return [...named, [part, spec], [part, spec], ...partsBelow(spec, rule)];
}

/** Parts by the field that has them, alone or in a list. */
const INNER: Readonly<Record<string, Part>> = {
  source: 'entity',
  destination: 'entity',
  icmp: 'icmp',
  notICMP: 'icmp',
  http: 'http',
  services: 'services',
  serviceAccounts: 'accounts',
  from: 'peer',
  to: 'peer',
  ports: 'policyPort',
  ipBlock: 'block',
  podSelector: 'labels',
  namespaceSelector: 'labels',
  matchExpressions: 'expression',
};

function partsBelow(holder: JsonObject, rule: Part): Found[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const part =
      key === 'ingress' || key === 'egress' ? rule : Object.hasOwn(INNER, key) ? INNER[key] : undefined;
    if (part === undefined) return [];
    return (Array.isArray(value) ? value : [value])
      .filter(isJsonObject)
      .flatMap((inner): Found[] => [[part, inner], ...partsBelow(inner, rule)]);
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
