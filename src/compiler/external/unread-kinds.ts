import type { Finding } from '../../model/finding';
import { resourceId, type Resource } from '../../model/resource';

/** Kinds of ingress controllers and gateways that bring traffic to pods, and that are not read, by API group. */
const KINDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['configuration.konghq.com', ['TCPIngress', 'UDPIngress']],
  ['gateway.networking.k8s.io', ['ListenerSet']],
  ['gateway.networking.x-k8s.io', ['XListenerSet']],
  ['getambassador.io', ['Mapping', 'TCPMapping']],
  ['k8s.nginx.org', ['TransportServer', 'VirtualServer', 'VirtualServerRoute']],
  ['networking.istio.io', ['Gateway', 'VirtualService']],
  ['projectcontour.io', ['HTTPProxy']],
  ['route.openshift.io', ['Route']],
  ['traefik.containo.us', ['IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP']],
  ['traefik.io', ['IngressRoute', 'IngressRouteTCP', 'IngressRouteUDP']],
]);

/** A finding for each object that opens a way from outside by a kind nobody here understands. */
export function unreadKinds(resources: readonly Resource[]): Finding[] {
  return resources
    .filter(({ group, kind }) => KINDS.get(group)?.includes(kind) === true)
    .map((resource) => ({
      id: 'external-kind-not-read',
      severity: 'warning',
      message: `a ${resource.kind} of ${resource.group} may bring traffic from outside, but it is not understood here, so no way in is opened for it`,
      object: resourceId(resource),
      place: resource.place,
      mend: 'Where a policy isolates its servers, let the traffic in with a policy of your own, or route it by an Ingress or the Gateway API.',
    }));
}
