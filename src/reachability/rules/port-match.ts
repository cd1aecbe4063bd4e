import { ConnectionSet, PROTOCOL } from '../sets/connection-set';
import type { ContainerPort, TransportProtocol } from '../../model/workloads/workload';

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
  /** Whether a pod that declares the name is met on every port of every protocol. Default no: on that port. */
  readonly everyPort?: boolean | undefined;
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
    const wanted = names.find((one) => one.name === name && (one.protocol ?? protocol) === protocol);
    if (wanted === undefined) continue;
    if (wanted.everyPort === true) return ConnectionSet.ALL;
    found = found.union(ConnectionSet.of(TRANSPORT_PROTOCOL[protocol], port, port));
  }
  return found;
}

/** Equal for port lists of the same names, protocols and numbers. */
export function portsKey(ports: readonly ContainerPort[]): string {
  const [only] = ports;
  if (only !== undefined && ports.length === 1) return portKey(only);
  return ports.map(portKey).sort().join(' ');
}

function portKey({ name = '', port, protocol }: ContainerPort): string {
  return `${name}/${protocol}/${port}`;
}
