import type { Entrance } from '../../proof/entrances';
import { printConnections } from '../../reachability/sets/connection-print';
import { portsFields, verdictFields } from '../port-json';
import { shownText } from '../shown-text';
import { PLAIN, type Style } from '../style';
import { alignColumns } from '../table';
import { printVerdict } from '../verdict-text';

/** What Services, Ingresses and routes offer to the outside, for people; nothing where they offer nothing. */
export function entrancesText(entrances: readonly Entrance[], style: Style = PLAIN): string {
  if (entrances.length === 0) return '';
  const title = style.bold('ENTRANCES: what Services, Ingresses and routes offer to the outside');
  const rows = entrances.map((entrance) => [
    shownText(`${entrance.service} (${entrance.through})`),
    entrance.server.id,
    `from ${entrance.from}`,
    outcome(entrance),
  ]);
  return `${title}\n${alignColumns(rows).join('\n')}\n`;
}

function outcome({ offered, verdict }: Entrance): string {
  const closed = closedOf({ offered, verdict });
  if (verdict.allowed.isEmpty && verdict.undecided.isEmpty) return `denied: ${printConnections(closed)}`;
  return `${printVerdict(verdict)}${closed.isEmpty ? '' : `; denied: ${printConnections(closed)}`}`;
}

function closedOf({ offered, verdict }: Pick<Entrance, 'offered' | 'verdict'>): Entrance['offered'] {
  return offered.subtract(verdict.allowed).subtract(verdict.undecided);
}

/** One entrance in the JSON of `intents connectivity --exposure`. */
export function entranceJson(entrance: Entrance): unknown {
  const { service, through, server, from, verdict } = entrance;
  return {
    service,
    through,
    workload: server.id,
    from,
    ...verdictFields(verdict),
    denied: portsFields(closedOf(entrance)).ports,
  };
}
