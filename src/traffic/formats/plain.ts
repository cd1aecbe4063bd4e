import type { Json } from '../../model/json';
import type { FlowEnd, FlowPlace, FlowRecord } from '../flow-record';
import {
  needAnyTime,
  needCount,
  needIp,
  needPort,
  needProtocol,
  readDomain,
  readIp,
  UnreadableError,
} from '../flow-value';
import type { JsonFormat, Reader, TextFormat } from './flow-format';

/** The fields of our own format. */
const FIELDS = [
  'time',
  'last',
  'count',
  'protocol',
  'port',
  'verdict',
  'reply',
  'from',
  'to',
  ...['source', 'destination'].flatMap((end) =>
    ['ip', 'port', 'namespace', 'pod', 'workload', 'kind', 'service', 'domain', 'node'].map(
      (field) => `${end}_${field}`,
    ),
  ),
] as const;

const KNOWN: ReadonlySet<string> = new Set(FIELDS);

/** Our own format as JSON: one object a line, or a list of them. */
export const PLAIN_JSON: JsonFormat = {
  name: 'plain',
  title: 'plain JSON',
  input: 'json',
  recognises: (value) => {
    const keys = Object.keys(value);
    return keys.every((key) => KNOWN.has(key)) && saysWho(new Set(keys));
  },
  open: () => (value, place) => {
    const entries = Object.entries(value);
    if (!entries.every(([key]) => KNOWN.has(key)))
      throw new UnreadableError('it has a field that is not known');
    const fields = new Map(entries);
    return plainRecord((name) => fields.get(name), place);
  },
};

/** Our own format as CSV (RFC 4180, without line breaks in fields), with the names of the fields in the first line. */
export const PLAIN_CSV: TextFormat = {
  name: 'plain',
  title: 'plain CSV',
  input: 'text',
  recognises: (line) => saysWho(new Set(cells(line, separatorOf(line)))),
  open: openCsv,
};

function saysWho(names: ReadonlySet<string>): boolean {
  const has = (short: string, end: string): boolean =>
    names.has(short) || FIELDS.some((name) => name.startsWith(`${end}_`) && names.has(name));
  return has('from', 'source') && has('to', 'destination');
}

function separatorOf(line: string): string {
  return [',', ';', '\t'].find((separator) => line.includes(separator)) ?? ',';
}

/** The first line that is not empty and no comment is the header. */
function openCsv(): Reader<string> {
  let header: Header | undefined;
  return (line, place) => {
    if (line.startsWith('#')) return { kind: 'skipped', reason: 'a comment', place };
    if (header === undefined) {
      header = headerOf(line);
      if (header.fault !== undefined) throw new UnreadableError(header.fault);
      return { kind: 'skipped', reason: 'a line that names the fields', place };
    }
    if (header.fault !== undefined) throw new UnreadableError(header.fault);
    const row = cells(line, header.separator);
    if (row.length !== header.columns.size)
      throw new UnreadableError('it has more or fewer fields than the first line');
    const { columns } = header;
    return plainRecord((name) => {
      const column = columns.get(name);
      return column === undefined ? undefined : row[column];
    }, place);
  };
}

interface Header {
  readonly separator: string;
  readonly columns: ReadonlyMap<string, number>;
  /** What is wrong with it, and so with every line that follows. */
  readonly fault: string | undefined;
}

function headerOf(line: string): Header {
  const separator = separatorOf(line);
  const names = cells(line, separator).map((name) => name.toLowerCase());
  const columns = new Map(names.map((name, index) => [name, index]));
  return { separator, columns, fault: faultOf(names) };
}

/** With a name that nobody knows, what is meant cannot be known, of no line. */
function faultOf(header: readonly string[]): string | undefined {
  if (!header.every((name) => KNOWN.has(name))) return 'the first line names a field that is not known';
  const names = new Set(header);
  if (names.size < header.length) return 'the first line names a field twice';
  return saysWho(names) ? undefined : 'the first line does not say who connects to whom';
}

/** Cells of a line, without quotes and the spaces around. @throws UnreadableError when a quote is not closed */
function cells(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator).map((cell) => cell.trim());
  const found: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at] ?? '';
    if (letter === '"' && quoted && line[at + 1] === '"') {
      cell += letter;
      at++;
    } else if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) {
      found.push(cell.trim());
      cell = '';
    } else cell += letter;
  }
  if (quoted) throw new UnreadableError('a quote is not closed');
  return [...found, cell.trim()];
}

/** A field by its name; undefined where it is not there. */
type Row = (name: string) => Json | undefined;

