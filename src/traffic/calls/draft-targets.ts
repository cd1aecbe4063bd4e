import type { LeftOut, ObservedCall } from './observed-call';
import { portWords, serviceWords } from './service-words';
import { servicePortAt } from '../mapping/service-addresses';
import { NO_PORT } from '../mapping/map-flow';
import type { ModelIndex } from '../../compiler/resolution/model-index';
import { workloadName } from '../../intents/identity';
import type { TargetPort } from '../../intents/client-intents';
import { append } from '../../model/group-by';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** What one client calls, in the words of intents. */
export type DraftTarget = DraftWords & {
  /** The calls that it stands for. Never empty. */
  readonly calls: readonly ObservedCall[];
};

type DraftWords =
  | {
      readonly type: 'service';
      readonly namespace: string;
      readonly name: string;
      readonly ports: 'all' | readonly TargetPort[];
    }
  | {
      readonly type: 'workload';
      readonly server: Workload;
      /** Given only where the name alone means several. */
      readonly kind?: string | undefined;
      readonly ports: 'all' | readonly TargetPort[];
    }
  | { readonly type: 'kubernetes-api' }
  | {
      readonly type: 'internet';
      readonly domains: readonly string[];
      readonly ips: readonly string[];
      readonly ports: readonly number[];
    };

/** Targets of one client, sorted, and calls for which there is no word. */
export interface DraftTargets {
  readonly targets: readonly DraftTarget[];
  readonly leftOut: readonly LeftOut[];
}

/** Writes the calls of one client as targets. */
export function draftTargets(calls: readonly ObservedCall[], index: ModelIndex): DraftTargets {
  const inside = new Map<Workload, ObservedCall[]>();
  const services = new Map<Service, ObservedCall[]>();
  const api: ObservedCall[] = [];
  const outside: ObservedCall[] = [];
  const leftOut: LeftOut[] = [];
  for (const call of calls) {
    const { to } = call.edge;
    if (!hasWord(call)) leftOut.push({ call, why: 'no-word' });
    else if (to.type === 'workload') append(inside, to.workload, call);
    else if (to.type === 'service') append(services, to.service, call);
    else if (to.type === 'api-server') api.push(call);
    else outside.push(call);
  }
  const targets: DraftTarget[] = [
    ...joinServices([
      ...[...inside].flatMap(([server, own]) => insideTargets(server, own, index)),
      ...[...services].map(([service, own]) => serviceTarget(service, own)),
    ]),
    ...(api.length === 0 ? [] : [{ type: 'kubernetes-api', calls: api } as const]),
    ...internetTargets(outside),
  ];
  return { targets: sortTargets(targets), leftOut };
}

/** Targets speak of TCP, UDP and SCTP in the cluster, and of TCP outside. */
function hasWord({ edge: { to, protocol, port } }: ObservedCall): boolean {
  if (to.type === 'outside') return protocol === 'TCP' && port !== NO_PORT && isNamed(to);
  if (to.type === 'api-server') return protocol === 'TCP';
  return protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP';
}

/** A set of addresses that only has a name, or the outside as such, can be no target. */
function isNamed({
  address,
  domain,
}: {
  readonly address?: string | undefined;
  readonly domain?: string | undefined;
}): boolean {
  return address !== undefined || (domain !== undefined && /^[a-z0-9_.-]+\.[a-z0-9_.-]+$/.test(domain));
}

function insideTargets(server: Workload, calls: readonly ObservedCall[], index: ModelIndex): DraftTarget[] {
  const { services, rest } = serviceWords(server, calls, index);
  return [
    ...services.map(({ service: { namespace, name }, ports, calls: own }): DraftTarget => ({
      type: 'service',
      namespace,
      name,
      ports,
      calls: own,
    })),
    ...(rest.length === 0 ? [] : [workloadTarget(server, rest, index)]),
  ];
}

