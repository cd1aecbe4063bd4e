import fc from 'fast-check';
import type { Selector } from '../../../src/policies/calico/selector';
import { parseSelector } from '../../../src/policies/calico/selector-parser';
import { printSelector, selectorUid } from '../../../src/policies/calico/selector-printer';
import { selectorMatches } from '../../../src/policies/calico/selector-match';
import { prefixKeys } from '../../../src/policies/calico/selector-rewrite';
import { selectorArbitrary } from './selector-arbitrary';

type Vector = {
  n: string;
  text: string;
  canonical?: string;
  yes?: Record<string, string>[];
  no?: Record<string, string>[];
};

const x512 = 'x'.repeat(512);

/** The numbers are those of calico-policy-model 3.5. */
const VALID: Vector[] = [
  { n: '1', text: '', canonical: 'all()', yes: [{}] },
  { n: '2', text: ' ', canonical: 'all()' },
  { n: '3', text: ' (all() )', canonical: 'all()' },
  { n: '4', text: 'global( )', canonical: 'global()', yes: [{}] },
  { n: '5', text: 'a=="b"', canonical: 'a == "b"', yes: [{ a: 'b' }], no: [{}, { a: 'c' }] },
  { n: '6', text: "a == 'a'", canonical: 'a == "a"' },
  { n: '7', text: 'a!="b"', yes: [{}, { a: 'a' }], no: [{ a: 'b' }] },
  {
    n: '8',
    text: 'a == "b" && c == "d"',
    canonical: '(a == "b" && c == "d")',
    yes: [{ a: 'b', c: 'd' }],
    no: [{ a: 'b' }],
  },
  {
    n: '9',
    text: 'a == "b" || c == "d"',
    canonical: '(a == "b" || c == "d")',
    yes: [{ c: 'd' }],
    no: [{ a: 'e' }],
  },
  {
    n: '10',
    text: `a in {"'", '"', "c"}`,
    canonical: `a in {'"', "'", "c"}`,
    yes: [{ a: "'" }, { a: '"' }],
    no: [{}],
  },
  {
    n: '11',
    text: `a not in {"'", '"', "c"}`,
    canonical: `a not in {'"', "'", "c"}`,
    yes: [{}],
    no: [{ a: 'c' }],
  },
  { n: '12', text: 'a in {"z","z","x","y","x","a"}', canonical: 'a in {"a", "x", "y", "z"}' },
  { n: '13', text: 'a in {"a",}', canonical: 'a in {"a"}' },
  { n: '14', text: 'a in {}', canonical: 'a in {}', no: [{}, { a: '' }, { a: 'b' }] },
  { n: '15', text: 'a not in {}', yes: [{}, { a: '' }, { a: 'b' }] },
  { n: '16', text: 'a contains "a"', yes: [{ a: 'bab' }], no: [{}] },
  { n: '17', text: 'a contains ""', yes: [{ a: 'x' }], no: [{}] },
  { n: '18', text: 'a starts with "a"', yes: [{ a: 'abb' }], no: [{ a: 'baa' }] },
  { n: '19', text: 'a ends with "a"', yes: [{ a: 'bba' }], no: [{ a: 'aab' }] },
  { n: '20', text: 'a startswith "x"', canonical: 'a starts with "x"' },
  { n: '21', text: 'a starts\twith "x"', canonical: 'a starts with "x"' },
  { n: '22', text: 'a contains"v"', canonical: 'a contains "v"' },
  { n: '23', text: 'a notin{"b"}', canonical: 'a not in {"b"}' },
  { n: '24', text: 'a in{"b"}', canonical: 'a in {"b"}' },
  { n: '25', text: 'has( a )', canonical: 'has(a)' },
  { n: '26', text: 'has(a)', yes: [{ a: '' }] },
  { n: '27', text: '!has(a)', yes: [{}], no: [{ a: 'b' }] },
  { n: '28', text: '!!has(a)', canonical: 'has(a)' },
  { n: '29', text: '!!! has(a)', canonical: '!has(a)' },
  { n: '30', text: '!(!has(a))', canonical: '!!has(a)' },
  { n: '31', text: '!a in {"a"}', yes: [{}, { a: 'b' }], no: [{ a: 'a' }] },
  { n: '32', text: '!(a == "b")', canonical: '!a == "b"' },
  { n: '33', text: '!(!has(a) || has(b))', yes: [{ a: 'a' }] },
  {
    n: '34',
    text: `a=='1' && b=='2' || c=='3'`,
    canonical: '((a == "1" && b == "2") || c == "3")',
    yes: [{ c: '3' }],
  },
  {
    n: '35',
    text: `a=='1' || b=='2' && c=='3'`,
    canonical: '(a == "1" || (b == "2" && c == "3"))',
    no: [{ b: '2' }],
  },
  { n: '36', text: `(a=='1' || b=='2') && c=='3'`, yes: [{ a: '1', c: '3' }], no: [{ a: '1' }] },
  { n: '37', text: '((((a == "b"))))', canonical: 'a == "b"' },
  { n: '38', text: '! (has( b)||! has(a ))', canonical: '!(has(b) || !has(a))' },
  { n: '39', text: '! (a == "b"&&! c != "d")', canonical: '!(a == "b" && !c != "d")' },
  { n: '40', text: `a == "it's"`, canonical: `a == "it's"` },
  { n: '41', text: 'a == ""', yes: [{ a: '' }], no: [{}] },
  { n: '42', text: 'a != ""', yes: [{}] },
  { n: '43', text: 'a == "é"', yes: [{ a: 'é' }] },
  { n: '44', text: "a == 'x\ny'", yes: [{ a: 'x\ny' }] },
  { n: '45', text: 'contains contains "contains"', yes: [{ contains: 'contains' }] },
  { n: '46', text: 'startswith starts with "v"', yes: [{ startswith: 'v' }] },
  { n: '47', text: 'in in {"x"}', yes: [{ in: 'x' }] },
  { n: '48', text: 'not not in {"x"}', yes: [{}], no: [{ not: 'x' }] },
  { n: '49', text: 'not in {"x"}', yes: [{ not: 'x' }], no: [{}] },
  { n: '50', text: 'all == "x"', yes: [{ all: 'x' }], no: [{}] },
  { n: '50', text: 'has == "x"', yes: [{ has: 'x' }], no: [{}] },
  { n: '50', text: 'global == "x"', yes: [{ global: 'x' }], no: [{}] },
  { n: '50', text: 'allx == "x"', yes: [{ allx: 'x' }], no: [{}] },
  {
    n: '51',
    text: 'calico/k8s_ns == "kube-system" && k8s-app == "kube-dns"',
    yes: [{ 'calico/k8s_ns': 'kube-system', 'k8s-app': 'kube-dns' }],
  },
  { n: '52', text: 'has(calico/k8s_NS-.1/role)' },
  { n: '53', text: '1.2/3 == "x"' },
  { n: '54', text: '-a == "x"' },
  { n: '55', text: '_ == "x"' },
  { n: '56', text: '/a == "b"' },
  { n: '57', text: 'a. == "b"' },
  { n: '58', text: `${x512} == "b"` },
  { n: '58', text: `has(${x512})` },
  { n: '59', text: 'a in {"x"} && all() && global()', canonical: '(a in {"x"} && all() && global())' },
  { n: '60', text: '!all()', no: [{}, { a: 'b' }] },
  {
    n: '61',
    text: 'has(projectcalico.org/name) && projectcalico.org/name not in {"kube-system", "calico-system", "calico-apiserver", "otterize-system"}',
    canonical:
      '(has(projectcalico.org/name) && projectcalico.org/name not in {"calico-apiserver", "calico-system", "kube-system", "otterize-system"})',
    yes: [{ 'projectcalico.org/name': 'default' }],
    no: [{ 'projectcalico.org/name': 'kube-system' }, {}],
  },
];

