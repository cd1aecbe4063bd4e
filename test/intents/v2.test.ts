import { readV2, resource, summary, targets } from './intents-fixture';
import { readIntents } from '../../src/intents/read-intents';

describe('ClientIntents of the v2 family', () => {
  it.each(['v2alpha1', 'v2beta1'])('reads workload and targets of %s (otterize-operator 1.2)', (version) => {
    const spec = {
      workload: { name: 'frontend', kind: 'Deployment' },
      targets: [
        { kubernetes: { name: 'cart' } },
        { kubernetes: { name: 'db.data', kind: 'StatefulSet' } },
        { service: { name: 'payments.billing' } },
        { kafka: { name: 'broker' } },
      ],
    };
    const read = readIntents([resource(version, 'ClientIntents', spec)]);
    expect(read.findings).toEqual([]);
    expect(read.intents[0]?.client).toEqual({ namespace: 'shop', name: 'frontend', kind: 'Deployment' });
    expect(targets(read)).toEqual([
      { type: 'workload', server: { namespace: 'shop', name: 'cart' }, ports: [], layer7: 'none' },
      {
        type: 'workload',
        server: { namespace: 'data', name: 'db', kind: 'StatefulSet' },
        ports: [],
        layer7: 'none',
      },
      { type: 'service', namespace: 'billing', name: 'payments', ports: [], layer7: 'none' },
      { type: 'workload', server: { namespace: 'shop', name: 'broker' }, ports: [], layer7: 'none' },
    ]);
  });

  it('takes kind Service for a Service target (1.4)', () => {
    expect(targets(readV2({ kubernetes: { name: 'cart', kind: 'Service' } }))).toEqual([
      { type: 'service', namespace: 'shop', name: 'cart', ports: [], layer7: 'none' },
    ]);
  });

  it.each([[{ kubernetes: { name: 'kubernetes.default' } }], [{ service: { name: 'kubernetes.default' } }]])(
    'takes %j for the API server (1.4)',
    (target) => {
      expect(targets(readV2(target))).toEqual([{ type: 'kubernetes-api' }]);
    },
  );

  it('takes a plain kubernetes in another namespace for a workload', () => {
    expect(targets(readV2({ kubernetes: { name: 'kubernetes' } }))).toMatchObject([{ type: 'workload' }]);
  });

  it('reads OttrLegacy as no kind (2.2)', () => {
    expect(targets(readV2({ kubernetes: { name: 'a', kind: 'OttrLegacy' } }))).toMatchObject([
      { server: { namespace: 'shop', name: 'a' } },
    ]);
  });

  it('warns that HTTP paths and Kafka topics are open as a whole', () => {
    const read = readV2(
      { service: { name: 'a', http: [{ path: '/x', methods: ['GET'] }] } },
      { kafka: { name: 'b', topics: [{ name: 't', operations: ['consume'] }] } },
    );
    expect(summary(read)).toEqual([
      'warning network-level-only at spec.targets[0].service.http',
      'warning network-level-only at spec.targets[1].kafka.topics',
    ]);
    expect(targets(read)).toMatchObject([{ layer7: 'http' }, { layer7: 'kafka' }]);
  });

  it('says that database and cloud targets are not enforced', () => {
    const read = readV2(
      { sql: { name: 'pg', privileges: [{ databaseName: 'x', operations: ['SELECT'] }] } },
      { aws: { arn: 'arn:aws:s3:::b', actions: ['s3:*'] } },
      { gcp: { resource: 'projects/p', permissions: ['x'] } },
      { azure: { scope: '/s', roles: ['Reader'] } },
    );
    expect(summary(read).map((line) => line.split(' at ')[0])).toEqual(Array(4).fill('info not-enforced'));
    expect(targets(read)).toEqual([
      { type: 'beyond-network', what: 'sql', name: 'pg' },
      { type: 'beyond-network', what: 'aws', name: 'arn:aws:s3:::b' },
      { type: 'beyond-network', what: 'gcp', name: 'projects/p' },
      { type: 'beyond-network', what: 'azure', name: '/s' },
    ]);
  });

  it.each([
    ['no member (1.6 rule 4)', {}, 'error empty-target at spec.targets[0]'],
    [
      'two members (1.6 rule 4)',
      { service: { name: 'a' }, kafka: { name: 'b' } },
      'error ambiguous-target at spec.targets[0]',
    ],
    ['a bare name (intent-systems D10)', { name: 'a' }, 'error bare-target at spec.targets[0].name'],
    ['a misspelt member', { servce: { name: 'a' } }, 'error unknown-field at spec.targets[0].servce'],
    [
      'a member named like a prototype key',
      { constructor: { name: 'a' } },
      'error unknown-field at spec.targets[0].constructor',
    ],
    [
      'a misspelt field',
      { service: { name: 'a', prots: [80] } },
      'error unknown-field at spec.targets[0].service.prots',
    ],
    [
      'an empty name (rule 5)',
      { service: { name: '' } },
      'error invalid-field at spec.targets[0].service.name',
    ],
    ['no name (rule 5)', { sql: {} }, 'error invalid-field at spec.targets[0].sql.name'],
    [
      'two dots (rule 6)',
      { service: { name: 'a.b.svc' } },
      'error invalid-field at spec.targets[0].service.name',
    ],
    [
      'an empty namespace',
      { service: { name: 'a.' } },
      'error invalid-field at spec.targets[0].service.name',
    ],
    [
      'the svc: prefix of v1',
      { service: { name: 'svc:a' } },
      'error invalid-field at spec.targets[0].service.name',
    ],
    [
      'a kind in lower case (rule 2)',
      { kubernetes: { name: 'a', kind: 'deployment' } },
      'error invalid-field at spec.targets[0].kubernetes.kind',
    ],
    ['no arn (rule 8)', { aws: {} }, 'error invalid-field at spec.targets[0].aws.arn'],
    [
      'azure without a grant (rule 9)',
      { azure: { scope: 's' } },
      'error invalid-field at spec.targets[0].azure',
    ],
    [
      'azure with roles and actions (rule 9)',
      { azure: { scope: 's', roles: ['r'], actions: ['a'] } },
      'error invalid-field at spec.targets[0].azure.roles',
    ],
    [
      'internet to nowhere (rule 10)',
      { internet: { ports: [443] } },
      'error invalid-field at spec.targets[0].internet',
    ],
    [
      'a wrong domain (rule 11)',
      { internet: { domains: ['https://x.y'] } },
      'error invalid-field at spec.targets[0].internet.domains[0]',
    ],
    [
      'an address among the domains',
      { internet: { domains: ['1.2.3.4'] } },
      'error invalid-field at spec.targets[0].internet.domains[0]',
    ],
    [
      'a wrong address (rule 12)',
      { internet: { ips: ['10.0.0.256'] } },
      'error invalid-field at spec.targets[0].internet.ips[0]',
    ],
    [
      'a wrong CIDR (rule 12)',
      { internet: { ips: ['10.0.0.0/33'] } },
      'error invalid-field at spec.targets[0].internet.ips[0]',
    ],
    [
      'an internet port out of range',
      { internet: { ips: ['10.0.0.1'], ports: [65536] } },
      'error invalid-port at spec.targets[0].internet.ports[0]',
    ],
    [
      'a named internet port',
      { internet: { ips: ['10.0.0.1'], ports: ['https'] } },
      'error invalid-port at spec.targets[0].internet.ports[0]',
    ],
    [
      'a port out of range',
      { service: { name: 'a', ports: [0] } },
      'error invalid-port at spec.targets[0].service.ports[0]',
    ],
    [
      'a port in quotes',
      { service: { name: 'a', ports: ['80'] } },
      'error invalid-port at spec.targets[0].service.ports[0]',
    ],
    [
      'a broken port',
      { service: { name: 'a', ports: [8.5] } },
      'error invalid-port at spec.targets[0].service.ports[0]',
    ],
    [
      'an unknown protocol',
      { service: { name: 'a', ports: [{ port: 1, protocol: 'tcp' }] } },
      'error invalid-field at spec.targets[0].service.ports[0].protocol',
    ],
    [
      'a misspelt field of a port',
      { service: { name: 'a', ports: [{ port: 1, protocl: 'UDP' }] } },
      'error unknown-field at spec.targets[0].service.ports[0].protocl',
    ],
    [
      'a port object without port',
      { service: { name: 'a', ports: [{ protocol: 'UDP' }] } },
      'error invalid-port at spec.targets[0].service.ports[0].port',
    ],
    [
      'an empty list of ports',
      { service: { name: 'a', ports: [] } },
      'error empty-list at spec.targets[0].service.ports',
    ],
    ['a target that is a string', 'a', 'error invalid-field at spec.targets[0]'],
  ])('refuses a target with %s, and lets it open nothing', (_what, target, expected) => {
    const read = readV2(target);
    expect(summary(read)).toContain(expected);
    expect(targets(read)).toEqual([]);
  });

  it('reads ports as numbers, names and pairs, each once (our extension)', () => {
    const ports = [80, 'http', { port: 53, protocol: 'UDP' }, { port: 'dns' }, 80];
    const read = readV2({ service: { name: 'a', ports } });
    expect(read.findings).toEqual([]);
    expect(targets(read)).toMatchObject([
      {
        ports: [
          { port: 80, protocol: 'TCP' },
          { port: 'http', protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
          { port: 'dns', protocol: 'TCP' },
        ],
      },
    ]);
  });

  it('reads internet targets: domains with wildcards and international names, addresses of both families', () => {
    const internet = {
      domains: ['api.example.com', '*.example.com', 'bücher.example'],
      ips: ['203.0.113.7', '10.0.0.5/24', '2001:db8::/32'],
      ports: [443],
    };
    const read = readV2({ internet });
    expect(read.findings).toEqual([]);
    expect(targets(read)).toEqual([
      { type: 'internet', ...internet, ports: [{ port: 443, protocol: 'TCP' }] },
    ]);
  });

  it('says that an empty list of internet ports means every port', () => {
    expect(summary(readV2({ internet: { ips: ['10.0.0.1'], ports: [] } }))).toEqual([
      'warning empty-list at spec.targets[0].internet.ports',
    ]);
  });

  it.each([
    ['no workload', { targets: [] }, 'error invalid-field at spec.workload'],
    [
      'a dot in its name (rule 3)',
      { workload: { name: 'a.b' }, targets: [] },
      'error invalid-field at spec.workload.name',
    ],
    [
      'a kind in lower case (rule 2)',
      { workload: { name: 'a', kind: 'job' }, targets: [] },
      'error invalid-field at spec.workload.kind',
    ],
    ['the service of v1', { service: { name: 'a' }, targets: [] }, 'error unknown-field at spec.service'],
  ])('refuses a client with %s, and declares nothing for it', (_what, spec, expected) => {
    const read = readIntents([resource('v2beta1', 'ClientIntents', spec)]);
    expect(summary(read)).toContain(expected);
    expect(read.intents).toEqual([]);
  });

  it('asks for targets', () => {
    const read = readIntents([resource('v2beta1', 'ClientIntents', { workload: { name: 'a' } })]);
    expect(summary(read)).toEqual(['error invalid-field at spec.targets']);
  });
});
