/**
 * How long does evaluation take, and how does it grow? Run with `npx tsx bench/reachability.ts [scenario…]`; each
 * scenario runs in this process, the time includes indexing, all groups and the isolation of every workload.
 */
import { parseCidr, type Cidr } from '../src/model/cidr';
import type { Cluster } from '../src/model/cluster';
import type { LabelSelector } from '../src/model/label-selector';
import type { Namespace } from '../src/model/namespace';
import { NOWHERE } from '../src/model/place';
import type { Workload } from '../src/model/workload';
import type { CalicoPolicy, EntityRule } from '../src/policies/calico/policy';
import type { NetworkPolicy, NetworkPolicyPeer } from '../src/policies/kubernetes/network-policy';
import type { PolicySet } from '../src/policies/policy';
import { evaluate } from '../src/reachability/evaluate';

interface Scenario {
  readonly workloads: number;
  readonly namespaces: number;
  readonly kubernetes: number;
  readonly calico: number;
  /** Address blocks per policy. */
  readonly blocks: number;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  small: { workloads: 1_000, namespaces: 50, kubernetes: 500, calico: 0, blocks: 0 },
  blocks: { workloads: 5_000, namespaces: 250, kubernetes: 1_000, calico: 1_000, blocks: 5 },
  large: { workloads: 50_000, namespaces: 2_000, kubernetes: 5_000, calico: 0, blocks: 0 },
  'large-mixed': { workloads: 50_000, namespaces: 2_000, kubernetes: 4_000, calico: 1_000, blocks: 1 },
};

