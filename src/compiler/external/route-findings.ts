import type { Finding } from '../../model/finding';
import type { Gateway, GatewayRoute, RouteBackend, RouteParent } from '../../model/gateway-api/gateway-api';
import type { Place } from '../../model/place';
import type { Service } from '../../model/services/service';
import { portWords } from './service-openings';
import { capitalised, type SourceWords } from '../resolution/source-words';

export function routeWithoutParents(route: GatewayRoute): Finding {
  return said(route, route.place, {
    id: 'route-without-parents',
    severity: 'warning',
    message:
      'the route names no Gateway in parentRefs, so no traffic comes through it, and no way in is opened for it',
    mend: 'Name a Gateway in spec.parentRefs.',
  });
}

export function gatewayNotFound(
  route: GatewayRoute,
  { namespace, name, place }: RouteParent,
  { inside, bring }: SourceWords,
): Finding {
  return said(route, place, {
    id: 'route-gateway-not-found',
    severity: 'warning',
    message: `the route attaches to Gateway ${namespace}/${name}, which is not ${inside}, so no way in is opened for it`,
    mend: `${capitalised(bring('the Gateway'))}, or name its pods in gateways (--gateway ${namespace}/${name}=NAMESPACE/NAME).`,
  });
}

export function parentNotUnderstood(route: GatewayRoute, { group, kind, name, place }: RouteParent): Finding {
  return said(route, place, {
    id: 'route-parent-not-understood',
    severity: 'warning',
    message: `the route attaches to ${kind} ${name} of group ${group === '' ? 'core' : group}, which is not understood here, so no way in is opened for it`,
    mend: 'Attach it to a Gateway, or let its callers in with a policy of your own.',
  });
}

export function notAttached(route: GatewayRoute, gateway: Gateway, place: Place, reason: string): Finding {
  return said(route, place, {
    id: 'route-not-attached',
    severity: 'warning',
    message: `Gateway ${gateway.namespace}/${gateway.name} does not take this route: ${reason}; no way in is opened for it`,
    mend: 'Correct parentRefs and hostnames of the route, or allowedRoutes of the listener.',
  });
}

export function backendNotService(route: GatewayRoute, { group, kind, name, place }: RouteBackend): Finding {
  return said(route, place, {
    id: 'route-backend-not-service',
    severity: 'info',
    message: `the route sends traffic to ${kind} ${name} of group ${group === '' ? 'core' : group}, which is no Service, so it is not known which pods that is, and no way in is opened for it`,
    mend: 'Nothing, if it leads to no pod of this cluster; else let the traffic in with a policy of your own.',
  });
}

export function backendNotGranted(route: GatewayRoute, { namespace, name, place }: RouteBackend): Finding {
  return said(route, place, {
    id: 'route-backend-not-granted',
    severity: 'warning',
    message: `the route sends traffic to Service ${namespace}/${name} of another namespace, but no ReferenceGrant there allows it, so the Gateway refuses, and no way in is opened for it`,
    mend: `Add a ReferenceGrant to namespace ${namespace}: from ${route.kind} of namespace ${route.namespace}, to Service ${name}.`,
  });
}

export function backendNotFound(
  route: GatewayRoute,
  { namespace, name, place }: RouteBackend,
  { inside, bring }: SourceWords,
): Finding {
  return said(route, place, {
    id: 'route-service-not-found',
    severity: 'warning',
    message: `the route sends traffic to Service ${namespace}/${name}, which is not ${inside}, so no way in is opened for it`,
    mend: `${capitalised(bring(`Service ${namespace}/${name}`))}, or correct its name.`,
  });
}

export function backendPortNotFound(
  route: GatewayRoute,
  { port, place }: RouteBackend,
  service: Service,
): Finding {
  const name = `Service ${service.namespace}/${service.name}`;
  const protocol = route.kind === 'UDPRoute' ? 'UDP' : 'TCP';
  return said(route, place, {
    id: 'route-port-not-found',
    severity: 'warning',
    message:
      port === undefined
        ? `the route sends traffic to ${name} without a port, which a Gateway refuses, so no way in is opened for it`
        : `the route sends traffic to port ${port} of ${name}, which has no such ${protocol} port, so no way in is opened for it`,
    mend:
      service.ports.length === 0
        ? 'Add the port to the Service.'
        : `Name one of its ports: ${portWords(service.ports)}.`,
  });
}

export function backendWithoutWeight(route: GatewayRoute, { namespace, name, place }: RouteBackend): Finding {
  return said(route, place, {
    id: 'route-backend-without-weight',
    severity: 'info',
    message: `the route gives Service ${namespace}/${name} weight 0, which is no traffic, so no way in is opened for it`,
    mend: 'Nothing, as long as it is meant; with a weight the way in is opened.',
  });
}

export function gatewayPodsUnknown({
  namespace,
  name,
  place,
}: Pick<Gateway, 'namespace' | 'name' | 'place'>): Finding {
  return {
    id: 'gateway-pods-unknown',
    severity: 'warning',
    message:
      'nobody knows which pods carry the traffic of this Gateway, or with which addresses, so the servers of its routes are opened to anyone, not just to these pods',
    object: `Gateway/${namespace}/${name}`,
    place,
    mend: `Name them in gateways (--gateway ${namespace}/${name}=NAMESPACE/NAME), or add their manifests and the GatewayClass to the input; of pods on the host network, give the addresses of nodes (nodeCidrs, --node-cidr).`,
  };
}

function said(
  { kind, namespace, name }: GatewayRoute,
  place: Place,
  finding: Omit<Finding, 'object' | 'place'>,
): Finding {
  return { ...finding, object: `${kind}/${namespace}/${name}`, place };
}
