import {
  GATEWAY_GROUP,
  type Gateway,
  type GatewayListener,
  type GatewayRoute,
  type RouteKind,
  type RouteParent,
} from '../../model/gateway-api/gateway-api';
import { matches } from '../../model/label-selector';
import type { Labels } from '../../model/resource';

/** Why no listener of a Gateway takes a route, from the first rule that all of them fail; undefined when one takes it. */
export function attachmentProblem(
  route: GatewayRoute,
  { sectionName, port }: RouteParent,
  gateway: Gateway,
  /** Labels of the namespace of the route. */
  labels: Labels,
): string | undefined {
  const meant = gateway.listeners.filter(
    (listener) =>
      (sectionName === undefined || listener.name === sectionName) &&
      (port === undefined || listener.port === port),
  );
  if (meant.length === 0) return `it has no listener ${listenerWords(sectionName, port)}`;
  const allowing = meant.filter((listener) => allowsNamespace(listener, gateway, route.namespace, labels));
  if (allowing.length === 0) return `no listener of it allows routes of namespace ${route.namespace}`;
  const speaking = allowing.filter((listener) => allowsKind(listener, route.kind));
  if (speaking.length === 0) return `no listener of it takes routes of kind ${route.kind}`;
  return speaking.some((listener) => allowsHosts(listener, route))
    ? undefined
    : `no listener of it is for the host ${route.hostnames.join(' or ')}`;
}

function listenerWords(sectionName: string | undefined, port: number | undefined): string {
  const named = sectionName === undefined ? 'at all' : `named ${sectionName}`;
  if (port === undefined) return named;
  return sectionName === undefined ? `on port ${port}` : `${named} on port ${port}`;
}

/** Gateway API, `AllowedRoutes.namespaces`: default `Same`. */
function allowsNamespace(
  { namespaces }: GatewayListener,
  gateway: Gateway,
  namespace: string,
  labels: Labels,
): boolean {
  if (namespaces === 'All') return true;
  if (namespaces === 'Same') return namespace === gateway.namespace;
  return namespaces !== 'None' && matches(namespaces, labels);
}

/** Gateway API, `Listener.protocol` and `AllowedRoutes.kinds`. Protocols of implementations leave it to `kinds`. */
function allowsKind({ protocol, tlsMode, kinds }: GatewayListener, kind: RouteKind): boolean {
  if (kinds !== undefined && !kinds.includes(`${GATEWAY_GROUP}/${kind}`)) return false;
  switch (protocol) {
    case 'HTTP':
    case 'HTTPS':
      return kind === 'HTTPRoute' || kind === 'GRPCRoute';
    case 'TLS':
      return kind === 'TLSRoute' || (kind === 'TCPRoute' && tlsMode === 'Terminate');
    case 'TCP':
      return kind === 'TCPRoute';
    case 'UDP':
      return kind === 'UDPRoute';
    default:
      return kinds !== undefined;
  }
}

/** A route attaches where one of its hosts and the host of the listener have a name in common. */
function allowsHosts({ hostname }: GatewayListener, { hostnames }: GatewayRoute): boolean {
  if (hostname === undefined || hostnames.length === 0) return true;
  return hostnames.some((wanted) => isWithin(wanted, hostname) || isWithin(hostname, wanted));
}

/** Whether a host is another one, or under its `*.`; hosts are the same in any case. */
function isWithin(host: string, pattern: string): boolean {
  const [one, other] = [host.toLowerCase(), pattern.toLowerCase()];
  return one === other || (other.startsWith('*.') && one.endsWith(other.slice(1)));
}
