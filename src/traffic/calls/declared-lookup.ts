import type { ObservedCall } from './observed-call';
import { SeenCalls } from '../replay/seen-calls';
import { NO_PORT } from '../mapping/map-flow';
import type { ObservedNames } from '../mapping/observed-names';
import { protocolNumber } from '../mapping/protocol-number';
import { servicePortAt } from '../mapping/service-addresses';
import type { Compilation, DeclaredCall, OutsideCall } from '../../compiler/compilation';
import { portsOf } from '../../compiler/resolution/declared-ports';
import { portsAt } from '../../compiler/resolution/resolve-ports';
import { append } from '../../model/group-by';
import type { Workload } from '../../model/workloads/workload';

/** Tells which calls intents declare already. */
export class DeclaredLookup {
  private readonly inside = new Map<string, DeclaredCall[]>();
  private readonly outside = new Map<string, OutsideCall[]>();

  constructor(
    { declared, outside = [] }: Compilation,
    private readonly names: ObservedNames,
  ) {
    for (const call of declared) append(this.inside, `${call.client.id} ${call.server.id}`, call);
    for (const call of outside) append(this.outside, call.client.id, call);
  }

  /** Whether every server that the call may have gone to is declared, on its port. */
  has(call: ObservedCall): boolean {
    const { edge, client } = call;
    const { to, protocol, port } = edge;
    switch (to.type) {
      case 'workload':
        return this.isDeclared(client, to.workload, protocolNumber(protocol), port);
      case 'service': {
        const found = servicePortAt(to.service, protocol, port);
        return to.behind.every((server) => {
          const ports =
            found === undefined
              ? []
              : portsAt(server, [{ port: found.targetPort, protocol: found.protocol }]);
          const [only] = ports === 'all' ? [] : ports;
          return this.isDeclared(client, server, protocolNumber(protocol), only?.port ?? NO_PORT);
        });
      }
      case 'api-server':
      case 'outside':
        return (this.outside.get(client.id) ?? []).some(({ target }) => {
          const seen = new SeenCalls([edge], this.names);
          return target.type === 'kubernetes-api' ? seen.atApi(client) : seen.atInternet(client, target);
        });
      case 'pod':
      case 'node':
      case 'health':
        return false;
    }
  }

  private isDeclared(client: Workload, server: Workload, protocol: number, port: number): boolean {
    const calls = this.inside.get(`${client.id} ${server.id}`) ?? [];
    return calls.some(({ ports }) => port === NO_PORT || portsOf(ports).contains(protocol, port));
  }
}
