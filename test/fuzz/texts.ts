import fc from 'fast-check';
import { stringify } from 'yaml';
import { mutate, mutationArbitrary } from './mutate';
import { SAMPLES } from './samples';

/** A small cluster beside the document, so that policies have somebody to select and verdicts are computed. */
const NEIGHBOURS = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system' } },
  ...['frontend', 'cart', 'peers'].map((app) => ({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: `${app}-neighbour`, namespace: 'shop' },
    spec: {
      template: {
        metadata: { labels: { app } },
        spec: { containers: [{ name: 'a', ports: [{ name: 'http', containerPort: 7070 }] }] },
      },
    },
  })),
]
  .map((object) => JSON.stringify(object))
  .join('\n---\n');

/** Texts of samples with changes somewhere. */
export const changedManifests: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...SAMPLES),
    fc.array(mutationArbitrary, { minLength: 1, maxLength: 3 }),
    fc.boolean(),
  )
  .map(([sample, mutations, asJson]) => {
    const document = mutate(sample, mutations);
    return `${NEIGHBOURS}\n---\n${asJson ? JSON.stringify(document, null, 1) : stringify(document)}`;
  });

/** One change of a text, at a line counted modulo their number. */
interface Edit {
  readonly line: number;
  readonly column: number;
  readonly type: keyof typeof EDITS;
  readonly piece: string;
}

/** Each gives the lines that come in the place of one. */
const EDITS = {
  drop: () => [],
  repeat: (line: string) => [line, line],
  indent: (line: string) => [`  ${line}`],
  outdent: (line: string) => [line.replace(/^ {1,2}/, '')],
  tab: (line: string) => [`\t${line}`],
  insert: (line: string, { column, piece }: Edit) => [line.slice(0, column) + piece + line.slice(column)],
  cut: (line: string, { column }: Edit) => [line.slice(0, column)],
  follow: (line: string, { piece }: Edit) => [line, piece],
  value: (line: string, { piece }: Edit) => [line.replace(/: .*$|:$/, `: ${piece}`)],
} satisfies Record<string, (line: string, edit: Edit) => string[]>;

const PIECES = [
  ...[
    '---',
    '--- x',
    '...',
    '%YAML 1.1',
    '# x',
    '|',
    '>-',
    '"',
    "'",
    '{',
    '[',
    '}',
    ']',
    ',',
    ':',
    '- ',
    '? x',
    '!!binary aGk=',
    '!!set {a}',
  ],
  ...[
    '&a',
    '*a',
    '&a {x: *a}',
    '<<: *a',
    '<<: {app: x}',
    '!!str 80',
    '!!int "80"',
    '!!float 80',
    '!x 80',
    '!!null x',
    '!!timestamp 2001-01-01',
  ],
  ...[
    '0x50',
    '0o120',
    '0120',
    '0b101',
    '8_0',
    '80.0',
    '8e1',
    '1:20',
    '.nan',
    '.inf',
    'on',
    'no',
    'y',
    '~',
    '2001-01-01',
    '=',
    '{{ .Values.x }}',
  ],
  ...[
    '\u0000',
    '\u0007',
    '\u2028',
    '\ufeff',
    '\u00a0',
    '\r',
    '\ud800',
    'é',
    '__proto__: {a: 1}',
    'constructor: 1',
    'spec: {}',
    'x'.repeat(5_000),
  ],
];

const edits: fc.Arbitrary<Edit> = fc.record({
  line: fc.nat(400),
  column: fc.nat(40),
  type: fc.constantFrom(...(Object.keys(EDITS) as Edit['type'][])),
  piece: fc.constantFrom(...PIECES),
});

function edited(text: string, edit: Edit): string {
  const lines = text.split('\n');
  const at = edit.line % lines.length;
  lines.splice(at, 1, ...EDITS[edit.type](lines[at] ?? '', edit));
  return lines.join('\n');
}

/** Texts of samples, some cut short, with changes that no parser has made sense of. */
export const changedTexts: fc.Arbitrary<string> = fc
  .record({
    sample: fc.constantFrom(...SAMPLES),
    changes: fc.array(edits, { minLength: 1, maxLength: 3 }),
    flow: fc.boolean(),
    end: fc.option(fc.nat(2_000), { freq: 8 }),
  })
  .map(({ sample, changes, flow, end }) => {
    const text = flow ? JSON.stringify(sample, null, 2) : stringify(sample);
    const changed = changes.reduce(edited, text);
    return `${NEIGHBOURS}\n---\n${end === null ? changed : changed.slice(0, end)}`;
  });
