import fc from 'fast-check';
import { isJsonObject, type Json, type JsonObject } from '../../src/model/json';

/** One change of a document, at the place `at` (counted over all its values, modulo their number). */
export interface Mutation {
  readonly at: number;
  readonly change: Change;
}

type Change =
  | { readonly type: 'delete' | 'repeat' | 'wrap' | 'unwrap' | 'retype' | 'empty' }
  | { readonly type: 'replace'; readonly value: Json }
  | { readonly type: 'add'; readonly key: string; readonly value: Json }
  | { readonly type: 'misspell' | 'case'; readonly how: number }
  | { readonly type: 'graft'; readonly from: number };

const LONG = [63, 64, 254, 10_000];

/** Values that stand at the edge of what some field takes. */
const EDGE_VALUES: readonly Json[] = [
  ...[null, true, false, 0, 1, -1, 65535, 65536, 80.5, 1e21, -0.5, 2 ** 31, Number.MAX_SAFE_INTEGER],
  ...[
    '',
    ' ',
    '80',
    '0',
    '-1',
    '8000-8080',
    'http',
    'HTTP',
    'a--b',
    '-a',
    'a-',
    'x'.repeat(16),
    '80:90',
    'true',
    'null',
  ],
  ...[
    'TCP',
    'tcp',
    'UDP',
    'SCTP',
    'ICMP',
    '6',
    6,
    'Ingress',
    'ingress',
    'Both',
    'In',
    'in',
    'Equals',
    'Exists',
    'NotIn',
  ],
  ...['Allow', 'allow', 'Drop', 'Reject', 'Pass', 'Log', 'None', 'ClusterIP', 'ExternalName', 'Always'],
  ...[
    '10.0.0.0',
    '10.0.0.1/8',
    '10.0.0.0/33',
    '0.0.0.0/0',
    '::/0',
    'fd00::1/8',
    '10.0.0.0/-1',
    '10.0.0.0/08',
  ],
  ...[
    '300.0.0.0/8',
    '10.0/8',
    '010.0.0.0/8',
    '::ffff:10.0.0.0/104',
    '10.1.0.0/24',
    'fe80::1%eth0/64',
    '10.1.2.3/32',
  ],
  ...[
    'a/b/c',
    '/a',
    'a/',
    'Example.com/a',
    'example.com/a',
    'a b',
    'a.',
    'ä',
    '日本',
    '\u0000',
    'a\nb',
    '\u202e',
    '\ud800',
    '{{ x }}',
  ],
  ...["app == 'a'", 'app ==', "has(a) && (b == 'c'", '!!!all()', 'global()', '('.repeat(200), "a in {'b',}"],
  ...LONG.map((length) => 'a'.repeat(length)),
  ...[
    [],
    {},
    [null],
    [''],
    [[]],
    [{}],
    { '': '' },
    { a: null },
    { a: 1 },
    { app: 'x' },
    ['Ingress', 'Ingress'],
    ['a', 1],
  ],
  ...[
    { matchLabels: {} },
    { matchExpressions: [{ key: 'a', operator: 'In', values: [] }] },
    { port: 1, endPort: 2 },
  ],
  ...[
    { podSelector: null },
    { ipBlock: {} },
    { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] },
    { name: 'x', namespace: 'y' },
  ],
];

const JUNK_KEYS = [
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'x',
  '',
  'Spec',
  'port',
  'podSelector',
  '0',
];
const OWN_PROTO = '__proto__';

const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...EDGE_VALUES) },
  { weight: 1, arbitrary: fc.integer({ min: -10, max: 70_000 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 60 }).map(nested) },
);

function nested(depth: number): Json {
  let inner: Json = 'x';
  for (let level = 0; level < depth; level++) inner = level % 2 === 0 ? [inner] : { a: inner };
  return inner;
}

const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constantFrom('delete', 'repeat', 'wrap', 'unwrap', 'retype', 'empty') }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('replace'), value }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('add'), key: fc.constantFrom(...JUNK_KEYS, OWN_PROTO), value }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constantFrom('misspell', 'case'), how: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('graft'), from: fc.nat(500) }) },
);

export const mutationArbitrary: fc.Arbitrary<Mutation> = fc.record({ at: fc.nat(2_000), change });

