import fc from 'fast-check';
import { dump } from 'js-yaml';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { splitDocuments } from '../../src/sources/document';
import { parseYaml } from '../../src/sources/parse-yaml';
import { parsePlainYaml } from '../../src/sources/plain-yaml';

/** How many times as many texts: 100 for a night. */
const MORE = Number(process.env['PLAIN_YAML_RUNS'] ?? 1);

/** As text, as it also tells the order of keys and `-0` from `0`… which JSON does not have, nor has a manifest. */
function bySlowParser(text: string): string | undefined {
  const { value } = parseYaml({ text, startLine: 1 });
  return value === undefined ? undefined : JSON.stringify(value);
}

/** Nothing is said about what is not plain; what is said must be what the parser of all of YAML says. */
function agree(text: string): void {
  const plain = parsePlainYaml(text);
  if (plain !== undefined)
    expect({ text, value: JSON.stringify(plain) }).toEqual({ text, value: bySlowParser(text) });
}

function documentsBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .flatMap((file) => splitDocuments(readFileSync(join(folder, file), 'utf8')))
    .map(({ text }) => text);
}

const ROOT = join(__dirname, '../..');
const REAL = [join(ROOT, '../shared/data'), join(ROOT, 'dist'), join(ROOT, 'test/scenarios')].flatMap(
  documentsBelow,
);

/** What YAML has signs, words and numbers for, and what looks like it. */
const WORDS = [
  ...[
    'a',
    'b-c',
    'kubernetes.io/name',
    'x_y',
    'n',
    'on',
    'No',
    'null',
    '~',
    'true',
    'constructor',
    '__proto__',
  ],
  ...[
    '1',
    '0x1F',
    '0775',
    '1_000',
    '1e3',
    '.5',
    '5.',
    '.inf',
    '-.inf',
    '.NaN',
    '1.2.3',
    '12:30',
    '-1',
    '-c',
    '--',
    '-',
  ],
  ...[
    '"q"',
    "'q'",
    '"',
    "'",
    '"a\\n"',
    "'it''s'",
    '"a" b',
    "'a'b",
    '"a": b',
    '{}',
    '[]',
    '{a: b}',
    '[a, b]',
    '{',
    ']',
  ],
  ...[
    'a:',
    'a: b',
    ':b',
    'a#b',
    'a #b',
    '# c',
    '#',
    '&a',
    '*a',
    '!t',
    '! x',
    '|',
    '>-',
    '%',
    '@',
    '`',
    '?',
    '? a',
    '<<',
  ],
  ...[
    '...',
    '---',
    '=',
    '/',
    './x',
    '_',
    'ä',
    '\t',
    '\r',
    '\u0085',
    ' ',
    '',
    'http://x:80/y',
    'nginx:1.2',
    '(a)',
    '$x',
    'a, b',
  ],
];

/** Lines as manifests have them, and lines that are nearly so. */
const line = fc
  .tuple(
    fc.constantFrom(0, 0, 0, 2, 2, 4, 1, 3),
    fc.constantFrom('', '', '- ', '-   ', '- - ', '-'),
    fc.constantFrom(...WORDS),
    fc.constantFrom(': ', ': ', ': ', ':', ':  ', ' : ', ''),
    fc.constantFrom('', '', ...WORDS),
    fc.constantFrom('', '', '', ' ', ' # c', ':'),
  )
  .map(([indent, ...parts]) => `${' '.repeat(indent)}${parts.join('')}`);

const text = fc
  .tuple(
    fc.array(line, { minLength: 1, maxLength: 7 }),
    fc.constantFrom('\n', '\n', '\n\n', '\n# c\n', ' \n'),
  )
  .map(([lines, separator]) => `${lines.join(separator)}\n`);

/** Well formed more often than {@link text}: keys that are words, deeper and deeper or not. */
const tidy = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 1, 2, 3),
      fc.constantFrom('', '- '),
      fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      fc.constantFrom('', ...WORDS),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((lines) =>
    lines.map(([level, dash, key, value]) => `${'  '.repeat(level)}${dash}${key}: ${value}`).join('\n'),
  );

