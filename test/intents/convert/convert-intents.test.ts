import fc from 'fast-check';
import { VERSIONS, wholeIntents, wholeProtection } from '../../crds/whole-objects';
import { convertIntents } from '../../../src/intents/convert/convert-intents';
import { INTENTS_VERSIONS, readIntents, type IntentsVersion } from '../../../src/intents/read-intents';
import type { Resource } from '../../../src/model/resource';
import { readManifests } from '../../../src/sources/manifest';

function resourceOf(object: object): Resource {
  const [resource] = readManifests(JSON.stringify(object), { file: 'x' }).resources;
  if (resource === undefined) throw new Error('no object');
  return resource;
}

function intents(version: string, spec: object): any {
  return {
    apiVersion: `k8s.otterize.com/${version}`,
    kind: 'ClientIntents',
    metadata: { name: 'a', namespace: 'shop' },
    spec,
  };
}

function v2(...targets: object[]): any {
  return intents('v2beta1', { workload: { name: 'client' }, targets });
}

function v1(version: string, ...calls: object[]): any {
  return intents(version, { service: { name: 'client' }, calls });
}

/** What comes out, and what stands in the way. */
function convert(object: object, to: IntentsVersion): { readonly object: any; readonly refused: string[] } {
  const { resource, findings } = convertIntents(resourceOf(object), to);
  return { object: resource.manifest, refused: findings.map(({ message }) => message) };
}

/** What an object says, without where. */
function meaning(object: object): unknown {
  const { intents: read, findings } = readIntents([resourceOf(object)]);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return JSON.parse(JSON.stringify(read, (key, value) => (key === 'place' ? undefined : value)));
}

