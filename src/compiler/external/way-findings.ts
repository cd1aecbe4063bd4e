import type { ExternalWay } from './external-way';
import { portsAt } from '../resolution/resolve-ports';
import { printPorts } from '../resolution/resolved-call';
import type { TargetPort } from '../../intents/client-intents';
import type { Finding } from '../../model/finding';
import type { Workload } from '../../model/workloads/workload';

/**
 * A way without the ports that no server of it has: their names lead nowhere, and a finding says so. `undefined` when
 * none is left.
 */
export function withoutDeadPorts(way: ExternalWay, findings: Finding[]): ExternalWay | undefined {
  const all = way.openings.flatMap(({ ports }) => ports);
  const dead = new Set(
    all.filter((port) => way.servers.every((server) => portsAt(server, [port]).length === 0)),
  );
  if (dead.size === 0) return way;
  findings.push(deadPorts(way, [...dead]));
  const openings = way.openings
    .map((opening) => ({ ...opening, ports: opening.ports.filter((port) => !dead.has(port)) }))
    .filter(({ ports }) => ports.length > 0);
  return openings.length === 0 ? undefined : { ...way, openings };
}

function deadPorts(
  { servers, origin: { object, place } }: ExternalWay,
  ports: readonly TargetPort[],
): Finding {
  const ids = servers.map(({ id }) => id);
  const names = new Set(servers.flatMap((server) => server.ports.flatMap(({ name }) => name ?? [])));
  return {
    id: 'external-port-not-found',
    severity: 'warning',
    message: `${object} leads to container port ${printPorts(ports)}, which no container of ${ids.slice(0, 4).join(', ')} has, so no way in is opened for it`,
    object,
    place,
    mend:
      names.size === 0
        ? 'Name the container port, or write its number.'
        : `Name one of ${[...names].sort().join(', ')}, or write its number.`,
  };
}

/** Policies of somebody else have drawn a line that is not moved. */
export function partlyAdmitted(server: Workload, { origin: { object, place } }: ExternalWay): Finding {
  const [, namespace, name] = object.split('/');
  return {
    id: 'external-partly-admitted',
    severity: 'info',
    message: `Service ${namespace ?? ''}/${name ?? ''} offers ${server.id} to anyone, but policies that are there already let in only some addresses; they are left as they are`,
    object,
    place,
    mend: 'Nothing to do if that is meant; otherwise widen that policy.',
  };
}

/** Nothing is made for the way, because nothing is to be; whoever comes by it is refused where others let nobody in. */
export function switchedOff(
  servers: readonly Workload[],
  { origin: { object, place } }: ExternalWay,
): Finding {
  const [, namespace, name] = object.split('/');
  const ids = servers.map(({ id }) => id);
  const more = ids.length > 4 ? ` and ${ids.length - 4} more` : '';
  return {
    id: 'external-traffic-off',
    severity: 'info',
    message: `Service ${namespace ?? ''}/${name ?? ''} offers ${ids.slice(0, 4).join(', ')}${more} to the outside, policies isolate that, and as externalTraffic is off none is made to let those callers in`,
    object,
    place,
    mend: 'Nothing to do if they are to be refused; otherwise leave externalTraffic at if-blocked, or let them in with a policy of your own.',
  };
}
