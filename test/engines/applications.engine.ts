import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildCluster } from '../../src/model/build-cluster';
import { compile } from '../../src/compiler/compile';
import type { ProfileName } from '../../src/compiler/compilation';
import { readIntents } from '../../src/intents/read-intents';
import { parseAddress, parseCidr } from '../../src/model/cidr';
import type { JsonObject } from '../../src/model/json';
import type { Resource } from '../../src/model/resource';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { Peer } from '../../src/reachability/reachability';
import { readManifestFiles } from '../../src/sources/files';
import { resourcesOf } from '../policies/resource-fixture';
import { hasGo, ENGINES } from './build';
import { Engine, type EnginePacket, type EngineVerdict } from './engine';
import { namespaceObjects, place, POD_RANGE, type PlacedPod } from './placed-cluster';

const DATA = join(__dirname, '../../../shared/data');
const APPLICATIONS = ['online-boutique', 'kube-prometheus', 'argo-cd', 'ingress-nginx'];
const MINUTES = 60_000;
const PROTOCOLS = { TCP: 6, UDP: 17, SCTP: 132 };
const OUTSIDE = ['8.8.8.8', '192.168.7.7'];

const present = existsSync(DATA);
if (!hasGo())
  process.stderr.write('SKIPPED: no `go` on the path, so no second opinion on real applications.\n');
else if (!present)
  process.stderr.write('SKIPPED: no ../shared/data, so no second opinion on real applications.\n');
const suite = hasGo() && present ? describe : describe.skip;

suite.each(ENGINES)('%s and the evaluator on real applications', (name) => {
  let engine: Engine;
  beforeAll(() => {
    engine = Engine.start(name);
  }, 30 * MINUTES);
  afterAll(() => engine.stop());

  it.each(APPLICATIONS)(
    'judge every pair of pods of %s alike under its own policies',
    async (application) => {
      const { resources } = readManifestFiles([join(DATA, application)]);
      const cluster = buildCluster(resources);
      const policies = readPolicies(resources);
      const pods = place(cluster);
      const packets = allPackets(pods);
      const objects = [
        ...namespaceObjects(cluster),
        ...pods.map(({ object }) => object),
        ...policyObjects(resources),
      ];
      const verdicts = await engine.judge(objects, packets);
      const { cidr } = parseCidr(POD_RANGE, { hostBits: 'error' });
      const cni = name === 'calico' ? 'calico' : 'kubernetes';
      const reachability = evaluate(cluster, policies, {
        cni,
        ...(cidr === undefined ? {} : { podCidrs: [cidr] }),
      });
      const peers = peersOf(pods);
      const differing = packets.filter((packet, index) => {
        const from = peers(packet.from);
        const to = peers(packet.to);
        const { allowed } = reachability.connection(from, to);
        return allowed.contains(packet.protocol, packet.port) !== passes(verdicts[index]);
      });
      expect(differing).toEqual([]);
      expect(packets.length).toBeGreaterThan(100);
    },
    10 * MINUTES,
  );
});

const INTENTS = `
${Object.entries({
  frontend: [
    'adservice',
    'cartservice',
    'checkoutservice',
    'currencyservice',
    'productcatalogservice',
    'shippingservice',
  ],
  checkoutservice: ['cartservice', 'currencyservice', 'emailservice', 'paymentservice'],
  recommendationservice: ['productcatalogservice'],
  cartservice: ['redis-cart'],
  loadgenerator: ['frontend'],
})
  .map(
    ([client, servers]) => `
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: ${client}, namespace: default }
spec: { workload: { name: ${client}, kind: Deployment }, targets: [${servers
      .map((server) => `{ kubernetes: { name: ${server}, kind: Deployment } }`)
      .join(', ')}] }`,
  )
  .join('\n---')}`;