/** Where a value stands: in its holder, under its key. */
type Slot =
  { readonly list: Json[]; readonly index: number } | { readonly object: JsonObject; readonly key: string };

/** A copy of the document with the changes made one after the other. */
export function mutate(document: JsonObject, mutations: readonly Mutation[]): JsonObject {
  const copy = structuredClone(document);
  for (const { at, change: what } of mutations) {
    const slots = slotsOf(copy);
    const slot = slots[at % Math.max(1, slots.length)];
    if (slot !== undefined) apply(slot, what, slots);
  }
  return copy;
}

function slotsOf(holder: Json | undefined, into: Slot[] = []): Slot[] {
  if (Array.isArray(holder)) {
    holder.forEach((item, index) => {
      into.push({ list: holder, index });
      slotsOf(item, into);
    });
  } else if (isJsonObject(holder)) {
    for (const key of Object.keys(holder)) {
      into.push({ object: holder, key });
      slotsOf(holder[key], into);
    }
  }
  return into;
}

function get(slot: Slot): Json {
  return ('list' in slot ? slot.list[slot.index] : slot.object[slot.key]) ?? null;
}

function set(slot: Slot, to: Json): void {
  if ('list' in slot) slot.list[slot.index] = to;
  else define(slot.object, slot.key, to);
}

/** An own key even when it is called `__proto__`, as JSON.parse makes it. */
function define(object: JsonObject, key: string, to: Json): void {
  Object.defineProperty(object, key, { value: to, enumerable: true, configurable: true, writable: true });
}

function apply(slot: Slot, what: Change, slots: readonly Slot[]): void {
  const old = get(slot);
  switch (what.type) {
    case 'delete':
      if ('list' in slot) slot.list.splice(slot.index, 1);
      else Reflect.deleteProperty(slot.object, slot.key);
      return;
    case 'repeat':
      if ('list' in slot) slot.list.push(structuredClone(old));
      else define(slot.object, `${slot.key}2`, structuredClone(old));
      return;
    case 'wrap':
      set(slot, [old]);
      return;
    case 'unwrap':
      set(slot, (Array.isArray(old) ? old[0] : isJsonObject(old) ? Object.values(old)[0] : null) ?? null);
      return;
    case 'retype':
      set(slot, retype(old));
      return;
    case 'empty':
      set(slot, Array.isArray(old) ? [] : isJsonObject(old) ? {} : typeof old === 'string' ? '' : 0);
      return;
    case 'replace':
      set(slot, structuredClone(what.value));
      return;
    case 'add':
      if (Array.isArray(old)) old.push(structuredClone(what.value));
      else if (isJsonObject(old)) define(old, what.key, structuredClone(what.value));
      else if ('object' in slot) define(slot.object, what.key, structuredClone(what.value));
      return;
    case 'misspell':
      if ('object' in slot) renameKey(slot.object, slot.key, misspell(slot.key, what.how));
      else if (typeof old === 'string') set(slot, misspell(old, what.how));
      return;
    case 'case':
      if (typeof old === 'string') set(slot, recase(old, what.how));
      else if ('object' in slot) renameKey(slot.object, slot.key, recase(slot.key, what.how));
      return;
    case 'graft': {
      const from = slots[what.from % slots.length];
      if (from !== undefined) set(slot, structuredClone(get(from)));
    }
  }
}

function retype(old: Json): Json {
  if (typeof old === 'number' || typeof old === 'boolean') return String(old);
  if (typeof old === 'string') return /^[0-9]+$/.test(old) ? Number(old) : old.length;
  if (Array.isArray(old)) return Object.fromEntries(old.map((item, index) => [String(index), item]));
  return isJsonObject(old) ? Object.values(old).map((item) => item ?? null) : 0;
}

function renameKey(object: JsonObject, key: string, to: string): void {
  const old = object[key] ?? null;
  Reflect.deleteProperty(object, key);
  define(object, to, old);
}

function misspell(word: string, how: number): string {
  const at = how % Math.max(1, word.length);
  return how % 2 === 0 ? word.slice(0, at) + word.slice(at + 1) : `${word.slice(0, at)}x${word.slice(at)}`;
}

function recase(word: string, how: number): string {
  if (how % 3 === 0) return word.toLowerCase();
  return how % 3 === 1 ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1);
}
