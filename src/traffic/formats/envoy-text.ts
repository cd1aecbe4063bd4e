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
  recognises: (line) => fieldsOf(line) !== undefined,
  open: () => (line, place) => {
    const fields = fieldsOf(line);
    if (fields === undefined) return { kind: 'skipped', reason: 'another message of the proxy', place };
    return envoyRecord(fields, place);
  },
};

/** Time, and the method of a request, or `-`. */
const BEGINNING = /^\[(\d{4}-\d\d-\d\d[T ][\d:.]+Z?)\] "([^\s"]+) /;

/** Request, code, flags and details of the response. */
const RESPONSE = /^\[[^\]]+\] "[^"]* ([^\s"]+)" \d+ (\S+) (\S+)/;

/** Authority and upstream host, and the bare fields that Istio's format has after these. */
const END = /"([^"]*)" "([^"]*)"(?: ([^"]*))?$/;

/** Quotes around the request and five more fields, in Istio's format around the reason of a failure as well. */
const QUOTES: readonly number[] = [12, 14];

/**
 * Envoy escapes nothing: a quote that a client writes into its path or its headers is a quote of the line, and what
 * follows may look like any field. What it cannot write is what comes first, and what comes after the last quote: the
 * authority and the upstream host are the last fields in quotes, whatever was put before them, and in Istio's format
 * cluster and addresses follow. (Seen with Envoy 1.40: test/traffic/recorded/tools.)
 */
function fieldsOf(line: string): EnvoyFields | undefined {
  const [, startTime, method] = BEGINNING.exec(line) ?? [];
  const [, authority, upstreamHost, rest = ''] = END.exec(line) ?? [];
  const quotes = line.split('"').length - 1;
  if (startTime === undefined || upstreamHost === undefined || quotes < (QUOTES[0] ?? 0)) return undefined;
  const isForged = !QUOTES.includes(quotes);
  const [, protocol, responseFlags, responseCodeDetails] = isForged ? [] : (RESPONSE.exec(line) ?? []);
  const [upstreamCluster, , downstreamLocalAddress, downstreamRemoteAddress] = rest.split(' ');
  return {
    startTime,
    method: some(method),
    protocol: some(protocol),
    responseFlags: some(responseFlags),
    responseCodeDetails: some(responseCodeDetails),
    authority: some(authority),
    upstreamHost: some(upstreamHost),
    upstreamCluster: some(upstreamCluster),
    downstreamLocalAddress: some(downstreamLocalAddress),
    downstreamRemoteAddress: some(downstreamRemoteAddress),
    isForged,
  };
}

function some(word: string | undefined): string | undefined {
  return word === '-' || word === '' ? undefined : word;
}
