import type { NeverSeen, Replay, ReplayedConnection, ReplaySide } from './replay';
import { isCut } from './replay';
import { printPlace } from '../../model/place';
import { policyId } from '../../policies/policy-id';
import { protocolName } from '../../reachability/sets/connection-print';
import { droppedWords } from '../../proof/dropped-wording';
import { decisionText } from '../explain/explain-text';
import { shownText, shownTime } from '../shown-text';
import { plural } from '../words';

/** `3 connections that were seen would be cut (of 40 pairs and ports)`. */
export function replaySummary(replay: Replay): string {
  const { judged, connections, counts, isChange, notKept } = replay;
  const of = `of ${plural(judged, 'distinct connection')} that ${judged === 1 ? 'was' : 'were'} seen`;
  const also = counts.undecided > 0 ? `, ${counts.undecided} cannot be decided` : '';
  const missing =
    notKept === 0
      ? ''
      : `; ${plural(notKept, 'connection')} not judged, of more different ones than are kept apart`;
  if (isChange) {
    const cut = connections.filter(isCut).length;
    const opened = connections.filter(
      ({ verdict, before }) => verdict === 'allowed' && before === 'cut',
    ).length;
    const words = [
      cut === 0 ? 'The change cuts nothing' : `The change cuts ${cut}`,
      ...(opened === 0 ? [] : [`lets ${opened} through that was cut`]),
    ];
    return `${words.join(' and ')} ${of}${missing}`;
  }
  return `${counts.cut === 0 ? 'Nothing would be cut' : `${counts.cut} would be cut`} ${of}${also}${missing}`;
}

/** `TCP 7070`, `TCP other ports`, `ICMP`. */
export function portWords({
  protocol,
  port,
  otherPorts,
}: Pick<ReplayedConnection, 'protocol' | 'port' | 'otherPorts'>): string {
  if (otherPorts !== undefined) return `${protocolName(protocol)} other ports`;
  return port === undefined ? protocolName(protocol) : `${protocolName(protocol)} ${port}`;
}

/** `1520 connections, last 2026-11-02T10:00:00Z`. */
export function seenWords({ count, last }: Pick<ReplayedConnection, 'count' | 'last'>): string {
  const time = shownTime(last);
  return `${plural(count, 'connection')}${time === undefined ? '' : `, last ${time}`}`;
}

/** Which policy keeps it from getting through, at which line; a side of several policies has several. */
export function sideWords(
  { direction, of, decidedBy, dropped }: ReplaySide,
  { protocol, port }: Pick<ReplayedConnection, 'protocol' | 'port'>,
): string[] {
  if (dropped === true) return [`${direction} of ${shownText(of)}: ${droppedWords(protocol, port)}`];
  if (decidedBy.length === 0) return [`${direction} of ${shownText(of)}: no policy lets it through`];
  return decidedBy.map(
    (decision) => `${direction} of ${shownText(of)}: ${decisionText(decision, direction)}`,
  );
}

/** The policies of all sides, by name and place, for a table. */
export function decidingPolicies({ sides }: ReplayedConnection): {
  readonly name: string;
  readonly place: ReplaySide['decidedBy'][number]['place'];
}[] {
  const found = new Map(
    sides.flatMap(({ decidedBy }) =>
      decidedBy.map(
        ({ policy, place }) =>
          [`${policyId(policy)} ${printPlace(place)}`, { name: policyId(policy), place }] as const,
      ),
    ),
  );
  return [...found.values()];
}

/** `shop/frontend[Deployment] -> shop/cart[Deployment] (TCP 8443)  ClientIntents/shop/frontend  intents.yaml:9`. */
export function neverSeenCells({ client, target, ports, by, place, note }: NeverSeen): string[] {
  const only = ports === undefined ? '' : `, only ${ports}`;
  const where = printPlace(place);
  const said = [by, ...(where === '' ? [] : [where]), ...(note === undefined ? [] : [`(${note})`])];
  return [`${shownText(client)} -> ${shownText(target)}${only}`, shownText(said.join('  '))];
}

/** The time that the log covers, as a part of a sentence. */
export function coveredWords({ first, last }: Replay): string {
  const [from, to] = [shownTime(first), shownTime(last)];
  return from === undefined || to === undefined ? 'in this log' : `from ${from} to ${to}`;
}