suite.each(ENGINES)('%s under compiled policies', (name) => {
  let engine: Engine;
  beforeAll(() => {
    engine = Engine.start(name);
  }, 30 * MINUTES);
  afterAll(() => engine.stop());

  it.each<ProfileName>(['seed', 'otterize', 'selectors'])(
    'lets exactly the declared calls of online-boutique through, with profile %s',
    async (profile) => {
      const { resources } = readManifestFiles([join(DATA, 'online-boutique/kubernetes-manifests.yaml')]);
      const cluster = buildCluster(resources);
      const { intents, findings } = readIntents(resourcesOf(INTENTS).map(inDefault));
      expect(findings).toEqual([]);
      const compilation = compile(cluster, intents, { profile });
      const podLabels = new Map(compilation.podLabels.map(({ workload, labels }) => [workload.id, labels]));
      const namespaceLabels = new Map(
        compilation.namespaceLabels.map(({ namespace, labels }) => [namespace, labels]),
      );
      const pods = place(cluster, podLabels);
      const packets = allPackets(pods).filter(({ from }) => !OUTSIDE.includes(from));
      const objects = [
        ...namespaceObjects(cluster, namespaceLabels),
        ...pods.map(({ object }) => object),
        ...compilation.policies.map(({ manifest }) => manifest),
      ];
      const verdicts = await engine.judge(objects, packets);
      const declared = new Set(compilation.declared.map(({ client, server }) => `${client.id} ${server.id}`));
      const called = new Set(compilation.declared.map(({ server }) => server.id));
      const idOf = new Map(pods.map(({ address, workload }) => [address, workload.id]));
      // A server with a LoadBalancer may be open to everybody on the Service's ports.
      const exposed = new Set(compilation.external.map(({ server }) => server.id));
      const wrong = packets.filter(({ from, to }, index) => {
        const server = idOf.get(to);
        const passed = passes(verdicts[index]);
        if (server === undefined || !called.has(server)) return !passed;
        if (declared.has(`${String(idOf.get(from))} ${server}`)) return !passed;
        return passed && !exposed.has(server);
      });
      expect(exposed.size).toBeLessThanOrEqual(1);
      expect(wrong).toEqual([]);
      expect(declared.size).toBe(13);
    },
    10 * MINUTES,
  );
});

function inDefault(resource: Resource): Resource {
  return { ...resource, namespace: resource.namespace ?? 'default' };
}

function passes(verdict: EngineVerdict | undefined): boolean {
  if (verdict === undefined) throw new Error('a packet without verdict');
  return verdict.egress === 'allow' && verdict.ingress === 'allow';
}

/** Policies as the API server has them: with their namespace. */
function policyObjects(resources: readonly Resource[]): JsonObject[] {
  return resources
    .filter(({ group, kind }) => group === 'networking.k8s.io' && kind === 'NetworkPolicy')
    .map(({ apiVersion, kind, name, namespace = 'default', manifest }) => ({
      apiVersion,
      kind,
      metadata: { name, namespace },
      spec: manifest['spec'],
    }));
}

/** Between all pods, and between them and addresses outside, on every port that anybody declares and some that nobody does. */
function allPackets(pods: readonly PlacedPod[]): EnginePacket[] {
  const addresses = pods.map(({ address }) => address);
  const pairs = addresses.flatMap((from) => [
    ...addresses.filter((to) => to !== from).map((to) => ({ from, to })),
    ...OUTSIDE.flatMap((outside) => [
      { from, to: outside },
      { from: outside, to: from },
    ]),
  ]);
  const declared = pods.flatMap(({ workload }) =>
    workload.ports.map(({ protocol, port }) => ({ protocol, port })),
  );
  const asked = [
    ...declared,
    { protocol: 'TCP', port: 1 },
    { protocol: 'TCP', port: 53 },
    { protocol: 'UDP', port: 53 },
    { protocol: 'SCTP', port: 7070 },
  ] as const;
  const unique = new Map(asked.map((one) => [`${one.protocol}/${String(one.port)}`, one]));
  return pairs.flatMap((pair) =>
    [...unique.values()].map(({ protocol, port }) => ({ ...pair, protocol: PROTOCOLS[protocol], port })),
  );
}

function peersOf(pods: readonly PlacedPod[]): (address: string) => Peer {
  const byAddress = new Map(pods.map((pod) => [pod.address, pod]));
  return (address) => {
    const pod = byAddress.get(address);
    if (pod !== undefined) return { type: 'workload', workload: pod.workload };
    const { address: parsed } = parseAddress(address);
    if (parsed === undefined) throw new Error(`${address} is not an address`);
    return { type: 'addresses', version: parsed.version, first: parsed.value, last: parsed.value };
  };
}
