import { matchesPattern } from '../../src/checks/path-pattern';

describe('patterns of paths', () => {
  it.each([
    ['dist/*.yaml', 'dist/a.yaml', true],
    ['dist/*.yaml', 'dist/x/a.yaml', false],
    ['dist/**', 'dist/x/a.yaml', true],
    ['**/a.yaml', 'a.yaml', true],
    ['**/a.yaml', 'x/y/a.yaml', true],
    ['**/a.yaml', 'x/ba.yaml', false],
    ['NetworkPolicy/shop/*', 'NetworkPolicy/shop/cart', true],
    ['NetworkPolicy/shop/*', 'NetworkPolicy/shopping/cart', false],
    ['a.yaml', 'aXyaml', false],
    ['a(b)+[c].yaml', 'a(b)+[c].yaml', true],
  ])('%s and %s: %s', (pattern, text, matches) => {
    expect(matchesPattern(pattern, text)).toBe(matches);
  });
});
