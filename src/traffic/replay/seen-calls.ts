import { connectionsOfRanges } from './judge';
import { NO_PORT } from '../mapping/map-flow';
import type { ObservedEdge } from '../mapping/observed-edge';
import type { ObservedNames } from '../mapping/observed-names';
import { protocolNumber } from '../mapping/protocol-number';
import type { InternetTarget } from '../../intents/client-intents';
import { internetBlocks } from '../../compiler/egress/internet-blocks';
import { containsAddress, parseAddress } from '../../model/cidr';
import { append } from '../../model/group-by';
import { portsAt } from '../../compiler/resolution/resolve-ports';
import type { Workload } from '../../model/workloads/workload';
import { ConnectionSet } from '../../reachability/sets/connection-set';

/** What was seen of clients, attempts that failed too: who tried means it. */
export class SeenCalls {
  private readonly inside = new Map<string, ConnectionSet>();
  private readonly outside = new Map<string, ObservedEdge[]>();
  private readonly api = new Set<string>();
  private readonly clients = new Set<string>();

  constructor(
    edges: readonly ObservedEdge[],
    private readonly names: ObservedNames,
  ) {
    for (const edge of edges) {
      if (edge.from.type !== 'workload') continue;
      const { id } = edge.from.workload;
      this.clients.add(id);
      if (edge.to.type === 'workload') this.add(id, edge.to.workload, connectionOf(edge, edge.port));
      else if (edge.to.type === 'service') this.addBehind(id, edge, edge.to);
      else if (edge.to.type === 'api-server') this.api.add(id);
      else if (edge.to.type === 'outside') append(this.outside, id, edge);
    }
  }

  /** Whether anything at all was seen of a client. */
  has({ id }: Workload): boolean {
    return this.clients.has(id);
  }

  /** What was seen of a client at a server. */
  at(client: Workload, server: Workload): ConnectionSet {
    return this.inside.get(keyOf(client.id, server)) ?? ConnectionSet.NONE;
  }

  atApi({ id }: Workload): boolean {
    return this.api.has(id);
  }

  /** Whether a client was seen to call one of the names or addresses. */
  atInternet({ id }: Workload, target: InternetTarget): boolean {
    const blocks = internetBlocks(target);
    return (this.outside.get(id) ?? []).some((edge) => {
      const { to, from } = edge;
      if (to.type !== 'outside') return false;
      if (target.ports.length > 0 && !target.ports.some((one) => isPortOf(edge, one.port))) return false;
      const names = [
        ...(to.domain === undefined ? [] : [to.domain]),
        ...(to.address === undefined ? [] : this.names.of(to.address, from).map(({ name }) => name)),
      ];
      if (names.some((name) => target.domains.some((domain) => isUnder(name, domain)))) return true;
      const address = to.address === undefined ? undefined : parseAddress(to.address).address;
      return address !== undefined && blocks.some(({ cidr }) => containsAddress(cidr, address));
    });
  }

  private add(client: string, server: Workload, connections: ConnectionSet): void {
    const key = keyOf(client, server);
    this.inside.set(key, (this.inside.get(key) ?? ConnectionSet.NONE).union(connections));
  }

  private addBehind(
    client: string,
    edge: ObservedEdge,
    { service, behind }: Extract<ObservedEdge['to'], { type: 'service' }>,
  ): void {
    const called = service.ports.filter(
      ({ port, protocol }) => protocol === edge.protocol && (edge.port === NO_PORT || port === edge.port),
    );
    for (const server of behind) {
      const ports = portsAt(
        server,
        called.map(({ targetPort, protocol }) => ({ port: targetPort, protocol })),
      );
      if (ports === 'all') continue;
      for (const { port } of ports) this.add(client, server, connectionOf(edge, port));
    }
  }
}

/** Without a port, any may have been meant. */
function connectionOf({ protocol, otherPorts }: ObservedEdge, port: number): ConnectionSet {
  const number = protocolNumber(protocol);
  if (otherPorts !== undefined) return connectionsOfRanges(number, otherPorts);
  return port === NO_PORT ? ConnectionSet.allPorts(number) : ConnectionSet.of(number, port, port);
}

function isPortOf({ port, otherPorts }: ObservedEdge, asked: number | string): boolean {
  if (otherPorts !== undefined)
    return otherPorts.some(({ first, last }) => typeof asked === 'number' && first <= asked && asked <= last);
  return port === NO_PORT || port === asked;
}

function isUnder(name: string, domain: string): boolean {
  return domain.startsWith('*.') ? name.endsWith(domain.slice(1)) : name === domain.toLowerCase();
}

function keyOf(client: string, { id }: Workload): string {
  return `${client} ${id}`;
}
