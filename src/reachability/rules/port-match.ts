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

/**
 * Stands for the ports of a pod of which nobody knows what it declares: it may have any number behind any name, or no such
 * name. Told apart by identity; no port can have its name.
 */
export const ANY_PORTS: readonly ContainerPort[] = [{ name: '*', port: 0, protocol: 'TCP' }];

/** Whether the match differs between destinations. */
export function usesNames(match: PortMatch): boolean {
  return match.names.length > 0 || match.notNames.length > 0;
}

/** The connections at a destination that declares these ports: those that are met for certain. */
export function connectionsAt(match: PortMatch, declared: readonly ContainerPort[]): ConnectionSet {
  const isKnown = declared !== ANY_PORTS;
  return meet(
    match,
    isKnown ? lookUp(match.names, declared) : ConnectionSet.NONE,
    isKnown ? lookUp(match.notNames, declared) : anyNumber(match.notNames),
  );
}

/** The connections that may be met as well, at a destination of which nobody knows what it declares. */
export function openConnectionsAt(match: PortMatch, declared: readonly ContainerPort[]): ConnectionSet {
  if (declared !== ANY_PORTS) return ConnectionSet.NONE;
  return meet(match, anyNumber(match.names), ConnectionSet.NONE).subtract(connectionsAt(match, declared));
}

/** @param named the numbers behind the names, @param left those behind the names that are left out */
function meet(match: PortMatch, named: ConnectionSet, left: ConnectionSet): ConnectionSet {
  const wanted = match.names.length === 0 ? match.numbers : named.union(match.numbers ?? ConnectionSet.NONE);
  const positive = wanted === undefined ? match.within : match.within.intersect(wanted);
  return positive.subtract(left);
}

/** A container port is one of 1 to 65535. */
function anyNumber(names: readonly PortName[]): ConnectionSet {
  let found = ConnectionSet.NONE;
  for (const { protocol, everyPort } of names) {
    if (everyPort === true) return ConnectionSet.ALL;
    const numbers =
      protocol === undefined ? Object.values(TRANSPORT_PROTOCOL) : [TRANSPORT_PROTOCOL[protocol]];
    for (const number of numbers) found = found.union(ConnectionSet.of(number, 1, 65535));
  }
  return found;
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
