import { resource, summary } from './intents-fixture';
import { readIntents } from '../../src/intents/read-intents';

const targets = [{ kubernetes: { name: 'cart' } }];
const frontend = { workload: { name: 'frontend' }, targets };

describe('reading intent objects', () => {
  it.each(['v1alpha1', 'v2', 'v3'])(
    'refuses version %s, which no cluster serves (otterize-operator 1.1)',
    (version) => {
      const read = readIntents([resource(version, 'ClientIntents', frontend)]);
      expect(summary(read)).toEqual(['error unknown-version at apiVersion']);
      expect(read.intents).toEqual([]);
    },
  );

  it('reads version v1 as v1beta1, and says that no cluster serves it', () => {
    const calls = { service: { name: 'frontend' }, calls: [{ name: 'cart' }] };
    const read = readIntents([resource('v1', 'ClientIntents', calls)]);
    expect(summary(read)).toEqual(['warning unserved-version at apiVersion']);
    expect(read.intents).toHaveLength(1);
  });

  it('passes over other kinds and groups', () => {
    const other = { ...resource('v2beta1', 'ClientIntents', frontend), group: 'example.com' };
    expect(readIntents([other, resource('v2beta1', 'KafkaServerConfig', {})])).toEqual({
      intents: [],
      protectedServices: [],
      findings: [],
    });
  });

  it.each([
    ['k8s.otterize.com', 'ClientIntent', 'Did you mean ClientIntents?'],
    ['k8s.otterize.com', 'Clientintents', 'Did you mean ClientIntents?'],
    ['k8s.otterize.com', 'ProtectedServices', 'Did you mean ProtectedService?'],
    ['k8s.otterise.com', 'ClientIntents', 'Did you mean an apiVersion of k8s.otterize.com?'],
    ['otterize.com', 'ClientIntents', 'Did you mean an apiVersion of k8s.otterize.com?'],
    ['', 'ProtectedService', 'Did you mean an apiVersion of k8s.otterize.com?'],
  ])('says that %s has no %s, instead of passing over it', (group, kind, mend) => {
    const apiVersion = group === '' ? 'v2beta1' : `${group}/v2beta1`;
    const read = readIntents([{ ...resource('v2beta1', kind, frontend), group, apiVersion }]);
    expect(read.intents).toEqual([]);
    expect(read.findings).toMatchObject([{ id: 'misspelt-kind', severity: 'error', mend }]);
  });

  it('warns of kinds of the group that it does not know', () => {
    expect(summary(readIntents([resource('v2beta1', 'Intents', frontend)]))).toEqual([
      'warning unread-kind at kind',
    ]);
  });

  it('warns of an object without spec (1.1: spec is optional)', () => {
    expect(summary(readIntents([resource('v2beta1', 'ClientIntents', undefined)]))).toEqual([
      'warning empty-intents at ',
    ]);
  });

  it.each([
    ['v2beta1', { workload: { name: 'frontend' }, targets: [] }, 'spec.targets'],
    ['v1alpha3', { service: { name: 'frontend' }, calls: [] }, 'spec.calls'],
  ])('warns of an object of %s that declares nothing, and keeps its client', (version, spec, path) => {
    const read = readIntents([resource(version, 'ClientIntents', spec)]);
    expect(summary(read)).toEqual([`warning empty-intents at ${path}`]);
    expect(read.intents).toMatchObject([{ client: { name: 'frontend' }, targets: [] }]);
  });

  it('counts a second object for one client, across versions, and warns that the operator refuses it (1.6 rule 1)', () => {
    const old = { service: { name: 'frontend' }, calls: [{ name: 'cart' }] };
    const read = readIntents([
      resource('v2beta1', 'ClientIntents', frontend, 'one'),
      resource('v1alpha3', 'ClientIntents', old, 'two'),
    ]);
    expect(read.intents.map(({ name }) => name)).toEqual(['one', 'two']);
    expect(summary(read)).toEqual(['warning duplicate-client at ']);
    expect(read.findings[0]?.message).toContain('ClientIntents/shop/one');
    expect(read.findings[0]?.object).toBe('ClientIntents/shop/two');
  });

  it('takes clients of different kinds for different clients', () => {
    const job = { workload: { name: 'frontend', kind: 'Job' }, targets };
    const both = [
      resource('v2beta1', 'ClientIntents', frontend, 'a'),
      resource('v2beta1', 'ClientIntents', job, 'b'),
    ];
    expect(readIntents(both).findings).toEqual([]);
  });
});

describe('reading ProtectedService', () => {
  it.each(['v1alpha3', 'v1beta1', 'v2alpha1', 'v2beta1'])('has name and kind in %s (7.3)', (version) => {
    const read = readIntents([resource(version, 'ProtectedService', { name: 'db', kind: 'StatefulSet' })]);
    expect(read.findings).toEqual([]);
    expect(read.protectedServices).toMatchObject([
      { namespace: 'shop', name: 'intents', server: { namespace: 'shop', name: 'db', kind: 'StatefulSet' } },
    ]);
  });

  it('has no kind in v1alpha2 (7.3)', () => {
    expect(
      summary(readIntents([resource('v1alpha2', 'ProtectedService', { name: 'db', kind: 'Pod' })])),
    ).toEqual(['error unknown-field at spec.kind']);
  });

  it('reports a missing name, an odd name and a second object (1.6)', () => {
    expect(summary(readIntents([resource('v2beta1', 'ProtectedService', {})]))).toEqual([
      'error invalid-field at spec.name',
    ]);
    expect(summary(readIntents([resource('v2beta1', 'ProtectedService', { name: 'Db!' })]))).toEqual([
      'warning invalid-field at spec.name',
    ]);
    const two = ['a', 'b'].map((name) => resource('v2beta1', 'ProtectedService', { name: 'db' }, name));
    expect(summary(readIntents(two))).toEqual(['warning duplicate-protected-service at ']);
  });

  it.each([
    ['Deployment', 'Deployment', 1],
    ['Deployment', 'StatefulSet', 0],
    [undefined, 'Deployment', 1],
    [undefined, 'Service', 0],
    ['Service', 'Deployment', 0],
  ])('takes a second object for one that says nothing new only where it is: %s and %s', (a, b, found) => {
    const objects = [a, b].map((kind, index) =>
      resource(
        'v2beta1',
        'ProtectedService',
        { name: 'db', ...(kind === undefined ? {} : { kind }) },
        `o${index}`,
      ),
    );
    expect(summary(readIntents(objects))).toHaveLength(found);
  });
});
