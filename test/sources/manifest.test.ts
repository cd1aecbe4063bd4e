import fc from 'fast-check';
import { stringify } from 'yaml';
import { jsonAt, type FieldPath, type Json } from '../../src/model/json';
import { printPlace } from '../../src/model/place';
import { readManifests, type Manifests } from '../../src/sources/manifest';

function read(text: string): Manifests {
  return readManifests(text, { file: 'f.yaml' });
}

const ids = ({ resources }: Manifests): string[] =>
  resources.map(
    ({ kind, namespace, name, place }) => `${kind} ${namespace ?? '-'}/${name} ${printPlace(place)}`,
  );
const found = ({ findings }: Manifests): string[] =>
  findings.map(({ severity, id, place }) => `${severity} ${id} ${printPlace(place)}`);

const configMap = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${more}`;

describe('documents', () => {
  it('are read one after the other, with the line where each begins', () => {
    const text = `# a comment\n\n${configMap('a')}---\n# Source: x.yaml\n${configMap('b')}--- # third\n\n${configMap('c')}`;
    expect(ids(read(text))).toEqual([
      'ConfigMap default/a f.yaml:3',
      'ConfigMap default/b f.yaml:9',
      'ConfigMap default/c f.yaml:15',
    ]);
  });

  it('may be empty or hold comments only, without a word', () => {
    expect(read('')).toMatchObject({ resources: [], findings: [] });
    expect(read('---\n---\n# nothing\n---\n\n--- \nnull\n...\n')).toMatchObject({
      resources: [],
      findings: [],
    });
    expect(ids(read(`%YAML 1.1\n---\n${configMap('a')}...\n`))).toEqual(['ConfigMap default/a f.yaml:3']);
  });

  it('are refused as a bare list of objects, as kubectl refuses them', () => {
    const list = `[${['a', 'b'].map((name) => `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"${name}"}}`).join(',')}]`;
    expect(ids(read(list))).toEqual([]);
    expect(found(read(list))).toEqual(['error invalid-field f.yaml:1']);
    expect(found(read('[1, 2]'))).toEqual(['info not-kubernetes f.yaml:1']);
  });

  it('may have a byte order mark and Windows line ends', () => {
    const text = `\ufeff${configMap('a')}---\n${configMap('b', 'data:\n  x: |\n    1\n    2\n')}`.replaceAll(
      '\n',
      '\r\n',
    );
    const result = read(text);
    expect(ids(result)).toEqual(['ConfigMap default/a f.yaml:1', 'ConfigMap default/b f.yaml:6']);
    expect(jsonAt(result.resources[1]?.manifest, ['data', 'x'])).toBe('1\n2\n');
  });

  it('that are not valid YAML are an error with their line, and the others are read', () => {
    const result = read(`${configMap('a')}---\na: b\n c: d: e\n---\n${configMap('b')}`);
    expect(ids(result)).toEqual(['ConfigMap default/a f.yaml:1', 'ConfigMap default/b f.yaml:9']);
    expect(found(result)).toEqual(['error invalid-yaml f.yaml:7']);
  });

  it('that have a key twice are an error with the line of the second', () => {
    expect(found(read(`${configMap('a')}data:\n  x: 1\n  x: 2\n`))).toEqual(['error duplicate-key f.yaml:7']);
    expect(
      found(read('{"apiVersion":"v1","kind":"ConfigMap",\n"metadata":{"name":"a",\n"name":"b"}}')),
    ).toEqual(['error duplicate-key f.yaml:3']);
  });

  it('that end too early are an error on their last line', () => {
    expect(found(read(`${configMap('a')}data: {x: "y`))).toEqual(['error invalid-yaml f.yaml:5']);
    expect(found(read(`${configMap('a')}data: {x: 1\n\n---\n${configMap('b')}`))).toEqual([
      'error invalid-yaml f.yaml:5',
    ]);
  });

  it('with content on the line of the separator are an error, as for kubectl', () => {
    expect(found(read(`${configMap('a')}--- {kind: x}\n`))).toEqual(['error invalid-yaml f.yaml:5']);
  });

  it('that end with ... and go on are an error, because kubectl loses the rest', () => {
    expect(found(read(`${configMap('a')}...\n${configMap('b')}`))).toEqual([
      expect.stringContaining('error invalid-yaml'),
    ]);
  });

  it('that are not of Kubernetes are skipped with a word', () => {
    expect(found(read('a: b\n---\n- 1\n---\ntext\n'))).toEqual([
      'info not-kubernetes f.yaml:1',
      'info not-kubernetes f.yaml:3',
      'info not-kubernetes f.yaml:5',
    ]);
    expect(
      found(read('apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n')),
    ).toEqual(['info not-kubernetes f.yaml:1']);
  });

  it('that lack what names them are an error at the place of the lack', () => {
    expect(
      found(read('apiVersion: v1\n---\nkind: Pod\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: 1\n')),
    ).toEqual([
      'error invalid-field f.yaml:1',
      'error invalid-field f.yaml:3',
      'error invalid-field f.yaml:8',
    ]);
    expect(found(read('apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {}\n'))).toEqual([
      'error invalid-field f.yaml:1',
    ]);
  });
});

