import { UnreadableError } from '../flow-value';
import { envoyRecord, type EnvoyFields } from './envoy-fields';
import type { TextFormat } from './flow-format';

/**
 * Access logs of Envoy as text: the default format of Istio, and the one of Envoy itself, which has neither the address
 * of the client nor the one that it called.
 */
export const ENVOY_TEXT: TextFormat = {
  name: 'istio',
  title: 'Istio/Envoy access logs as text',
  input: 'text',
  recognises: (line) => BEGINNING.test(line) && endsOf(line).length > 0,
  open: () => (line, place) => {
    const [, startTime, method] = BEGINNING.exec(line) ?? [];
    const [end, ...others] = endsOf(line);
    if (startTime === undefined || end === undefined)
      return { kind: 'skipped', reason: 'another message of the proxy', place };
    if (others.length > 0)
      throw new UnreadableError('a client has put quotes into it, and its fields cannot be told apart');
    return envoyRecord({ startTime, method: some(method), ...end, ...responseOf(line) }, place);
  },
};

/** Time, and the method of a request, or `-`. */
const BEGINNING = /^\[(\d{4}-\d\d-\d\d[T ][\d:.]+Z?)\] "([^\s"]+) /;

/** Quotes around the request and five more fields, in Istio's format around the reason of a failure as well. */
const QUOTES: readonly number[] = [12, 14];

const ADDRESS = String.raw`(-|\[?[0-9A-Fa-f.:]+\]?:\d{1,5}|(?:[/@]|envoy:)[^\s"]*)`;

/** Authority, upstream host, cluster, and three addresses: the end of Istio's format, before names of server and route. */
const ISTIO_END = new RegExp(
  String.raw`"([^"]*)" "([^"]*)" ([^\s"]+) ${ADDRESS} ${ADDRESS} ${ADDRESS}(?= |$)`,
  'g',
);

/** Authority and upstream host: the end of Envoy's own format. */
const ENVOY_END = /"([^"]*)" "([^"]*)"$/;

type End = Pick<
  EnvoyFields,
  'authority' | 'upstreamHost' | 'upstreamCluster' | 'downstreamLocalAddress' | 'downstreamRemoteAddress'
>;

/**
 * What may be the ends of the connection; more than one where a client has written what looks like some. Envoy escapes
 * nothing: a quote in a path or a header is a quote of the line (seen with Envoy 1.40: test/traffic/recorded/tools), and
 * before 1.31.2 one in the name of a server that TLS is asked for was one as well (CVE-2024-45808).
 */
function endsOf(line: string): End[] {
  if (line.split('"').length - 1 < (QUOTES[0] ?? 0)) return [];
  const found = [...line.matchAll(ISTIO_END)].map(([, authority, host, cluster, , local, remote]) => ({
    authority: some(authority),
    upstreamHost: some(host),
    upstreamCluster: some(cluster),
    downstreamLocalAddress: some(local),
    downstreamRemoteAddress: some(remote),
  }));
  const [, authority, host] = ENVOY_END.exec(line) ?? [];
  return host === undefined ? found : [...found, { authority: some(authority), upstreamHost: some(host) }];
}

/** Request, code, flags and details of the response. */
const RESPONSE = /^\[[^\]]+\] "[^"]* ([^\s"]+)" \d+ (\S+) (\S+)/;

/** What is said of the response, which a client that writes quotes may have said itself. */
function responseOf(
  line: string,
): Pick<EnvoyFields, 'protocol' | 'responseFlags' | 'responseCodeDetails' | 'isForged'> {
  if (!QUOTES.includes(line.split('"').length - 1)) return { isForged: true };
  const [, protocol, flags, details] = RESPONSE.exec(line) ?? [];
  return {
    protocol: some(protocol),
    responseFlags: some(flags),
    responseCodeDetails: some(details),
    isForged: false,
  };
}

function some(word: string | undefined): string | undefined {
  return word === '-' || word === '' ? undefined : word;
}