const INVALID: [string, string][] = [
  ['62', 'b == b'],
  ['63', 'b contains b'],
  ['64', "'b1' == b"],
  ['65', 'b'],
  ['66', 'a b'],
  ['67', '!'],
  ['68', 'foo == "bar" &'],
  ['69', 'foo == "bar" |'],
  ['70', 'foo != ||'],
  ['71', 'foo in ""'],
  ['72', 'foo in {"", ||'],
  ['73', '"FOO'],
  ['74', `"FOO'`],
  ['75', '('],
  ['76', '(a == "foo"'],
  ['77', ')'],
  ['78', '()'],
  ['79', '%'],
  ['80', 'has(foo) &&'],
  ['81', 'label = "value"'],
  ['82', 'a === "b"'],
  ['83', 'all('],
  ['84', 'global('],
  ['85', 'has(foo'],
  ['86', 'has()'],
  ['87', 'has("a")'],
  ['88', 'has(a b)'],
  ['89', 'has (a)'],
  ['90', 'All()'],
  ['91', 'HAS(a)'],
  ['92', 'a !in {"b"}'],
  ['93', 'a in {,}'],
  ['94', 'a in {"a" "b"}'],
  ['95', 'a in {"a",,"b"}'],
  ['96', 'a in {b}'],
  ['97', 'a in ("b")'],
  ['98', 'a not contains "b"'],
  ['99', 'not a == "b"'],
  ['100', 'a == 1'],
  ['101', 'a > "1"'],
  ['102', 'a AND b'],
  ['103', 'a IN {"b"}'],
  ['104', 'a == "b" and c == "d"'],
  ['105', 'a == "b" c == "d"'],
  ['106', 'a == "b")'],
  ['107', '&& a == "b"'],
  ['108', 'a:b == "x"'],
  ['109', 'é == "x"'],
  ['110', '$a == "b"'],
  ['111', 'a == \u201cb\u201d'],
  ['112', 'a\n== "b"'],
  ['113', 'a == "b"\n'],
  ['114', 'a == "b" #c'],
  ['115', `${'x'.repeat(513)} == "b"`],
  ['115', `has(${'x'.repeat(513)})`],
  ['116', String.raw`a == "b\"c"`],
  ['117', 'all() all()'],
  ['118', 'label ends withs "v"'],
  ['119', 'a == {"b"}'],
  ['120', 'all("x")'],
];

