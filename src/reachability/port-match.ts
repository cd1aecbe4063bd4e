import { ConnectionSet, PROTOCOL } from './connection-set';
import type { EndClasses } from './end-class';
import { IndexSet } from './index-set';
import type { ContainerPort, TransportProtocol } from '../model/workload';

export const TRANSPORT_PROTOCOL: Readonly<Record<TransportProtocol, number>> = {
  TCP: PROTOCOL.tcp,
  UDP: PROTOCOL.udp,
  SCTP: PROTOCOL.sctp,
};

/** A container port by name: it stands for whatever number the destination pod declares under it. */
export interface PortName {
  readonly name: string;
  /** Absent: whichever protocol the pod declares. */
  readonly protocol?: TransportProtocol | undefined;
}

/** The connections a rule speaks of, as far as they depend on the destination. */
export interface PortMatch {
  /** What the rule allows without looking names up, or the frame of names. */
  readonly within: ConnectionSet;
  /** Absent: everything in `within`. Else only these numbers and the numbers behind `names`. */
  readonly numbers?: ConnectionSet | undefined;
  readonly names: readonly PortName[];
  /** Numbers behind these names are left out. */
  readonly notNames: readonly PortName[];
}

export const EVERY_CONNECTION: PortMatch = { within: ConnectionSet.ALL, names: [], notNames: [] };

/** Whether the match differs between destinations. */
export function usesNames(match: PortMatch): boolean {
  return match.names.length > 0 || match.notNames.length > 0;
}

/** The connections at a destination that declares these ports. */
export function connectionsAt(match: PortMatch, declared: readonly ContainerPort[]): ConnectionSet {
  const wanted =
    match.names.length === 0
      ? match.numbers
      : lookUp(match.names, declared).union(match.numbers ?? ConnectionSet.NONE);
  const positive = wanted === undefined ? match.within : match.within.intersect(wanted);
  return positive.subtract(lookUp(match.notNames, declared));
}

function lookUp(names: readonly PortName[], declared: readonly ContainerPort[]): ConnectionSet {
  let found = ConnectionSet.NONE;
  for (const { name, port, protocol } of declared) {
    if (!names.some((wanted) => wanted.name === name && (wanted.protocol ?? protocol) === protocol)) continue;
    found = found.union(ConnectionSet.of(TRANSPORT_PROTOCOL[protocol], port, port));
  }
  return found;
}

/** Pods that declare the same numbers under some names. */
export interface NameGroup {
  readonly pods: IndexSet;
  readonly ports: readonly ContainerPort[];
}

/** Which pods declare which named ports. Hosts are no entities, so names are never looked up at them. */
export class NamedPorts {
  private readonly declarers = new Map<string, number[]>();
  private readonly memo = new Map<string, readonly NameGroup[]>();

  constructor(private readonly ends: EndClasses) {
    for (const { host, index, ports } of ends.classes) {
      if (host) continue;
      for (const name of new Set(ports.map((port) => port.name))) {
        if (name !== undefined) this.add(name, index);
      }
    }
  }

  /** The pods that declare any of the names, by the numbers behind them; pods without any are in no group. */
  groups(names: readonly string[]): readonly NameGroup[] {
    const sorted = [...new Set(names)].sort();
    const key = JSON.stringify(sorted);
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const groups = this.group(sorted);
    this.memo.set(key, groups);
    return groups;
  }

  private add(name: string, index: number): void {
    const list = this.declarers.get(name);
    if (list === undefined) this.declarers.set(name, [index]);
    else list.push(index);
  }

  private group(names: readonly string[]): NameGroup[] {
    const groups = new Map<string, { readonly ports: readonly ContainerPort[]; readonly pods: number[] }>();
    const declarers = new Set(names.flatMap((name) => this.declarers.get(name) ?? []));
    for (const index of [...declarers].sort((a, b) => a - b)) {
      const ports = (this.ends.classes[index]?.ports ?? []).filter(
        ({ name }) => name !== undefined && names.includes(name),
      );
      const key = portsKey(ports);
      const group = groups.get(key) ?? { ports, pods: [] };
      group.pods.push(index);
      groups.set(key, group);
    }
    return [...groups.values()].map(({ ports, pods }) => ({ ports, pods: IndexSet.ofSorted(pods) }));
  }
}

/** Equal for port lists of the same names, protocols and numbers. */
export function portsKey(ports: readonly ContainerPort[]): string {
  return ports
    .map(({ name, port, protocol }) => `${name ?? ''}/${protocol}/${port}`)
    .sort()
    .join(' ');
}
