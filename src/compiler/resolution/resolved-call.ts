import type { ClientIntents, ServiceTarget, TargetPort, WorkloadTarget } from '../../intents/client-intents';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** Ports at the server's pods, names not yet looked up; `all` for every protocol and port. Never an empty list. */
export type PolicyPorts = 'all' | readonly TargetPort[];

/** One target of one ClientIntents with the workloads it means: what a profile turns into policies and labels. */
export interface ResolvedCall {
  readonly intents: ClientIntents;
  readonly target: WorkloadTarget | ServiceTarget;
  /** Those that a policy can admit: not finished, not on the host network. Sorted by id. */
  readonly clients: readonly Workload[];
  /** Those that a policy can protect: not finished, not on the host network. Sorted by id, never empty. */
  readonly servers: readonly Workload[];
  /** Of a Service target. */
  readonly service?: Service | undefined;
  readonly ports: PolicyPorts;
}

/** Both together; every port when one of them is every port. Sorted and distinct. */
export function unitePorts(a: PolicyPorts, b: PolicyPorts): PolicyPorts {
  return a === 'all' || b === 'all' ? 'all' : sortPorts([...a, ...b]);
}

/** Sorted by protocol, numbers before names, each once. */
export function sortPorts(ports: readonly TargetPort[]): TargetPort[] {
  if (ports.length < 2) return [...ports];
  const distinct = new Map(ports.map((port) => [portKey(port), port]));
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, port]) => port);
}

/** A string that equal sets of ports share. */
export function portsKey(ports: PolicyPorts): string {
  return ports === 'all' ? 'all' : sortPorts(ports).map(portKey).join(' ');
}

function portKey({ port, protocol }: TargetPort): string {
  return typeof port === 'number' ? `${protocol}/0${String(port).padStart(5, '0')}` : `${protocol}/1${port}`;
}

/** `80/TCP, dns/UDP`, or `every port`: for messages. */
export function printPorts(ports: PolicyPorts): string {
  if (ports === 'all') return 'every port';
  return sortPorts(ports)
    .map(({ port, protocol }) => `${port}/${protocol}`)
    .join(', ');
}
