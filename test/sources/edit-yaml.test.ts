import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Edit } from '../../src/model/fix';
import type { FieldPath } from '../../src/model/json';
import { NOWHERE } from '../../src/model/place';
import { editDocument } from '../../src/sources/edit-yaml';
import { editedValue, type FieldEdit } from '../../src/sources/field-edit';
import { parseDocument } from '../../src/sources/parse-document';

const TCP_DNS = { protocol: 'TCP', port: 53 };

function append(...path: FieldPath): FieldEdit {
  return { path, edit: { type: 'append', list: NOWHERE, value: TCP_DNS } };
}

function remove(...path: FieldPath): FieldEdit {
  return { path, edit: { type: 'remove', at: NOWHERE } };
}

function replace(value: string | number, ...path: FieldPath): FieldEdit {
  return { path, edit: { type: 'replace', at: NOWHERE, value } };
}

function insert(key: string, value: string, before: readonly string[], ...path: FieldPath): FieldEdit {
  return { path, edit: { type: 'insert', into: NOWHERE, key, value, before } };
}

/** The text afterwards; `refused: …` where it stays. */
function edited(text: string, ...edits: FieldEdit[]): string {
  const result = editDocument({ text, startLine: 1 }, edits);
  return result.text ?? `refused: ${result.refusal}`;
}

describe('appending to a list', () => {
  it('adds lines below the last item, in its indentation', () => {
    expect(edited('ports:\n- port: 1\n  protocol: UDP\nx: 1\n', append('ports'))).toBe(
      'ports:\n- port: 1\n  protocol: UDP\n- protocol: TCP\n  port: 53\nx: 1\n',
    );
    expect(edited('a:\n  ports:\n      - port: 1 # one\n  # end\n', append('a', 'ports'))).toBe(
      'a:\n  ports:\n      - port: 1 # one\n      - protocol: TCP\n        port: 53\n  # end\n',
    );
  });

  it('writes in the style of the last item', () => {
    expect(edited('p:\n  - { port: 1 }\n', append('p'))).toBe(
      'p:\n  - { port: 1 }\n  - { protocol: TCP, port: 53 }\n',
    );
    expect(edited('p: [ {port: 1},  {port: 2} ] # both\n', append('p'))).toBe(
      'p: [ {port: 1},  {port: 2}, { protocol: TCP, port: 53 } ] # both\n',
    );
  });

  it('keeps Windows line ends, and a file without a last one', () => {
    expect(edited('p:\r\n  - port: 1\r\nq: 1\r\n', append('p'))).toBe(
      'p:\r\n  - port: 1\r\n  - protocol: TCP\r\n    port: 53\r\nq: 1\r\n',
    );
    expect(edited('p:\n  - port: 1', append('p'))).toBe('p:\n  - port: 1\n  - protocol: TCP\n    port: 53');
  });

  it('writes JSON into JSON', () => {
    expect(edited('{"p": [{"port": 1}]}', append('p'))).toBe(
      '{"p": [{"port": 1}, {"protocol": "TCP", "port": 53}]}',
    );
  });

  it('refuses an empty list, and one behind an alias', () => {
    expect(edited('p: []\n', append('p'))).toMatch(/^refused/);
    expect(edited('q: &a\n  - port: 1\np: *a\n', append('p'))).toMatch(/^refused: .*alias/);
  });

  it('refuses a list that an alias repeats elsewhere, which would change too', () => {
    expect(edited('q: &a\n  - port: 1\np: *a\n', append('q'))).toMatch(/^refused: .*something else/);
  });
});

describe('writing a field that is not there', () => {
  it('puts it in front of the named one, above the comments that speak of that', () => {
    expect(edited('spec:\n  a: 1\n  # why\n  egress: []\n', insert('t', 'x', ['egress'], 'spec'))).toBe(
      'spec:\n  a: 1\n  t: x\n  # why\n  egress: []\n',
    );
  });

  it('leaves comments of what is above where they are', () => {
    expect(
      edited('spec:\n  a:\n    b: 1\n    # of b\n  egress: []\n', insert('t', 'x', ['egress'], 'spec')),
    ).toBe('spec:\n  a:\n    b: 1\n    # of b\n  t: x\n  egress: []\n');
  });

  it('begins an item with it', () => {
    expect(edited('p:\n  - port: 1 # one\n', insert('protocol', 'TCP', ['port'], 'p', 0))).toBe(
      'p:\n  - protocol: TCP\n    port: 1 # one\n',
    );
    expect(edited('p: [{port: 1}]\n', insert('protocol', 'TCP', ['port'], 'p', 0))).toBe(
      'p: [{protocol: TCP, port: 1}]\n',
    );
  });

  it('refuses one that is there', () => {
    expect(edited('p: 1\nq: null\n', insert('q', 'x', ['p']))).toMatch(/^refused/);
  });
});

