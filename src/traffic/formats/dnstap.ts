import { isJsonObject, type JsonObject } from '../../model/json';
import type { DnsRecord, FlowEnd, FlowItem, FlowPlace } from '../flow-record';
import {
  needIp,
  needPort,
  needTime,
  objectIn,
  readDomain,
  readIp,
  textIn,
  UnreadableError,
} from '../flow-value';
import type { JsonFormat, TextFormat } from './flow-format';

/** dnstap messages as `dnstap -j` prints them: with the whole answer, in the text form of `dig`. */
export const DNSTAP_JSON: JsonFormat = {
  name: 'dns',
  title: 'dnstap as JSON',
  input: 'json',
  recognises: (value) => value['type'] === 'MESSAGE' && isJsonObject(value['message']),
  open: () => readMessage,
};

/** dnstap messages as `dnstap -q` prints them, one a line, without answers and without the day. */
export const DNSTAP_TEXT: TextFormat = {
  name: 'dns',
  title: 'dnstap as text',
  input: 'text',
  recognises: (line) => QUIET.test(line),
  open: () => (line, place) => {
    const [, code, address, asked, type] = QUIET.exec(line) ?? [];
    const name = readDomain(asked ?? '') ?? (asked === '.' ? '.' : undefined);
    if (code === undefined || address === undefined || name === undefined)
      throw new UnreadableError('it is no message of dnstap');
    const client = { ip: needIp(address, 'address') };
    const fromClient = /^[CA]/.test(code);
    return { kind: 'dns', client: fromClient ? client : {}, server: {}, name, type, addresses: [], place };
  },
};

/** `08:23:45 CQ 10.244.0.5 UDP 29b "example.com." IN A`; the first letter of the code tells whose message it is. */
const QUIET =
  /^(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:\.\d+)?Z? ([ACFRSTU][QR]) (\S+) (?:UDP|TCP|DOT|DOH|DOQ)\s+\d+b "((?:[^"\\]|\\.)*)" \S+ (\S+)/;

/** The first question, which is not the only line that begins with `;`. A name may have escaped characters. */
const QUESTION = /^;; QUESTION SECTION:\n;((?:[^\s\\]|\\.)+)\s+\S+\s+(\S+)\s*$/m;

function readMessage(value: JsonObject, place: FlowPlace): FlowItem {
  const message = objectIn(value, 'message') ?? {};
  const text = textIn(message, 'response_message') ?? textIn(message, 'query_message');
  if (text === undefined)
    return { kind: 'skipped', reason: 'a message of dnstap without its content', place };
  const question = QUESTION.exec(text);
  const name = readDomain(question?.[1] ?? '') ?? (question?.[1] === '.' ? '.' : undefined);
  if (name === undefined) throw new UnreadableError('its message has no question');
  const fromClient = /^(?:CLIENT|AUTH)_/.test(textIn(message, 'type') ?? '');
  const time = textIn(message, 'response_time') ?? textIn(message, 'query_time');
  return {
    kind: 'dns',
    time: time === undefined ? undefined : needTime(time, 'response_time'),
    client: fromClient ? endOf(message, 'query') : {},
    server: fromClient ? endOf(message, 'response') : {},
    name,
    type: question?.[2],
    ...answerOf(text),
    place,
  };
}

function endOf(message: JsonObject, side: 'query' | 'response'): FlowEnd {
  const address = textIn(message, `${side}_address`);
  const port = message[`${side}_port`];
  return {
    ip: address === undefined ? undefined : needIp(address, `${side}_address`),
    port: port === undefined || port === null ? undefined : needPort(port, `${side}_port`),
  };
}

/** Resource records of addresses, and the code in the header. The shortest time to live is the one of the answer. */
function answerOf(text: string): Pick<DnsRecord, 'addresses' | 'ttl' | 'code'> {
  const addresses: string[] = [];
  let ttl: number | undefined;
  for (const [, seconds, address] of text.matchAll(
    /^[^;\s]\S*\s+(\d{1,10})\s+IN\s+A(?:AAA)?\s+(\S+)\s*$/gm,
  )) {
    const ip = readIp(address ?? '');
    if (ip === undefined) throw new UnreadableError('an address in its answer is none');
    addresses.push(ip);
    ttl = Math.min(ttl ?? Infinity, Number(seconds));
  }
  return { addresses, ttl, code: /\bstatus: ([A-Z0-9]+)/.exec(text)?.[1] };
}