describe('templates', () => {
  it.each([
    ['a control line', `{{- if .Values.on }}\n${configMap('a')}{{- end }}\n`],
    ['a bare value', `${configMap('a')}data:\n  x: {{ .Values.x }}\n`],
    ['a list item', `${configMap('a')}data:\n  - {{ .Values.x }}\n`],
    ['a quoted name', configMap('"{{ .Release.Name }}"')],
    ['a name with an end', configMap('app-{{ .Release.Name }}')],
  ])('are skipped with a warning: %s', (_, text) => {
    expect(read(text).resources).toEqual([]);
    expect(found(read(text))).toEqual([expect.stringContaining('warning templated-manifest f.yaml:')]);
  });

  it('are not what has braces in its text', () => {
    const text = configMap('a', 'data:\n  x: "{{ $labels.pod }}"\n  y: |\n    a {{ b }}\n  z: is {{ c }}\n');
    expect(found(read(text))).toEqual([]);
    expect(read(text).resources).toHaveLength(1);
  });

  it('do not hide a mistake in a document whose text has braces', () => {
    expect(found(read(`${configMap('a')}data:\n  x: "{{ $labels.pod }}"\n y: 1\n`))).toEqual([
      expect.stringContaining('error invalid-yaml'),
    ]);
  });
});

describe('lists', () => {
  it('are taken apart, however deep, and items keep their lines', () => {
    const text = `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata:
    name: a
- apiVersion: v1
  kind: List
  items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: b, namespace: x}
`;
    const result = read(text);
    expect(ids(result)).toEqual(['ConfigMap default/a f.yaml:4', 'ConfigMap x/b f.yaml:11']);
    expect(result.resources[1]?.place.at(['metadata', 'namespace']).line).toBe(13);
  });

  it('of one kind give it to items that do not say theirs, as the API server sends them', () => {
    const result = read(
      '{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicyList","items":[{"metadata":{"name":"a","namespace":"x"}}]}',
    );
    expect(ids(result)).toEqual(['NetworkPolicy x/a f.yaml:1']);
    expect(result.resources[0]).toMatchObject({
      group: 'networking.k8s.io',
      version: 'v1',
      manifest: { kind: 'NetworkPolicy' },
    });
  });

  it('with something else inside are a finding', () => {
    expect(found(read('apiVersion: v1\nkind: List\nitems:\n- null\n- a: b\n'))).toEqual([
      expect.stringContaining('not-kubernetes'),
      'info not-kubernetes f.yaml:5',
    ]);
  });
});