function workloadTarget(server: Workload, calls: readonly ObservedCall[], index: ModelIndex): DraftTarget {
  const own = workloadName(server);
  const several = index.anyKind(own).length > 1;
  return {
    type: 'workload',
    server,
    ...(several && own.kind !== undefined ? { kind: own.kind } : {}),
    ports: calls.some(({ edge }) => edge.port === NO_PORT) ? 'all' : targetPorts(calls),
    calls,
  };
}

function serviceTarget(service: Service, calls: readonly ObservedCall[]): DraftTarget {
  const { namespace, name } = service;
  const called = calls.flatMap(({ edge }) => servicePortAt(service, edge.protocol, edge.port) ?? []);
  return { type: 'service', namespace, name, ports: portWords(service, called, calls), calls };
}

function targetPorts(calls: readonly ObservedCall[]): TargetPort[] {
  return calls
    .flatMap(({ edge: { protocol, port } }) =>
      protocol === 'TCP' || protocol === 'UDP' || protocol === 'SCTP' ? [{ protocol, port }] : [],
    )
    .sort((a, b) => (a.protocol === b.protocol ? a.port - b.port : a.protocol < b.protocol ? -1 : 1));
}

/** A Service that several servers are behind is one target, whichever of them answered. */
function joinServices(targets: readonly DraftTarget[]): DraftTarget[] {
  const joined = new Map<string, DraftTarget>();
  for (const target of targets) {
    const key = targetKey(target);
    const known = target.type === 'service' ? joined.get(key) : undefined;
    if (known?.type !== 'service' || target.type !== 'service') {
      joined.set(key, target);
      continue;
    }
    joined.set(key, {
      ...known,
      ports: known.ports === 'all' || target.ports === 'all' ? 'all' : unite(known.ports, target.ports),
      calls: [...known.calls, ...target.calls],
    });
  }
  return [...joined.values()];
}

function unite(a: readonly TargetPort[], b: readonly TargetPort[]): TargetPort[] {
  const ports = new Map([...a, ...b].map((port) => [`${port.protocol} ${port.port}`, port]));
  return [...ports.values()].sort((one, other) => Number(one.port) - Number(other.port));
}

/** One target for each set of ports, with every name and address that is called on just these. */
function internetTargets(calls: readonly ObservedCall[]): DraftTarget[] {
  const byServer = new Map<string, ObservedCall[]>();
  for (const call of calls) append(byServer, serverKey(call), call);
  const byPorts = new Map<string, ObservedCall[]>();
  for (const own of byServer.values()) {
    const ports = [...new Set(own.map(({ edge }) => edge.port))].sort((a, b) => a - b);
    for (const call of own) append(byPorts, ports.join(' '), call);
  }
  return [...byPorts.values()].map((own) => ({
    type: 'internet',
    domains: distinct(own.flatMap(domainsOf)),
    ips: distinct(own.flatMap((call) => (domainsOf(call).length > 0 ? [] : (addressOf(call) ?? [])))),
    ports: [...new Set(own.map(({ edge }) => edge.port))].sort((a, b) => a - b),
    calls: own,
  }));
}

/** A server of many addresses is one where its name is known. */
function serverKey(call: ObservedCall): string {
  return domainsOf(call).join(' ') || (addressOf(call) ?? '');
}

function domainsOf({ edge: { to }, names }: ObservedCall): string[] {
  const own = to.type === 'outside' && to.domain !== undefined ? [to.domain] : [];
  return [...own, ...names.map(({ name }) => name)];
}

function addressOf({ edge: { to } }: ObservedCall): string | undefined {
  return to.type === 'outside' ? to.address : undefined;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** Equal for targets of the same words but for ports. */
function targetKey(target: DraftTarget): string {
  switch (target.type) {
    case 'service':
      return `0 ${target.namespace}/${target.name}`;
    case 'workload':
      return `1 ${target.server.id}`;
    case 'kubernetes-api':
      return '2';
    case 'internet':
      return `3 ${[...target.domains, ...target.ips].join(' ')} ${target.ports.join(' ')}`;
  }
}

function sortTargets(targets: readonly DraftTarget[]): DraftTarget[] {
  return targets
    .map((target) => ({ target, key: targetKey(target) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ target }) => target);
}
