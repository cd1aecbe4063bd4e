import type { SeenCalls } from './seen-calls';
import type { Evaluated } from '../../adoption/evaluated';
import { deriveCalls } from '../../adoption/derive-calls';
import type { Compilation, DeclaredCall, OutsideCall } from '../../compiler/compilation';
import { portsOf } from '../../compiler/resolution/declared-ports';
import { groupBy } from '../../model/group-by';
import { jsonAt } from '../../model/json';
import { listSome } from '../../model/list-some';
import { NOWHERE, printPlace } from '../../model/place';
import type { Workload } from '../../model/workloads/workload';
import { policyId } from '../../policies/policy-id';
import { printConnections } from '../../reachability/sets/connection-print';
import { ConnectionSet } from '../../reachability/sets/connection-set';
import type { NeverSeen } from '../../reports/replay/replay';

/**
 * What intents declare and no record shows, targets of one intent by themselves; of a target with ports, the ports that
 * were not seen. A client that runs on a schedule may not have run.
 */
export function declaredNeverSeen(compilation: Compilation, seen: SeenCalls): NeverSeen[] {
  const inside = [...groupBy(compilation.declared, keyOfCall).values()].flatMap((calls) =>
    insideOf(calls, seen),
  );
  const outside = (compilation.outside ?? []).flatMap((call) => outsideOf(call, seen));
  return [...inside, ...outside].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function orderOf({ client, by, target }: NeverSeen): string {
  return [client, by, target].join('\u0000');
}

function keyOfCall({ intents, target, client }: DeclaredCall): string {
  return [
    client.id,
    intents.namespace,
    intents.name,
    printPlace(target.place),
    JSON.stringify(serverWord(target)),
  ].join('\u0000');
}

function serverWord(target: DeclaredCall['target']): unknown {
  if (target.type === 'workload') return [target.server, target.ports];
  return target.type === 'service' ? [target.namespace, target.name, target.ports] : target.type;
}

/** One target of one client; it is seen when any of the servers that it means was called. */
function insideOf(calls: readonly DeclaredCall[], seen: SeenCalls): NeverSeen[] {
  const [first] = calls;
  if (first === undefined) return [];
  const { client, intents, target, service } = first;
  const servers = [...new Set(calls.map(({ server }) => server.id))];
  const met = calls.reduce(
    (all, call) => all.union(seen.at(client, call.server).intersect(portsOf(call.ports))),
    ConnectionSet.NONE,
  );
  const meant = calls.reduce((all, call) => all.union(portsOf(call.ports)), ConnectionSet.NONE);
  const left = meant.subtract(met);
  if (!met.isEmpty && (calls.some(({ ports }) => ports === 'all') || left.isEmpty)) return [];
  const through = service === undefined ? '' : ` (Service ${service.namespace}/${service.name})`;
  return [
    {
      by: `ClientIntents/${intents.namespace}/${intents.name}`,
      client: client.id,
      target: `${listSome(servers)}${through}`,
      ...(met.isEmpty ? {} : { ports: printConnections(left) }),
      place: target.place,
      ...noteOf(client, seen),
    },
  ];
}

function outsideOf({ client, intents, target }: OutsideCall, seen: SeenCalls): NeverSeen[] {
  const isSeen = target.type === 'kubernetes-api' ? seen.atApi(client) : seen.atInternet(client, target);
  if (isSeen) return [];
  return [
    {
      by: `ClientIntents/${intents.namespace}/${intents.name}`,
      client: client.id,
      target:
        target.type === 'kubernetes-api'
          ? 'the Kubernetes API'
          : listSome([...target.domains, ...target.ips]),
      place: target.place,
      ...noteOf(client, seen),
    },
  ];
}

/**
 * What policies let just some client call and no record shows: where there are no intents to ask. Pairs of which nothing
 * was seen, without what a server opens to anyone.
 */
export function openedNeverSeen(evaluated: Evaluated, seen: SeenCalls): NeverSeen[] {
  const { reachability } = evaluated;
  const found: NeverSeen[] = [];
  for (const [client, servers] of deriveCalls(evaluated).inside) {
    for (const [server, connections] of servers) {
      if (!seen.at(client, server).isEmpty) continue;
      const [range] = connections.ranges();
      const decisions =
        range === undefined
          ? []
          : reachability.explain(
              { type: 'workload', workload: client },
              { type: 'workload', workload: server },
              range.protocol,
              range.first,
            ).ingress.decidedBy;
      found.push({
        by: listSome([...new Set(decisions.map(({ policy }) => policyId(policy)))].sort()),
        client: client.id,
        target: server.id,
        place: decisions[0]?.place ?? NOWHERE,
        ...noteOf(client, seen),
      });
    }
  }
  return found.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** What else may be the reason that nothing was seen. */
function noteOf(client: Workload, seen: SeenCalls): { note?: string } {
  const schedule =
    client.kind === 'CronJob' ? jsonAt(client.resource.manifest, ['spec', 'schedule']) : undefined;
  if (typeof schedule === 'string') return { note: `runs on the schedule ${schedule}` };
  return seen.has(client) ? {} : { note: 'nothing at all was seen of this client' };
}
