import { isIPv4, isIPv6 } from 'node:net';
import { ipv4InsideIpv6, parseAddress, printAddress } from '../model/cidr';
import { isJsonObject, type JsonObject } from '../model/json';
import type { FlowProtocol } from './flow-record';
import { ownText } from './own-text';

/** A line of a flow log cannot be understood; the message says why, without anything of the line in it. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** Longer than any address, and short enough to keep. */
const LONGEST_IP = 64;
/** So many addresses are kept, so that those that come again and again are looked at once. */
const KEPT = 8_192;
const canonical = new Map<string, string>();

/**
 * An address in canonical spelling: IPv6 as RFC 5952 writes it, without a zone, and IPv4 inside IPv6 as IPv4.
 * Undefined where the text is none.
 */
export function readIp(text: string): string | undefined {
  if (text.length > LONGEST_IP) return undefined;
  const known = canonical.get(text);
  if (known !== undefined) return known;
  const ip = isIPv4(text) ? text : readIpv6(text);
  if (ip === undefined) return undefined;
  if (canonical.size >= KEPT) canonical.clear();
  const [key, own] = [ownText(text), ownText(ip)];
  canonical.set(key, own);
  return own;
}

function readIpv6(text: string): string | undefined {
  if (!isIPv6(text)) return undefined;
  const bare = text.split('%', 1)[0] ?? '';
  const address = ipv4InsideIpv6(bare) ?? parseAddress(bare).address;
  return address === undefined ? undefined : printAddress(address.version, address.value);
}

/**
 * `10.0.0.1:80`, `[::1]:80`, or an address alone. Undefined where the text is none of these; port 0, which no
 * connection has, is left out.
 */
export function readIpAndPort(text: string): { readonly ip: string; readonly port?: number } | undefined {
  const bare = readIp(text);
  if (bare !== undefined) return { ip: bare };
  const colon = text.lastIndexOf(':');
  if (colon < 0) return undefined;
  const host =
    text.startsWith('[') && text[colon - 1] === ']' ? text.slice(1, colon - 1) : text.slice(0, colon);
  const ip = readIp(host);
  const digits = text.slice(colon + 1);
  if (ip === undefined || !/^\d{1,5}$/.test(digits) || Number(digits) > 65_535) return undefined;
  return Number(digits) === 0 ? { ip } : { ip, port: Number(digits) };
}

/** The address in the field, which is called `name` for the reader. @throws UnreadableError when it is none */
export function needIp(text: string, name: string): string {
  const ip = readIp(text);
  if (ip === undefined) throw new UnreadableError(`"${name}" is no IP address`);
  return ip;
}

/** A port; undefined for 0, which stands for none. @throws UnreadableError beyond 0 to 65535 */
export function needPort(value: unknown, name: string): number | undefined {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UnreadableError(`"${name}" is no port (0 to 65535)`);
  return port === 0 ? undefined : port;
}

/** A count of something. @throws UnreadableError when it is no whole number from 0 that a double holds exactly */
export function needCount(value: unknown, name: string): number {
  const count = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0)
    throw new UnreadableError(`"${name}" is no count (a whole number, 0 or more)`);
  return count;
}

/** The last moment of the year 9999, in milliseconds since 1970. */
const LAST_MOMENT = 253_402_300_799_999;

/** Seconds since 1970, as a number or its digits, in milliseconds. @throws UnreadableError when it is no moment until the year 9999 */
export function needSeconds(value: unknown, name: string): number {
  const seconds =
    typeof value === 'string' && /^\d{1,12}(?:\.\d{1,12})?$/.test(value) ? Number(value) : value;
  if (typeof seconds === 'number' && seconds >= 0 && seconds * 1_000 <= LAST_MOMENT)
    return Math.floor(seconds * 1_000);
  throw new UnreadableError(`"${name}" is no time in seconds since 1970`);
}

const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,12})?(?:Z|[+-]\d\d:?\d\d)?$/;