describe('replacing a value', () => {
  it.each([
    ['a: 10.0.0.1/8 # all\n', 'a: 10.0.0.0/8 # all\n'],
    ["a: '10.0.0.1/8'\n", "a: '10.0.0.0/8'\n"],
    ['a: "10.0.0.1/8"\n', 'a: "10.0.0.0/8"\n'],
    ['{ "a": "10.0.0.1/8" }', '{ "a": "10.0.0.0/8" }'],
  ])('keeps quotes and comments: %j', (before, after) => {
    expect(edited(before, replace('10.0.0.0/8', 'a'))).toBe(after);
  });

  it('takes the quotes off a number', () => {
    expect(edited('port: "80" # web\n', replace(80, 'port'))).toBe('port: 80 # web\n');
    expect(edited('{ "port": "80" }', replace(80, 'port'))).toBe('{ "port": 80 }');
  });

  it('quotes what YAML would read as something else', () => {
    expect(edited('a: x\n', replace('on', 'a'))).toBe('a: "on"\n');
  });
});

describe('taking something out', () => {
  it('takes its lines, and leaves the comment above', () => {
    expect(edited('p:\n  - a: 1\n    b: 2\n  # two\n  - a: 1\n    b: 2 # x\n  - c\n', remove('p', 1))).toBe(
      'p:\n  - a: 1\n    b: 2\n  # two\n  - c\n',
    );
    expect(edited('m:\n  name: a\n  namespace: b # no\n', remove('m', 'namespace'))).toBe('m:\n  name: a\n');
  });

  it('takes the comma with it', () => {
    expect(edited('p: [a, b, a]\n', remove('p', 2))).toBe('p: [a, b]\n');
    expect(edited('{ "namespace": "b", "name": "a" }', remove('namespace'))).toBe('{ "name": "a" }');
    expect(edited('m: { name: a, namespace: b }\n', remove('m', 'namespace'))).toBe('m: { name: a }\n');
  });

  it('refuses the only item, which would leave another meaning', () => {
    expect(edited('p: [a]\n', remove('p', 0))).toMatch(/^refused/);
    expect(edited('p:\n  - a\n', remove('p', 0))).toMatch(/^refused/);
  });
});

describe('edits together', () => {
  it('are made in one go, those inside of what goes left out', () => {
    const text = 'p:\n  - { a: 1.1.1.1/8 }\n  - { a: 1.1.1.1/8 }\n';
    expect(
      edited(text, replace('1.0.0.0/8', 'p', 0, 'a'), replace('1.0.0.0/8', 'p', 1, 'a'), remove('p', 1)),
    ).toBe('p:\n  - { a: 1.0.0.0/8 }\n');
  });

  it('add to a list whose last item goes', () => {
    expect(edited('p:\n  - port: 1\n  - port: 1\n', remove('p', 1), append('p'))).toBe(
      'p:\n  - port: 1\n  - protocol: TCP\n    port: 53\n',
    );
  });

  it('are made once where they are the same', () => {
    expect(edited('p: [1]\n', append('p'), append('p'))).toBe('p: [1, { protocol: TCP, port: 53 }]\n');
  });

  const port = fc.record({
    protocol: fc.constantFrom('UDP', 'SCTP'),
    port: fc.integer({ min: 1, max: 65535 }),
  });
  const rule = fc.record({ ports: fc.array(port, { minLength: 1, maxLength: 4 }), note: fc.string() });
  const isFlow = fc.boolean();

  it('mean what they should in any YAML, or nothing is changed', () => {
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), isFlow, fc.nat(), (rules, flow, seed) => {
        const text = stringify({ rules }, flow ? { collectionStyle: 'flow' } : { indentSeq: seed % 2 === 0 });
        const document = { text, startLine: 1 };
        const edits = rules.flatMap(({ ports }, index): FieldEdit[] => [
          append('rules', index, 'ports'),
          insert('x', 'y', ['note'], 'rules', index),
          ...(ports.length > 1 ? [remove('rules', index, 'ports', seed % ports.length)] : []),
        ]);
        const value = parseDocument(document).value;
        fc.pre(value !== undefined);
        const result = editDocument(document, edits);
        expect(result.refusal).toBeUndefined();
        const after = parseDocument({ ...document, text: result.text ?? '' }).value;
        expect(after).toEqual(editedValue(value, edits));
      }),
    );
  });

  it('leave every line alone that they are not about', () => {
    const edit: Edit = { type: 'append', list: NOWHERE, value: TCP_DNS };
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 4 }), fc.nat(), (rules, seed) => {
        const text = stringify({ rules });
        const index = seed % rules.length;
        const after = edited(text, { path: ['rules', index, 'ports'], edit }).split('\n');
        const before = text.split('\n');
        const at = before.findIndex((line, position) => line !== after[position]);
        expect([...before.slice(0, at), ...after.slice(at, at + 2), ...before.slice(at)]).toEqual(after);
      }),
    );
  });
});
