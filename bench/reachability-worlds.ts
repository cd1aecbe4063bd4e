/** Made-up clusters for bench/reachability.ts. */
import { dump } from 'js-yaml';
import { parseCidr, type Cidr } from '../src/model/cidr';
import type { JsonObject } from '../src/model/json';
import type { LabelSelector } from '../src/model/label-selector';
import { NOWHERE } from '../src/model/place';
import type { CalicoPolicy, EntityRule } from '../src/policies/calico/policy';
import { printCalicoPolicy } from '../src/policies/calico/print-policy';
import type { NetworkPolicy, NetworkPolicyPeer } from '../src/policies/kubernetes/network-policy';
import { printNetworkPolicy } from '../src/policies/kubernetes/print-network-policy';

/** A made-up cluster, by its numbers. */
export interface Scenario {
  readonly workloads: number;
  readonly namespaces: number;
  /** How many NetworkPolicies, and how many GlobalNetworkPolicies. */
  readonly kubernetes: number;
  readonly calico: number;
  /** Address blocks per policy. */
  readonly blocks: number;
  /** No more in a Deployment than it must have, which makes reading it three times as fast. */
  readonly bare?: boolean;
}

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

function makeObjects(scenario: Scenario, random: (below: number) => number): JsonObject[] {
  const { workloads, namespaces, bare = false } = scenario;
  const names = Array.from({ length: namespaces }, (_, index) => `ns-${index}`);
  return [
    ...names.map((name, index) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name, team: `team-${index % 20}` } },
    })),
    ...Array.from({ length: workloads }, (_, index) => deployment(index, names, bare, random)),
  ];
}

/** What no policy looks at: as much as the Deployments of a small shop have, 1.2 kB with the rest. */
function containerOf(app: string, port: number): JsonObject {
  const probe = { httpGet: { path: '/healthz', port }, periodSeconds: 10, timeoutSeconds: 2 };
  return {
    name: 'main',
    image: `ghcr.io/example/${app}:1.0.0`,
    ports: [{ name: 'http', containerPort: port }],
    env: [
      { name: 'PORT', value: String(port) },
      { name: 'LOG_LEVEL', value: 'info' },
    ],
    resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
    readinessProbe: { ...probe, initialDelaySeconds: 5 },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      privileged: false,
      readOnlyRootFilesystem: true,
    },
  };
}

function deployment(
  index: number,
  namespaces: readonly string[],
  bare: boolean,
  random: (below: number) => number,
): JsonObject {
  const namespace = namespaces[index % namespaces.length] ?? 'default';
  const app = APPS[Math.floor(index / namespaces.length) % APPS.length] ?? 'web';
  const name = `${app}-${index}`;
  const labels = { app, name, env: ENVIRONMENTS[random(3)] ?? 'prod' };
  const { name: main = '', image = '', ports = [], ...more } = containerOf(app, 8080 + random(2));
  const pod = bare
    ? { containers: [{ name: main, image, ports }] }
    : {
        serviceAccountName: app,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 },
        containers: [{ name: main, image, ports, ...more }],
      };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: bare ? { name, namespace } : { name, namespace, labels },
    spec: {
      ...(bare ? {} : { replicas: 2, minReadySeconds: 5 }),
      selector: { matchLabels: { name } },
      template: { metadata: { labels }, spec: pod },
    },
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

/** All objects of the cluster as one YAML text. Equal numbers make equal texts. */
export function manifestsOf(scenario: Scenario): string {
  const random = numbers(7);
  const objects = [
    ...makeObjects(scenario, random),
    ...Array.from({ length: scenario.kubernetes }, (_, index) =>
      printNetworkPolicy(networkPolicy(index, scenario, random)),
    ),
    ...Array.from({ length: scenario.calico }, (_, index) =>
      printCalicoPolicy(calicoPolicy(index, scenario, random)),
    ),
  ];
  return objects.map((object) => dump(object, { noRefs: true })).join('---\n');
}
