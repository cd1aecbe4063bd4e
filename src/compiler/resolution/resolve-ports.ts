import type { DeclaredPort } from '../compilation';
import { intentFinding } from './intent-finding';
import type { ModelIndex } from './model-index';
import { printPorts, sortPorts, type PolicyPorts } from './resolved-call';
import type { ClientIntents, ServiceTarget, TargetPort, WorkloadTarget } from '../../intents/client-intents';
import type { Finding } from '../../model/finding';
import type { Service, ServicePort } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** The declaration a port belongs to, and where findings about it go. */
export interface PortContext {
  readonly intents: ClientIntents;
  readonly index: ModelIndex;
  readonly findings: Finding[];
}

/**
 * The ports of a workload target that at least one of its servers has; `undefined` when none is left, so that a
 * mistyped name opens nothing. A name is looked up with its protocol (network-policy-semantics 2.1 item 9).
 */
export function workloadPorts(
  target: WorkloadTarget,
  servers: readonly Workload[],
  context: PortContext,
): PolicyPorts | undefined {
  if (target.ports.length === 0) return 'all';
  for (const port of target.ports) {
    if (typeof port.port === 'number') reportUndeclared(target, port, servers, context);
  }
  return nonEmpty(target.ports.filter((port) => reportUnresolved(target, port, servers, context)));
}

/** The target ports of a Service target: of every port of the Service, or of those it names. */
export function servicePorts(
  target: ServiceTarget,
  service: Service,
  servers: readonly Workload[],
  context: PortContext,
): PolicyPorts | undefined {
  const name = `Service ${service.namespace}/${service.name}`;
  if (service.ports.length === 0) {
    context.findings.push(
      intentFinding(context.intents, target.place, {
        id: 'service-without-ports',
        severity: 'error',
        message: `${name} declares no ports, so it does not say what to open and the target opens nothing`,
        mend: `Add ports to ${name}, or target the workload behind it.`,
      }),
    );
    return undefined;
  }
  const chosen = target.ports.length === 0 ? service.ports : chosenPorts(target, service, context);
  reportHeadless(target, service, chosen, context);
  const ports = chosen.map(({ targetPort, protocol }) => ({ port: targetPort, protocol }));
  return nonEmpty(sortPorts(ports).filter((port) => reportUnresolved(target, port, servers, context)));
}

/** The numbers behind ports at one server. A name its containers do not have gives none. */
export function portsAt(server: Workload, ports: PolicyPorts): 'all' | DeclaredPort[] {
  if (ports === 'all') return 'all';
  const numbers = ports.flatMap(({ port, protocol }) => {
    if (typeof port === 'number') return [{ port, protocol }];
    return server.ports
      .filter((declared) => declared.name === port && declared.protocol === protocol)
      .map((declared) => ({ port: declared.port, protocol }));
  });
  return sortPorts(numbers).flatMap(({ port, protocol }) =>
    typeof port === 'number' ? [{ port, protocol }] : [],
  );
}

function nonEmpty(ports: readonly TargetPort[]): PolicyPorts | undefined {
  return ports.length === 0 ? undefined : sortPorts(ports);
}

/** Whether any server has the port; a finding when a name leads nowhere at some or all of them. */
function reportUnresolved(
  target: WorkloadTarget | ServiceTarget,
  port: TargetPort,
  servers: readonly Workload[],
  { intents, findings }: PortContext,
): boolean {
  if (typeof port.port === 'number') return true;
  const without = servers.filter((server) => portsAt(server, [port]).length === 0);
  if (without.length === 0) return true;
  const all = without.length === servers.length;
  const [first] = without;
  const other = without.flatMap(({ ports }) => ports).find(({ name }) => name === port.port);
  const names = [...new Set(without.flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? [])))].sort();
  findings.push(
    intentFinding(intents, target.place, {
      id: 'port-not-found',
      severity: all ? 'error' : 'warning',
      message: `no container of ${without
        .map(({ id }) => id)
        .slice(0, 5)
        .join(
          ', ',
        )} has a ${port.protocol} port named ${port.port}, so nothing is opened ${all ? 'for it' : 'there, though policies may isolate them'}`,
      mend:
        other !== undefined
          ? `It is a ${other.protocol} port: write {port: ${port.port}, protocol: ${other.protocol}}.`
          : names.length > 0
            ? `Name one of ${names.join(', ')}, or add the port to a container.`
            : `Name the container port of ${first?.id ?? 'the server'}, or write its number.`,
    }),
  );
  return !all;
}

