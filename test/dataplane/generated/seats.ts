import type { Manifest, PodManifest, WorkloadManifest } from '../../oracle/manifest';
import { isWorkload, podOf } from '../../oracle/pods';
import { podSpecOf, type World } from '../../engines/settled-world';

/** The IP versions of a cluster's pods. */
export const ADDRESSING = ['IPv4', 'IPv6', 'dual stack'] as const;

export type Addressing = (typeof ADDRESSING)[number];

/** A place that a generated pod takes: namespace, name and addresses stay, so engines keep the pod's network. */
interface Seat {
  readonly namespace: string;
  readonly name: string;
  readonly four: string;
  readonly six: string;
}

/** Inside and outside, and at the edge, of the blocks that generated policies name. */
const SEATS: readonly Seat[] = [
  { namespace: 'alpha', name: 'a0', four: '10.244.1.5', six: 'fd00:10::5' },
  { namespace: 'alpha', name: 'a1', four: '10.244.1.6', six: 'fd00:10::6' },
  { namespace: 'beta', name: 'b0', four: '10.244.1.7', six: 'fd00:10::7' },
  { namespace: 'beta', name: 'b1', four: '10.244.2.8', six: 'fd00:10:0:1::8' },
  { namespace: 'gamma', name: 'c0', four: '10.244.128.9', six: 'fd00:11::9' },
  { namespace: 'delta', name: 'd0', four: '10.244.200.10', six: 'fd00:10::a' },
];

/** Where pods on the host network of other nodes are. */
const HOSTS: readonly (readonly [string, string])[] = [
  ['192.168.0.10', 'fd00:20::10'],
  ['192.168.0.200', 'fd00:20::200'],
];

/**
 * A generated cluster of which every fact is known, as an engine over packets can have it: every workload is a Pod with
 * its addresses, two on the host network at most, which are other nodes.
 */
export interface SeatedCluster extends World {
  readonly addressing: Addressing;
}

/**
 * Gives the workloads of a generated cluster the seats of their namespaces, in their order; those that find none, and
 * those that have ended, stay away. Seats nobody takes are pods without labels. Namespaces and service accounts that
 * the manifests only mention are written out, as a cluster has them.
 */
export function seated(manifests: readonly Manifest[], addressing: Addressing): SeatedCluster {
  const workloads = manifests.filter(isWorkload).filter((one) => !podOf(manifests, one).finished);
  const onHosts = workloads.filter((one) => podOf(manifests, one).hostNetwork);
  const others = workloads.filter((one) => !onHosts.includes(one));
  const hosts = HOSTS.flatMap(([four, six], index) => {
    const workload = onHosts[index];
    if (workload === undefined) return [];
    const namespace = podOf(manifests, workload).namespace;
    return [podAt({ namespace, name: `host-${String(index)}`, four, six }, workload, manifests, addressing)];
  });
  const taken = new Set<WorkloadManifest>();
  const pods = SEATS.map((seat) => {
    const workload = others.find(
      (one) => !taken.has(one) && podOf(manifests, one).namespace === seat.namespace,
    );
    if (workload !== undefined) taken.add(workload);
    return podAt(seat, workload, manifests, addressing);
  });
  return {
    addressing,
    manifests: withMentioned([...manifests.filter((one) => !isWorkload(one)), ...pods, ...hosts]),
  };
}

function podAt(
  { namespace, name, four, six }: Seat,
  workload: WorkloadManifest | undefined,
  manifests: readonly Manifest[],
  addressing: Addressing,
): PodManifest {
  const ips = addressing === 'IPv4' ? [four] : addressing === 'IPv6' ? [six] : [four, six];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: workload === undefined ? {} : podOf(manifests, workload).labels },
    spec: workload === undefined ? { containers: [{ name: 'main', image: 'x' }] } : podSpecOf(workload),
    status: { phase: 'Running', podIPs: ips.map((ip) => ({ ip })) },
  };
}

function withMentioned(manifests: readonly Manifest[]): Manifest[] {
  const has = (kind: string, name: string, namespace?: string): boolean =>
    manifests.some(
      ({ kind: own, metadata }) => own === kind && metadata.name === name && metadata.namespace === namespace,
    );
  const pods = manifests.filter((one): one is PodManifest => one.kind === 'Pod');
  const namespaces = unique(pods.map(({ metadata }) => metadata.namespace ?? 'default'));
  const accounts = unique(
    pods.map(
      ({ metadata, spec }) => `${metadata.namespace ?? 'default'}/${spec.serviceAccountName ?? 'default'}`,
    ),
  ).map((text) => text.split('/'));
  return [
    ...namespaces
      .filter((name) => !has('Namespace', name))
      .map((name): Manifest => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...accounts
      .filter(([namespace, name = '']) => !has('ServiceAccount', name, namespace))
      .map(([namespace = '', name = '']): Manifest => ({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { namespace, name },
      })),
    ...manifests,
  ];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
