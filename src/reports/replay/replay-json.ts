import type { NeverSeen, Replay, ReplayedConnection } from './replay';
import type { Finding } from '../../model/finding';
import type { OutOfModel } from '../../policies/policy';
import { NAMED_PROTOCOLS } from '../../reachability/sets/connection-print';
import { decisionsJson } from '../explain/decision-json';
import { findingsJson, unknownJson, withPlace } from '../findings/finding-json';
import { printJson, type JsonField } from '../json-stream';
import { shownTime } from '../shown-text';

/**
 * The JSON of `intents replay` (`docs/schema/replay.v1.json`), in pieces.
 * @param read what was read of the logs, and what became of it
 */
export function replayJson(
  replay: Replay,
  findings: readonly Finding[],
  outOfModel: readonly OutOfModel[],
  read: readonly (readonly [string, JsonField])[],
): Generator<string> {
  const { judged, connections, counts, deniedThen, notJudged, notKept, neverSeen, isChange } = replay;
  return printJson([
    ['version', { value: 1 }],
    ['change', { value: isChange }],
    ['judged', { value: judged }],
    ['counts', { value: counts }],
    ['connections', { items: connections.map(connectionJson) }],
    ['neverSeen', { items: neverSeen.map(neverSeenJson) }],
    ['deniedThen', { value: deniedThen }],
    ['notJudged', { items: notJudged }],
    ['notKept', { value: notKept }],
    ...read,
    ['findings', { value: findingsJson(findings) }],
    ['unknown', { value: unknownJson(outOfModel) }],
  ]);
}

function connectionJson(connection: ReplayedConnection): unknown {
  const {
    from,
    to,
    protocol,
    port,
    otherPorts,
    count,
    denied,
    first,
    last,
    sources,
    verdict,
    sides,
    reason,
    mend,
    before,
  } = connection;
  return {
    from,
    to,
    protocol: NAMED_PROTOCOLS.get(protocol) ?? protocol,
    port,
    otherPorts,
    verdict,
    before,
    count,
    denied: denied === 0 ? undefined : denied,
    first: shownTime(first),
    last: shownTime(last),
    sources,
    decidedBy: sides.map(({ direction, of, decidedBy, dropped }) => ({
      direction,
      of,
      policies: decisionsJson(decidedBy),
      ...(dropped === true ? { dropped } : {}),
    })),
    reason,
    mend,
  };
}

/** A call that is declared and was never seen. */
export function neverSeenJson({ by, client, target, ports, place, note }: NeverSeen): unknown {
  return { by, client, target, ports, note, ...withPlace(place) };
}
