import { isJsonObject } from '../../src/model/json';
import { parseDocument } from '../../src/sources/parse-document';
import answers from './kubectl-yaml.json';

/**
 * What sigs.k8s.io/yaml 1.6.0 (go-yaml 2.4), with which kubectl reads YAML, answered to each text when it was run.
 */
interface Answer {
  readonly yaml: string;
  readonly json?: string;
  readonly refused?: string;
}

/** Where this reader answers otherwise, on purpose. */
const DEVIATIONS: ReadonlyMap<string, string> = new Map([
  ...['~: 1\n', 'null: 1\n', 'Null: 1\n', 'NULL: 1\n'].map(
    (text) => [text, 'a null key reads as "null"'] as const,
  ),
  ...['.inf: 1\n', '.Inf: 1\n', '-.inf: 1\n', '+.inf: 1\n', '.nan: 1\n', '.NaN: 1\n', '.inf: x\n'].map(
    (text) => [text, 'such a key is printed otherwise'] as const,
  ),
  ...[
    '123456789012345678901234567890: 1\n',
    '9223372036854775808: 1\n',
    '-9223372036854775809: 1\n',
    '18446744073709551616: 1\n',
    '-0.0: 1\n',
    '685.230_15e+03: 1\n',
    '0xFFFFFFFFFFFFFFFF: 1\n',
    '0777777777777777777777777: 1\n',
    '12345678.5: x\n',
  ].map((text) => [text, 'a number as a key is printed with more digits'] as const),
  ...['a: !!binary aGk=\n', 'a: !!timestamp 2001-12-14\n', 'a: !!set {b}\n', '!!str: 1\n', '!!int: 1\n'].map(
    (text) => [text, 'rare tags are refused'] as const,
  ),
  ...['a: 1\na: 2\n', 'a: {b: 1, b: 2}\n', '1: a\n"1": b\n', 'true: a\n"true": b\n', 'yes: a\ntrue: b\n'].map(
    (text) => [text, 'a key that is written twice is an error, because one of the two is lost'] as const,
  ),
  ...['a: 1\n...\nb: 2\n', 'a: 1\n--- \nb: 2\n', '---\n---\na: 1\n', '{"a":1}{"b":2}'].map(
    (text) => [text, 'a second document is not lost silently'] as const,
  ),
  ...['a: "\\ud83d\\ude00"\n', 'a: "\\/"\n'].map((text) => [text, 'escapes of JSON are understood'] as const),
  ...['a: \u0085b\n', 'a: b\u2028c\n'].map((text) => [text, 'such characters do not end a line'] as const),
  ['"<<": {a: 1}\n', 'a quoted merge key merges too'],
  ['? [a]\n: 1\n', 'a list of one as a key reads as its item'],
]);

function parse(yaml: string): string {
  const { value, problem } = parseDocument({ text: yaml, startLine: 1 });
  return problem === undefined ? JSON.stringify(value) : 'refused';
}

function canonical(json: string): string {
  const sort = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sort);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([k, v]) => [k, sort(v)]),
    );
  };
  return JSON.stringify(sort(JSON.parse(json)));
}

describe('a document means what it means to kubectl', () => {
  const list: readonly Answer[] = answers;
  const expected = list.filter(({ yaml }) => !DEVIATIONS.has(yaml) && !yaml.startsWith('\ufeff'));

  it.each(expected.map((answer) => [answer.yaml, answer] as const))('%j', (_, { yaml, json }) => {
    const mine = parse(yaml);
    expect(mine === 'refused' ? mine : canonical(mine)).toBe(
      json === undefined ? 'refused' : canonical(json),
    );
  });

  it('deviates only where the list of deviations says so', () => {
    expect(expected.length).toBeGreaterThan(340);
    for (const [yaml] of DEVIATIONS) {
      const answer = list.find((other) => other.yaml === yaml);
      expect(answer).toBeDefined();
      const mine = parse(yaml);
      const theirs = answer?.json === undefined ? 'refused' : canonical(answer.json);
      expect([yaml, mine === 'refused' ? mine : canonical(mine)]).not.toEqual([yaml, theirs]);
    }
  });
});