/** A small, repeatable source of numbers from 0 to `below - 1`. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

const APPS = ['web', 'api', 'db', 'cache', 'queue', 'worker', 'auth', 'search', 'mail', 'jobs'];
const ENVIRONMENTS = ['prod', 'stage', 'dev'];

function makeCluster({ workloads, namespaces }: Scenario, random: (below: number) => number): Cluster {
  const names = Array.from({ length: namespaces }, (_, index) => `ns-${index}`);
  const made = names.map((name, index): [string, Namespace] => [
    name,
    {
      name,
      labels: { 'kubernetes.io/metadata.name': name, team: `team-${index % 20}` },
      declared: true,
      place: NOWHERE,
    },
  ]);
  return {
    namespaces: new Map(made),
    workloads: Array.from({ length: workloads }, (_, index) => makeWorkload(index, names, random)),
    services: [],
    ingresses: [],
    serviceAccounts: [],
    resources: [],
    findings: [],
  };
}

function makeWorkload(
  index: number,
  namespaces: readonly string[],
  random: (below: number) => number,
): Workload {
  const namespace = namespaces[index % namespaces.length] ?? 'default';
  const app = APPS[Math.floor(index / namespaces.length) % APPS.length] ?? 'web';
  const name = `${app}-${index}`;
  const resource = {
    apiVersion: 'apps/v1',
    group: 'apps',
    version: 'v1',
    kind: 'Deployment',
    name,
    namespace,
    manifest: {},
    place: NOWHERE,
  };
  return {
    id: `${namespace}/${name}[Deployment]`,
    namespace,
    name,
    kind: 'Deployment',
    group: 'apps',
    labels: { app, name, env: ENVIRONMENTS[random(3)] ?? 'prod' },
    annotations: {},
    serviceAccount: 'default',
    hostNetwork: false,
    ports: [{ name: 'http', port: 8080 + random(2), protocol: 'TCP' }],
    addresses: [],
    finished: false,
    resource,
    place: NOWHERE,
  };
}

function selector(matchLabels: Readonly<Record<string, string>>): LabelSelector {
  return { matchLabels, matchExpressions: [] };
}

function block(random: (below: number) => number): Cidr {
  const text = `${10 + random(3)}.${random(256)}.${random(8) * 32}.0/${[8, 12, 16, 19, 24][random(5)] ?? 16}`;
  const { cidr } = parseCidr(text, { hostBits: 'mask' });
  if (cidr === undefined) throw new Error(text);
  return cidr;
}

function networkPolicy(index: number, scenario: Scenario, random: (below: number) => number): NetworkPolicy {
  const namespace = `ns-${index % scenario.namespaces}`;
  // The first policy of each namespace is its default deny.
  const deny = index < scenario.namespaces;
  const peers: NetworkPolicyPeer[] = [
    { type: 'pods', podSelector: selector({ app: APPS[random(10)] ?? 'web' }) },
    {
      type: 'pods',
      namespaceSelector: selector({ team: `team-${random(20)}` }),
      podSelector: selector({ app: 'web' }),
    },
    ...Array.from({ length: scenario.blocks }, (): NetworkPolicyPeer => ({
      type: 'ipBlock',
      cidr: block(random),
      except: [],
    })),
  ];
  const ports = [{ protocol: 'TCP' as const, port: random(4) === 0 ? 'http' : 8080 + random(4) }];
  const rules = deny ? [] : [{ peers, ports, place: NOWHERE }];
  return {
    kind: 'NetworkPolicy',
    namespace,
    name: `np-${index}`,
    labels: {},
    podSelector: deny ? selector({}) : selector({ app: APPS[random(10)] ?? 'web' }),
    types: random(3) === 0 ? ['ingress', 'egress'] : ['ingress'],
    ingress: rules,
    egress: rules,
    place: NOWHERE,
  };
}

function calicoPolicy(index: number, scenario: Scenario, random: (below: number) => number): CalicoPolicy {
  const any: EntityRule = { nets: [], notNets: [], ports: [], notPorts: [] };
  const nets = Array.from({ length: scenario.blocks }, () => block(random));
  const action = (['Allow', 'Deny', 'Pass'] as const)[random(3)] ?? 'Allow';
  const source: EntityRule = { ...any, nets };
  const team: EntityRule = {
    ...any,
    namespaceSelector: { type: 'compare', key: 'team', operator: '==', value: `team-${random(20)}` },
  };
  const port = 1 + random(9_000);
  const destination: EntityRule = { ...any, ports: [{ first: port, last: port + random(20) }] };
  return {
    kind: 'GlobalNetworkPolicy',
    staged: false,
    name: `gnp-${index}`,
    labels: {},
    tier: 'default',
    order: random(2_000),
    selector: { type: 'compare', key: 'app', operator: '==', value: APPS[random(10)] ?? 'web' },
    namespaceSelector: { type: 'compare', key: 'team', operator: '==', value: `team-${random(20)}` },
    types: ['ingress'],
    ingress: [
      { action, protocol: 6, source, destination, http: false, place: NOWHERE },
      { action: 'Allow', protocol: 6, source: team, destination, http: false, place: NOWHERE },
    ],
    egress: [],
    hostOnly: false,
    place: NOWHERE,
  };
}

function makePolicies(scenario: Scenario, random: (below: number) => number): PolicySet {
  return {
    kubernetes: Array.from({ length: scenario.kubernetes }, (_, index) =>
      networkPolicy(index, scenario, random),
    ),
    calico: Array.from({ length: scenario.calico }, (_, index) => calicoPolicy(index, scenario, random)),
    clusterWide: [],
    tiers: [],
    networkSets: [],
    outOfModel: [],
    findings: [],
  };
}

function run(name: string, scenario: Scenario): void {
  const random = numbers(7);
  const cluster = makeCluster(scenario, random);
  const policies = makePolicies(scenario, random);
  const times: [string, number][] = [];
  const timed = <T>(what: string, work: () => T): T => {
    const start = performance.now();
    const result = work();
    times.push([what, Math.round(performance.now() - start)]);
    return result;
  };
  const reachability = timed('index', () => evaluate(cluster, policies));
  const groups = timed('groups', () => reachability.groups());
  timed('openings', () => {
    for (const workload of cluster.workloads) reachability.openings(workload, 'ingress');
  });
  const megabytes = Math.round(process.memoryUsage().rss / 1_048_576);
  const spent = times.map(([what, milliseconds]) => `${what} ${milliseconds} ms`).join(', ');
  console.log(
    `${name}: ${spent}; ${groups.length} groups, ${reachability.addresses.length} ranges, ${megabytes} MiB`,
  );
}

const wanted = process.argv.slice(2);
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (wanted.length === 0 || wanted.includes(name)) run(name, scenario);
}
