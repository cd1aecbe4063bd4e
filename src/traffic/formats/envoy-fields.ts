import type { FlowEnd, FlowObject, FlowPlace, FlowRecord } from '../flow-record';
import { needTime, readDomain, readIpAndPort, UnreadableError } from '../flow-value';

/** Fields of an access log, by their names in Istio's JSON; absent where Envoy writes `-`. */
export interface EnvoyFields {
  readonly startTime?: string | undefined;
  /** Absent for connections that are no HTTP. */
  readonly method?: string | undefined;
  /** `HTTP/1.1`. */
  readonly protocol?: string | undefined;
  readonly responseFlags?: string | undefined;
  readonly responseCodeDetails?: string | undefined;
  readonly authority?: string | undefined;
  readonly upstreamHost?: string | undefined;
  readonly upstreamCluster?: string | undefined;
  readonly downstreamLocalAddress?: string | undefined;
  readonly downstreamRemoteAddress?: string | undefined;
  /**
   * Whether the client may have written fields of the line itself: then flags and details are absent because they are
   * not known, and not because Envoy wrote `-`. Default false.
   */
  readonly isForged?: boolean;
}

/** A request or a connection that a proxy has written down. @throws UnreadableError when an address is none */
export function envoyRecord(fields: EnvoyFields, place: FlowPlace): FlowRecord {
  const cluster = clusterOf(fields.upstreamCluster);
  const client = addressOf(fields.downstreamRemoteAddress, 'downstream_remote_address');
  const called = addressOf(fields.downstreamLocalAddress, 'downstream_local_address');
  const upstream = addressOf(fields.upstreamHost, 'upstream_host');
  const inbound = cluster.direction === 'inbound';
  const isHttp = fields.method !== undefined;
  return {
    kind: 'flow',
    time: fields.startTime === undefined ? undefined : needTime(fields.startTime, 'start_time'),
    count: 1,
    protocol: fields.protocol === 'HTTP/3' ? 'UDP' : 'TCP',
    source: inbound && client?.port === undefined ? {} : { ip: client?.ip, port: client?.port },
    destination: destinationOf(called, upstream, cluster, isHttp ? fields.authority : undefined),
    // A proxy beside the server passes on to its own pod, which says nothing new.
    translated:
      inbound || upstream === undefined || called === undefined ? undefined : { destination: upstream },
    isReply: false,
    opens: true,
    answered: answeredOf(fields),
    verdict: fields.responseCodeDetails?.startsWith('rbac_access_denied') === true ? 'denied' : undefined,
    layer: isHttp ? 'l7' : 'l4',
    seenAt: cluster.direction,
    place,
  };
}

type Address = { readonly ip: string; readonly port?: number } | undefined;

/** Undefined also for what has no address: a Unix socket, an internal listener. */
function addressOf(text: string | undefined, name: string): Address {
  if (text === undefined || text.startsWith('/') || text.startsWith('@') || text.startsWith('envoy://'))
    return undefined;
  const address = readIpAndPort(text);
  if (address === undefined) throw new UnreadableError(`"${name}" is no address with a port`);
  return address;
}

interface Cluster {
  readonly direction?: 'inbound' | 'outbound';
  readonly port?: number;
  readonly host?: string;
}

/** `outbound|80|v1|cart.shop.svc.cluster.local`, `outbound_.80_._.cart…`, `inbound|8080||`; others are outbound without a name. */
function clusterOf(text: string | undefined): Cluster {
  if (text === undefined) return {};
  if (/^inbound/i.test(text)) return { direction: 'inbound' };
  const [, port, host = ''] =
    /^outbound\|(\d{1,5})\|[^|]*\|(.*)$/.exec(text) ??
    /^outbound_\.(\d{1,5})_\.[^.]*_\.(.*)$/.exec(text) ??
    [];
  const name = readDomain(host);
  if (name === undefined || port === undefined || Number(port) < 1 || Number(port) > 65_535)
    return { direction: 'outbound' };
  return { direction: 'outbound', port: Number(port), host: name };
}

function destinationOf(
  called: Address,
  upstream: Address,
  { port, host, direction }: Cluster,
  authority: string | undefined,
): FlowEnd {
  const address = called ?? upstream;
  const service = host === undefined ? undefined : serviceOfHost(host);
  const named = direction === 'inbound' ? undefined : (host ?? hostOf(authority));
  return {
    ip: address?.ip,
    port: port ?? address?.port,
    service,
    domains:
      named === undefined || service !== undefined || readIpAndPort(named) !== undefined
        ? undefined
        : [named],
  };
}

/** The Service behind `cart.shop.svc.cluster.local`; undefined for other hosts. */
export function serviceOfHost(host: string): FlowObject | undefined {
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(?:\.|$)/.exec(host) ?? [];
  return name === undefined ? undefined : { name, namespace };
}

/** The host of `api.stripe.com:443`, where it is the name of a host outside. */
function hostOf(authority: string | undefined): string | undefined {
  const host = readDomain(authority?.replace(/:\d{1,5}$/, '') ?? '');
  return host?.includes('.') === true && serviceOfHost(host) === undefined ? host : undefined;
}

/**
 * No healthy host (UH), failed to connect (UF), no route (NR), no cluster (NC): nobody has answered. Of a line that the
 * client may have written into, only that no host was asked tells that.
 */
function answeredOf({ responseFlags, upstreamHost, isForged = false }: EnvoyFields): boolean | undefined {
  if (isForged) return upstreamHost === undefined ? false : undefined;
  if (responseFlags === undefined) return true;
  return responseFlags.split(',').some((flag) => /^(?:UH|UF|NR|NC|URX)$/.test(flag)) ? false : undefined;
}
