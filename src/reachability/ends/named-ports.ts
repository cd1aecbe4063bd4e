import type { EndClass, EndClasses } from './end-class';
import { IndexSet } from '../sets/index-set';
import { ANY_PORTS, portsKey } from '../rules/port-match';
import type { ContainerPort } from '../../model/workloads/workload';

/** Pods that declare the same numbers under some names. */
export interface NameGroup {
  readonly pods: IndexSet;
  readonly ports: readonly ContainerPort[];
}

/** Where a rule looks port names up. */
export interface PortLookup {
  /** The ports a pod declares under the names; none at a pod that the rule does not ask. */
  at(pod: EndClass, names: readonly string[]): readonly ContainerPort[];
  /** The pods that declare any of the names, by the numbers behind them; pods without any are in no group. */
  groups(names: readonly string[]): readonly NameGroup[];
}

/** Looks port names up at all pods. Hosts are no entities, so names are never looked up at them. */
export interface NamedPorts extends PortLookup {
  /** The same, asking these pods only. */
  only(pods: IndexSet): PortLookup;
}

/** Which pods of a whole model declare which named ports. */
export class IndexedPorts implements NamedPorts {
  private keptDeclarers: ReadonlyMap<string, readonly number[]> | undefined;
  private keptUnknown: IndexSet | undefined;
  private readonly memo = new Map<string, readonly NameGroup[]>();

  /** @param portsOf the ports of a pod that count. */
  constructor(
    private readonly ends: EndClasses,
    private readonly portsOf: (pod: EndClass) => readonly ContainerPort[],
  ) {}

  at(pod: EndClass, names: readonly string[]): readonly ContainerPort[] {
    return declaredUnder(pod, this.portsOf(pod), names);
  }

  groups(names: readonly string[]): readonly NameGroup[] {
    const sorted = [...new Set(names)].sort();
    const key = JSON.stringify(sorted);
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const groups = this.group(sorted);
    this.memo.set(key, groups);
    return groups;
  }

  only(pods: IndexSet): PortLookup {
    return askingOnly(this, pods);
  }

  /** The pods that declare each name, ascending. */
  private get declarers(): ReadonlyMap<string, readonly number[]> {
    if (this.keptDeclarers !== undefined) return this.keptDeclarers;
    const declarers = new Map<string, number[]>();
    for (const end of this.ends.podClasses) {
      for (const { name } of this.portsOf(end)) {
        if (name === undefined) continue;
        const list = declarers.get(name);
        if (list === undefined) declarers.set(name, [end.index]);
        // A pod may declare the name several times.
        else if (list[list.length - 1] !== end.index) list.push(end.index);
      }
    }
    this.keptDeclarers = declarers;
    return declarers;
  }

  private declaring(names: readonly string[]): readonly number[] {
    const [only = ''] = names;
    if (names.length <= 1) return this.declarers.get(only) ?? [];
    const all = new Set(names.flatMap((name) => this.declarers.get(name) ?? []));
    return [...all].sort((a, b) => a - b);
  }

  private group(names: readonly string[]): NameGroup[] {
    const groups = new Map<string, { readonly ports: readonly ContainerPort[]; readonly pods: number[] }>();
    for (const index of this.declaring(names)) {
      const pod = this.ends.at(index);
      if (pod === undefined) continue;
      const ports = this.at(pod, names);
      const key = portsKey(ports);
      const group = groups.get(key) ?? { ports, pods: [] };
      group.pods.push(index);
      groups.set(key, group);
    }
    const known = [...groups.values()].map(({ ports, pods }) => ({ ports, pods: IndexSet.ofSorted(pods) }));
    const { unknown } = this;
    return unknown.isEmpty ? known : [...known, { ports: ANY_PORTS, pods: unknown }];
  }

  private get unknown(): IndexSet {
    this.keptUnknown ??= IndexSet.ofSorted(
      this.ends.podClasses.filter(({ portsUnknown }) => portsUnknown).map(({ index }) => index),
    );
    return this.keptUnknown;
  }
}

/** Those of the pod's ports that have one of the names; {@link ANY_PORTS} where nobody knows. */
export function declaredUnder(
  { portsUnknown }: EndClass,
  ports: readonly ContainerPort[],
  names: readonly string[],
): readonly ContainerPort[] {
  if (portsUnknown) return names.length === 0 ? [] : ANY_PORTS;
  return ports.filter(({ name }) => name !== undefined && names.includes(name));
}

/** A lookup that asks these pods only. */
export function askingOnly(lookup: PortLookup, pods: IndexSet): PortLookup {
  return {
    at: (pod, names) => (pods.contains(pod.index) ? lookup.at(pod, names) : []),
    groups: (names) =>
      lookup
        .groups(names)
        .map((group) => ({ pods: group.pods.intersect(pods), ports: group.ports }))
        .filter((group) => !group.pods.isEmpty),
  };
}

/** The ways to look port names up. */
export interface PortNames {
  /** At containers, and init containers that keep running: what Kubernetes does for policies and Services. */
  readonly containers: NamedPorts;
  /** At init containers that end as well: what Calico does (calico-policy-model 5.5). */
  readonly withInitContainers: NamedPorts;
  /** At containers proper: what kube-network-policies 1.1.1 does. */
  readonly withoutSidecars: NamedPorts;
}

/** Ports of a pod without those of init containers that keep running. */
export function portsWithoutSidecars({ ports, sidecarPorts }: EndClass): readonly ContainerPort[] {
  return sidecarPorts.length === 0 ? ports : ports.filter((port) => !sidecarPorts.includes(port));
}

export function portNames(ends: EndClasses): PortNames {
  const containers = new IndexedPorts(ends, ({ ports }) => ports);
  const all = ({ ports, initContainerPorts }: EndClass): ContainerPort[] => [...ports, ...initContainerPorts];
  const none = (of: (end: EndClass) => readonly ContainerPort[]): boolean =>
    ends.classes.every((end) => of(end).length === 0);
  return {
    containers,
    withInitContainers: none((end) => end.initContainerPorts) ? containers : new IndexedPorts(ends, all),
    withoutSidecars: none((end) => end.sidecarPorts)
      ? containers
      : new IndexedPorts(ends, portsWithoutSidecars),
  };
}
