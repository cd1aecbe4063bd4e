import { checkKeys } from '../../src/compiler/known-keys';

describe('checkKeys', () => {
  it('takes known keys, and unknown ones that are undefined', () => {
    expect(() => {
      checkKeys('', { a: 1, b: undefined }, ['a']);
    }).not.toThrow();
  });

  it.each([
    ['a near miss', 'allow', { pord: 1 }, 'allow.pord is 1: there is no such option. Did you mean port?'],
    ['a stranger', '', { zzz: 1 }, 'zzz is 1: there is no such option. The options are port, proto.'],
    ['a key of the prototype', '', { constructor: 1 }, /^constructor is 1: .*The options are/],
    ['a hinted key', '', { dns: false }, 'dns is false: there is no such option. Write it in allow.'],
    ['a list', 'allow', ['x'], /^allow is \["x"\]: it must be an object/],
  ])('refuses %s', (_what, path, value, message) => {
    expect(() => {
      checkKeys(path, value, ['port', 'proto'], { dns: 'Write it in allow.' });
    }).toThrow(message);
  });
});
