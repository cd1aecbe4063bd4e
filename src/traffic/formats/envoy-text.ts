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

/** Time, and request or `- - -`. */
const BEGINNING = /^\[\d{4}-\d\d-\d\d[T ][\d:.]+Z?\] "/;

/** Fields in quotes (where `\"` and `\\` may stand), in brackets, and bare ones. */
const FIELD = /"((?:[^"\\]|\\.)*)"|\[([^\]]*)\]|(\S+)/g;

/** Fields of Envoy's own format; all others have more. */
const FEWEST = 13;

/**
 * What stands between the flags and the upstream host has changed from version to version of Istio. But the upstream host
 * is always the last field in quotes, with the authority before it; in Istio's format cluster and addresses follow.
 */
function fieldsOf(line: string): EnvoyFields | undefined {
  if (!BEGINNING.test(line)) return undefined;
  const words: string[] = [];
  let host = 0;
  for (const [, quoted, bracketed, bare] of line.matchAll(FIELD)) {
    if (quoted !== undefined) host = words.length;
    words.push(quoted ?? bracketed ?? bare ?? '');
  }
  if (words.length < FEWEST || host < FEWEST - 1) return undefined;
  const some = (index: number): string | undefined => {
    const word = words[index];
    return word === '-' || word === '' ? undefined : word;
  };
  const request = (words[1] ?? '').split(' ');
  return {
    startTime: some(0),
    method: request[0] === '-' ? undefined : request[0],
    protocol: request[request.length - 1],
    responseFlags: some(3),
    responseCodeDetails: some(4),
    authority: some(host - 1),
    upstreamHost: some(host),
    upstreamCluster: some(host + 1),
    downstreamLocalAddress: some(host + 3),
    downstreamRemoteAddress: some(host + 4),
  };
}