function parsed(text: string): Selector {
  const result = parseSelector(text);
  if ('error' in result) throw new Error(`${text}: ${result.error} at ${result.offset}`);
  return result.selector;
}

describe('the Calico selector language (calico-policy-model 3)', () => {
  it.each(VALID)(
    'vector $n: $text is read, printed and matched as Calico does',
    ({ text, canonical, yes, no }) => {
      const selector = parsed(text);
      if (canonical !== undefined) expect(printSelector(selector)).toBe(canonical);
      for (const labels of yes ?? [])
        expect({ labels, matches: selectorMatches(selector, labels) }).toEqual({ labels, matches: true });
      for (const labels of no ?? [])
        expect({ labels, matches: selectorMatches(selector, labels) }).toEqual({ labels, matches: false });
    },
  );

  it.each(INVALID)('vector %s: %s is refused with a reason and its place', (_, text) => {
    const result = parseSelector(text);
    expect(result).toEqual({ error: expect.any(String), offset: expect.any(Number) });
    if ('error' in result) expect(result.offset).toBeLessThanOrEqual(text.length);
  });

  it('names the spot of the mistake', () => {
    expect(parseSelector('label = "value"')).toEqual({
      error: 'a single "=" is no operator: write "=="',
      offset: 6,
    });
    expect(parseSelector('a == b')).toEqual({ error: '== needs a value in quotes', offset: 5 });
  });

  it.each([
    ['', 's:5y5I3VdRZfDU01O--xXAPx2yxCQQqMf0M6IWug'],
    ['! (has( b)||! has(a ))', 's:Iss0uCleLYv1GSv_pNm7hAO58kE9jAx1NKyG3Q'],
    [VALID.at(-1)?.text ?? '', 's:cGv0UBZy34k6f-GNFsosKWssXZL6fTX95z55rg'],
  ])('gives %s the identifier Calico gives it (3.4)', (text, uid) => {
    expect(selectorUid(parsed(text))).toBe(uid);
  });

  it.each<[string, string[], string[]]>([
    ['l == "ab"', ['ab'], ['abc', 'cab', 'a', 'AB', '']],
    ['l != "ab"', ['abc', 'cab', 'a', 'AB', ''], ['ab']],
    ['l contains "ab"', ['ab', 'abc', 'cab'], ['a', 'a-b', 'AB', '']],
    ['l starts with "ab"', ['ab', 'abc'], ['cab', 'a', 'AB', '']],
    ['l ends with "ab"', ['ab', 'cab'], ['abc', 'b', 'AB', '']],
    ['l in {"ab", "c"}', ['ab', 'c'], ['abc', 'cab', 'a', '']],
    ['l not in {"ab", "c"}', ['abc', 'cab', 'a', ''], ['ab', 'c']],
  ])('%s tells values apart that are nearly the same (3.3)', (text, yes, no) => {
    const selector = parsed(text);
    expect(yes.filter((l) => !selectorMatches(selector, { l }))).toEqual([]);
    expect(no.filter((l) => selectorMatches(selector, { l }))).toEqual([]);
  });

  it.each([
    ['  a \t ==  "b"  ', 'a == "b"'],
    ['a starts \t with "b"', 'a starts with "b"'],
    ['a ends  \t with "b"', 'a ends with "b"'],
    ['a endswith "b"', 'a ends with "b"'],
    ['a not  in {  "b"  ,  "c"  }', 'a not in {"b", "c"}'],
    ['has(  a  )  &&  all(  )', '(has(a) && all())'],
  ])('takes blanks wherever words end: %s (3.1)', (text, canonical) => {
    expect(printSelector(parsed(text))).toBe(canonical);
  });

  it.each([
    ['foo == "bar" & b', 'write "&&"', 13],
    ['foo == "bar" | b', 'write "||"', 13],
    ['a\n== "b"', 'use ">-"', 1],
    ['a\r== "b"', 'a line break may stand only inside quotes', 1],
    ['a == \u201cb"', 'typographic', 5],
    ['a == \u201db"', 'typographic', 5],
    ['a % "b"', 'unexpected character "%"', 2],
    ['has(a b)', 'has( takes one label key and is closed by ")"', 6],
    ['has("a")', 'has( takes one label key without quotes', 4],
    ['all("x")', 'all( takes nothing and is closed by ")"', 4],
    ['global(x)', 'global( takes nothing', 7],
    ['a == "b', 'the quote " is never closed', 5],
    ['a in {"b" "c"}', 'separated by commas', 10],
    ['a in "b"', 'in needs a set', 5],
    ['(a == "b"', 'the bracket is not closed', 9],
    ['a == "b" c', 'should end here', 9],
  ])('says what is wrong with %j, and where', (text, words, offset) => {
    expect(parseSelector(text)).toEqual({ error: expect.stringContaining(words), offset });
  });

  it('prints chains of one and of none', () => {
    const all: Selector = { type: 'has', key: 'a' };
    expect(printSelector({ type: 'and', operands: [all] })).toBe('has(a)');
    expect(printSelector({ type: 'or', operands: [all] })).toBe('has(a)');
    expect(printSelector({ type: 'and', operands: [] })).toBe('all()');
    expect(printSelector({ type: 'or', operands: [] })).toBe('!all()');
  });

  it('does not take members of every object for labels', () => {
    expect(selectorMatches(parsed('has(constructor) || has(__proto__)'), {})).toBe(false);
    expect(selectorMatches(parsed('has(constructor)'), { constructor: 'x' })).toBe(true);
  });

  it('sorts sets by bytes, not by UTF-16 units', () => {
    expect(printSelector(parsed('a in {"\u{1F600}", "\uFF5E"}'))).toBe('a in {"\uFF5E", "\u{1F600}"}');
  });

  it('refuses nesting that would exhaust the stack instead of failing', () => {
    expect(parseSelector('('.repeat(100_000))).toEqual({
      error: expect.stringContaining('nested'),
      offset: 512,
    });
    expect(parseSelector(`${'!'.repeat(100_000)}has(a)`)).toEqual({ selector: { type: 'has', key: 'a' } });
  });

  it('refuses to print a value with both kinds of quote', () => {
    expect(() => printSelector({ type: 'compare', key: 'a', operator: '==', value: `'"` })).toThrow(
      RangeError,
    );
  });

  it('reads what it prints as what was printed', () => {
    fc.assert(
      fc.property(selectorArbitrary(), (selector) => {
        expect(parsed(printSelector(selector))).toEqual(selector);
      }),
    );
  });

  it('keeps meaning when keys are prefixed on both sides', () => {
    fc.assert(
      fc.property(
        selectorArbitrary(),
        fc.dictionary(fc.constantFrom('a', 'b', 'c/d'), fc.constantFrom('', 'x', 'y')),
        (selector, labels) => {
          const prefixed = Object.fromEntries(
            Object.entries(labels).map(([key, value]) => [`pcns.${key}`, value]),
          );
          expect(selectorMatches(prefixKeys(selector, 'pcns.'), prefixed)).toBe(
            selectorMatches(selector, labels),
          );
        },
      ),
    );
  });
});
