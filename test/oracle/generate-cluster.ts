import type {
  Container,
  ContainerPort,
  Labels,
  LabelSelector,
  Manifest,
  PodSpec,
  ServiceManifest,
  WorkloadManifest,
} from './manifest';
import type { Random } from './random';

export const NAMESPACES = ['alpha', 'beta', 'gamma', 'delta'] as const;
export const SERVICE_ACCOUNTS = ['default', 'robot', 'spare'] as const;
export const PORT_NAMES = ['http', 'dns', 'admin'] as const;

/** What policies may name of the cluster they are made for. */
export interface Surroundings {
  readonly namespaces: readonly string[];
  readonly services: readonly { readonly name: string; readonly namespace: string }[];
}
export const PORT_NUMBERS = [1, 53, 80, 81, 443, 8080, 9000, 65535] as const;

/** Few keys and values, so that selectors meet labels; `constructor` is a legal key that trips object lookups. */
const POD_LABELS: readonly (readonly [string, readonly string[]])[] = [
  ['app', ['a', 'b', 'ab', '']],
  ['tier', ['web', 'db']],
  ['constructor', ['x']],
];
const NAMESPACE_LABELS: readonly (readonly [string, readonly string[]])[] = [
  ['env', ['prod', 'dev', '']],
  ['team', ['a', 'b']],
];

/**
 * Keys that Calico sets or answers itself (calico-policy-model 4.1), whatever is written: selectors ask for them, and pods,
 * namespaces and service accounts claim them.
 */
const RESERVED: Readonly<Record<'pods' | 'namespaces' | 'accounts', typeof POD_LABELS>> = {
  pods: [
    ['projectcalico.org/namespace', NAMESPACES],
    ['projectcalico.org/serviceaccount', SERVICE_ACCOUNTS],
    ['projectcalico.org/orchestrator', ['k8s', 'other']],
    ['projectcalico.org/name', NAMESPACES],
    ['pcns.env', ['prod', 'dev']],
    ['pcns.projectcalico.org/name', NAMESPACES],
    ['pcsa.tier', ['web', 'db']],
    ['pcsa.projectcalico.org/name', SERVICE_ACCOUNTS],
  ],
  namespaces: [
    ['projectcalico.org/name', NAMESPACES],
    ['projectcalico.org/namespace', NAMESPACES],
  ],
  accounts: [['projectcalico.org/name', SERVICE_ACCOUNTS]],
};

/** Some of the labels, now and then with a claim to a reserved one. */
function someLabels(random: Random, pool: typeof POD_LABELS, of: keyof typeof RESERVED): Labels {
  const claimed = random.chance(0.08) ? random.some(RESERVED[of], 1, 1) : [];
  return Object.fromEntries(
    [...random.some(pool, 0, pool.length), ...claimed].map(([key, values]) => [key, random.pick(values)]),
  );
}

export function podLabels(random: Random): Labels {
  return someLabels(random, POD_LABELS, 'pods');
}

/** A metav1.LabelSelector over the labels of pods or of namespaces, with all four operators. */
export function labelSelector(random: Random, of: 'pods' | 'namespaces'): LabelSelector {
  const usual =
    of === 'pods' ? POD_LABELS : [...NAMESPACE_LABELS, ['kubernetes.io/metadata.name', NAMESPACES] as const];
  const pool = random.chance(0.15) ? RESERVED[of] : usual;
  if (random.chance(0.25)) return {};
  return {
    ...random.maybe(0.5, 'matchLabels', () =>
      Object.fromEntries(random.some(pool, 0, 1).map(([key, values]) => [key, random.pick(values)])),
    ),
    ...random.maybe(0.5, 'matchExpressions', () =>
      random.some([...pool, ['absent', ['v']] as const], 0, 2).map(([key, values]) => {
        const operator = random.pick(['In', 'NotIn', 'Exists', 'DoesNotExist'] as const);
        if (operator === 'Exists' || operator === 'DoesNotExist') return { key, operator };
        return { key, operator, values: random.some(values, 1, 2) };
      }),
    ),
  };
}

/** Namespaces, service accounts, Services and 3 to 8 workloads of mixed kinds. */
export function clusterManifests(random: Random): Manifest[] {
  const names = NAMESPACES.slice(0, random.integer(2, 4));
  // A namespace without a manifest exists too (network-policy-semantics 2.1 item 12).
  const declared = names.filter((_, index) => index === 0 || random.chance(0.85));
  const namespaces = declared.map((name): Manifest => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: someLabels(random, NAMESPACE_LABELS, 'namespaces') },
  }));
  const accounts = names.flatMap((namespace) => serviceAccounts(random, namespace));
  const workloads = random.times(3, 8, (index) => workload(random, random.pick(names), index));
  const services = workloads
    .filter(() => random.chance(0.4))
    .map((owner, index) => service(random, owner, index));
  return [...namespaces, ...accounts, ...services, ...workloads];
}

function serviceAccounts(random: Random, namespace: string): Manifest[] {
  return random.some(SERVICE_ACCOUNTS, 1, 3).map((name) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, labels: someLabels(random, POD_LABELS, 'accounts') },
  }));
}

