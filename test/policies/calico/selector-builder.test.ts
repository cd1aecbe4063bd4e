import { Sel } from '../../../src/policies/calico/selector-builder';

describe('Sel', () => {
  const role = Sel.label('role');

  it.each([
    [role.is('db'), 'role == "db"'],
    [role.isNot('db'), 'role != "db"'],
    [role.in(['b', 'a', 'a']), 'role in {"a", "b"}'],
    [role.notIn(['b']), 'role not in {"b"}'],
    [role.contains('x'), 'role contains "x"'],
    [role.startsWith('x'), 'role starts with "x"'],
    [role.endsWith('x'), 'role ends with "x"'],
    [role.exists(), 'has(role)'],
    [role.missing(), '!has(role)'],
    [role.missing().not(), 'has(role)'],
    [role.is('say "hi"'), `role == 'say "hi"'`],
    [Sel.all(), 'all()'],
    [Sel.global(), 'global()'],
    [role.is('a').and(role.is('b')).and(role.is('c')), '(role == "a" && role == "b" && role == "c")'],
    [role.is('a').or(role.is('b')).and(Sel.all()), '((role == "a" || role == "b") && all())'],
    [Sel.parse(` a=='b'`), 'a == "b"'],
  ])('writes %s', (built, text) => {
    expect(built.toString()).toBe(text);
    expect(Sel.parse(text).selector).toEqual(built.selector);
  });

  it('takes just what the API takes', () => {
    const longest = Sel.label('x'.repeat(512)).is('');
    expect(longest.toString()).toHaveLength(512 + ' == ""'.length);
    expect(role.is('x'.repeat(1024 - 'role == ""'.length)).toString()).toHaveLength(1024);
    expect(() => role.is('x'.repeat(1025 - 'role == ""'.length)).toString()).toThrow(
      new RegExp(`1024 characters; this one has 1025: role == "x{51}…$`),
    );
    expect(() => Sel.label('x'.repeat(600))).toThrow(new RegExp(`^"x{80}" cannot`));
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a value with both quotes', () => role.is(`'"`), /both kinds of quote/],
    ['a value Calico would take for a call', () => role.in(['all()']), /for a call/],
    ['no values', () => role.in([]), /matches nothing/],
    ['no values to leave out', () => role.notIn([]), /matches everything/],
    ['a key with a space', () => Sel.label('a b'), /label key/],
    ['an empty key', () => Sel.label(''), /label key/],
    ['a key of 513 characters', () => Sel.label('x'.repeat(513)), /512/],
    ['a text that is no selector', () => Sel.parse('a = "b"'), /write "=="/],
    ['more than the API takes', () => role.is('x'.repeat(1024)).toString(), /1024/],
  ])('refuses %s', (_, build, reason) => {
    expect(build).toThrow(RangeError);
    expect(build).toThrow(reason);
  });
});
