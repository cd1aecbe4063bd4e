import { ipBlock, block } from './generate-addresses';
import { labelSelector, PORT_NAMES, PORT_NUMBERS, type Surroundings } from './generate-cluster';
import type {
  AdminPort,
  ClusterPeer,
  ClusterPods,
  ClusterProtocol,
  ClusterRule,
  ClusterWideManifest,
  DestinationPort,
  NetworkPolicyManifest,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from './manifest';
import type { Random } from './random';

/** Ranges whose ends stand beside the ports others name. */
export const RANGES: readonly (readonly [number, number])[] = [
  [1, 65535],
  [80, 90],
  [53, 53],
  [1024, 8080],
  [8081, 9000],
];

export function networkPolicy(random: Random, around: Surroundings, index: number): NetworkPolicyManifest {
  const metadata = { name: `p${index}`, namespace: random.pick(around.namespaces) };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: networkPolicySpec(random),
  };
}

/** Absent and empty lists, types given and defaulted, and every form of peer and port. */
export function networkPolicySpec(random: Random): NetworkPolicySpec {
  return {
    ...random.maybe(0.95, 'podSelector', () => labelSelector(random, 'pods')),
    ...random.maybe(0.6, 'policyTypes', () => random.some(['Ingress', 'Egress'] as const, 0, 2)),
    ...random.maybe(0.75, 'ingress', () =>
      random.times(0, 2, () => ({
        ...random.maybe(0.75, 'from', () => peers(random)),
        ...random.maybe(0.6, 'ports', () => ports(random)),
      })),
    ),
    ...random.maybe(0.5, 'egress', () =>
      random.times(0, 2, () => ({
        ...random.maybe(0.75, 'to', () => peers(random)),
        ...random.maybe(0.6, 'ports', () => ports(random)),
      })),
    ),
  };
}

function peers(random: Random): NetworkPolicyPeer[] {
  return random.times(0, 2, () => {
    if (random.chance(0.35)) return { ipBlock: ipBlock(random) };
    const form = random.integer(0, 2);
    return {
      ...(form === 1 ? {} : { podSelector: labelSelector(random, 'pods') }),
      ...(form === 0 ? {} : { namespaceSelector: labelSelector(random, 'namespaces') }),
    };
  });
}

function ports(random: Random): NetworkPolicyPort[] {
  return random.times(0, 2, () => {
    const protocol = random.maybe(0.6, 'protocol', () => random.pick(['TCP', 'UDP', 'SCTP'] as const));
    const form = random.integer(0, 3);
    if (form === 0) return protocol;
    if (form === 1) return { ...protocol, port: random.pick([...PORT_NAMES, 'metrics']) };
    if (form === 2) return { ...protocol, port: random.pick(PORT_NUMBERS) };
    const [port, endPort] = random.pick(RANGES);
    return { ...protocol, port, endPort };
  });
}

/** A ClusterNetworkPolicy. */
export function clusterNetworkPolicy(random: Random, index: number, priority: number): ClusterWideManifest {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: `c${index}` },
    spec: {
      tier: random.chance(0.6) ? 'Admin' : 'Baseline',
      priority,
      subject: clusterPods(random),
      ...clusterRules(random, ['Accept', 'Deny', 'Pass'], true),
    },
  };
}

export function adminNetworkPolicy(random: Random, index: number, priority: number): ClusterWideManifest {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'AdminNetworkPolicy',
    metadata: { name: `a${index}` },
    spec: {
      priority,
      subject: clusterPods(random),
      ...clusterRules(random, ['Allow', 'Deny', 'Pass'], false),
    },
  };
}

