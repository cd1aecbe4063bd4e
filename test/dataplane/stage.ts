import { namespaceObjects, place } from '../engines/placed-cluster';
import { buildCluster } from '../../src/model/build-cluster';
import { parseAddress, parseCidr, type Cidr } from '../../src/model/cidr';
import type { Cluster } from '../../src/model/cluster';
import { isJsonObject, type JsonObject } from '../../src/model/json';
import type { Resource } from '../../src/model/resource';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { CniProfileName, Peer, Reachability } from '../../src/reachability/reachability';
import type { Probe } from './protocol';

/** Where pods of manifests are put; the first is that of `place`. */
export const POD_RANGES = ['10.244.0.0/16', 'fd00:10:244::/48'] as const;

/** Hosts outside: of the internet and of a private network, of both IP versions. */
export const OUTSIDE = ['8.8.8.8', '192.168.7.7', '2001:db8:1::1'] as const;

/** Manifests as a cluster in which packets can be sent, and as the evaluator sees them. */
export interface Stage {
  readonly cluster: Cluster;
  readonly objects: readonly JsonObject[];
  readonly outside: readonly string[];
  readonly reachability: Reachability;
  /** Who has an address. */
  readonly ends: ReadonlyMap<string, Peer>;
  /** The same where pods have addresses of one IP version only: which of theirs a connection uses, no manifest says. */
  readonly alone: (version: 4 | 6) => Judged;
}

/** What is known of the ends of packets. */
export type Judged = Pick<Stage, 'reachability' | 'ends'>;

/** Kinds that an engine is given as they are. */
const GIVEN = new Set([
  'networking.k8s.io NetworkPolicy',
  'v1 ServiceAccount',
  'policy.networking.k8s.io AdminNetworkPolicy',
  'policy.networking.k8s.io BaselineAdminNetworkPolicy',
  ...[
    'GlobalNetworkPolicy',
    'NetworkPolicy',
    'StagedGlobalNetworkPolicy',
    'StagedNetworkPolicy',
    'Tier',
    'GlobalNetworkSet',
    'NetworkSet',
  ].map((kind) => `projectcalico.org ${kind}`),
]);

/**
 * Puts every workload of the manifests on a pod with an address of each IP version, as a controller and a CNI plugin
 * would, and gives the engine their policies. Workloads on the host network stay away.
 */
export function stageOf(
  resources: readonly Resource[],
  {
    outside = OUTSIDE,
    cni = 'calico',
  }: { readonly outside?: readonly string[]; readonly cni?: CniProfileName } = {},
): Stage {
  const cluster = buildCluster(resources);
  const pods = place(cluster).map(({ workload, address, object }) => ({
    workload,
    addresses: [address, secondAddress(address)],
    object,
  }));
  const policies = resources.filter(({ group, version, kind }) => GIVEN.has(`${group || version} ${kind}`));
  const ends = new Map([
    ...pods.flatMap(({ workload, addresses }) =>
      addresses.map((ip): [string, Peer] => [ip, { type: 'workload', workload }]),
    ),
    ...outside.map((ip): [string, Peer] => [ip, addressPeer(ip)]),
  ]);
  const evaluated = (podCidrs: readonly string[]): Reachability =>
    evaluate(cluster, readPolicies(resources), { cni, podCidrs: podCidrs.map(cidrOf) });
  return {
    cluster,
    objects: [
      ...namespaceObjects(cluster),
      ...pods.map(({ object, addresses }) => ({
        ...object,
        status: { phase: 'Running', podIPs: addresses.map((ip) => ({ ip })) },
      })),
      ...policies.map(stored),
    ],
    outside,
    reachability: evaluated(POD_RANGES),
    ends,
    alone: (version) => ({
      reachability: evaluated(POD_RANGES.filter((range) => range.includes(':') === (version === 6))),
      ends,
    }),
  };
}

/** The address of an IPv4 pod's other IP version. */
function secondAddress(address: string): string {
  return `fd00:10:244::${address.split('.').slice(2).join(':')}`;
}

/** As the API server has it: with its namespace, and what it has from its spec only. */
function stored({ apiVersion, kind, name, namespace, manifest }: Resource): JsonObject {
  const metadata = isJsonObject(manifest['metadata']) ? manifest['metadata'] : {};
  const clusterWide = /^(Global|Staged(Global)|Tier|(Baseline)?Admin)/.test(kind);
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(clusterWide ? {} : { namespace: namespace ?? 'default' }),
      ...(metadata['labels'] === undefined ? {} : { labels: metadata['labels'] }),
    },
    ...(manifest['spec'] === undefined ? {} : { spec: manifest['spec'] }),
  };
}

/** An address as an end that is no pod. */
export function addressPeer(ip: string): Peer {
  const { address, reason } = parseAddress(ip);
  if (address === undefined) throw new Error(`${ip}: ${reason}`);
  return { type: 'addresses', version: address.version, first: address.value, last: address.value };
}

function cidrOf(text: string): Cidr {
  const { cidr, reason } = parseCidr(text, { hostBits: 'error' });
  if (cidr === undefined) throw new Error(`${text}: ${reason}`);
  return cidr;
}

const NUMBERS = { TCP: 6, UDP: 17, SCTP: 132 } as const;

/**
 * Packets between all ends of one IP version, on every port that anybody declares and on some that nobody does, and a
 * ping.
 */
export function probesOf({ cluster, ends }: Stage): Probe[] {
  const declared = cluster.workloads.flatMap(({ ports }) => ports);
  const asked = [
    ...declared.filter(({ protocol }) => protocol !== 'SCTP'),
    { protocol: 'TCP', port: 53 },
    { protocol: 'TCP', port: 443 },
    { protocol: 'TCP', port: 1111 },
    { protocol: 'UDP', port: 53 },
    { protocol: 'UDP', port: 1111 },
  ] as const;
  const unique = new Map(
    asked.map(({ protocol, port }) => [`${protocol}/${String(port)}`, { protocol: NUMBERS[protocol], port }]),
  );
  return pairsOf(ends).flatMap(({ from, to }) => [
    ...[...unique.values()].map((one) => ({ from, to, ...one })),
    from.includes(':')
      ? { from, to, protocol: 58, port: 128 * 256 }
      : { from, to, protocol: 1, port: 8 * 256 },
  ]);
}

/** Ordered pairs of one IP version, not of two hosts outside, nor of a pod with itself. */
function pairsOf(ends: ReadonlyMap<string, Peer>): { readonly from: string; readonly to: string }[] {
  const all = [...ends];
  return all.flatMap(([from, sender]) =>
    all
      .filter(
        ([to, receiver]) =>
          from.includes(':') === to.includes(':') &&
          !isSame(sender, receiver) &&
          (sender.type === 'workload' || receiver.type === 'workload'),
      )
      .map(([to]) => ({ from, to })),
  );
}

function isSame(one: Peer, other: Peer): boolean {
  return one.type === 'workload' && other.type === 'workload' && one.workload === other.workload;
}