function plainRecord(row: Row, place: FlowPlace): FlowRecord {
  const protocol = fieldOf(row, 'protocol');
  const count = fieldOf(row, 'count');
  const source = endOf(row, SOURCE);
  const destination = endOf(row, DESTINATION);
  if (isNobody(source) || isNobody(destination))
    throw new UnreadableError('it does not say who connects to whom');
  return {
    kind: 'flow',
    time: timeOf(row, 'time'),
    last: timeOf(row, 'last'),
    count: count === undefined ? 1 : needCount(count, 'count'),
    protocol: protocol === undefined ? 'TCP' : needProtocol(protocol, 'protocol'),
    source,
    destination,
    isReply: replyOf(fieldOf(row, 'reply')),
    verdict: verdictOf(fieldOf(row, 'verdict')),
    layer: destination.port === undefined ? 'l3' : 'l4',
    place,
  };
}

/** Undefined where it is empty. */
function fieldOf(row: Row, name: string): Json | undefined {
  const value = row(name);
  return value === null || value === '' ? undefined : value;
}

function textOf(row: Row, name: string): string | undefined {
  const value = fieldOf(row, name);
  if (value === undefined || typeof value === 'string') return value;
  throw new UnreadableError(`"${name}" is no text`);
}

function timeOf(row: Row, name: string): number | undefined {
  const value = fieldOf(row, name);
  return value === undefined ? undefined : needAnyTime(value, name);
}

/** A record is of the client's packets where it does not say otherwise. */
function replyOf(value: Json | undefined): boolean {
  if (value === undefined || value === false || value === 'false') return false;
  if (value === true || value === 'true') return true;
  throw new UnreadableError('"reply" is neither true nor false');
}

function verdictOf(value: Json | undefined): FlowRecord['verdict'] {
  if (value === undefined || value === 'allowed' || value === 'denied' || value === 'lost') return value;
  throw new UnreadableError('"verdict" is neither allowed nor denied nor lost');
}

function isNobody({ ip, namespace, pod, workload, service, domains, node }: FlowEnd): boolean {
  return (ip ?? namespace ?? pod ?? workload ?? service ?? domains ?? node) === undefined;
}

/** The names of the fields of one end, made once: they are looked up for every line. */
function endFields(end: 'source' | 'destination', who: 'from' | 'to') {
  const name = (field: string): string => `${end}_${field}`;
  return {
    who,
    ip: name('ip'),
    port: name('port'),
    namespace: name('namespace'),
    pod: name('pod'),
    workload: name('workload'),
    kind: name('kind'),
    service: name('service'),
    domain: name('domain'),
    node: name('node'),
  };
}

const SOURCE = endFields('source', 'from');
const DESTINATION = endFields('destination', 'to');
type EndFields = ReturnType<typeof endFields>;

function endOf(row: Row, fields: EndFields): FlowEnd {
  const ip = textOf(row, fields.ip);
  const pod = textOf(row, fields.pod);
  const workload = textOf(row, fields.workload);
  const service = textOf(row, fields.service);
  const node = textOf(row, fields.node);
  const domain = readDomain(textOf(row, fields.domain) ?? '');
  const written: FlowEnd = {
    ip: ip === undefined ? undefined : needIp(ip, fields.ip),
    port: portOf(row, fields),
    kind: pod !== undefined ? 'pod' : node !== undefined ? 'node' : undefined,
    namespace: textOf(row, fields.namespace),
    pod,
    workload: workload === undefined ? undefined : { name: workload, kind: textOf(row, fields.kind) },
    service: service === undefined ? undefined : objectOf(service),
    domains: domain === undefined ? undefined : [domain],
    node,
  };
  const who = textOf(row, fields.who);
  if (who === undefined) return written;
  if (!isNobody(written)) throw new UnreadableError(`"${fields.who}" stands beside fields that say the same`);
  return { ...written, ...whoOf(who, fields.who) };
}

/** `port` is another name of `destination_port`. */
function portOf(row: Row, fields: EndFields): number | undefined {
  const whole = fieldOf(row, fields.port);
  const short = fields === DESTINATION ? fieldOf(row, 'port') : undefined;
  if (whole !== undefined && short !== undefined)
    throw new UnreadableError('"port" stands beside "destination_port", which says the same');
  const port = whole ?? short;
  return port === undefined ? undefined : needPort(port, 'port');
}

/** `cart` or `shop/cart`. */
function objectOf(text: string): NonNullable<FlowEnd['service']> {
  const slash = text.indexOf('/');
  return slash < 0 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** `shop/cart`, `shop/cart[Deployment]`, an address, or a domain. */
function whoOf(text: string, name: string): FlowEnd {
  const ip = readIp(text);
  if (ip !== undefined) return { ip };
  const [, namespace, workload, kind] = /^([^/[\]\s]+)\/([^/[\]\s]+)(?:\[(\w+)\])?$/.exec(text) ?? [];
  if (namespace !== undefined && workload !== undefined)
    return { namespace, workload: { name: workload, kind } };
  const domain = /^[^/[\]\s:]+$/.test(text) && text.includes('.') ? readDomain(text) : undefined;
  if (domain === undefined)
    throw new UnreadableError(`"${name}" is no namespace/workload, address or domain`);
  return { domains: [domain] };
}
