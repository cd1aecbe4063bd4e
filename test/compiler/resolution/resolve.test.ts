import {
  calls,
  callsService,
  compiled,
  ids,
  intents,
  manifest,
  names,
  service,
  workload,
} from '../cluster-fixture';
import type { Target } from '../../../src/intents/client-intents';
import { constructPlace } from '../../../src/model/place';
import type { Resource } from '../../../src/model/resource';

function declare(resources: readonly Resource[], ...targets: readonly Target[]): ReturnType<typeof compiled> {
  return compiled([workload('a/client'), ...resources], [intents('a/client', ...targets)]);
}

function only(result: ReturnType<typeof compiled>): { id: string; message: string; mend: string } {
  expect(result.findings).toHaveLength(1);
  return result.findings[0] ?? { id: '', message: '', mend: '' };
}

const server = workload('a/server', {
  ports: [
    { name: 'http', containerPort: 8080 },
    { name: 'dns', containerPort: 53, protocol: 'UDP' },
  ],
});

describe('names that lead nowhere', () => {
  it.each<[string, Resource[], Target, RegExp]>([
    ['a similar name', [server], calls('a/sevrer'), /Did you mean server\?/],
    ['another namespace', [workload('b/server')], calls('a/server'), /namespace b: write server\.b/],
    ['another kind', [server], calls('a/server[StatefulSet]'), /write kind Deployment/],
    [
      'a Service of that name',
      [service('a/web', { selector: { app: 'client' } })],
      calls('a/web'),
      /service: \{name: web\.a\}/,
    ],
    ['a similar namespace', [workload('billing/x')], calls('biling/pay'), /did you mean namespace billing\?/],
    [
      'no namespace that is the one named',
      [service('shop/other')],
      calls('shop/pay'),
      /^Add the manifest of shop\/pay to the input/,
    ],
    [
      'both ways to write another namespace',
      [workload('b/server')],
      calls('a/server'),
      /write server\.b \(in TypeScript \{ name: 'server', namespace: 'b' \}\)\.$/,
    ],
    ['a workload, for a Service', [server], callsService('a/server'), /kubernetes: \{name: server\.a\}/],
    [
      'a Service elsewhere',
      [workload('b/s'), service('b/s')],
      callsService('a/s'),
      /namespace b: write s\.b/,
    ],
    ['a similar Service', [server, service('a/server')], callsService('a/servr'), /Did you mean server\?/],
  ])('suggest %s', (_what, resources, target, mend) => {
    const result = declare(resources, target);
    expect(only(result).id).toBe('target-not-found');
    expect(only(result).mend).toMatch(mend);
    expect(result.policies).toEqual([]);
    expect(result.findings[0]).toMatchObject({
      severity: 'error',
      place: target.place,
      object: 'ClientIntents/a/client-intents',
    });
  });

  it('report an unknown client, with a suggestion', () => {
    const result = compiled([workload('a/client'), server], [intents('a/clint', calls('a/server'))]);
    expect(only(result)).toMatchObject({ id: 'client-not-found', mend: expect.stringContaining('client') });
    expect(result.policies).toEqual([]);
  });

  it('say of a client that is elsewhere that its intents belong there', () => {
    const result = compiled([workload('b/client'), server], [intents('a/client', calls('a/server'))]);
    expect(only(result)).toMatchObject({
      id: 'client-not-found',
      mend: 'There is a workload client in namespace b: declare its intents there.',
    });
  });
});

