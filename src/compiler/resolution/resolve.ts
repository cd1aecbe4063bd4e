import type { DeclaredCall, OutsideCall } from '../compilation';
import { inBrackets, intentFinding, printWorkload } from './intent-finding';
import { type ModelIndex } from './model-index';
import { groupBy } from '../../model/group-by';
import { NotFound } from './not-found';
import { portsAt, servicePorts, workloadPorts } from './resolve-ports';
import { resolveService } from './resolve-service';
import { portsKey, sortPorts, type PolicyPorts, type ResolvedCall } from './resolved-call';
import type {
  ClientIntents,
  ServiceTarget,
  Target,
  WorkloadName,
  WorkloadTarget,
} from '../../intents/client-intents';
import { SERVICE_KIND, printWorkloadName } from '../../intents/identity';
import type { Finding } from '../../model/finding';
import type { Place } from '../../model/place';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** What intents mean in a model. */
export interface Resolution {
  /** Calls that policies can express. */
  readonly calls: readonly ResolvedCall[];
  /** Each client and server of every call that resolved, host-network ones included. */
  readonly declared: readonly DeclaredCall[];
  /** Declared calls to the API server and the internet. */
  readonly outside: readonly OutsideCall[];
  readonly findings: readonly Finding[];
}

/** Finds the workloads behind every client and target. What does not resolve becomes a finding and opens nothing. */
export function resolve(index: ModelIndex, intents: readonly ClientIntents[]): Resolution {
  const resolver = new Resolver(index);
  for (const declaration of intents) resolver.add(declaration);
  return resolver;
}

interface Ends {
  readonly intents: ClientIntents;
  readonly clients: readonly Workload[];
}

class Resolver implements Resolution {
  readonly calls: ResolvedCall[] = [];
  readonly declared: DeclaredCall[] = [];
  readonly outside: OutsideCall[] = [];
  readonly findings: Finding[] = [];
  private readonly notFound: NotFound;
  private readonly seen = new Map<string, { readonly intents: ClientIntents; readonly target: Target }>();
  private readonly reported = new Set<string>();

  constructor(private readonly index: ModelIndex) {
    this.notFound = new NotFound(index);
  }

  add(intents: ClientIntents): void {
    const found = this.clients(intents);
    if (found.length === 0) this.findings.push(this.notFound.client(intents));
    const clients = this.running(intents, found, intents.place);
    this.reportAmbiguous(intents, intents.client, found, intents.place);
    this.reportHostClients(intents, clients);
    for (const target of intents.targets) {
      this.reportDuplicate(intents, target);
      if (clients.length > 0) this.addTarget({ intents, clients }, target);
    }
  }

  /** A client of kind Service is the pods behind the Service (otterize-operator 2.3). */
  private clients({ client }: ClientIntents): readonly Workload[] {
    if (client.kind !== SERVICE_KIND) return this.index.named(client);
    const service = this.index.service(client.namespace, client.name);
    if (service?.selector === undefined || Object.keys(service.selector).length === 0) return [];
    return this.index.selected(service.namespace, service.selector);
  }

  private addTarget(ends: Ends, target: Target): void {
    switch (target.type) {
      case 'workload': {
        const { server, ports, place } = target;
        if (server.kind !== SERVICE_KIND) this.addWorkload(ends, target);
        else
          this.addService(ends, {
            type: 'service',
            namespace: server.namespace,
            name: server.name,
            ports,
            layer7: 'none',
            place,
          });
        return;
      }
      case 'service': {
        this.addService(ends, target);
        return;
      }
      case 'kubernetes-api':
      case 'internet':
        for (const client of ends.clients) this.outside.push({ intents: ends.intents, target, client });
        return;
      case 'beyond-network':
        return;
    }
  }

