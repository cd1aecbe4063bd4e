import type { Cluster } from '../../../src/model/cluster';
import type { Service } from '../../../src/model/services/service';
import type { Workload } from '../../../src/model/workloads/workload';
import type { Random } from '../../oracle/random';

/** A pod that was there for a time. */
export interface PlayedPod {
  readonly workload: Workload;
  readonly name: string;
  readonly ip: string;
  readonly node: number;
  readonly from: number;
  readonly to: number;
}

/** A cluster as it ran: pods with addresses that are given out again, Services, nodes. */
export interface World {
  readonly pods: readonly PlayedPod[];
  readonly serviceIps: ReadonlyMap<Service, string>;
  /** What `kubectl get … -o json` said: pods that are gone by now among them, from an earlier snapshot. */
  readonly snapshot: string;
}

export const START = Date.parse('2026-11-02T00:00:00Z');
export const END = Date.parse('2026-11-03T00:00:00Z');
const HOUR = 3_600_000;
export const NODES: readonly string[] = ['192.168.7.11', '192.168.7.12'];
export const DNS_IP = '10.96.0.10';

const SAFE = 'bcdfghjklmnpqrstvwxz2456789';

function safe(random: Random, length: number): string {
  return Array.from({ length }, () => SAFE.charAt(random.integer(0, SAFE.length - 1))).join('');
}

/** The name of a pod of the workload, and of what stands between the two. */
function podName(workload: Workload, hash: string, index: number, random: Random) {
  const { name, kind } = workload;
  if (kind === 'StatefulSet') return { pod: `${name}-${index}`, owner: { kind, name } };
  if (kind === 'Deployment')
    return {
      pod: `${name}-${hash}-${safe(random, 5)}`,
      owner: { kind: 'ReplicaSet', name: `${name}-${hash}` },
    };
  if (kind === 'CronJob')
    return {
      pod: `${name}-2937${index}4560-${safe(random, 5)}`,
      owner: { kind: 'Job', name: `${name}-2937${index}4560` },
    };
  if (kind === 'Pod') return { pod: name, owner: undefined };
  return { pod: `${name}-${safe(random, 5)}`, owner: { kind, name } };
}

const time = (milliseconds: number): string => new Date(milliseconds).toISOString().replace('.000Z', 'Z');

/**
 * Two pods of every workload. At noon each first one is replaced by another with a new address, and its old address goes
 * to a pod of the next workload two minutes later.
 */
export function playedWorld(cluster: Cluster, random: Random): World {
  const pods: PlayedPod[] = [];
  const items: unknown[] = [];
  const noon = START + 12 * HOUR;
  const { workloads } = cluster;
  let number = 10;
  const fresh = (): string => `10.244.${number % 2}.${(number++ >> 1) + 5}`;
  const firstIps = workloads.map(fresh);
  const add = (
    workload: Workload,
    hash: string,
    index: number,
    ip: string,
    from: number,
    to: number,
  ): void => {
    const { pod: name, owner } = podName(workload, hash, index, random);
    const node = pods.length % 2;
    pods.push({ workload, name, ip, node, from, to });
    items.push({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        namespace: workload.namespace,
        uid: `${name}-${ip}-${from}`,
        labels: { ...workload.labels, 'pod-template-hash': hash },
        creationTimestamp: time(from),
        ...(to === Infinity ? {} : { deletionTimestamp: time(to) }),
        ...(owner === undefined
          ? {}
          : { ownerReferences: [{ apiVersion: 'x/v1', ...owner, uid: 'u', controller: true }] }),
      },
      spec: { containers: [] },
      status: { phase: 'Running', startTime: time(from), podIP: ip, podIPs: [{ ip }], hostIP: NODES[node] },
    });
  };
  for (const [index, workload] of workloads.entries()) {
    const hash = safe(random, 9);
    const earlier = firstIps[(index + workloads.length - 1) % workloads.length] ?? '';
    add(workload, hash, 1, fresh(), START - HOUR, Infinity);
    add(workload, hash, 0, firstIps[index] ?? '', START - HOUR, noon);
    add(workload, hash, 0, earlier, noon + 120_000, Infinity);
  }
  const serviceIps = new Map<Service, string>();
  for (const [index, service] of cluster.services.entries()) {
    if (service.headless || service.type === 'ExternalName') continue;
    const clusterIP = `10.96.1.${index + 1}`;
    serviceIps.set(service, clusterIP);
    items.push({
      ...service.resource.manifest,
      spec: { ...(service.resource.manifest['spec'] as object), clusterIP },
    });
  }
  items.push(
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'kube-dns', namespace: 'kube-system' },
      spec: {
        clusterIP: DNS_IP,
        selector: { 'k8s-app': 'kube-dns' },
        ports: [{ port: 53, protocol: 'UDP' }],
      },
    },
    ...NODES.map((address, index) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: `node-${index}` },
      spec: { podCIDR: `10.244.${index}.0/24` },
      status: { addresses: [{ type: 'InternalIP', address }] },
    })),
  );
  return { pods, serviceIps, snapshot: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) };
}
