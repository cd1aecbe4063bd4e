import { type AuditedRequest } from './audit-log';
import { type KubeObject } from './client';
import { ControlPlane } from './control-plane';
import { installCrds, makeNamespace, sleep, until } from './install';
import { install } from './installation';
import { Replica } from './replica';

// Processes are started here, which takes a busy machine its time.
jest.setTimeout(150_000);

const NAME = 'intents-controller';

const pod = (name: string, node: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'shop', labels: { app: name } },
  spec: { nodeName: node, terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'x:1' }] },
});

const intents = (client: string, server: string): KubeObject => ({
  apiVersion: 'k8s.otterize.com/v2alpha1',
  kind: 'ClientIntents',
  metadata: { name: client, namespace: 'shop' },
  spec: { workload: { name: client }, targets: [{ kubernetes: { name: server } }] },
});

/**
 * Rights that the audit log does not show here, and rights.cluster.ts shows: a server-side apply is a patch and needs
 * `create` when it makes an object; there are no ProtectedServices, accounts are watched where Calico's policies are, nobody
 * has exchanged a certificate, and nothing happened that an Event would tell. In some namespaces intents are patched to take a
 * finalizer of before off alone (namespaced-end.cluster.ts).
 */
const NOT_SHOWN = [
  'create networkpolicies',
  'create events',
  'list serviceaccounts',
  'watch serviceaccounts',
  'list endpointslices',
  'watch endpointslices',
  'patch protectedservices',
  'patch protectedservices/status',
  'update secrets',
];

describe.each([
  ['the whole cluster', { conversion: true }],
  ['one namespace', { namespaces: ['shop'] }],
] as const)('a controller for %s, with the rights of its installation', (_, props) => {
  let plane: ControlPlane;
  let args: string[];
  let rights: string[];
  let kubeconfig = '';
  const replicas: Replica[] = [];

  const policies = (): Promise<KubeObject[]> =>
    plane.api.list('/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies');
  const leader = async (): Promise<string> => {
    const path = `/apis/coordination.k8s.io/v1/namespaces/intents/leases/${NAME}`;
    return (await plane.api.get(path).catch((): KubeObject => ({}))).spec?.holderIdentity ?? '';
  };
  const start = async (): Promise<Replica> => {
    const replica = await Replica.start([...args, '--webhook-bind-address', '127.0.0.1:0'], kubeconfig);
    replicas.push(replica);
    return replica;
  };

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await installCrds(plane.api);
    for (const name of ['intents', 'shop']) await makeNamespace(plane.api, name);
    ({ args, rights } = await install(plane, props));
    kubeconfig = plane.kubeconfig(await plane.serviceAccountToken('intents', NAME));
    for (const name of ['frontend', 'cart']) await plane.api.create(pod(name, 'n1'));
    await plane.api.create(intents('frontend', 'cart'));
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.end('SIGKILL')));
    await plane.stop();
  });

  it('writes policies, and says that it is ready when it has seen everything', async () => {
    const first = await start();
    await first.ready();
    await until(async () => (await policies()).length > 0, { what: `policies; said ${first.log}` });
    expect(await first.metric('leader')).toBe(1);
    expect(await first.metric('synced')).toBe(1);
    const [status] = await plane.api.list('/apis/k8s.otterize.com/v2alpha1/namespaces/shop/clientintents');
    expect(status?.metadata.name).toBe('frontend');
  });

  it('hands over within seconds when it is told to end, and ends with 0', async () => {
    const second = await start();
    await second.ready();
    expect(await second.metric('leader')).toBe(0);
    const [first] = replicas;
    const before = await leader();
    const began = Date.now();
    const ended = first?.end('SIGTERM');
    await until(async () => ![before, ''].includes(await leader()));
    // A period of 2 s with its jitter, and what a busy machine takes.
    expect(Date.now() - began).toBeLessThan(6_000);
    expect(await ended).toBe(0);
    expect(first?.log).toContain('has given the lease back');
    await plane.api.create(intents('cart', 'frontend'));
    await until(async () => (await policies()).length > 1, { what: `policies; said ${second.log}` });
  });

  it('is followed by another when it is killed, once its lease has run out', async () => {
    const third = await start();
    await third.ready();
    const before = await leader();
    await replicas[1]?.end('SIGKILL');
    await plane.api.delete(intents('cart', 'frontend'));
    await until(async () => (await leader()) !== before, { within: 40_000 });
    await until(async () => (await policies()).length === 1, { what: `policies; said ${third.log}` });
    expect(await third.metric('leader')).toBe(1);
  });

  it('was refused nothing, and used what it was given', async () => {
    for (const replica of replicas) await replica.end('SIGTERM');
    await sleep(500);
    const asked = plane.requests().filter(({ userAgent }) => userAgent === 'cdk8s-intents/controller');
    // Whether Otterize's operator runs is looked for further than a replica for some namespaces can see.
    const looksAround = ({ verb, resource, namespace }: AuditedRequest): boolean =>
      'namespaces' in props &&
      verb === 'list' &&
      ['leases', 'deployments', 'pods'].includes(resource) &&
      ['', 'otterize', 'otterize-system'].includes(namespace);
    const refused = asked.filter(
      (request) => (request.code === 401 || request.code === 403) && !looksAround(request),
    );
    expect(refused.map(({ verb, resource, namespace }) => `${verb} ${resource} ${namespace}`)).toEqual([]);
    const used = new Set(asked.map(({ verb, resource }) => `${verb} ${resource}`));
    const unused = rights
      .filter(
        (right) =>
          !/\.(?:argoproj\.io|cilium\.io|(?:gateway|policy)\.networking\.k8s\.io|projectcalico\.org)$/.test(
            right,
          ),
      )
      .map((right) => right.replace(/^(\S+ [^.]+)\..*$/, '$1'))
      .filter((right) => !used.has(right));
    const notShown = [...NOT_SHOWN, ...('namespaces' in props ? ['patch clientintents'] : [])];
    expect([...new Set(unused)].filter((right) => !notShown.includes(right))).toEqual([]);
  });
});
