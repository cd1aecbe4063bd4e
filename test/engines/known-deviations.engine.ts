import { hasGo, type EngineName } from './build';
import { Engine } from './engine';

/*
 * What README.md or a CNI profile says the engines do otherwise, shown. When one of these fails after an upgrade, the engine
 * has learned it: take the rewriting out of admin-policies.ts and the line out of README.md, or the value out of the profile.
 */

const suite = hasGo() ? describe : describe.skip;
if (!hasGo()) process.stderr.write('SKIPPED: no `go` on the path, so no look at the engines themselves.\n');

const CLIENT = '10.244.0.1';
const SERVER = '10.244.0.2';
const TCP = 6;
const UDP = 17;

function pod(name: string, ip: string, ports: object[] = []): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name },
    spec: { containers: [{ name: 'main', image: 'x', ports }] },
    status: { phase: 'Running', podIPs: [{ ip }] },
  };
}

function adminPolicy(spec: object): object {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'AdminNetworkPolicy',
    metadata: { name: 'a' },
    spec: { priority: 1, subject: { namespaces: {} }, ...spec },
  };
}

const PODS = [pod('client', CLIENT), pod('server', SERVER, [{ name: 'http', containerPort: 8080 }])];

suite('known deviations', () => {
  const engines = new Map<EngineName, Engine>();
  beforeAll(() => {
    for (const name of ['kube-network-policies', 'calico'] as const) engines.set(name, Engine.start(name));
  }, 1_800_000);
  afterAll(() => Promise.all([...engines.values()].map((engine) => engine.stop())));

  const incoming = async (name: EngineName, objects: object[], protocol: number, port: number) => {
    const engine = engines.get(name);
    if (engine === undefined) throw new Error(`${name} is not running`);
    const [verdict] = await engine.judge(objects, [{ from: CLIENT, to: SERVER, protocol, port }]);
    return verdict;
  };

  it('kube-network-policies takes a named port of an AdminNetworkPolicy for every port of a pod that has the name', async () => {
    const denied = adminPolicy({
      ingress: [{ action: 'Deny', from: [{ namespaces: {} }], ports: [{ namedPort: 'http' }] }],
    });
    const objects = [...PODS, denied];
    expect((await incoming('kube-network-policies', objects, TCP, 8080))?.ingress).toBe('deny');
    expect((await incoming('kube-network-policies', objects, UDP, 53))?.ingress).toBe('deny');
  });

  it('kube-network-policies lets everything in by `ingress: []` as it stands in raw JSON, and Calico does not', async () => {
    const empty = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { namespace: 'shop', name: 'deny' },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [] },
    };
    const packet = { from: CLIENT, to: SERVER, protocol: TCP, port: 8080 };
    const raw = Engine.start('kube-network-policies', { KEEP_EMPTY_LISTS: '1' });
    expect((await raw.judge([...PODS, empty], [packet]))[0]?.ingress).toBe('allow');
    await raw.stop();
    // As the API server hands it out, the list is absent.
    expect((await incoming('kube-network-policies', [...PODS, empty], TCP, 8080))?.ingress).toBe('deny');
    expect((await incoming('calico', [...PODS, empty], TCP, 8080))?.ingress).toBe('deny');
  });

  it('Calico takes a named port of an AdminNetworkPolicy for every port, even of pods without the name', async () => {
    const denied = adminPolicy({
      ingress: [{ action: 'Deny', from: [{ namespaces: {} }], ports: [{ namedPort: 'nobody-has-it' }] }],
    });
    expect((await incoming('calico', [...PODS, denied], UDP, 53))?.ingress).toBe('deny');
  });

  it('Calico takes the NetworkSets of a namespace for part of a namespaces peer', async () => {
    const set = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'NetworkSet',
      metadata: { name: 's', namespace: 'shop' },
      spec: { nets: ['203.0.113.0/24'] },
    };
    const denied = adminPolicy({ egress: [{ action: 'Deny', to: [{ namespaces: {} }] }] });
    const engine = engines.get('calico');
    const outside = { from: CLIENT, to: '203.0.113.9', protocol: TCP, port: 443 };
    expect((await engine?.judge([...PODS, denied], [outside]))?.[0]?.egress).toBe('allow');
    expect((await engine?.judge([...PODS, denied, set], [outside]))?.[0]?.egress).toBe('deny');
  });
});
