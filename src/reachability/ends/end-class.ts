import { IndexSet } from '../sets/index-set';
import { parseAddress, type Address } from '../../model/cidr';
import type { Labels } from '../../model/resource';
import type { ContainerPort, Workload } from '../../model/workloads/workload';

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
  /** Those of them that init containers have which keep running: they do not count for kube-network-policies. */
  readonly sidecarPorts: readonly ContainerPort[];
  /** Of init containers that end before the pod serves: they count for Calico only (calico-policy-model 5.5). */
  readonly initContainerPorts: readonly ContainerPort[];
  /** Whether nobody knows what it declares: a pod that is not in the manifests. */
  readonly portsUnknown: boolean;
  /** Known addresses; empty when the model has none. */
  readonly addresses: readonly Address[];
  /** In the order of the model. */
  readonly workloads: readonly Workload[];
}

/**
 * All ends of connections inside the cluster, as classes. Pods come before hosts. Workloads that have run to their end
 * have no network and are in no class.
 */
export interface EndClasses {
  /** In the order of their indexes. */
  readonly classes: readonly EndClass[];
  readonly podClasses: readonly EndClass[];
  readonly hostClasses: readonly EndClass[];
  /** All indexes are below it. */
  readonly size: number;
  readonly pods: IndexSet;
  readonly hosts: IndexSet;
  readonly hasPodsOfUnknownAddress: boolean;
  /** The class of an index; undefined where there is none. */
  at(index: number): EndClass | undefined;
  /** The class of a workload; undefined for one that has no network, or is not of the model. */
  of(workload: Workload): EndClass | undefined;
  /** The pods of a namespace, hosts left out. */
  inNamespace(namespace: string): IndexSet;
  /**
   * Where the first of some positions stands when classes are in the order of their keys, as a number to compare with
   * others. Undefined when no class and no outside address is among them.
   */
  firstOf(positions: IndexSet): number | undefined;
}

/** The classes of a whole model. Pods stand by namespace, so that a namespace is one range; every index has a class. */
export class IndexedEnds implements EndClasses {
  readonly classes: readonly EndClass[];
  readonly podClasses: readonly EndClass[];
  readonly hostClasses: readonly EndClass[];
  readonly hasPodsOfUnknownAddress: boolean;
  private readonly classOf = new Map<Workload, EndClass>();
  private readonly namespaceRanges = new Map<string, IndexSet>();

  /** @param classes pods before hosts, pods of a namespace side by side; their indexes are their places. */
  constructor(classes: readonly EndClass[]) {
    this.classes = classes;
    this.podClasses = classes.filter(({ host }) => !host);
    this.hostClasses = classes.slice(this.podClasses.length);
    this.hasPodsOfUnknownAddress = this.podClasses.some(({ addresses }) => addresses.length === 0);
    for (const end of this.classes) for (const workload of end.workloads) this.classOf.set(workload, end);
    this.indexNamespaces();
  }

  get size(): number {
    return this.classes.length;
  }

  get pods(): IndexSet {
    return IndexSet.range(0, this.podClasses.length);
  }

  get hosts(): IndexSet {
    return IndexSet.range(this.podClasses.length, this.size);
  }

  at(index: number): EndClass | undefined {
    return this.classes[index];
  }

  of(workload: Workload): EndClass | undefined {
    return this.classOf.get(workload);
  }

  inNamespace(namespace: string): IndexSet {
    return this.namespaceRanges.get(namespace) ?? IndexSet.EMPTY;
  }

  firstOf({ edges }: IndexSet): number | undefined {
    return edges[0];
  }

  private indexNamespaces(): void {
    let start = 0;
    for (let index = 0; index < this.podClasses.length; index++) {
      const namespace = this.podClasses[index]?.namespace ?? '';
      if (this.podClasses[index + 1]?.namespace === namespace) continue;
      this.namespaceRanges.set(namespace, IndexSet.range(start, index + 1));
      start = index + 1;
    }
  }
}

/** The classes of a model, in the order of {@link classKey}. */
export function classify(workloads: readonly Workload[]): EndClass[] {
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

const NO_PORTS: readonly string[] = [];

/** Equal for workloads of one class. Sorts pods before hosts, then by namespace. */
export function classKey(workload: Workload): string {
  const labels: unknown[] = [];
  for (const key of sorted(Object.keys(workload.labels))) labels.push(key, workload.labels[key]);
  const { serviceAccount, ports, sidecarPorts = [], initContainerPorts = [], addresses } = workload;
  const rest = JSON.stringify([
    labels,
    serviceAccount,
    sortedPorts(ports),
    sortedPorts(sidecarPorts),
    sortedPorts(initContainerPorts),
    sorted([...addresses]),
    ...(workload.portsUnknown === true ? [true] : []),
  ]);
  return `${workload.hostNetwork ? 1 : 0}\u0000${workload.namespace}\u0000${rest}`;
}

function sortedPorts(ports: readonly ContainerPort[]): readonly string[] {
  if (ports.length === 0) return NO_PORTS;
  return sorted(ports.map(({ name = '', port, protocol }) => JSON.stringify([protocol, name, port])));
}

/** Sorts in place; one text alone is sorted, and engines do not see it. */
function sorted(texts: string[]): string[] {
  return texts.length <= 1 ? texts : texts.sort();
}

/** @param first of the workloads, which are all of one class */
export function describe(first: Workload, index: number, workloads: readonly Workload[]): EndClass {
  const { hostNetwork: host, namespace, labels, serviceAccount, ports } = first;
  const { sidecarPorts = [], initContainerPorts = [] } = first;
  const addresses = first.addresses.flatMap((text) => parseAddress(text).address ?? []);
  const portsUnknown = first.portsUnknown === true;
  const declared = { ports, sidecarPorts, initContainerPorts, portsUnknown };
  return { index, host, namespace, labels, serviceAccount, ...declared, addresses, workloads };
}
