import { readV1, resource, summary, targets } from './intents-fixture';
import { readIntents } from '../../src/intents/read-intents';

describe('ClientIntents of the v1 family', () => {
  it('reads the sample of the network policies deep dive (intent-systems D10)', () => {
    const spec = { service: { name: 'client' }, calls: [{ name: 'server' }] };
    const read = readIntents([resource('v1alpha2', 'ClientIntents', spec)]);
    expect(read.findings).toEqual([]);
    expect(read.intents[0]?.client).toEqual({ namespace: 'shop', name: 'client' });
    expect(targets(read)).toEqual([
      { type: 'workload', server: { namespace: 'shop', name: 'server' }, ports: [], layer7: 'none' },
    ]);
  });

  it('reads names with namespace, kinds and the svc: prefix (otterize-operator 1.4)', () => {
    const read = readV1(
      { name: 'a.other' },
      { name: 'b', kind: 'StatefulSet' },
      { name: 'svc:c' },
      { name: 'd.other', kind: 'Service' },
      { name: 'svc:kubernetes.default' },
    );
    expect(read.findings).toEqual([]);
    expect(targets(read)).toMatchObject([
      { type: 'workload', server: { namespace: 'other', name: 'a' } },
      { type: 'workload', server: { namespace: 'shop', name: 'b', kind: 'StatefulSet' } },
      { type: 'service', namespace: 'shop', name: 'c' },
      { type: 'service', namespace: 'other', name: 'd' },
      { type: 'kubernetes-api' },
    ]);
  });

  it.each([
    ['v1alpha2', 'topics', 'resources'],
    ['v1alpha3', 'kafkaTopics', 'HTTPResources'],
    ['v1beta1', 'kafkaTopics', 'HTTPResources'],
  ])('reads the fields of %s by their names there (1.3)', (version, kafka, http) => {
    const calls = [
      { name: 'k', type: 'kafka', [kafka]: [{ name: 't', operations: ['produce'] }] },
      { name: 'h', type: 'http', [http]: [{ path: '/', methods: ['GET'] }] },
      {
        name: 'd',
        type: 'database',
        databaseResources: [{ databaseName: 'x', table: 't', operations: ['ALL'] }],
      },
    ];
    const read = readIntents([resource(version, 'ClientIntents', { service: { name: 'c' }, calls })]);
    expect(read.findings.map(({ id }) => id)).toEqual([
      'network-level-only',
      'network-level-only',
      'not-enforced',
    ]);
    expect(targets(read)).toMatchObject([
      { type: 'workload', layer7: 'kafka' },
      { type: 'workload', layer7: 'http' },
      { type: 'beyond-network', what: 'sql' },
    ]);
  });

  it.each([
    ['aws', 'arn:aws:s3:::b.c.d', 'aws.arn'],
    ['gcp', 'a.b.c', 'gcp.resource'],
    ['azure', '/a.b.c', 'azure.scope'],
  ])('says where names with dots of type %s may be written, as v1 takes none (1.6)', (type, name, where) => {
    expect(readV1({ name, type }).findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      { mend: expect.stringContaining(`k8s.otterize.com/v2beta1, where the name is ${where}`) },
    ]);
  });

  it('reads internet calls without a name', () => {
    const read = readV1({ type: 'internet', internet: { domains: ['x.y'], ports: [443] } });
    expect(read.findings).toEqual([]);
    expect(targets(read)).toMatchObject([{ type: 'internet', domains: ['x.y'] }]);
  });

  it('reads cloud calls', () => {
    const read = readV1(
      { name: 'arn:aws:s3:::b', type: 'aws', awsActions: ['s3:Get'] },
      { name: 'projects/p', type: 'gcp', gcpPermissions: ['x'] },
      { name: '/sub', type: 'azure', azureRoles: ['r'] },
    );
    expect(read.findings.map(({ id }) => id)).toEqual(Array(3).fill('not-enforced'));
  });

  it('has azureActions only in v1beta1 (1.3)', () => {
    const calls = [{ name: '/sub', type: 'azure', azureActions: ['a'] }];
    const spec = { service: { name: 'c' }, calls };
    expect(summary(readIntents([resource('v1alpha3', 'ClientIntents', spec)]))).toContain(
      'error unknown-field at spec.calls[0].azureActions',
    );
    expect(readIntents([resource('v1beta1', 'ClientIntents', spec)]).findings.map(({ id }) => id)).toEqual([
      'not-enforced',
    ]);
  });

  it('warns that a kafka or database call without resources is lost in conversion (10.2 W-3), and keeps it', () => {
    const read = readV1({ name: 'k', type: 'kafka' });
    expect(summary(read)).toEqual(['warning lossy-conversion at spec.calls[0]']);
    expect(targets(read)).toMatchObject([{ type: 'workload', server: { name: 'k' } }]);
  });

  it.each([
    ['no name', {}, 'error invalid-field at spec.calls[0].name'],
    [
      'two dots, whatever the type (1.6)',
      { name: 'a.b.c', type: 'aws' },
      'error invalid-field at spec.calls[0].name',
    ],
    ['an unknown type', { name: 'a', type: 'htp' }, 'error invalid-field at spec.calls[0].type'],
    [
      'type http with topics (1.6)',
      { name: 'a', type: 'http', kafkaTopics: [] },
      'error ignored-field at spec.calls[0].kafkaTopics',
    ],
    [
      'type internet without internet (1.6)',
      { type: 'internet' },
      'error invalid-field at spec.calls[0].internet',
    ],
    ['an unknown field', { name: 'a', namespace: 'b' }, 'error unknown-field at spec.calls[0].namespace'],
    ['the ports of v2', { name: 'a', ports: [80] }, 'error unknown-field at spec.calls[0].ports'],
    [
      'an unknown method',
      { name: 'a', type: 'http', HTTPResources: [{ path: '/', methods: ['get'] }] },
      'error invalid-field at spec.calls[0].HTTPResources[0].methods[0]',
    ],
    [
      'a path left empty',
      { name: 'a', type: 'http', HTTPResources: [{ path: '', methods: ['GET'] }] },
      'error invalid-field at spec.calls[0].HTTPResources[0].path',
    ],
  ])('refuses a call with %s', (_what, call, expected) => {
    const read = readV1(call);
    expect(summary(read)).toContain(expected);
    expect(targets(read)).toEqual([]);
  });

  it('warns of fields that belong to another type', () => {
    expect(summary(readV1({ name: 'a', HTTPResources: [] }))).toEqual([
      'warning ignored-field at spec.calls[0].HTTPResources',
    ]);
  });

  it('has no kind in v1alpha2 (1.3)', () => {
    const spec = { service: { name: 'c', kind: 'Deployment' }, calls: [{ name: 'a' }] };
    expect(summary(readIntents([resource('v1alpha2', 'ClientIntents', spec)]))).toEqual([
      'error unknown-field at spec.service.kind',
    ]);
  });
});
