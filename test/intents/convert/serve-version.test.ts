import fc from 'fast-check';
import { VERSIONS, wholeIntents, wholeProtection } from '../../crds/whole-objects';
import { serveVersion } from '../../../src/intents/convert/serve-version';
import { WRITTEN_AS_ANNOTATION } from '../../../src/intents/convert/written-parts';
import { readIntents, type IntentsVersion } from '../../../src/intents/read-intents';
import { readManifests } from '../../../src/sources/manifest';

function serve(object: any, to: string): any {
  const served = serveVersion(object, to as IntentsVersion);
  if ('refusal' in served) throw new Error(served.refusal);
  return served.manifest;
}

function intents(version: string, ...targets: object[]): any {
  return {
    apiVersion: `k8s.otterize.com/${version}`,
    kind: 'ClientIntents',
    metadata: { name: 'a', namespace: 'shop', uid: 'u', resourceVersion: '7' },
    spec: version.startsWith('v2')
      ? { workload: { name: 'client' }, targets }
      : { service: { name: 'client' }, calls: targets },
  };
}

const targetsOf = ({ spec }: any): any => spec.targets ?? spec.calls;

function read(object: object): { readonly meaning: unknown; readonly errors: string[] } {
  const { resources } = readManifests(JSON.stringify(object), { file: 'x' });
  const { intents: all, protectedServices, findings } = readIntents(resources);
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  const text = JSON.stringify([all, protectedServices], (key, value) =>
    key === 'place' ? undefined : value,
  );
  return { meaning: JSON.parse(text), errors };
}

describe('an object that the API server has converted', () => {
  it.each(VERSIONS.flatMap((from) => VERSIONS.map((to) => [from, to] as const)))(
    'comes back from %s over %s as it was, with every field that it can have',
    (from, to) => {
      for (const object of [wholeIntents(from), wholeProtection(from)]) {
        const there = serve(object, to);
        expect(there.apiVersion).toBe(`k8s.otterize.com/${to}`);
        expect(serve(there, from)).toEqual(object);
      }
    },
  );

  it('is in the older version what that can say, and keeps the rest aside', () => {
    const before = intents(
      'v2alpha1',
      { kubernetes: { name: 'cart', kind: 'Deployment', ports: [7070] } },
      { aws: { arn: 'arn:x', actions: ['a'] } },
      { service: { name: 'pay' } },
    );
    const after = serve(before, 'v1alpha2');
    expect(after.spec).toEqual({
      service: { name: 'client' },
      calls: [{ name: 'cart' }, { name: 'svc:pay' }],
    });
    const { [WRITTEN_AS_ANNOTATION]: kept, ...annotations } = after.metadata.annotations;
    expect(annotations).toEqual({});
    expect(JSON.parse(kept)).toEqual([
      { part: 'target', version: 'v2alpha1', value: before.spec.targets[0] },
      { part: 'target', version: 'v2alpha1', value: before.spec.targets[1], at: 1 },
    ]);
  });

  it('keeps the ports of a target that was not touched in a version without ports, and opens nothing by that', () => {
    const before = intents('v2alpha1', { service: { name: 'pay', ports: [443] } });
    const edited = serve(before, 'v1beta1');
    expect(targetsOf(edited)).toEqual([{ name: 'svc:pay' }]);
    edited.spec.calls.push({ name: 'cart' });
    edited.metadata.labels = { team: 'shop' };
    const stored = serve(edited, 'v2alpha1');
    expect(targetsOf(stored)).toEqual([
      { service: { name: 'pay', ports: [443] } },
      { kubernetes: { name: 'cart' } },
    ]);
    expect(stored.metadata).toEqual({ ...before.metadata, labels: { team: 'shop' } });
  });

  it('says of a target that was changed there what it says now', () => {
    const edited = serve(intents('v2alpha1', { service: { name: 'pay', ports: [443] } }), 'v1beta1');
    edited.spec.calls[0].name = 'svc:billing';
    expect(targetsOf(serve(edited, 'v2alpha1'))).toEqual([{ service: { name: 'billing' } }]);
  });

  it('has no target that was removed there, and still has those that could not be seen', () => {
    const before = intents(
      'v2alpha1',
      { aws: { arn: 'arn:x' } },
      { kubernetes: { name: 'cart', ports: [1] } },
      { kubernetes: { name: 'pay' } },
    );
    const edited = serve(before, 'v1alpha2');
    edited.spec.calls.shift();
    const stored = serve(edited, 'v2alpha1');
    expect(targetsOf(stored)).toEqual([{ aws: { arn: 'arn:x' } }, { kubernetes: { name: 'pay' } }]);
    expect(stored.metadata.annotations).toBeUndefined();
  });

  it('keeps fields without effect for whoever wrote them, and their spelling', () => {
    const before = intents('v1beta1', { name: 'a', awsActions: ['x'] }, { name: 'svc:b', kind: 'Service' });
    const stored = serve(before, 'v2alpha1');
    expect(targetsOf(stored)).toEqual([{ kubernetes: { name: 'a' } }, { service: { name: 'b' } }]);
    expect(serve(stored, 'v1beta1')).toEqual(before);
    expect(serve(serve(stored, 'v2beta1'), 'v1beta1')).toEqual(before);
  });

  it('keeps its status when it is written in v1alpha2, which knows one field of it', () => {
    const status = { upToDate: true, observedGeneration: 3, conditions: [{ type: 'Ready', status: 'True' }] };
    const before = { ...intents('v2alpha1'), status };
    const early = serve(before, 'v1alpha2');
    expect(early.status).toEqual({ upToDate: true });
    expect(serve(early, 'v2alpha1')).toEqual(before);
  });

  it('keeps annotations of others, and all else of its metadata', () => {
    const before = intents('v2alpha1', { kubernetes: { name: 'cart', ports: [1] } });
    before.metadata = {
      ...before.metadata,
      annotations: { a: 'b' },
      labels: { c: 'd' },
      finalizers: ['x/y'],
    };
    const after = serve(before, 'v1beta1');
    expect(after.metadata).toMatchObject({ ...before.metadata, annotations: { a: 'b' } });
    expect(serve(after, 'v2alpha1')).toEqual(before);
  });

  it.each([
    ['no JSON', 'x'],
    ['no list', '{"part":"target"}'],
    ['an unknown part', '[{"part":"spec","version":"v2alpha1","value":{}}]'],
    ['an unknown version', '[{"part":"target","version":"v9","value":{}}]'],
    ['no objects', '[null, 1, {"part":"target","version":"v2alpha1","value":"__proto__"}]'],
  ])('counts what is kept for nothing where somebody has made %s of it', (_, text) => {
    const object = intents('v1beta1', { name: 'cart' });
    object.metadata.annotations = { [WRITTEN_AS_ANNOTATION]: text };
    const stored = serve(object, 'v2alpha1');
    expect(targetsOf(stored)).toEqual([{ kubernetes: { name: 'cart' } }]);
    expect(stored.metadata.annotations).toBeUndefined();
  });

  it('never has what is kept say anything else than the object: a forged target is not shown, so it is not there', () => {
    const forged = { kubernetes: { name: 'vault' } };
    const object = intents('v1beta1', { name: 'cart' });
    object.metadata.annotations = {
      [WRITTEN_AS_ANNOTATION]: JSON.stringify([{ part: 'target', version: 'v2alpha1', value: forged }]),
    };
    expect(targetsOf(serve(object, 'v2alpha1'))).toEqual([{ kubernetes: { name: 'cart' } }]);
  });

  it('stays as it is where it makes no sense', () => {
    const bare = { apiVersion: 'k8s.otterize.com/v1beta1', kind: 'ClientIntents', metadata: { name: 'a' } };
    expect(serve(bare, 'v2alpha1')).toEqual({ ...bare, apiVersion: 'k8s.otterize.com/v2alpha1' });
    const odd = { ...bare, spec: { service: 'x', calls: { a: 1 }, other: [1] } };
    expect(serve(odd, 'v2beta1').spec).toEqual(odd.spec);
    const items = { ...bare, spec: { calls: [null, 'x', 7, [], {}] } };
    expect(serve(serve(items, 'v2beta1'), 'v1beta1')).toEqual(items);
  });

  it('is refused only for a kind or version that is not ours, or when more is lost than an annotation can hold', () => {
    const refusal = (object: any, to: IntentsVersion): string => {
      const served = serveVersion(object, to);
      return 'refusal' in served ? served.refusal : '';
    };
    expect(refusal({ ...intents('v2alpha1'), apiVersion: 'k8s.otterize.com/v1' }, 'v2beta1')).toContain(
      'is not a version that is served',
    );
    expect(refusal({ ...intents('v2alpha1'), kind: 'Other' }, 'v2beta1')).toContain('is not a kind');
    const many = Array.from({ length: 5000 }, (_, index) => ({
      kubernetes: { name: `server-${index}`, ports: [1] },
    }));
    const large = intents('v2alpha1', ...many);
    expect(refusal(large, 'v1beta1')).toContain('v1beta1 has no place for 5000 parts of it');
    expect(refusal(large, 'v2beta1')).toBe('');
  });
});