const key = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('a', 'b', 'apiVersion', 'kind', 'app.kubernetes.io/name', 'x-y') },
  { weight: 1, arbitrary: fc.constantFrom('y', 'null', '1', 'é', 'a b', 'toString') },
);
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom<unknown>('a', 'web', '80', 'true', 'http://x:80/y', null, true, false, 0, 80, -1, 1.5),
    fc.constantFrom(...WORDS),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
}));

/** One sign of a text is another, is missing, or is more. */
const mutated = fc
  .tuple(
    fc.constantFrom(...REAL),
    fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...WORDS, '\n', '  ', '\n  ', '\n- ')), {
      minLength: 1,
      maxLength: 3,
    }),
  )
  .map(([original, changes]) =>
    changes.reduce((changed, [place, removed, added]) => {
      const at = place % (changed.length + 1);
      return changed.slice(0, at) + added + changed.slice(at + removed);
    }, original),
  );

describe('the reader of documents that are written plainly', () => {
  it('reads what the tools write that write most manifests', () => {
    const written =
      'apiVersion: v1\nkind: List\nitems:\n- a: x\n  b:\n    - 1\n    - "2"\n    - {}\n# c\n\n- []\nc: \'d\'\ne:\n';
    expect(parsePlainYaml(written)).toEqual({
      apiVersion: 'v1',
      kind: 'List',
      items: [{ a: 'x', b: [1, '2', {}] }, []],
      c: 'd',
      e: null,
    });
  });

  it.each([
    ['a scalar that goes on', 'a: b\n  c\n'],
    ['a comment behind a value', 'a: b # c\n'],
    ['a key twice', 'a: 1\na: 2\n'],
    ['a key that is no text', 'on: 1\n'],
    ['a text of several lines', 'a: |\n  b\n'],
    ['an anchor', 'a: &x b\n'],
    ['an escape', 'a: "\\n"\n'],
    ['what JSON does not have', 'a: .inf\n'],
    ['what is no map', '- a\n'],
    ['a key of the prototype', 'constructor: a\n'],
    ['a flow of values', 'a: [b]\n'],
    ['an indentation that nothing has', 'a:\n    b: 1\n  c: 2\n'],
    ['an item beside a key', 'a: 1\n- b\n'],
    ['endless nesting', Array.from({ length: 100 }, (_, level) => `${' '.repeat(level)}a:\n`).join('')],
  ])('leaves %s to the other parser', (_, written) => {
    expect(parsePlainYaml(written)).toBeUndefined();
  });

  it('says what the parser of all of YAML says about lines of every kind', () => {
    fc.assert(fc.property(text, agree), { numRuns: 3_000 * MORE });
    fc.assert(fc.property(tidy, agree), { numRuns: 3_000 * MORE });
  });

  it('says the same about whatever js-yaml writes, in any of its forms', () => {
    const form = fc.record({
      indent: fc.constantFrom(1, 2, 4),
      noArrayIndent: fc.boolean(),
      forceQuotes: fc.boolean(),
    });
    const values = fc.dictionary(key, anyValue, { minKeys: 1 });
    let read = 0;
    fc.assert(
      fc.property(values, form, (value, options) => {
        const written = dump(value, options);
        if (parsePlainYaml(written) !== undefined) read++;
        agree(written);
      }),
      { numRuns: 2_000 * MORE },
    );
    expect(read).toBeGreaterThan(200 * MORE);
  });

  it('says the same about real manifests, and reads most of them', () => {
    REAL.forEach(agree);
    expect(REAL.filter((real) => parsePlainYaml(real) !== undefined).length).toBeGreaterThan(REAL.length / 2);
  });

  it('says the same about real manifests in which a few signs are others', () => {
    fc.assert(fc.property(mutated, agree), { numRuns: 3_000 * MORE });
  });
});
