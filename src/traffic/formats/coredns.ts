import { needTime, readDomain, readIpAndPort, UnreadableError } from '../flow-value';
import type { TextFormat } from './flow-format';

/**
 * Query logs of CoreDNS: lines of its `log` plugin in the formats `common` (the default) and `combined`. They tell who
 * asked for which name, and the code of the answer; the addresses in the answer are not in them.
 */
export const COREDNS: TextFormat = {
  name: 'dns',
  title: 'CoreDNS query logs',
  input: 'text',
  recognises: (line) => QUERY.test(line),
  open: () => (line, place) => {
    const [, stamp, remote, type, asked, code] = QUERY.exec(line) ?? [];
    if (remote === undefined || asked === undefined)
      return { kind: 'skipped', reason: 'another message of CoreDNS', place };
    const client = readIpAndPort(remote);
    if (client === undefined) throw new UnreadableError('the client is no address with a port');
    const time = stamp === undefined ? undefined : needTime(stamp, 'time');
    // The name of the root is a dot, which nobody connects to.
    const name = readDomain(asked) ?? '.';
    return { kind: 'dns', time, client, server: {}, name, type, addresses: [], code, place };
  },
};

/**
 * `10.244.0.5:51234 - 12345 "A IN cart.shop.svc.cluster.local. udp 54 false 512" NOERROR …`, after `[INFO]` and a time.
 * In a name, spaces, quotes and dots of a label stand after a backslash, and bytes that are no text as `\255` (RFC 1035
 * 5.1); they stay so, as an escaped dot parts no labels.
 */
const QUERY =
  /^(?:(\d{4}-\d\d-\d\dT\S{8,25}) )?(?:\[INFO\] )?(\S+:\d+) - \d+ "(\S+) \S+ ((?:[^\s\\]|\\.)+) (?:udp|tcp|https|tls|grpc|quic)\S* \d+ \S+ \d+"(?: "\d+")? (\S+)/;
