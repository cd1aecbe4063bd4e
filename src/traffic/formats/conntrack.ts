import type { FlowAddress, FlowItem, FlowPlace, FlowProtocol, FlowRecord } from '../flow-record';
import { needIp, needPort, needProtocol, needSeconds, UnreadableError } from '../flow-value';
import type { TextFormat } from './flow-format';

/**
 * The connection table of Linux: `conntrack -L` and `conntrack -E` (conntrack-tools), also with `-o extended`, `id` and
 * `timestamp`, and the kernel's `/proc/net/nf_conntrack`. A line has the tuple of the first packet and the tuple of the
 * replies; where they are no mirror of each other, the connection goes through NAT.
 */
export const CONNTRACK: TextFormat = {
  name: 'conntrack',
  title: 'conntrack',
  input: 'text',
  recognises: (line) => /(?:^|\s)src=\S+ dst=\S+ .*\bsrc=\S+ dst=\S+/.test(line),
  open: () => readConntrack,
};

/** Ends of lines that conntrack writes about itself. */
const ABOUT_ITSELF = /^conntrack v[\d.]+ \(conntrack-tools\)/;

function readConntrack(line: string, place: FlowPlace): FlowItem {
  if (ABOUT_ITSELF.test(line)) return { kind: 'skipped', reason: 'a word of conntrack about itself', place };
  const words = line.split(' ');
  const [original, reply] = tuplesOf(words);
  if (original === undefined) throw new UnreadableError('it has no "src=… dst=…"');
  const event = eventOf(line);
  const unreplied = line.includes('[UNREPLIED]');
  return {
    kind: 'flow',
    time: timeOf(line),
    count: 1,
    protocol: protocolOf(line),
    source: { ip: original.source.ip, port: original.source.port },
    destination: { ip: original.destination.ip, port: original.destination.port },
    translated: reply === undefined ? undefined : translated(original, reply),
    isReply: false,
    opens: event === undefined ? undefined : event === 'NEW',
    // A new connection is never answered yet.
    answered: unreplied ? (event === 'NEW' ? undefined : false) : true,
    layer: original.destination.port === undefined ? 'l3' : 'l4',
    seenAt: event === undefined ? undefined : stateOf(words, event),
    place,
  };
}

function eventOf(line: string): string | undefined {
  return /\[(NEW|UPDATE|DESTROY)\]/.exec(line)?.[1];
}

/** A connection is updated once for every state. */
function stateOf(words: readonly string[], event: string): string {
  const state = event === 'UPDATE' ? words.find((word) => /^[A-Z][A-Z_]+\d?$/.test(word)) : undefined;
  return state === undefined ? event : `${event} ${state}`;
}

/** `[1700000000.123456]` before the event, with `-o timestamp`. */
function timeOf(line: string): number | undefined {
  const seconds = /^\s*\[(\d{1,12}(?:\.\d{1,9})?)\s*\]/.exec(line)?.[1];
  return seconds === undefined ? undefined : needSeconds(seconds, 'timestamp');
}

/** The number after the name counts: `tcp      6`, `unknown  2`. `ipv4     2` comes before it where the table of the kernel is read. */
function protocolOf(line: string): FlowProtocol {
  const [, name, number] =
    /^(?:\s*\[[^\]]*\])*\s*(?:ipv[46]\s+\d+\s+)?([a-z0-9-]+)\s+(\d{1,3})\s/.exec(line) ?? [];
  if (number === undefined) throw new UnreadableError('it does not begin with a protocol and its number');
  return needProtocol(name === 'unknown' ? number : Number(number), 'protocol');
}

interface Tuple {
  readonly source: FlowAddress;
  readonly destination: FlowAddress;
}

function tuplesOf(words: readonly string[]): Tuple[] {
  const tuples: Map<string, string>[] = [];
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals <= 0) continue;
    const key = word.slice(0, equals);
    if (key === 'src') tuples.push(new Map());
    const tuple = tuples[tuples.length - 1];
    // What follows the tuple of the replies (`mark=`, `use=`) has other keys.
    if (tuple?.has(key) === false) tuple.set(key, word.slice(equals + 1));
  }
  if (tuples.length > 2) throw new UnreadableError('it has more than two tuples of addresses');
  return tuples.map((tuple) => ({
    source: addressOf(tuple, 'src', 'sport'),
    destination: addressOf(tuple, 'dst', 'dport'),
  }));
}

function addressOf(tuple: ReadonlyMap<string, string>, ip: string, port: string): FlowAddress {
  return { ip: needIp(tuple.get(ip) ?? '', ip), port: needPort(tuple.get(port) ?? 0, port) };
}

/** Replies come from the real server and go to the address that it saw: what differs from the first packet was translated. */
function translated(original: Tuple, reply: Tuple): FlowRecord['translated'] {
  const destination = same(original.destination, reply.source) ? undefined : reply.source;
  const source = same(original.source, reply.destination) ? undefined : reply.destination;
  return destination === undefined && source === undefined ? undefined : { destination, source };
}

function same(a: FlowAddress, b: FlowAddress): boolean {
  return a.ip === b.ip && a.port === b.port;
}
