import { IndexSet } from './index-set';
import type { Cluster } from '../model/cluster';
import { parseAddress, type Address } from '../model/cidr';
import type { Labels } from '../model/resource';
import type { ContainerPort, Workload } from '../model/workload';

/** Workloads that no policy can tell apart: same namespace, labels, service account, ports and addresses. */
export interface EndClass {
  /** Position in the order of all classes. */
  readonly index: number;
  /** On the node's network: no selector matches it, and no policy isolates it. */
  readonly host: boolean;
  readonly namespace: string;
  readonly labels: Labels;
  readonly serviceAccount: string;
  readonly ports: readonly ContainerPort[];
  /** Of init containers that end before the pod serves: they count for Calico only (calico-policy-model 5.5). */
  readonly initContainerPorts: readonly ContainerPort[];
  /** Known addresses; empty when the model has none. */
  readonly addresses: readonly Address[];
  /** In the order of the model. */
  readonly workloads: readonly Workload[];
}

/**
 * All ends of connections inside the cluster, as classes. Pods come before hosts, and pods stand by namespace, so
 * that a namespace is one range. Workloads that have run to their end have no network and are in no class.
 */
export class EndClasses {
  readonly classes: readonly EndClass[];
  /** How many classes are pods: they have the indexes below it. */
  readonly podCount: number;
  readonly hasPodsOfUnknownAddress: boolean;
  private readonly classOf = new Map<Workload, EndClass>();
  private readonly namespaceRanges = new Map<string, IndexSet>();

  constructor(cluster: Cluster) {
    this.classes = classify(cluster.workloads);
    this.podCount = this.classes.filter(({ host }) => !host).length;
    this.hasPodsOfUnknownAddress = this.classes.some(
      ({ host, addresses }) => !host && addresses.length === 0,
    );
    for (const end of this.classes) for (const workload of end.workloads) this.classOf.set(workload, end);
    this.indexNamespaces();
  }

  get size(): number {
    return this.classes.length;
  }

  get pods(): IndexSet {
    return IndexSet.range(0, this.podCount);
  }

  get hosts(): IndexSet {
    return IndexSet.range(this.podCount, this.size);
  }

  /** The class of a workload; undefined for one that has no network, or is not of the model. */
  of(workload: Workload): EndClass | undefined {
    return this.classOf.get(workload);
  }

  /** The pods of a namespace, hosts left out. */
  inNamespace(namespace: string): IndexSet {
    return this.namespaceRanges.get(namespace) ?? IndexSet.EMPTY;
  }

  private indexNamespaces(): void {
    let start = 0;
    for (let index = 0; index < this.podCount; index++) {
      const namespace = this.classes[index]?.namespace ?? '';
      if (index + 1 < this.podCount && this.classes[index + 1]?.namespace === namespace) continue;
      this.namespaceRanges.set(namespace, IndexSet.range(start, index + 1));
      start = index + 1;
    }
  }
}

function classify(workloads: readonly Workload[]): EndClass[] {
  const byKey = new Map<string, Workload[]>();
  for (const workload of workloads) {
    if (workload.finished) continue;
    const key = classKey(workload);
    const members = byKey.get(key);
    if (members === undefined) byKey.set(key, [workload]);
    else members.push(workload);
  }
  const keys = [...byKey.keys()].sort();
  return keys.flatMap((key, index) => {
    const members = byKey.get(key) ?? [];
    const [first] = members;
    return first === undefined ? [] : [describe(first, index, members)];
  });
}

/** Sorts pods before hosts, then by namespace. */
function classKey(workload: Workload): string {
  const labels = Object.entries(workload.labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const { serviceAccount, ports, initContainerPorts = [], addresses } = workload;
  const rest = JSON.stringify([
    labels,
    serviceAccount,
    sortedPorts(ports),
    sortedPorts(initContainerPorts),
    [...addresses].sort(),
  ]);
  return `${workload.hostNetwork ? 1 : 0}\u0000${workload.namespace}\u0000${rest}`;
}

function sortedPorts(ports: readonly ContainerPort[]): string[] {
  return ports.map(({ name, port, protocol }) => JSON.stringify([protocol, name ?? '', port])).sort();
}

function describe(first: Workload, index: number, workloads: readonly Workload[]): EndClass {
  const { hostNetwork: host, namespace, labels, serviceAccount, ports, initContainerPorts = [] } = first;
  const addresses = first.addresses.flatMap((text) => parseAddress(text).address ?? []);
  return { index, host, namespace, labels, serviceAccount, ports, initContainerPorts, addresses, workloads };
}
