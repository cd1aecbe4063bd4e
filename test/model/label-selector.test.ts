import fc from 'fast-check';
import { FieldReader } from '../../src/model/field-reader';
import type { Finding } from '../../src/model/finding';
import type { JsonObject } from '../../src/model/json';
import {
  matches,
  printLabelSelector,
  readLabelSelector,
  selectorKey,
  selectsEverything,
  SELECT_EVERYTHING,
  validLabelKey,
  validLabelValue,
  type LabelSelector,
} from '../../src/model/label-selector';
import { resourceOf } from './resource-of';

function read(selector: JsonObject): { selector: LabelSelector | undefined; findings: Finding[] } {
  const findings: Finding[] = [];
  const resource = resourceOf({ apiVersion: 'v1', kind: 'Test', metadata: { name: 'x' }, spec: selector });
  const reader = FieldReader.of(resource, findings).object('spec');
  if (reader === undefined) throw new Error('no spec');
  return { selector: readLabelSelector(reader), findings };
}

const key = fc.constantFrom('app', 'tier', 'constructor', '__proto__', 'example.com/role');
const value = fc.constantFrom('', 'a', 'b', 'c');
const labels = fc.dictionary(key, value).map((map) => Object.fromEntries(Object.entries(map)));
const requirement = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom('In' as const, 'NotIn' as const),
    values: fc.array(value, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    key,
    operator: fc.constantFrom('Exists' as const, 'DoesNotExist' as const),
    values: fc.constant([]),
  }),
);
const anySelector: fc.Arbitrary<LabelSelector> = fc.record({
  matchLabels: labels,
  matchExpressions: fc.array(requirement, { maxLength: 4 }),
});

describe('matches', () => {
  const selector = (matchExpressions: LabelSelector['matchExpressions']): LabelSelector => ({
    matchLabels: {},
    matchExpressions,
  });

  it('needs every label and every expression', () => {
    const both: LabelSelector = {
      matchLabels: { app: 'a' },
      matchExpressions: [{ key: 'tier', operator: 'In', values: ['x', 'y'] }],
    };
    expect(matches(both, { app: 'a', tier: 'y', more: '1' })).toBe(true);
    expect(matches(both, { app: 'a' })).toBe(false);
    expect(matches(both, { tier: 'y' })).toBe(false);
  });

  it('matches a missing key with NotIn and DoesNotExist (network-policy-semantics 2.1 item 11)', () => {
    expect(matches(selector([{ key: 'app', operator: 'NotIn', values: ['a'] }]), {})).toBe(true);
    expect(matches(selector([{ key: 'app', operator: 'DoesNotExist', values: [] }]), {})).toBe(true);
    expect(matches(selector([{ key: 'app', operator: 'In', values: ['a'] }]), {})).toBe(false);
    expect(matches(selector([{ key: 'app', operator: 'Exists', values: [] }]), {})).toBe(false);
  });

  it('takes the empty value for a value (network-policy-semantics 2.1 item 11)', () => {
    expect(matches({ matchLabels: { app: '' }, matchExpressions: [] }, { app: '' })).toBe(true);
    expect(matches({ matchLabels: { app: '' }, matchExpressions: [] }, {})).toBe(false);
    expect(matches(selector([{ key: 'app', operator: 'Exists', values: [] }]), { app: '' })).toBe(true);
  });

  it('selects everything with the empty selector (network-policy-semantics 2.1 item 4)', () => {
    expect(selectsEverything(SELECT_EVERYTHING)).toBe(true);
    fc.assert(fc.property(labels, (map) => matches(SELECT_EVERYTHING, map)));
  });

  it('does not find labels on the prototype', () => {
    expect(matches(selector([{ key: 'constructor', operator: 'Exists', values: [] }]), {})).toBe(false);
    expect(matches(selector([{ key: '__proto__', operator: 'DoesNotExist', values: [] }]), {})).toBe(true);
  });
});