describe('convertIntents', () => {
  it('reports an object whose kind has a slip, and leaves it as it is', () => {
    const slip = { ...v2({ kubernetes: { name: 'server' } }), kind: 'ClientIntent' };
    const { resource, findings } = convertIntents(resourceOf(slip), 'v1beta1');
    expect(resource.manifest).toEqual(slip);
    expect(findings).toMatchObject([{ id: 'misspelt-kind', severity: 'error' }]);
  });

  it.each([
    ['a plain call', { name: 'server' }, { kubernetes: { name: 'server' } }],
    [
      'a call with kind',
      { name: 'server.other', kind: 'Deployment' },
      { kubernetes: { name: 'server.other', kind: 'Deployment' } },
    ],
    [
      'svc: of the v1 family is service: (10.3 item 16)',
      { name: 'svc:server' },
      { service: { name: 'server' } },
    ],
    [
      'kind: Service stays one',
      { name: 'server', kind: 'Service' },
      { kubernetes: { name: 'server', kind: 'Service' } },
    ],
    ['the API server (1.4)', { name: 'svc:kubernetes.default' }, { service: { name: 'kubernetes.default' } }],
    [
      'http resources',
      { name: 'server', type: 'http', HTTPResources: [{ path: '/a', methods: ['GET'] }] },
      { kubernetes: { name: 'server', http: [{ path: '/a', methods: ['GET'] }] } },
    ],
    [
      'the type http without resources',
      { name: 'server', type: 'http' },
      { kubernetes: { name: 'server', http: [] } },
    ],
    [
      'kafka with topics',
      { name: 'b', type: 'kafka', kafkaTopics: [{ name: 't' }] },
      { kafka: { name: 'b', topics: [{ name: 't' }] } },
    ],
    [
      'kafka without topics, which the operator empties (10.2 W-3)',
      { name: 'b', type: 'kafka' },
      { kafka: { name: 'b' } },
    ],
    ['a database without resources (W-3)', { name: 'd', type: 'database' }, { sql: { name: 'd' } }],
    [
      'a database',
      { name: 'd', type: 'database', databaseResources: [{ databaseName: 'x' }] },
      { sql: { name: 'd', privileges: [{ databaseName: 'x' }] } },
    ],
    ['aws', { name: 'arn:x', type: 'aws', awsActions: ['a'] }, { aws: { arn: 'arn:x', actions: ['a'] } }],
    [
      'gcp',
      { name: 'p', type: 'gcp', gcpPermissions: ['a'] },
      { gcp: { resource: 'p', permissions: ['a'] } },
    ],
    [
      'azure',
      { name: '/s', type: 'azure', azureRoles: ['r'], azureKeyVaultPolicy: { keyPermissions: ['get'] } },
      { azure: { scope: '/s', roles: ['r'], keyVaultPolicy: { keyPermissions: ['get'] } } },
    ],
    [
      'azure actions',
      { name: '/s', type: 'azure', azureActions: ['a'], azureDataActions: ['b'] },
      { azure: { scope: '/s', actions: ['a'], dataActions: ['b'] } },
    ],
    [
      'internet',
      { type: 'internet', internet: { ips: ['203.0.113.7'] } },
      { internet: { ips: ['203.0.113.7'] } },
    ],
  ])('takes %s from v1beta1 to v2beta1 and back (otterize-operator 1.5)', (_, call, target) => {
    expect(convert(v1('v1beta1', call), 'v2beta1')).toEqual({ object: v2(target), refused: [] });
    expect(convert(v2(target), 'v1beta1')).toEqual({ object: v1('v1beta1', call), refused: [] });
  });

  it('takes the older names of fields to v1alpha2 and back (1.3)', () => {
    const calls = [
      { name: 'svc:a', type: 'http', resources: [{ path: '/', methods: ['GET'] }] },
      { name: 'b', type: 'kafka', topics: [{ name: 't' }] },
    ];
    const later = [
      { name: 'svc:a', type: 'http', HTTPResources: [{ path: '/', methods: ['GET'] }] },
      { name: 'b', type: 'kafka', kafkaTopics: [{ name: 't' }] },
    ];
    expect(convert(v1('v1alpha2', ...calls), 'v1alpha3')).toEqual({
      object: v1('v1alpha3', ...later),
      refused: [],
    });
    expect(convert(v1('v1alpha3', ...later), 'v1alpha2')).toEqual({
      object: v1('v1alpha2', ...calls),
      refused: [],
    });
  });

  it('tells a Service by its prefix where there are no kinds', () => {
    expect(convert(v2({ kubernetes: { name: 'a', kind: 'Service' } }), 'v1alpha2').object).toEqual(
      v1('v1alpha2', { name: 'svc:a' }),
    );
  });

  it('keeps metadata, the order of keys and a status', () => {
    const before = {
      kind: 'ClientIntents',
      metadata: { namespace: 'shop', name: 'a', labels: { x: 'y' } },
      status: { upToDate: true },
      apiVersion: 'k8s.otterize.com/v2alpha1',
      spec: { targets: [], workload: { name: 'c' } },
    };
    expect(JSON.stringify(convert(before, 'v1beta1').object)).toBe(
      JSON.stringify({
        ...before,
        apiVersion: 'k8s.otterize.com/v1beta1',
        spec: { calls: [], service: { name: 'c' } },
      }),
    );
  });

  it.each([
    [
      'ports, which the v1 family has not',
      v2({ service: { name: 'a', ports: [80] } }),
      'v1beta1',
      'spec.targets[0].service.ports has no place in a call of v1beta1',
    ],
    [
      'a kind of a server',
      v2({ kubernetes: { name: 'a', kind: 'Deployment' } }),
      'v1alpha2',
      'spec.targets[0].kubernetes.kind has no place in a call of v1alpha2',
    ],
    [
      'a kind of the client',
      intents('v2beta1', { workload: { name: 'c', kind: 'Deployment' }, targets: [] }),
      'v1alpha2',
      'spec.workload.kind has no place in v1alpha2',
    ],
    [
      'a cloud target',
      v2({ aws: { arn: 'x' } }),
      'v1alpha2',
      'spec.targets[0] is a call of type aws, which v1alpha2 does not have',
    ],
    [
      'an internet target',
      v2({ internet: { ips: ['203.0.113.7'] } }),
      'v1alpha2',
      'spec.targets[0] is a call of type internet',
    ],
    [
      'Azure actions',
      v2({ azure: { scope: '/s', actions: ['a'] } }),
      'v1alpha3',
      'spec.targets[0].azure.actions has no place in a call of v1alpha3',
    ],
    [
      'a kind of a broker',
      v1('v1beta1', { name: 'b', type: 'kafka', kind: 'StatefulSet' }),
      'v2beta1',
      'spec.calls[0].kind has no place in kafka targets',
    ],
    [
      'the name of an internet call',
      v1('v1beta1', { name: 'stripe', type: 'internet', internet: { ips: ['203.0.113.7'] } }),
      'v2beta1',
      'spec.calls[0].name has no place in internet targets',
    ],
    [
      'a field without effect',
      v1('v1beta1', { name: 'a', awsActions: ['x'] }),
      'v2beta1',
      'spec.calls[0].awsActions has no effect in a call without a type',
    ],
    [
      'a dot in the name of the client, which v2 forbids',
      intents('v1beta1', { service: { name: 'a.b' }, calls: [] }),
      'v2beta1',
      'would mean something else',
    ],
    [
      'a status',
      { ...v2(), status: { upToDate: true, observedGeneration: 3 } },
      'v1alpha2',
      'status.observedGeneration has no place',
    ],
  ] as const)('refuses to lose %s, and leaves the object as it is', (_, object, to, message) => {
    const converted = convert(object, to);
    expect(converted.object).toEqual(object);
    expect(converted.refused).toEqual([expect.stringContaining(message)]);
  });

  it('leaves an object with an unknown field as it is, and says which', () => {
    const object = v2({ service: { name: 'a', port: 1 } });
    const { resource, findings } = convertIntents(resourceOf(object), 'v1beta1');
    expect(resource.manifest).toEqual(object);
    expect(findings).toMatchObject([{ id: 'unknown-field', severity: 'error' }]);
  });

  it('passes other objects through', () => {
    const resource = resourceOf({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
    expect(convertIntents(resource, 'v1beta1')).toEqual({ resource, findings: [] });
  });

  it('reads v1, which no cluster serves, as v1beta1', () => {
    expect(convert(v1('v1', { name: 'a' }), 'v1beta1').object).toEqual(v1('v1beta1', { name: 'a' }));
  });

  it('converts ProtectedServices, but not a kind into v1alpha2 (1.5)', () => {
    const whole = wholeProtection('v2beta1');
    expect(convert(whole, 'v1beta1')).toEqual({ object: wholeProtection('v1beta1'), refused: [] });
    expect(convert(whole, 'v1alpha2')).toEqual({
      object: whole,
      refused: [expect.stringContaining('spec.kind')],
    });
    expect(convert(wholeProtection('v1alpha2'), 'v2beta1').object).toEqual({
      ...wholeProtection('v1alpha2'),
      apiVersion: 'k8s.otterize.com/v2beta1',
    });
  });
});

describe('conversion of anything into anything', () => {
  const items = VERSIONS.flatMap((version) => {
    const { spec } = wholeIntents(version);
    return (spec.targets ?? spec.calls).map((item: object) => ({ version, item }));
  });
  const object = fc
    .record({ version: fc.constantFrom(...VERSIONS), picks: fc.array(fc.nat(), { maxLength: 4 }) })
    .map(({ version, picks }) => {
      const own = items.filter((one) => one.version === version).map(({ item }) => item);
      const list = picks.map((pick) => own[pick % own.length]);
      const client = { name: 'client' };
      return version.startsWith('v2')
        ? intents(version, { workload: client, targets: list })
        : intents(version, { service: client, calls: list });
    });

  it('means the same or is refused, and comes back as it was', () => {
    fc.assert(
      fc.property(object, fc.constantFrom(...INTENTS_VERSIONS), (before, to) => {
        const { object: after, refused } = convert(before, to);
        if (refused.length > 0) {
          expect(after).toEqual(before);
          return;
        }
        expect(after.apiVersion).toBe(`k8s.otterize.com/${to}`);
        expect(meaning(after)).toEqual(meaning(before));
        const back = convert(after, before.apiVersion.split('/')[1]);
        expect(back).toEqual({ object: before, refused: [] });
      }),
    );
  });

  it('refuses nothing between the two versions of the v2 family, nor from v1alpha2 upwards', () => {
    fc.assert(
      fc.property(object, (before) => {
        const version = before.apiVersion.split('/')[1];
        const wider: Readonly<Record<string, readonly IntentsVersion[]>> = {
          v1alpha2: ['v1alpha3', 'v1beta1', 'v2alpha1', 'v2beta1'],
          v1alpha3: ['v1beta1', 'v2alpha1', 'v2beta1'],
          v1beta1: ['v2alpha1', 'v2beta1'],
          v2alpha1: ['v2beta1'],
          v2beta1: ['v2alpha1'],
        };
        for (const to of wider[version] ?? []) expect(convert(before, to).refused).toEqual([]);
      }),
    );
  });
});