/** A Service before a workload: it selects by some of the labels of its pods. */
function service(random: Random, owner: WorkloadManifest, index: number): ServiceManifest {
  const [entry] = random.some(Object.entries(templateLabels(owner)), 1, 1);
  const selector = entry === undefined ? someLabels(random, POD_LABELS, 'pods') : { [entry[0]]: entry[1] };
  const ports = random.times(1, 2, (at) => ({
    name: `port-${at}`,
    port: random.pick(PORT_NUMBERS),
    ...random.maybe(0.5, 'protocol', () => random.pick(['TCP', 'UDP'] as const)),
    ...random.maybe(0.7, 'targetPort', () =>
      random.chance(0.5) ? random.pick(PORT_NAMES) : random.pick(PORT_NUMBERS),
    ),
  }));
  // Two ports of one Service must differ in protocol or number.
  const distinct = ports.filter((port, at) => ports.findIndex((other) => other.port === port.port) === at);
  const metadata = { name: `s${index}`, namespace: owner.metadata.namespace ?? 'default' };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector, ports: distinct } };
}

function templateLabels(owner: WorkloadManifest): Labels {
  if (owner.kind === 'Pod') return owner.metadata.labels ?? {};
  const template = owner.kind === 'CronJob' ? owner.spec.jobTemplate.spec.template : owner.spec.template;
  return template.metadata?.labels ?? {};
}

function container(random: Random, name: string, portNames: readonly string[]): Container {
  const ports = random.some(portNames, 0, portNames.length).map((portName): ContainerPort => ({
    ...random.maybe(0.9, 'name', () => portName),
    containerPort: random.pick(PORT_NUMBERS),
    ...random.maybe(0.4, 'protocol', () => random.pick(['TCP', 'UDP', 'SCTP'] as const)),
  }));
  return { name, image: 'registry.example/app:1', ...(ports.length > 0 ? { ports } : {}) };
}

function podSpec(random: Random): PodSpec {
  return {
    ...random.maybe(0.5, 'serviceAccountName', () => random.pick(SERVICE_ACCOUNTS)),
    ...random.maybe(0.12, 'hostNetwork', () => true),
    ...random.maybe(0.1, 'initContainers', () => [
      { ...container(random, 'sidecar', ['metrics']), restartPolicy: 'Always' as const },
    ]),
    ...random.maybe(0.1, 'initContainers', () => [container(random, 'prepare', PORT_NAMES)]),
    containers: [container(random, 'main', PORT_NAMES)],
  };
}

function workload(random: Random, namespace: string, index: number): WorkloadManifest {
  const name = `w${index}`;
  const labels = podLabels(random);
  // The owner's own labels must not matter.
  const metadata = { name, namespace, labels: podLabels(random) };
  const spec = podSpec(random);
  const template = { metadata: { labels }, spec };
  switch (
    random.pick([
      'Pod',
      'Pod',
      'Deployment',
      'StatefulSet',
      'DaemonSet',
      'ReplicaSet',
      'Job',
      'CronJob',
    ] as const)
  ) {
    case 'Pod':
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { ...metadata, labels },
        spec,
        ...podStatus(random, spec, index),
      };
    case 'Deployment':
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: { selector: { matchLabels: labels }, template },
      };
    case 'StatefulSet':
      return {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata,
        spec: { selector: { matchLabels: labels }, template },
      };
    case 'DaemonSet':
      return {
        apiVersion: 'apps/v1',
        kind: 'DaemonSet',
        metadata,
        spec: { selector: { matchLabels: labels }, template },
      };
    case 'ReplicaSet':
      return {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata,
        spec: { selector: { matchLabels: labels }, template },
      };
    case 'Job': {
      const finished = { conditions: [{ type: random.pick(['Complete', 'Failed']), status: 'True' }] };
      return {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata,
        spec: { template },
        ...random.maybe(0.4, 'status', () => finished),
      };
    }
    case 'CronJob':
      return {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata,
        spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template } } },
      };
  }
}

/** Addresses of a live Pod, IPv4 or both families; some Pods have run to their end. */
function podStatus(
  random: Random,
  spec: PodSpec,
  index: number,
): { readonly status?: { phase: string; podIPs: { ip: string }[] } } {
  if (spec.hostNetwork === true || random.chance(0.4)) return {};
  const ips = [`10.244.1.${index + 5}`, ...(random.chance(0.4) ? [`fd00:10::${index + 5}`] : [])];
  const phase = random.chance(0.15) ? random.pick(['Succeeded', 'Failed']) : 'Running';
  return { status: { phase, podIPs: ips.map((ip) => ({ ip })) } };
}

/** The namespaces with workloads, and the Services, of a cluster. */
export function surroundings(manifests: readonly Manifest[]): Surroundings {
  const placed = manifests.flatMap(({ kind, metadata: { name, namespace } }) =>
    namespace === undefined ? [] : [{ kind, name, namespace }],
  );
  const namespaces = placed
    .filter(({ kind }) => kind !== 'ServiceAccount' && kind !== 'Service')
    .map(({ namespace }) => namespace);
  return { namespaces: [...new Set(namespaces)], services: placed.filter(({ kind }) => kind === 'Service') };
}