  private addWorkload(ends: Ends, target: WorkloadTarget): void {
    const { intents } = ends;
    const found = this.index.named(target.server);
    if (found.length === 0) this.findings.push(this.notFound.server(intents, target.server, target.place));
    const servers = this.running(intents, found, target.place);
    if (servers.length === 0) return;
    this.reportAmbiguous(intents, target.server, servers, target.place);
    const ports = workloadPorts(target, servers, { intents, index: this.index, findings: this.findings });
    if (ports !== undefined) this.addCall(ends, target, servers, ports);
  }

  private addService(ends: Ends, target: ServiceTarget): void {
    const { intents } = ends;
    const service = this.index.service(target.namespace, target.name);
    if (service === undefined) {
      this.findings.push(this.notFound.service(intents, target));
      return;
    }
    const found = resolveService(intents, target, service, this.index, this.findings);
    const servers = this.running(intents, found, target.place);
    if (servers.length === 0) return;
    const ports = servicePorts(target, service, servers, {
      intents,
      index: this.index,
      findings: this.findings,
    });
    if (ports !== undefined) this.addCall(ends, target, servers, ports, service);
  }

  private addCall(
    { intents, clients }: Ends,
    target: WorkloadTarget | ServiceTarget,
    servers: readonly Workload[],
    ports: PolicyPorts,
    service?: Service,
  ): void {
    const through = service === undefined ? {} : { service };
    for (const server of servers) {
      const numbers = portsAt(server, ports);
      if (numbers !== 'all' && numbers.length === 0) continue;
      for (const client of clients) {
        this.declared.push({ intents, target, client, server, ...through, ports: numbers });
        if (client === server) this.reportSelf(intents, target.place, client);
      }
    }
    this.reportHostServers(intents, target.place, servers);
    const call = { clients: clients.filter(onPodNetwork), servers: servers.filter(onPodNetwork) };
    if (call.clients.length > 0 && call.servers.length > 0)
      this.calls.push({ intents, target, ...call, ...through, ports });
  }

  /** Those that have not run to their end. */
  private running(intents: ClientIntents, found: readonly Workload[], place: Place): readonly Workload[] {
    for (const workload of found) {
      if (!workload.finished) continue;
      this.reportOnce(`finished ${workload.id}`, intents, place, {
        id: 'finished-workload',
        severity: 'info',
        message: `${printWorkload(workload)} has run to its end and has no network any more, so it gets no labels and no policy`,
        mend: 'Remove it from the intents, or leave it if it runs again under the same name.',
      });
    }
    return found.filter(({ finished }) => !finished);
  }

  private reportAmbiguous(
    intents: ClientIntents,
    wanted: WorkloadName,
    found: readonly Workload[],
    place: Place,
  ): void {
    if (wanted.kind === SERVICE_KIND || found.length < 2) return;
    this.reportOnce(`ambiguous ${found.map(({ id }) => id).join(' ')}`, intents, place, {
      id: 'ambiguous-identity',
      severity: 'warning',
      message: `${printWorkloadName(wanted)} is the name of ${found.map(printWorkload).join(' and ')}; the intent means all of them`,
      mend: `Write the kind (${[...new Set(found.map(({ kind }) => kind))].join(' or ')}) if only one is meant, or rename one.`,
    });
  }

  private reportHostClients(intents: ClientIntents, clients: readonly Workload[]): void {
    for (const client of clients.filter(({ hostNetwork }) => hostNetwork)) {
      this.reportOnce(`host client ${client.id}`, intents, intents.place, {
        id: 'host-network-client',
        severity: 'warning',
        message: `${printWorkload(client)} is on the host network: it calls with the address of its node, which no policy for pods admits, so an isolated server refuses it`,
        mend: 'Take it off the host network, or admit the addresses of the nodes with a policy of your own.',
      });
    }
  }

  private reportHostServers(intents: ClientIntents, place: Place, servers: readonly Workload[]): void {
    for (const server of servers.filter(({ hostNetwork }) => hostNetwork)) {
      this.reportOnce(`host server ${server.id}`, intents, place, {
        id: 'host-network-server',
        severity: 'warning',
        message: `${printWorkload(server)} is on the host network, where policies for pods have no effect: it stays open to everyone`,
        mend: 'Take it off the host network, or protect its node (for example with a Calico HostEndpoint).',
      });
    }
  }