describe('any object on any way through the versions', () => {
  const pool = VERSIONS.flatMap((version) =>
    (targetsOf(wholeIntents(version)) as object[]).map((item) => ({ version: version, item })),
  );
  /** Items of the version, some with fields of others, which have no effect or none that is known. */
  const itemOf = (version: string): fc.Arbitrary<object> => {
    const own = pool.filter((one) => one.version === version).map(({ item }) => item);
    return fc
      .record({
        base: fc.constantFrom(...own),
        extra: fc.constantFrom(
          {},
          { kind: 'Service' },
          { kind: 'Job' },
          { azureActions: ['z'] },
          { name: 'svc:svc:x' },
        ),
        mixed: fc.boolean(),
      })
      .map(({ base, extra, mixed }) => (mixed && !version.startsWith('v2') ? { ...base, ...extra } : base));
  };
  const object = fc
    .constantFrom(...VERSIONS)
    .chain((version) =>
      fc.array(itemOf(version), { maxLength: 5 }).map((items) => intents(version, ...items)),
    );

  it('comes back as it was', () => {
    fc.assert(
      fc.property(object, fc.array(fc.constantFrom(...VERSIONS), { maxLength: 5 }), (before, way) => {
        const after = way.reduce((current, version) => serve(current, version), before);
        expect(serve(after, before.apiVersion.split('/')[1])).toEqual(before);
      }),
    );
  });

  it('means the same in the version that is stored, whatever it was written in', () => {
    fc.assert(
      fc.property(object, (before) => {
        const written = read(before);
        fc.pre(written.errors.length === 0);
        const stored = read(serve(before, 'v2alpha1'));
        if (stored.errors.length === 0) expect(stored.meaning).toEqual(written.meaning);
      }),
    );
  });

  it('carries the annotation only where it would not come back without', () => {
    fc.assert(
      fc.property(object, fc.constantFrom(...VERSIONS), (before, to) => {
        const after = serve(before, to);
        const clean = structuredClone(after);
        delete clean.metadata.annotations;
        if (after.metadata.annotations === undefined)
          expect(serve(clean, before.apiVersion.split('/')[1])).toEqual(before);
      }),
    );
  });
});
