import type { FlowItem, FlowPlace, FlowProtocol, FlowRecord } from '../flow-record';
import { needIp, needPort, needProtocol, needSeconds, UnreadableError } from '../flow-value';
import type { Reader, TextFormat } from './flow-format';

/** Fields of a record of version 2, in order: what flow logs have unless another format was asked for. */
const DEFAULT =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

/**
 * Flow logs of AWS VPC: the default format, and any other whose first line names its fields, as the files in S3 have it
 * (fields up to version 5 are used: `pkt-srcaddr`, `tcp-flags`, `flow-direction`). Lines that CloudWatch Logs has put a
 * time before are read as well. A record stands for the packets of one direction: replies have records of their own.
 */
export const VPC: TextFormat = {
  name: 'vpc',
  title: 'AWS VPC flow logs',
  input: 'text',
  recognises: (line) => isHeader(split(line)) || isDefault(split(line)),
  open: openVpc,
};

function split(line: string): string[] {
  return line.trim().split(/[\s,]+/);
}

function fieldName(word: string): string {
  return word
    .replace(/^\$\{|\}$|"/g, '')
    .replaceAll('_', '-')
    .toLowerCase();
}

function isHeader(words: readonly string[]): boolean {
  const names = new Set(words.map(fieldName));
  return (
    (names.has('srcaddr') || names.has('pkt-srcaddr')) && (names.has('dstaddr') || names.has('pkt-dstaddr'))
  );
}

function isDefault(words: readonly string[]): boolean {
  return (
    words.length === DEFAULT.length && words[0] === '2' && /^(?:OK|NODATA|SKIPDATA)$/.test(words[13] ?? '')
  );
}

/** A line of data has no name of a field: most lines are none for sure. */
const NAMES = /dst.?addr/i;

function openVpc(): Reader<string> {
  let columns = columnsOf(DEFAULT);
  return (line, place) => {
    const words = split(line);
    if (NAMES.test(line) && isHeader(words)) {
      columns = columnsOf(words.map(fieldName));
      return { kind: 'skipped', reason: 'a line that names the fields', place };
    }
    if (words.length !== columns.size) {
      // CloudWatch Logs puts the time of the event first when it is exported.
      if (words.length !== columns.size + 1 || !/^\d{4}-\d\d-\d\dT/.test(words[0] ?? ''))
        throw new UnreadableError('it has more or fewer fields than its format');
      words.shift();
    }
    return readRecord(words, columns.at, place);
  };
}

interface Columns {
  readonly size: number;
  readonly at: ReadonlyMap<string, number>;
}

function columnsOf(names: readonly string[]): Columns {
  return { size: names.length, at: new Map(names.map((name, index) => [name, index])) };
}

const WITHOUT_DATA: ReadonlyMap<string, string> = new Map([
  ['NODATA', 'an interval without traffic (NODATA)'],
  ['SKIPDATA', 'an interval of which AWS has lost records (SKIPDATA)'],
]);

function readRecord(
  words: readonly string[],
  columns: ReadonlyMap<string, number>,
  place: FlowPlace,
): FlowItem {
  const field = (name: string): string | undefined => {
    const index = columns.get(name);
    const word = index === undefined ? undefined : words[index];
    return word === '-' ? undefined : word;
  };
  const reason = WITHOUT_DATA.get(field('log-status') ?? '');
  if (reason !== undefined) return { kind: 'skipped', reason, place };
  return recordOf(field, place);
}

/** Bits of `tcp-flags`. ACK is only told together with SYN. */
const [SYN, ACK] = [2, 16] as const;

type Field = (name: string) => string | undefined;

function recordOf(field: Field, place: FlowPlace): FlowRecord {
  const destinationPort = portOf(field, 'dstport');
  const number = field('protocol');
  const protocol = number === undefined ? undefined : protocolOf(number);
  // Of other protocols the field is 0.
  const flags = protocol === 'TCP' ? flagsOf(field('tcp-flags')) : undefined;
  const opened = flags === undefined ? undefined : (flags & SYN) !== 0;
  return {
    kind: 'flow',
    time: timeOf(field, 'start'),
    last: timeOf(field, 'end'),
    count: 1,
    protocol,
    // Addresses of the packet are those of pods, others those of the network interface that it passed.
    source: { ip: addressOf(field, 'srcaddr'), port: portOf(field, 'srcport') },
    destination: { ip: addressOf(field, 'dstaddr'), port: destinationPort },
    isReply: flags === undefined || opened !== true ? undefined : (flags & ACK) !== 0,
    opens: opened,
    verdict: verdictOf(field('action')),
    layer: destinationPort === undefined ? 'l3' : 'l4',
    seenAt: field('flow-direction'),
    place,
  };
}

function addressOf(field: Field, name: string): string {
  const packet = field(`pkt-${name}`);
  return needIp(packet ?? field(name) ?? '', packet === undefined ? name : `pkt-${name}`);
}

function portOf(field: Field, name: string): number | undefined {
  const port = field(name);
  return port === undefined ? undefined : needPort(port, name);
}

/** Seconds beyond 2038 are milliseconds: AWS writes these too, whatever it documents (seen by flowlogs-reader). */
const LAST_SECOND = 2_147_483_647;

function timeOf(field: Field, name: string): number | undefined {
  const written = field(name);
  if (written === undefined) return undefined;
  const isMilliseconds = /^\d+$/.test(written) && Number(written) > LAST_SECOND;
  return needSeconds(isMilliseconds ? Number(written) / 1_000 : written, name);
}

function protocolOf(number: string): FlowProtocol {
  if (!/^\d+$/.test(number)) throw new UnreadableError('"protocol" is no number');
  return needProtocol(number, 'protocol');
}

function flagsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,3}$/.test(text)) throw new UnreadableError('"tcp-flags" is no set of flags');
  return Number(text);
}

function verdictOf(action: string | undefined): FlowRecord['verdict'] {
  if (action === 'ACCEPT') return 'allowed';
  if (action === 'REJECT') return 'denied';
  if (action === undefined) return undefined;
  throw new UnreadableError('"action" is neither ACCEPT nor REJECT');
}