/** The Service's ports that a target names; each it lacks is a finding and opens nothing. */
function chosenPorts(
  target: ServiceTarget,
  service: Service,
  { intents, findings }: PortContext,
): readonly ServicePort[] {
  return target.ports.flatMap((wanted) => {
    const same = service.ports.filter(
      ({ name, port }) => (typeof wanted.port === 'number' ? port : name) === wanted.port,
    );
    const exact = same.filter(({ protocol }) => protocol === wanted.protocol);
    if (exact.length > 0) return exact;
    const [other] = same;
    const has = service.ports.map(
      ({ name, port, protocol }) => `${name === undefined ? '' : `${name} `}${port}/${protocol}`,
    );
    findings.push(
      intentFinding(intents, target.place, {
        id: 'port-not-found',
        severity: 'error',
        message: `Service ${service.namespace}/${service.name} has no port ${printPorts([wanted])}, so nothing is opened for it`,
        mend:
          other === undefined
            ? `Name one of its ports: ${has.join(', ')}.`
            : `It is a ${other.protocol} port: write {port: ${wanted.port}, protocol: ${other.protocol}}.`,
      }),
    );
    return [];
  });
}

/** A headless Service translates nothing: its clients connect to the pods on the port they were told. */
function reportHeadless(
  target: ServiceTarget,
  service: Service,
  ports: readonly ServicePort[],
  { intents, findings }: PortContext,
): void {
  const odd = ports.find(({ port, targetPort }) => typeof targetPort === 'number' && targetPort !== port);
  if (!service.headless || odd === undefined) return;
  findings.push(
    intentFinding(intents, target.place, {
      id: 'headless-port',
      severity: 'warning',
      message: `Service ${service.namespace}/${service.name} is headless, so a client that connects to its port ${odd.port} reaches port ${odd.port} of the pods; only target port ${odd.targetPort} is opened`,
      mend: `Set port and targetPort of the headless Service to the same number.`,
    }),
  );
}

/** A number that no container declares is often the Service's port, which policies never see (2.1 item 15). */
function reportUndeclared(
  target: WorkloadTarget,
  { port, protocol }: TargetPort,
  servers: readonly Workload[],
  { intents, index, findings }: PortContext,
): void {
  const server = servers.find(
    ({ ports }) =>
      ports.length > 0 && !ports.some((other) => other.port === port && other.protocol === protocol),
  );
  if (server === undefined) return;
  const service = index.servicesIn(server.namespace).find((candidate) => translates(candidate, server, port));
  findings.push(
    intentFinding(intents, target.place, {
      id: 'undeclared-port',
      severity: 'warning',
      message:
        service === undefined
          ? `no container of ${server.id} declares port ${port}/${protocol}; if none listens there, the opening leads nowhere`
          : `${port} is a port of Service ${service.namespace}/${service.name}, but no container of ${server.id} declares it; policies see the port of the pod`,
      mend:
        service === undefined
          ? `Use one of ${printPorts(server.ports)}, or declare the port in a container.`
          : `Target the Service, or write the container port: ${printPorts(server.ports)}.`,
    }),
  );
}

function translates({ selector, ports }: Service, { labels }: Workload, number: number | string): boolean {
  if (selector === undefined || Object.keys(selector).length === 0) return false;
  const behind = Object.entries(selector).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
  return behind && ports.some(({ port, targetPort }) => port === number && targetPort !== number);
}
