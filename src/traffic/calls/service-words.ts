import type { ObservedCall } from './observed-call';
import { NO_PORT } from '../mapping/map-flow';
import type { ModelIndex } from '../../compiler/resolution/model-index';
import { portsAt } from '../../compiler/resolution/resolve-ports';
import type { TargetPort } from '../../intents/client-intents';
import { matches } from '../../model/label-selector';
import type { Service, ServicePort } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** Calls of one client to one server that one Service stands for. */
export interface ServiceWord {
  readonly service: Service;
  readonly calls: readonly ObservedCall[];
  /** Ports of the Service; `all` where these are all it has. */
  readonly ports: 'all' | readonly TargetPort[];
}

/** What calls to one server are called by. */
export interface ServerWords {
  readonly services: readonly ServiceWord[];
  /** Calls that no Service stands for. */
  readonly rest: readonly ObservedCall[];
}

/**
 * The Services by which a person would name what was called at a server: those that were really called, else those that
 * lead to this server alone, the plainest first. Never one that would open more ports than were seen.
 */
export function serviceWords(
  server: Workload,
  calls: readonly ObservedCall[],
  index: ModelIndex,
): ServerWords {
  const services: ServiceWord[] = [];
  let rest = [...calls];
  for (const service of candidates(server, calls, index)) {
    const led = rest.filter((call) => portsOf(service, server, call).length > 0);
    if (led.length === 0) continue;
    const ports = [...new Set(led.flatMap((call) => portsOf(service, server, call)))];
    services.push({ service, calls: led, ports: portWords(service, ports, led) });
    rest = rest.filter((call) => !led.includes(call));
  }
  return { services, rest };
}

/** All ports of the Service where every one was called, or where nobody wrote down which. */
export function portWords(
  { ports }: Service,
  called: readonly ServicePort[],
  calls: readonly ObservedCall[],
): 'all' | readonly TargetPort[] {
  if (called.length >= ports.length || calls.some(({ edge }) => edge.port === NO_PORT)) return 'all';
  return called.map(({ port, protocol }) => ({ port, protocol })).sort((a, b) => a.port - b.port);
}

function candidates(server: Workload, calls: readonly ObservedCall[], index: ModelIndex): Service[] {
  const called = new Set(calls.flatMap(({ edge }) => edge.services));
  const rank = (service: Service): string => {
    const reasons = [
      !called.has(service),
      service.type !== 'ClusterIP',
      service.headless,
      service.name !== server.name,
    ];
    return `${reasons.map(Number).join('')} ${String(service.ports.length).padStart(3, '0')} ${service.name}`;
  };
  return index
    .servicesIn(server.namespace)
    .filter((service) => leadsTo(service, server) && (called.has(service) || isOnlyOne(service, index)))
    .map((service) => ({ service, rank: rank(service) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .map(({ service }) => service);
}

function leadsTo({ selector = {}, type }: Service, { labels }: Workload): boolean {
  return (
    type !== 'ExternalName' &&
    Object.keys(selector).length > 0 &&
    matches({ matchLabels: selector, matchExpressions: [] }, labels)
  );
}

function isOnlyOne({ namespace, selector = {} }: Service, index: ModelIndex): boolean {
  return index.selected(namespace, selector).filter(({ finished }) => !finished).length === 1;
}

/** The ports of the Service that lead to the port that was called; all of them where nobody wrote it down. */
function portsOf(service: Service, server: Workload, { edge }: ObservedCall): readonly ServicePort[] {
  if (edge.port === NO_PORT) return edge.protocol === 'TCP' ? service.ports : [];
  return service.ports.filter(({ targetPort, protocol, port }) => {
    if (protocol !== edge.protocol) return false;
    // A headless Service translates nothing, but only its target ports are opened for it.
    if (service.headless && typeof targetPort === 'number' && targetPort !== port) return false;
    const resolved = portsAt(server, [{ port: targetPort, protocol }]);
    return resolved !== 'all' && resolved.some((one) => one.port === edge.port);
  });
}