/** A policy of the same tier and priority about the same pods, with rules of its own and some of the other's, changed. */
export function rivalOf(random: Random, index: number, policy: ClusterWideManifest): ClusterWideManifest {
  const accept = policy.kind === 'ClusterNetworkPolicy' ? 'Accept' : 'Allow';
  const action = (): ClusterRule['action'] => random.pick([accept, 'Deny', 'Pass'] as const);
  const changed = (rules: readonly ClusterRule[] = []): ClusterRule[] =>
    rules.map((rule) => (random.chance(0.5) ? rule : { ...rule, action: action() }));
  const spec = {
    ingress: [
      ...changed(policy.spec.ingress),
      ...random.times(0, 1, () => ({ action: action(), from: [{ namespaces: {} }] })),
    ],
    egress: changed(policy.spec.egress),
  };
  const metadata = { name: random.pick([`a-rival-${index}`, `r${index}`]) };
  return policy.kind === 'ClusterNetworkPolicy'
    ? { ...policy, metadata, spec: { ...policy.spec, ...spec } }
    : { ...policy, metadata, spec: { ...policy.spec, ...spec } };
}

export function baselinePolicy(random: Random): ClusterWideManifest {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'BaselineAdminNetworkPolicy',
    metadata: { name: 'default' },
    spec: { subject: clusterPods(random), ...clusterRules(random, ['Allow', 'Deny'], false) },
  };
}

function clusterPods(random: Random): ClusterPods {
  if (random.chance(0.5)) return { namespaces: labelSelector(random, 'namespaces') };
  return {
    pods: {
      namespaceSelector: labelSelector(random, 'namespaces'),
      podSelector: labelSelector(random, 'pods'),
    },
  };
}

type Actions = readonly ClusterRule['action'][];

function clusterRules(
  random: Random,
  actions: Actions,
  newest: boolean,
): { ingress?: ClusterRule[]; egress?: ClusterRule[] } {
  // Domains are for rules that allow, and the baseline of v1alpha1, which passes nothing on, has none.
  const allowing = new Set(actions.includes('Pass') ? ['Accept', 'Allow'] : []);
  return {
    ...random.maybe(0.75, 'ingress', () =>
      random.times(0, 3, () => {
        const from = random.times(1, 2, (): ClusterPeer => clusterPods(random));
        return { action: random.pick(actions), from, ...clusterPorts(random, newest, true) };
      }),
    ),
    ...random.maybe(0.6, 'egress', () =>
      random.times(0, 3, () => {
        const named = random.chance(0.65);
        const action = random.pick(actions);
        const to = random.times(1, 2, (): ClusterPeer =>
          named || random.chance(0.2) ? clusterPods(random) : unnamedPeer(random, allowing.has(action)),
        );
        // What is no pod has no named ports: the API refuses the two together.
        return { action, to, ...clusterPorts(random, newest, named) };
      }),
    ),
  };
}

/** Networks, nodes or domains: what has no port names. */
function unnamedPeer(random: Random, domains: boolean): ClusterPeer {
  if (random.chance(0.7)) return { networks: [block(random), '9.9.9.9/32'] };
  if (domains && random.chance(0.4)) return { domainNames: ['example.org'] };
  return { nodes: random.chance(0.5) ? {} : { matchLabels: { role: 'worker' } } };
}

function clusterPorts(
  random: Random,
  newest: boolean,
  named: boolean,
): { protocols?: ClusterProtocol[]; ports?: AdminPort[] } {
  if (random.chance(0.45)) return {};
  if (newest) return { protocols: random.times(1, 2, () => clusterProtocol(random, named)) };
  return { ports: random.times(1, 2, () => adminPort(random, named)) };
}

function clusterProtocol(random: Random, named: boolean): ClusterProtocol {
  if (named && random.chance(0.3)) return { destinationNamedPort: random.pick(PORT_NAMES) };
  const [start, end] = random.pick(RANGES.filter(([first, last]) => first < last));
  const port: DestinationPort = {
    destinationPort: random.chance(0.5) ? { number: random.pick(PORT_NUMBERS) } : { range: { start, end } },
  };
  return random.pick<ClusterProtocol>([{ tcp: port }, { udp: port }, { sctp: port }]);
}

function adminPort(random: Random, named: boolean): AdminPort {
  if (named && random.chance(0.3)) return { namedPort: random.pick(PORT_NAMES) };
  const protocol = random.pick(['TCP', 'UDP', 'SCTP'] as const);
  if (random.chance(0.5)) return { portNumber: { protocol, port: random.pick(PORT_NUMBERS) } };
  const [start, end] = random.pick(RANGES.filter(([first, last]) => first < last));
  return { portRange: { protocol, start, end } };
}