describe('selectorKey', () => {
  it('is the same for selectors that differ in order and form only', () => {
    const a: LabelSelector = {
      matchLabels: { app: 'a', tier: 'b' },
      matchExpressions: [{ key: 'x', operator: 'In', values: ['2', '1', '1'] }],
    };
    const b: LabelSelector = {
      matchLabels: {},
      matchExpressions: [
        { key: 'x', operator: 'In', values: ['1', '2'] },
        { key: 'tier', operator: 'In', values: ['b'] },
        { key: 'app', operator: 'In', values: ['a'] },
      ],
    };
    expect(selectorKey(a)).toBe(selectorKey(b));
  });

  it('means equal matches when it is equal', () => {
    fc.assert(
      fc.property(anySelector, anySelector, labels, (a, b, map) => {
        if (selectorKey(a) === selectorKey(b)) expect(matches(a, map)).toBe(matches(b, map));
        if (selectorKey(a) === '') expect(selectsEverything(a)).toBe(true);
      }),
    );
  });
});

describe('readLabelSelector', () => {
  it('reads what printLabelSelector prints', () => {
    fc.assert(
      fc.property(anySelector, (selector) => {
        // Such keys are no valid label keys; they have their own test.
        fc.pre(
          !Object.hasOwn(selector.matchLabels, '__proto__') &&
            selector.matchExpressions.every((e) => e.key !== '__proto__'),
        );
        expect(read(printLabelSelector(selector))).toEqual({ selector, findings: [] });
      }),
    );
  });

  it('reads a missing and a null part as no requirement', () => {
    expect(read({ matchLabels: null }).selector).toEqual(SELECT_EVERYTHING);
  });

  it.each<[string, JsonObject, string]>([
    [
      'an unknown operator',
      { matchExpressions: [{ key: 'a', operator: 'in', values: ['b'] }] },
      'which is not an operator',
    ],
    [
      'In without values',
      { matchExpressions: [{ key: 'a', operator: 'In' }] },
      'must not be empty with operator In',
    ],
    [
      'NotIn with no values',
      { matchExpressions: [{ key: 'a', operator: 'NotIn', values: [] }] },
      'must not be empty',
    ],
    [
      'Exists with values',
      { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] },
      'must be empty',
    ],
    ['a missing key', { matchExpressions: [{ operator: 'Exists' }] }, 'matchExpressions[0].key is missing'],
    ['a bad key', { matchLabels: { 'a b': 'c' } }, 'is not a label key'],
    ['a bad value', { matchLabels: { a: '-c' } }, 'is not a label value'],
    [
      'a bad value in a list',
      { matchExpressions: [{ key: 'a', operator: 'In', values: ['x y'] }] },
      'is not a label value',
    ],
    ['a value that is not a string', { matchLabels: { version: 1 } }, 'must be a string'],
    ['a list for matchLabels', { matchLabels: [] }, 'must be a map of strings'],
    ['a misspelt field', { matchLabel: { a: 'b' } }, 'is not a field'],
    ['a label at the wrong place', { app: 'cart' }, 'spec.app is not a field'],
  ])(
    'gives no selector at all for %s, because what is left would select too much',
    (_, selector, message) => {
      const { selector: parsed, findings } = read(selector);
      expect(parsed).toBeUndefined();
      expect(findings.map((finding) => finding.message).join('\n')).toContain(message);
      expect(findings.every((finding) => finding.severity === 'error')).toBe(true);
    },
  );
});

describe('label syntax (Kubernetes, "Labels and Selectors")', () => {
  const long = 'a'.repeat(63);
  it.each([
    ['app', true],
    ['app.kubernetes.io/name', true],
    ['a-b_c.d', true],
    [long, true],
    [`${long}a`, false],
    [`${'a'.repeat(253)}/x`, true],
    [`${'a'.repeat(254)}/x`, false],
    ['', false],
    ['/x', false],
    ['x/', false],
    ['a/b/c', false],
    ['Example.com/x', false],
    ['-a', false],
    ['a-', false],
    ['a b', false],
    ['__proto__', false],
  ])('key %j: %s', (text, valid) => {
    expect(validLabelKey(text)).toBe(valid);
  });

  it.each([
    ['', true],
    ['A1', true],
    [long, true],
    [`${long}a`, false],
    ['a/b', false],
    ['-a', false],
    ['a\n', false],
    ['ä', false],
  ])('value %j: %s', (text, valid) => {
    expect(validLabelValue(text)).toBe(valid);
  });
});
