import { API_SERVER } from './operator-identity';
import type { OperatorRule } from './operator-policy';
import { rule } from './operator-rules';
import { kubernetesApiRules } from '../egress/api-endpoint';
import type { ModelIndex } from '../resolution/model-index';
import { parseAddress, printCidr } from '../../model/cidr';
import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';

/** Where the operator's rules to the API server come from. */
export interface ApiServerSources {
  readonly index: ModelIndex;
  /** What the options say about the API server, for an input that has no Endpoints of it. */
  readonly kubernetesApi: readonly string[];
}

/**
 * The way to the API server (otterize-operator 4.7): one rule with the cluster IPs of Service default/kubernetes and the
 * ready addresses of its Endpoints, on the ports of the Endpoints only. Faithful in what is wrong with it (10.2 W-11):
 * the first cluster IP is there twice, IPv6 addresses are blocks of /32, the port of the Service is missing. Where the
 * input has no such Endpoints, the options say where the API server is.
 */
export function apiServerRules({ index, kubernetesApi }: ApiServerSources): OperatorRule[] {
  const service = index.service(API_SERVER.namespace, API_SERVER.name);
  const subsets = service && endpointSubsets(index);
  if (service === undefined || subsets === undefined) return fromOptions(kubernetesApi);
  const { manifest } = service.resource;
  const own = jsonAt(manifest, ['spec', 'clusterIP']);
  const all = list(jsonAt(manifest, ['spec', 'clusterIPs']));
  const ready = subsets.flatMap((subset) => list(jsonAt(subset, ['addresses'])));
  const ips = [own, ...all, ...ready.map((address) => jsonAt(address, ['ip']))];
  const blocks = ips.flatMap((ip) => (typeof ip === 'string' && isAddress(ip) ? [`${ip}/32`] : []));
  const ports = subsets.flatMap((subset) => list(jsonAt(subset, ['ports'])).flatMap(portOf));
  if (blocks.length === 0 || ports.length === 0) return [];
  return [rule('api-server', 'to', blocks.map(ipBlock), ports)];
}

function fromOptions(kubernetesApi: readonly string[]): OperatorRule[] {
  const rules = kubernetesApiRules(kubernetesApi);
  if (rules.length === 0) return [];
  const blocks = rules.flatMap(({ peers }) =>
    peers === 'anyone' ? [] : peers.flatMap((peer) => ('cidr' in peer ? [printCidr(peer.cidr)] : [])),
  );
  const ports = rules.flatMap((one) => (one.ports === 'all' ? [] : one.ports));
  const distinct = new Map(
    ports.map(({ protocol, port }) => [`${protocol}/${port}`, { protocol, port }] as const),
  );
  return [rule('api-server', 'to', [...new Set(blocks)].map(ipBlock), [...distinct.values()])];
}

function endpointSubsets(index: ModelIndex): Json[] | undefined {
  const endpoints = index.cluster.resources.find(
    ({ group, kind, namespace = 'default', name }) =>
      group === '' && kind === 'Endpoints' && namespace === API_SERVER.namespace && name === API_SERVER.name,
  );
  const subsets = endpoints && list(jsonAt(endpoints.manifest, ['subsets']));
  return subsets === undefined || subsets.length === 0 ? undefined : subsets;
}

function portOf(port: Json): JsonObject[] {
  if (!isJsonObject(port) || typeof port['port'] !== 'number') return [];
  const { protocol } = port;
  return [{ protocol: typeof protocol === 'string' ? protocol : 'TCP', port: port['port'] }];
}

/** `None` is what a headless Service has there. */
function isAddress(text: string): boolean {
  return parseAddress(text).address !== undefined;
}

function ipBlock(cidr: string): JsonObject {
  return { ipBlock: { cidr } };
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