describe('ports of workload targets', () => {
  it('resolve names at the container, by name and protocol (network-policy-semantics 2.1 item 9)', () => {
    const result = declare([server], calls('a/server', 'http', { port: 'dns', protocol: 'UDP' }));
    expect(result.findings).toEqual([]);
    expect(result.declared).toMatchObject([
      {
        ports: [
          { port: 8080, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
        ],
      },
    ]);
  });

  it('never become all ports, nor none in silence, when a name is unknown', () => {
    const result = declare([server], calls('a/server', 'htp'));
    expect(only(result)).toMatchObject({ id: 'port-not-found', mend: expect.stringContaining('http') });
    expect(result.policies).toEqual([]);
    expect(result.declared).toEqual([]);
  });

  it('say when the name exists with another protocol', () => {
    expect(only(declare([server], calls('a/server', 'dns'))).mend).toContain('protocol: UDP');
  });

  it('warn of the port of a Service where the port of the pod is meant (intent-systems L7)', () => {
    const result = declare(
      [server, service('a/server', { ports: [{ port: 80, targetPort: 8080 }] })],
      calls('a/server', 80),
    );
    expect(only(result)).toMatchObject({
      id: 'undeclared-port',
      message: expect.stringContaining('Service a/server'),
    });
    expect(names(result)).toEqual(['a/access-to-server-from-a']);
  });
});

describe('Service targets', () => {
  it('with a port that the Service lacks open nothing', () => {
    const result = declare([server, service('a/server')], callsService('a/server', 81));
    expect(only(result)).toMatchObject({ id: 'port-not-found', severity: 'error' });
    expect(result.policies).toEqual([]);
  });

  it('take the protocol into account: TCP when nothing is said', () => {
    const dns = service('a/server', {
      ports: [
        { name: 'd', port: 53, protocol: 'UDP' },
        { name: 't', port: 53 },
      ],
    });
    expect(declare([server, dns], callsService('a/server', 53)).declared).toMatchObject([
      { ports: [{ protocol: 'TCP', port: 53 }] },
    ]);
    expect(only(declare([server, dns], callsService('a/server', 'd'))).mend).toContain('protocol: UDP');
  });

  it.each<[string, Resource, string]>([
    ['without selector', service('a/x', { selector: undefined }), 'service-without-selector'],
    ['with an empty selector', service('a/x', { selector: {} }), 'service-without-selector'],
    [
      'of type ExternalName',
      service('a/x', { more: { type: 'ExternalName', externalName: 'db.example.com' } }),
      'external-name-service',
    ],
    ['that selects no workload', service('a/x'), 'service-without-workload'],
    ['without ports', service('a/x', { selector: { app: 'server' }, ports: [] }), 'service-without-ports'],
    [
      'with a target port no container has',
      service('a/x', { selector: { app: 'server' }, ports: [{ port: 80, targetPort: 'web' }] }),
      'port-not-found',
    ],
  ])('%s open nothing, and hinder no other target', (_what, broken, id) => {
    const result = declare([server, broken, workload('a/other')], callsService('a/x'), calls('a/other'));
    expect(ids(result)).toEqual([`error ${id}`]);
    expect(names(result)).toEqual(['a/access-to-other-from-a']);
  });

  it('warn when a headless Service has another target port: nothing translates it', () => {
    const headless = service('a/server', {
      ports: [{ port: 80, targetPort: 8080 }],
      more: { clusterIP: 'None' },
    });
    expect(ids(declare([server, headless], callsService('a/server')))).toEqual(['warning headless-port']);
  });

  it('may be the client: the pods behind it call (otterize-operator 2.3)', () => {
    const resources = [
      workload('a/one', { labels: { app: 'web' } }),
      workload('a/two', { labels: { app: 'web' } }),
      service('a/web'),
      server,
    ];
    const client = {
      ...intents('a/web', calls('a/server')),
      client: { namespace: 'a', name: 'web', kind: 'Service' },
    };
    const result = compiled(resources, [client]);
    expect(result.findings).toEqual([]);
    expect(result.declared.map((call) => call.client.id)).toEqual(['a/one[Deployment]', 'a/two[Deployment]']);
  });
});

describe('declarations', () => {
  it('made twice are reported with both places', () => {
    const result = declare([server], calls('a/server'), {
      ...calls('a/server'),
      place: constructPlace('again'),
    });
    expect(only(result)).toMatchObject({
      id: 'duplicate-intent',
      message: expect.stringContaining('construct call a/server'),
    });
    expect(result.findings[0]?.place.construct).toBe('again');
  });

  it('for HTTP and for Kafka of one server count as one at the network level, which is no slip', () => {
    const call = (layer7: 'http' | 'kafka'): Target => ({
      type: 'workload',
      server: { namespace: 'a', name: 'server' },
      ports: [],
      layer7,
      place: constructPlace(layer7),
    });
    const result = declare([server], call('http'), call('kafka'));
    expect(only(result)).toMatchObject({
      id: 'duplicate-intent',
      severity: 'info',
      message: expect.stringContaining('at the network level both count as one'),
    });
  });

  it('of a workload that calls itself open the way between its replicas', () => {
    const result = declare([], calls('a/client'));
    expect(ids(result)).toEqual(['info self-call']);
    expect(names(result)).toEqual(['a/access-to-client-from-a']);
  });

  it('of a host-network server protect nothing, and say so', () => {
    const result = declare([workload('a/node', { hostNetwork: true })], calls('a/node'));
    expect(ids(result)).toEqual(['warning host-network-server']);
    expect(result.policies).toEqual([]);
    expect(result.declared).toHaveLength(1);
  });

  it('of a host-network client admit nobody, and say so', () => {
    const result = compiled(
      [workload('a/node', { hostNetwork: true }), server],
      [intents('a/node', calls('a/server'))],
    );
    expect(ids(result)).toEqual(['warning host-network-client']);
    expect(result.policies).toEqual([]);
    expect(result.podLabels).toEqual([]);
  });

  it('of calls to the API server and the internet are recorded only', () => {
    const place = constructPlace('out');
    const result = declare(
      [],
      { type: 'kubernetes-api', place },
      { type: 'internet', domains: ['x.y'], ips: [], ports: [], place },
    );
    expect(ids(result)).toEqual(['info declared-only', 'info declared-only']);
    expect(result.outside).toHaveLength(2);
    expect(result.policies).toEqual([]);
    expect(result.podLabels).toEqual([]);
  });

  it('of a finished Job get neither labels nor policies', () => {
    const job = manifest(
      'batch/v1',
      'Job',
      {
        metadata: { name: 'job', namespace: 'a' },
        spec: { template: { metadata: { labels: { app: 'job' } }, spec: { containers: [] } } },
        status: { conditions: [{ type: 'Complete', status: 'True' }] },
      },
      'job',
      'a',
    );
    const result = compiled([job, server], [intents('a/job', calls('a/server'))]);
    expect(ids(result)).toEqual(['info finished-workload']);
    expect(result.podLabels).toEqual([]);
  });

  it('that isolate the DNS of the cluster are reported', () => {
    const result = declare([workload('kube-system/coredns')], calls('kube-system/coredns'));
    expect(ids(result)).toEqual(['warning isolates-dns']);
  });
});

describe('the called-by annotation (otterize-operator 1.7)', () => {
  const annotated = (text: string): Resource =>
    workload('a/server', { annotations: { 'intents.otterize.com/called-by': text } });

  it('is a second source of intents', () => {
    const list = JSON.stringify([{ name: 'client.a', kind: 'Deployment' }]);
    const result = compiled([workload('a/client'), annotated(list)], []);
    expect(result.findings).toEqual([]);
    expect(names(result)).toEqual(['a/access-to-server-from-a']);
  });

  it('is ignored for a pair that intents name', () => {
    const list = JSON.stringify([{ name: 'client.a', kind: 'Deployment' }]);
    const result = compiled(
      [workload('a/client'), annotated(list)],
      [intents('a/client', calls('a/server', 80))],
    );
    expect(result.declared).toMatchObject([{ ports: [{ port: 80 }] }]);
    expect(result.findings).toEqual([]);
  });

  it.each([
    '{}',
    'x',
    '[{"name":"client","kind":"Deployment"}]',
    '[{"name":"client.a","kind":"deployment"}]',
    '[{"name":"a.b.c","kind":"Pod"}]',
    '[{"name":"client.a"}]',
  ])('declares nothing when it is %s', (text) => {
    const result = compiled([workload('a/client'), annotated(text)], []);
    expect(ids(result)).toEqual(['error broken-called-by']);
    expect(result.policies).toEqual([]);
  });
});

describe('policies that are there already', () => {
  const existing = (labels: Record<string, string>): Resource =>
    manifest(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      { metadata: { name: 'access-to-server-from-a', namespace: 'a', labels }, spec: { podSelector: {} } },
      'access-to-server-from-a',
      'a',
    );

  it('under the name of one of ours are reported', () => {
    expect(ids(declare([server, existing({})], calls('a/server')))).toEqual(['error policy-name-taken']);
  });

  it('are former output when they bear our label', () => {
    expect(
      ids(declare([server, existing({ 'intents.otterize.com/network-policy': 'true' })], calls('a/server'))),
    ).toEqual([]);
  });
});