describe('JSON', () => {
  it('is read as one object or as many, with lines', () => {
    const object = (name: string): string =>
      `{\n\t"apiVersion": "v1",\n\t"kind": "ConfigMap",\n\t"metadata": {"name": "${name}", "x": "}{\\""}\n}`;
    const result = read(`${object('a')}\n${object('b')}`);
    expect(ids(result)).toEqual(['ConfigMap default/a f.yaml:1', 'ConfigMap default/b f.yaml:6']);
    expect(result.resources[1]?.place.at(['metadata', 'name']).line).toBe(9);
  });

  it('may stand in YAML documents', () => {
    expect(
      ids(
        read(
          '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}\n---\n{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}\n',
        ),
      ),
    ).toEqual(['ConfigMap default/a f.yaml:1', 'ConfigMap default/b f.yaml:3']);
  });

  it('that is cut short is an error', () => {
    expect(found(read('{"apiVersion": "v1", "kind": "Pod"'))).toEqual([
      expect.stringContaining('error invalid-yaml'),
    ]);
  });
});

describe('scopes', () => {
  it('give the default namespace to namespaced kinds only', () => {
    const cluster = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\n';
    const result = readManifests(`${configMap('a')}---\n${cluster}`, { file: 'f', defaultNamespace: 'shop' });
    expect(ids(result)).toEqual(['ConfigMap shop/a f:1', 'ClusterRole -/r f:6']);
  });

  it.each(['7', '[a]', 'Shop', '"a b"', 'a.b'])(
    'with the namespace %s, which no cluster can have, are left out',
    (namespace) => {
      const result = read(
        `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: ${namespace}\n`,
      );
      expect(result.resources).toEqual([]);
      expect(found(result)).toEqual(['error invalid-field f.yaml:5']);
    },
  );

  it('warn of a namespace on a kind that has none', () => {
    const result = read(
      'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata:\n  name: deny\n  namespace: shop\n',
    );
    expect(result.resources[0]?.namespace).toBeUndefined();
    expect(found(result)).toEqual(['warning misplaced-namespace f.yaml:5']);
  });
});

describe('anchors and merge keys', () => {
  it('are written out, and no two fields share a value', () => {
    const result = read(configMap('a', 'data:\n  x: &x {a: 1}\n  w: *x\n  z: {<<: *x, b: 2}\n'));
    const data = jsonAt(result.resources[0]?.manifest, ['data']);
    expect(data).toEqual({ x: { a: 1 }, w: { a: 1 }, z: { a: 1, b: 2 } });
    expect(jsonAt(data, ['x'])).not.toBe(jsonAt(data, ['w']));
  });

  it('keep a merge key in a document that has no anchor apart as well', () => {
    const result = read(configMap('a', 'data:\n  <<: [{a: 1}, {a: 2, b: 3}]\n'));
    expect(jsonAt(result.resources[0]?.manifest, ['data'])).toEqual({ a: 1, b: 3 });
  });
});

