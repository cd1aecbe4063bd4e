import { parseSelector } from '../../src/policies/calico/selector-parser';
import { printSelector } from '../../src/policies/calico/selector-printer';
import { Random } from '../oracle/random';
import { hasGo } from './build';
import { Engine } from './engine';

const SEED = Number(process.env['ENGINE_FIRST_SEED'] ?? 1);
const SELECTORS = Number(process.env['ENGINE_SEEDS'] ?? 150) * 200;

/** Pieces of the language, some whole and some broken. */
const PIECES: readonly string[] = [
  ...[
    'a',
    'b/c.d-e_f',
    'in',
    'not',
    'contains',
    'starts',
    'with',
    'startswith',
    'ends',
    'endswith',
    'has',
    'all',
  ],
  ...[
    'global',
    'notin',
    '==',
    '!=',
    '=',
    '&&',
    '||',
    '&',
    '|',
    '!',
    '(',
    ')',
    '{',
    '}',
    ',',
    '"x"',
    "'y'",
    '""',
  ],
  ...[
    "'",
    '"',
    '"it\'s"',
    '\'say "x"\'',
    'has(',
    'has(a)',
    'all()',
    'global()',
    '{"a","b"}',
    "{'b', 'a',}",
    '{}',
  ],
  ...[
    ' ',
    ' ',
    ' ',
    '\t',
    '\n',
    '\u00a0',
    'é',
    '"é"',
    'a == "b"',
    'a != "b"',
    'a in {"x"}',
    'a not in {"x"}',
    '1',
  ],
];
/** Texts that are mostly right, so that long ones parse as well. */
const TERMS: readonly string[] = [
  ...[
    'a == "b"',
    "a!='b'",
    'has(a)',
    'has( b )',
    '!has(a)',
    'all()',
    'global( )',
    'a in {"z","x","z"}',
    'a in {}',
  ],
  ...[
    'a not in{"x",}',
    'a notin {"x"}',
    'a contains "b"',
    'a starts with "b"',
    'a startswith"b"',
    'a ends\twith "b"',
  ],
  ...[
    'in in {"x"}',
    'not not in {"x"}',
    'contains contains "x"',
    'all == "x"',
    'not in {"x"}',
    'a == \'say "x"\'',
  ],
];

const suite = hasGo() ? describe : describe.skip;
if (!hasGo()) process.stderr.write('SKIPPED: no `go` on the path, so no second opinion on any selector.\n');

suite("Calico's own selector parser and ours", () => {
  let engine: Engine;
  beforeAll(() => {
    engine = Engine.start('calico');
  }, 1_800_000);
  afterAll(() => engine.stop());

  it.each([
    ['of random pieces', pieces],
    ['of sound terms', terms],
  ])(
    'parse selectors %s alike and print them alike',
    async (_, make) => {
      const random = new Random(SEED);
      const texts = Array.from({ length: SELECTORS }, () => make(random));
      const theirs = await engine.canonical(texts);
      const differences = texts.flatMap((text, index) => {
        const ours = canonical(text);
        const other = theirs[index] ?? null;
        return ours === other ? [] : [{ text, ours, theirs: other }];
      });
      expect(differences.slice(0, 10)).toEqual([]);
      expect(theirs.filter((printed) => printed !== null).length).toBeGreaterThan(SELECTORS / 50);
    },
    600_000,
  );
});

function canonical(text: string): string | null {
  const parsed = parseSelector(text);
  return 'selector' in parsed ? printSelector(parsed.selector) : null;
}

function pieces(random: Random): string {
  return random.times(1, 7, () => random.pick(PIECES)).join(random.pick(['', ' ']));
}

function terms(random: Random): string {
  const depth = random.integer(0, 3);
  return term(random, depth);
}

function term(random: Random, depth: number): string {
  if (depth === 0) return random.pick(TERMS);
  const inner = term(random, depth - 1);
  switch (random.integer(0, 3)) {
    case 0:
      return `(${inner})`;
    case 1:
      return `${random.pick(['!', '! ', '!!'])}${random.pick([inner, `(${inner})`])}`;
    default:
      return `${inner}${random.pick([' && ', '&&', ' || ', '||'])}${term(random, depth - 1)}`;
  }
}