  private reportSelf(intents: ClientIntents, place: Place, { id }: Workload): void {
    this.reportOnce(`self ${id}`, intents, place, {
      id: 'self-call',
      severity: 'info',
      message: `${id} declares that it calls itself: its replicas may call each other`,
      mend: 'Keep it if the replicas talk to each other; a pod that calls its own address needs no intent.',
    });
  }

  private reportDuplicate(intents: ClientIntents, target: Target): void {
    const key = JSON.stringify([
      intents.client.namespace,
      intents.client.name,
      intents.client.kind,
      targetKey(target),
    ]);
    const first = this.seen.get(key);
    if (first === undefined) {
      this.seen.set(key, { intents, target });
      return;
    }
    const before = `in ClientIntents ${first.intents.namespace}/${first.intents.name}${inBrackets(first.target.place)}`;
    this.findings.push(
      intentFinding(intents, target.place, {
        id: 'duplicate-intent',
        ...repeated(printWorkloadName(intents.client), before, layerOf(first.target), layerOf(target)),
      }),
    );
  }

  private reportOnce(
    key: string,
    intents: ClientIntents,
    place: Place,
    finding: Omit<Finding, 'place' | 'object'>,
  ): void {
    if (this.reported.has(key)) return;
    this.reported.add(key);
    this.findings.push(intentFinding(intents, place, finding));
  }
}

function onPodNetwork({ hostNetwork }: Workload): boolean {
  return !hostNetwork;
}

type Layer7 = WorkloadTarget['layer7'];

function layerOf(target: Target): Layer7 {
  return 'layer7' in target ? target.layer7 : 'none';
}

/** What differs only in what a network policy cannot see is no slip: the two mean different things elsewhere. */
function repeated(
  client: string,
  before: string,
  first: Layer7,
  second: Layer7,
): Pick<Finding, 'severity' | 'message' | 'mend'> {
  if (first !== second) {
    return {
      severity: 'info',
      message: `${client} already declares this server ${before}, for something else beyond the network; at the network level both count as one`,
      mend: 'Nothing to do: both open the same ports.',
    };
  }
  return {
    severity: 'warning',
    message: `${client} already declares this target ${before}`,
    mend: second === 'none' ? 'Remove one of the two.' : 'Put what both say into one target.',
  };
}

function targetKey(target: Target): unknown {
  switch (target.type) {
    case 'workload':
      return [
        'workload',
        target.server.namespace,
        target.server.name,
        target.server.kind,
        targetPorts(target),
      ];
    case 'service':
      return ['service', target.namespace, target.name, targetPorts(target)];
    case 'kubernetes-api':
      return ['kubernetes-api'];
    case 'internet':
      return ['internet', [...target.domains].sort(), [...target.ips].sort(), targetPorts(target)];
    case 'beyond-network':
      return ['beyond-network', target.what, target.name];
  }
}

function targetPorts({ ports }: { readonly ports: WorkloadTarget['ports'] }): string {
  return ports.length === 0 ? 'all' : portsKey(sortPorts(ports));
}

/** Leaves out what a pod annotation repeats: intents of the client itself come first (otterize-operator 1.7). */
export function withoutDeclared(
  annotated: readonly ClientIntents[],
  declared: readonly DeclaredCall[],
  index: ModelIndex,
): ClientIntents[] {
  const known = groupBy(declared, ({ client, server }) => `${client.id} ${server.id}`);
  return annotated.filter(({ client, targets }) => {
    const servers = targets.flatMap((target) =>
      target.type === 'workload' ? index.named(target.server) : [],
    );
    return !index.named(client).some((from) => servers.some((to) => known.has(`${from.id} ${to.id}`)));
  });
}