describe('hostile input', () => {
  it('cannot reach a prototype', () => {
    const result = read(configMap('a', 'data:\n  __proto__: {polluted: true}\n  constructor: x\n'));
    expect(Object.getOwnPropertyNames(jsonAt(result.resources[0]?.manifest, ['data']))).toEqual([
      '__proto__',
      'constructor',
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    const merged = read(configMap('a', 'data:\n  x: {<<: {__proto__: {polluted: true}}}\n'));
    expect(jsonAt(merged.resources[0]?.manifest, ['data', 'x', 'polluted'])).toBeUndefined();
    const shared = read(configMap('a', 'data:\n  x: &x {__proto__: {polluted: true}}\n  w: *x\n'));
    expect(jsonAt(shared.resources[0]?.manifest, ['data', 'w', '__proto__'])).toEqual({ polluted: true });
  });

  it('with aliases that multiply without end is an error', () => {
    const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x,x]'];
    for (let i = 1; i < 20; i++)
      lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(',')}]`);
    expect(found(read(lines.join('\n')))).toEqual(['error excessive-yaml f.yaml:1']);
  });

  it('with an alias inside its own anchor is an error', () => {
    expect(found(read(configMap('a', 'data: &d\n  x: *d\n')))).toEqual(['error excessive-yaml f.yaml:1']);
  });

  it.each([
    ['YAML lists', '['.repeat(100_000)],
    ['YAML maps', '{a: '.repeat(100_000)],
    ['JSON', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    ['indentation', Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ])('with endless nesting of %s is an error', (_, text) => {
    expect(found(read(text))).toEqual([expect.stringMatching(/^error excessive-yaml f\.yaml:\d+$/)]);
  });

  it('with a number that JSON lacks is an error', () => {
    expect(found(read(configMap('a', 'data: {x: .inf}\n')))).toEqual(['error excessive-yaml f.yaml:1']);
  });

  it('with strings that never end does not take forever', () => {
    expect(found(read(`{"a": "${'\\"'.repeat(300_000)}`))).toEqual([
      expect.stringContaining('error invalid-yaml'),
    ]);
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      '---\n',
      'a: ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&x ',
      '*x',
      '<<: ',
      '\n',
      '  ',
      '\t',
      '|',
      '>',
      '#',
      '%',
      '!',
      '?',
      ':',
      '{{',
      '1',
      'kind: List\n',
      'apiVersion: v1\n',
      'items:\n',
      '\ufeff',
      '\r',
      '...\n',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const { resources, findings } = read(pieces.join(''));
        for (const { place } of [...resources, ...findings]) expect(place.line).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('lines', () => {
  /** Values with a key or an item on every line, so that each has a line of its own. */
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  const tree: fc.Arbitrary<Json> = fc.letrec<{ tree: Json; leaf: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      tie('leaf'),
      fc.dictionary(word, tie('tree'), { minKeys: 1, maxKeys: 4 }),
      fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
    ),
    leaf: fc.oneof(
      word,
      fc.integer(),
      fc.boolean(),
      fc.constantFrom('on', 'y', '0775', 'a: b', '1:20', 'x\ny\n', '', '2001-12-14'),
    ),
  })).tree;

  it('are those of the keys, and values are those that were written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(word, tree, { minKeys: 1, maxKeys: 4 }),
        fc.nat({ max: 3 }),
        (data, blanks) => {
          const manifest = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'n' }, data };
          const yaml = stringify(manifest, { version: '1.1', lineWidth: 0 });
          const text = `${'# comment\n'.repeat(blanks)}---\n${yaml}`;
          const [resource] = read(text).resources;
          expect(resource?.manifest).toEqual(manifest);
          const lines = text.split('\n');
          for (const path of keyPaths(manifest)) {
            const line = lines[(resource?.place.at(path).line ?? 0) - 1] ?? '';
            expect([path, /^[\s-]*"?([^:"]+)"?:/.exec(line)?.[1]]).toEqual([path, path.at(-1)]);
          }
        },
      ),
    );
  });

  function keyPaths(value: Json, path: FieldPath = []): FieldPath[] {
    if (Array.isArray(value)) return value.flatMap((item, index) => keyPaths(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) => [
      [...path, key],
      ...keyPaths(item ?? null, [...path, key]),
    ]);
  }

  it('are those of the nearest known thing around a field that is not there', () => {
    const place = read(configMap('a', 'data:\n  x: 1\n')).resources[0]?.place;
    expect(place?.at(['data', 'nope', 0]).line).toBe(5);
    expect(place?.at(['spec']).line).toBe(1);
    expect(place?.at(['data']).at(['x']).line).toBe(6);
  });

  it('follow an alias to where its value is written', () => {
    const place = read(configMap('a', 'data:\n  x: &x\n    k: 1\n  w: *x\n')).resources[0]?.place;
    expect(place?.at(['data', 'w']).line).toBe(8);
    expect(place?.at(['data', 'w', 'k']).line).toBe(7);
  });
});
