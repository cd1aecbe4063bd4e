import fc from 'fast-check';
import { addLabels, labelsAt, removeLabels } from '../../../src/compiler/labels/label-object';
import type { JsonObject } from '../../../src/model/json';

const TEMPLATE = ['spec', 'template'];

function deployment(template: JsonObject): JsonObject {
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name: 'x' },
    spec: { template, replicas: 2 },
  };
}

/** Key order counts, so texts are compared. */
function text(value: unknown): string {
  return JSON.stringify(value);
}

describe('addLabels', () => {
  it('adds labels last where keys are in an order of their own, and changes the order of nothing', () => {
    const before = deployment({
      metadata: { labels: { tier: 'web', app: 'x' }, annotations: { b: '1', a: '2' } },
      spec: {},
    });
    expect(text(addLabels(before, TEMPLATE, { m: '1', c: '2' }))).toBe(
      text(
        deployment({
          metadata: { labels: { tier: 'web', app: 'x', m: '1', c: '2' }, annotations: { b: '1', a: '2' } },
          spec: {},
        }),
      ),
    );
  });

  it('adds labels in the order of the alphabet where they stand in it, as cdk8s writes them', () => {
    const before = deployment({ metadata: { labels: { app: 'x', tier: 'web' } }, spec: {} });
    expect(text(addLabels(before, TEMPLATE, { m: '1' }))).toBe(
      text(deployment({ metadata: { labels: { app: 'x', m: '1', tier: 'web' } }, spec: {} })),
    );
  });

  it('gives a label that is there its new value, in its place', () => {
    const before = deployment({ metadata: { labels: { b: 'old', a: '1' } } });
    expect(text(addLabels(before, TEMPLATE, { b: 'new' }))).toBe(
      text(deployment({ metadata: { labels: { b: 'new', a: '1' } } })),
    );
  });

  it.each([
    ['metadata', { spec: { containers: [] } }],
    ['labels', { metadata: {}, spec: { containers: [] } }],
    ['labels that are null', { metadata: { labels: null }, spec: { containers: [] } }],
    ['metadata, where the spec is not in order', { spec: { containers: [] }, alpha: 1 }],
  ])('makes %s where there is none, before the spec', (_, template) => {
    const labelled = addLabels(deployment(template), TEMPLATE, { a: '1' });
    const { alpha: _alpha, ...rest } = (labelled as any).spec.template;
    expect(text(rest)).toBe(text({ metadata: { labels: { a: '1' } }, spec: { containers: [] } }));
  });

  it('labels the object itself for an empty path', () => {
    const labelled = addLabels({ kind: 'Namespace', metadata: { name: 'x' } }, [], { a: '1' });
    expect(text(labelled)).toBe(text({ kind: 'Namespace', metadata: { labels: { a: '1' }, name: 'x' } }));
  });

  it('leaves what it is given as it is, keys of the prototype included', () => {
    const labels: JsonObject = JSON.parse('{"__proto__":"x","constructor":"y"}');
    const before = deployment({ metadata: { labels } });
    const copy = text(before);
    const after = addLabels(before, TEMPLATE, { a: '1' });
    expect(text(before)).toBe(copy);
    expect(Object.entries(labelsAt(after, TEMPLATE)).sort()).toEqual([
      ['__proto__', 'x'],
      ['a', '1'],
      ['constructor', 'y'],
    ]);
  });
});

describe('removeLabels', () => {
  it('gives back the same object when there is nothing to remove', () => {
    const before = deployment({ metadata: { labels: { a: '1' } } });
    expect(removeLabels(before, TEMPLATE, new Set(['b', 'constructor']))).toBe(before);
  });

  it('leaves no empty labels behind', () => {
    const before = deployment({ metadata: { name: 'x', labels: { a: '1' }, annotations: {} }, spec: {} });
    expect(text(removeLabels(before, TEMPLATE, new Set(['a'])))).toBe(
      text(deployment({ metadata: { name: 'x', annotations: {} }, spec: {} })),
    );
  });

  it('takes back what was added', () => {
    const labels = fc.dictionary(fc.stringMatching(/^[a-m]{1,3}$/), fc.string(), { minKeys: 1 });
    const added = fc.dictionary(fc.stringMatching(/^[n-z]{1,3}$/), fc.string());
    fc.assert(
      fc.property(labels, added, (own, ours) => {
        const before = deployment({ metadata: { labels: own } });
        const labelled = addLabels(before, TEMPLATE, ours);
        expect(text(removeLabels(labelled, TEMPLATE, new Set(Object.keys(ours))))).toBe(text(before));
      }),
    );
  });
});
