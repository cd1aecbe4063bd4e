import { Yaml } from 'cdk8s';
import fc from 'fast-check';
import { readManifests } from '../../src/sources/manifest';
import { printManifests } from '../../src/sources/print-manifests';
import type { JsonObject } from '../../src/model/json';

function print(...objects: JsonObject[]): string {
  return [...printManifests(objects)].join('');
}

function configMap(data: JsonObject): JsonObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, data };
}

const TRICKY = [
  'y',
  'on',
  'NO',
  '~',
  '',
  'null',
  '0o775',
  '0775',
  '1_000',
  '0b1',
  '.5',
  '1e3',
  '12:30:45',
  '<<',
  '=',
  '2020-01-01',
  '- a',
  'a: b',
  '# c',
  ' d ',
  "e'f",
  'g"h',
  'two\nlines',
  'two\nlines\n',
  '\ttab',
  '{{ x }}',
  '*a',
  '&b',
  '!c',
  '%d',
  '@e',
  '`f',
  '---',
  '...',
  '\u2028',
  '\u0085',
  '\u0000',
  '😀',
  'x\r\ny',
  '\ufeff',
];

describe('printManifests', () => {
  it('writes policies byte for byte as cdk8s does', () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'a', namespace: 'shop', labels: { 'intents.otterize.com/network-policy': 'true' } },
      spec: {
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { a: 'b', n: '80', long: `${'word '.repeat(40)}end` } } }],
            ports: [{ port: 80, protocol: 'TCP' }, { port: 'http' }],
          },
        ],
        podSelector: {},
        policyTypes: ['Ingress'],
      },
    };
    expect(print(policy, policy)).toBe(Yaml.stringify(policy, policy));
  });

  it('writes no anchors for what stands twice', () => {
    const shared = { a: ['b'] };
    expect(print(configMap({ one: shared, two: shared }))).not.toMatch(/[&*]/);
  });

  it.each(TRICKY.map((text) => [JSON.stringify(text), text]))(
    'writes %s so that kubectl reads it back',
    (_, text) => {
      // Of this key our reader does not know whether it stood in quotes; no object that it has read has one.
      const key = text === '<<' ? 'key' : text;
      const object = configMap({ [key]: text, list: [text, { [key]: text }] });
      expect(readManifests(print(object), { file: 'x' }).resources[0]?.manifest).toEqual(object);
    },
  );

  it('keeps every value and the order of keys', () => {
    const tricky = fc.oneof(fc.constantFrom(...TRICKY), fc.string());
    const key = tricky.filter((text) => text !== '__proto__' && text !== '<<');
    const value: fc.Arbitrary<any> = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        tricky,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(key, value, { maxKeys: 4 }), { minLength: 1, maxLength: 3 }),
        (data) => {
          const objects = data.map(configMap);
          const read = readManifests(print(...objects), { file: 'x' });
          expect(read.findings).toEqual([]);
          expect(JSON.stringify(read.resources.map(({ manifest }) => manifest))).toBe(
            JSON.stringify(objects),
          );
        },
      ),
    );
  });
});
