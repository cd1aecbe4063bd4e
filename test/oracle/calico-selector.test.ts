import { parseSelector } from './calico-selector';
import type { Labels } from './manifest';

describe("the oracle's reading of selectors (calico-policy-model 3.5)", () => {
  const matches = (selector: string, labels: Labels): boolean =>
    parseSelector(selector)((key) => labels[key]);

  it.each<[string, Labels, boolean]>([
    ['', {}, true],
    [' (all() )', {}, true],
    ['a!="b"', {}, true],
    ['a in {"\'", \'"\', "c"}', { a: '"' }, true],
    ['a in {"a",}', { a: 'a' }, true],
    ['a in {}', { a: '' }, false],
    ['a not in {}', {}, true],
    ['a contains ""', { a: 'x' }, true],
    ['a starts\twith "x"', { a: 'xy' }, true],
    ['a contains"v"', { a: 'v' }, true],
    ['a notin{"b"}', { a: 'b' }, false],
    ['has( a )', { a: '' }, true],
    ['!!! has(a)', {}, true],
    ['!a in {"a"}', { a: 'b' }, true],
    ["a=='1' || b=='2' && c=='3'", { b: '2' }, false],
    ["(a=='1' || b=='2') && c=='3'", { a: '1', c: '3' }, true],
    ['contains contains "contains"', { contains: 'contains' }, true],
    ['not not in {"x"}', {}, true],
    ['not in {"x"}', { not: 'x' }, true],
    ['all == "x"', { all: 'x' }, true],
    ['!all()', {}, false],
  ])('%s on %j is %s', (selector, labels, expected) => {
    expect(matches(selector, labels)).toBe(expected);
  });

  it.each([
    'b == b',
    'b',
    '!',
    '(a == "foo"',
    '()',
    'has (a)',
    'All()',
    'a !in {"b"}',
    'a in {,}',
    'a == "b" c == "d"',
    'a\n== "b"',
    'a == 1',
  ])('refuses %j', (selector) => {
    expect(() => parseSelector(selector)).toThrow('not a selector');
  });
});
