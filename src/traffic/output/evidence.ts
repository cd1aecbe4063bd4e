import type { DraftTarget } from '../calls/draft-targets';
import type { ObservedCall } from '../calls/observed-call';
import { NO_PORT } from '../mapping/map-flow';
import { endName } from '../mapping/traffic-end';
import { shownText, shownTime } from '../../reports/shown-text';
import { plural } from '../../reports/words';

/** More calls than these are counted. */
const MOST_LINES = 8;

/**
 * What was seen of a target, a line for each port and server: how often, first and last, from which logs, how sure. Times
 * are those of the records, so that the same logs give the same text.
 */
export function evidenceLines({ type, calls }: DraftTarget): string[] {
  const lines = calls.slice(0, MOST_LINES).map((call) => evidenceLine(call, type === 'internet'));
  const rest = calls.length - lines.length;
  return rest > 0 ? [...lines, `and ${rest} more`] : lines;
}

/** `TCP 7070: 1520 connections, 2026-11-01T09:00:00Z to 2026-11-02T10:00:00Z, Cilium Hubble JSON; high confidence`. */
export function evidenceLine({ edge, names, confidence, doubts }: ObservedCall, withServer: boolean): string {
  const { protocol, port, count, sources, to } = edge;
  const where = withServer ? ` at ${serverWords(endName(to), names)}` : '';
  const what = `${port === NO_PORT ? `${protocol}, port not recorded` : `${protocol} ${port}`}${where}`;
  const facts = [plural(count, 'connection'), ...timeWords(edge), ...sources];
  const why = doubts.length === 0 ? '' : ` (${doubts.join('; ')})`;
  return shownText(`${what}: ${facts.join(', ')}; ${confidence} confidence${why}`, 1000);
}

function serverWords(server: string, names: ObservedCall['names']): string {
  const known = names.slice(0, 3).map(({ name }) => name);
  return known.length === 0 ? server : `${server} (${known.join(', ')})`;
}

/** `2026-11-01T09:00:00Z to 2026-11-02T10:00:00Z`; one of them where they are the same; nothing where no record has a time. */
export function timeWords({
  first,
  last,
}: {
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}): string[] {
  const [from, to] = [shownTime(first), shownTime(last)];
  if (from === undefined || to === undefined) return [from ?? to].filter((time) => time !== undefined);
  return [from === to ? from : `${from} to ${to}`];
}
