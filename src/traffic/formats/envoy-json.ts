import type { JsonObject } from '../../model/json';
import { textIn } from '../flow-value';
import { envoyRecord } from './envoy-fields';
import type { JsonFormat } from './flow-format';

/** Access logs of Envoy as JSON, with the names of Istio's default JSON format; other fields are passed over. */
export const ENVOY_JSON: JsonFormat = {
  name: 'istio',
  title: 'Istio/Envoy access logs as JSON',
  input: 'json',
  otherLines: 'another message of the proxy',
  recognises: (value) =>
    Object.hasOwn(value, 'upstream_host') &&
    (Object.hasOwn(value, 'response_flags') || Object.hasOwn(value, 'downstream_remote_address')),
  open: () => (value, place) => {
    if (!KEYS.some((key) => Object.hasOwn(value, key)))
      return { kind: 'skipped', reason: 'another message of the proxy', place };
    const method = some(value, 'method');
    return envoyRecord(
      {
        startTime: some(value, 'start_time'),
        method,
        protocol: some(value, 'protocol'),
        responseFlags: some(value, 'response_flags'),
        responseCodeDetails: some(value, 'response_code_details'),
        authority: some(value, 'authority'),
        upstreamHost: some(value, 'upstream_host'),
        upstreamCluster: some(value, 'upstream_cluster'),
        downstreamLocalAddress: some(value, 'downstream_local_address'),
        downstreamRemoteAddress: some(value, 'downstream_remote_address'),
      },
      place,
    );
  },
};

const KEYS = ['upstream_host', 'upstream_cluster', 'downstream_local_address', 'downstream_remote_address'];

/** Envoy writes null or `-` for what is not there. */
function some(value: JsonObject, key: string): string | undefined {
  const text = textIn(value, key);
  return text === '-' ? undefined : text;
}