/** A time as RFC 3339 writes it, in milliseconds since 1970; without a zone it is UTC. @throws UnreadableError when it is none */
export function needTime(text: string, name: string): number {
  const soon = timeInSameMinute(text);
  if (soon !== undefined) return soon;
  if (text.length <= 40 && ISO.test(text)) {
    const zoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`;
    const time = Date.parse(
      zoned
        .replace(' ', 'T')
        .replace(',', '.')
        .replace(/([+-]\d\d)(\d\d)$/, '$1:$2'),
    );
    if (time >= 0) {
      if (zoned.endsWith('Z')) lastMinute = { text: text.slice(0, TO_SECONDS), time: time - (time % 60_000) };
      return time;
    }
  }
  throw new UnreadableError(`"${name}" is no time as in 2026-01-31T12:00:00Z`);
}

/** Length of `2026-01-31T12:00:`. */
const TO_SECONDS = 17;
let lastMinute = { text: '', time: 0 };

/** Times of a log are mostly in the minute of the one before: then only what follows the minute is read. */
function timeInSameMinute(text: string): number | undefined {
  const end = text.length - 1;
  if (end < TO_SECONDS + 2 || end > 40 || lastMinute.text === '') return undefined;
  if (!text.startsWith(lastMinute.text) || text.charCodeAt(end) !== 0x5a) return undefined;
  const seconds = digit(text, TO_SECONDS) * 10 + digit(text, TO_SECONDS + 1);
  if (!(seconds < 60)) return undefined;
  let [milliseconds, weight] = [0, 100];
  if (end > TO_SECONDS + 2) {
    if (text.charCodeAt(TO_SECONDS + 2) !== 0x2e || end === TO_SECONDS + 3 || end > TO_SECONDS + 15)
      return undefined;
    for (let at = TO_SECONDS + 3; at < end; at++, weight /= 10)
      milliseconds += digit(text, at) * Math.floor(weight);
  }
  const time = lastMinute.time + seconds * 1_000 + milliseconds;
  return Number.isNaN(time) ? undefined : time;
}

/** The digit there; NaN where there is none. */
function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 0x30;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

/** RFC 3339, seconds since 1970, or the two numbers of a protobuf timestamp. @throws UnreadableError for anything else */
export function needAnyTime(value: unknown, name: string): number {
  if (isJsonObject(value)) {
    const nanos = value['nanos'] ?? 0;
    return (
      needSeconds(value['seconds'] ?? 0, name) + (typeof nanos === 'number' ? Math.floor(nanos / 1e6) : 0)
    );
  }
  if (typeof value === 'string' && value.includes('-')) return needTime(value, name);
  return needSeconds(value, name);
}

/** A name of DNS: in lower case and without the dot at its end. Undefined where nothing is left. */
export function readDomain(text: string): string | undefined {
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  return name === '' ? undefined : name;
}

const BY_NAME: ReadonlyMap<string, FlowProtocol> = new Map([
  ['tcp', 'TCP'],
  ['udp', 'UDP'],
  ['sctp', 'SCTP'],
  ['icmp', 'ICMP'],
  ['icmp6', 'ICMPv6'],
  ['icmpv6', 'ICMPv6'],
  ['ipv6-icmp', 'ICMPv6'],
  ['6', 'TCP'],
  ['17', 'UDP'],
  ['132', 'SCTP'],
  ['1', 'ICMP'],
  ['58', 'ICMPv6'],
]);

/** A protocol by its name or its number (IANA), in any case. @throws UnreadableError when it is neither */
export function needProtocol(value: unknown, name: string): FlowProtocol {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string') {
    const known = BY_NAME.get(text) ?? BY_NAME.get(text.toLowerCase());
    if (known !== undefined) return known;
    if (/^\d{1,3}$/.test(text) && Number(text) < 256) return Number(text);
  }
  throw new UnreadableError(`"${name}" is no protocol`);
}

/** The text in a field; undefined where it is empty or not there. @throws UnreadableError when it is something else */
export function textIn(value: JsonObject, name: string): string | undefined {
  const text = value[name];
  if (text === undefined || text === null || text === '') return undefined;
  if (typeof text !== 'string') throw new UnreadableError(`"${name}" is no text`);
  return text;
}

/** The object in a field; undefined where it is not there. @throws UnreadableError when it is something else */
export function objectIn(value: JsonObject, name: string): JsonObject | undefined {
  const object = value[name];
  if (object === undefined || object === null) return undefined;
  if (!isJsonObject(object)) throw new UnreadableError(`"${name}" is no object`);
  return object;
}

/** The texts of the list in a field; undefined where it is not there or empty. @throws UnreadableError when it is something else */
export function textsIn(value: JsonObject, name: string): readonly string[] | undefined {
  const list = value[name];
  if (list === undefined || list === null) return undefined;
  if (!Array.isArray(list)) throw new UnreadableError(`"${name}" is no list`);
  if (!list.every((item) => typeof item === 'string'))
    throw new UnreadableError(`"${name}" is no list of texts`);
  return list.length === 0 ? undefined : list;
}

/** The domain names in a field; undefined where there is none. @throws UnreadableError when it is no list of texts */
export function domainsIn(value: JsonObject, name: string): readonly string[] | undefined {
  const domains = textsIn(value, name)?.flatMap((text) => readDomain(text) ?? []);
  return domains?.length === 0 ? undefined : domains;
}
