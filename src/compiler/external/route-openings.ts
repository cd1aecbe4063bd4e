import type { ExternalOpening } from './external-way';
import type { GatewayPods } from './gateway-pods';
import { attachmentProblem } from './route-attachment';
import * as say from './route-findings';
import { targetsOf } from './service-openings';
import type { ModelIndex } from '../resolution/model-index';
import type { Finding } from '../../model/finding';
import {
  GATEWAY_GROUP,
  NO_GATEWAY_API,
  type Gateway,
  type GatewayApi,
  type GatewayRoute,
  type RouteBackend,
  type RouteParent,
} from '../../model/gateway-api/gateway-api';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import type { Service } from '../../model/services/service';

/** What a route brings to a Service. */
export interface RouteOpening extends ExternalOpening {
  readonly route: GatewayRoute;
  readonly service: Service;
}

type Callers = Pick<ExternalOpening, 'callers' | 'doubts'>;

/** What the routes of the Gateway API bring to Services, by the rules of `gateway.networking.k8s.io/v1`. */
export function routeOpenings(index: ModelIndex, pods: GatewayPods, findings: Finding[]): RouteOpening[] {
  const { gatewayApi: api = NO_GATEWAY_API } = index.cluster;
  const parents = new ParentCallers(index, api, pods, findings);
  return api.routes.flatMap((route) => {
    if (route.parents.length === 0) findings.push(say.routeWithoutParents(route));
    const callers = route.parents.flatMap((parent) => parents.through(parent, route));
    // A route that nothing attaches brings nothing, whatever it names.
    if (callers.length === 0) return [];
    return route.backends.flatMap((backend) => {
      const reached = servicePorts(backend, route, { index, api, findings });
      return reached === undefined ? [] : callers.map((who) => ({ route, ...reached, ...who }));
    });
  });
}

/** Knows who brings the traffic of what routes attach to. */
class ParentCallers {
  private readonly gateways: ReadonlyMap<string, Gateway>;

  constructor(
    private readonly index: ModelIndex,
    { gateways }: GatewayApi,
    private readonly pods: GatewayPods,
    private readonly findings: Finding[],
  ) {
    this.gateways = new Map(gateways.map((gateway) => [`${gateway.namespace}/${gateway.name}`, gateway]));
  }

  /** Empty, with a finding, where no traffic comes through. */
  through(parent: RouteParent, route: GatewayRoute): Callers[] {
    const { group, kind, namespace, name } = parent;
    // A route of a service mesh (GAMMA): its callers are clients inside, for intents to declare.
    if (group === '' && kind === 'Service') return [];
    if (group !== GATEWAY_GROUP || kind !== 'Gateway')
      return this.refuse(say.parentNotUnderstood(route, parent));
    const gateway = this.gateways.get(`${namespace}/${name}`);
    if (gateway !== undefined) return this.throughGateway(gateway, parent, route);
    if (!this.pods.isNamed(namespace, name))
      return this.refuse(say.gatewayNotFound(route, parent, this.index.source));
    const callers = this.pods.namedFor(namespace, name);
    return [callersOr(callers, say.gatewayPodsUnknown({ namespace, name, place: parent.place }))];
  }

  private throughGateway(gateway: Gateway, parent: RouteParent, route: GatewayRoute): Callers[] {
    const labels = this.index.cluster.namespaces.get(route.namespace)?.labels ?? {
      [NAMESPACE_NAME_LABEL]: route.namespace,
    };
    const problem = attachmentProblem(route, parent, gateway, labels);
    if (problem !== undefined) return this.refuse(say.notAttached(route, gateway, parent.place, problem));
    return [callersOr(this.pods.of(gateway), say.gatewayPodsUnknown(gateway))];
  }

  private refuse(finding: Finding): [] {
    this.findings.push(finding);
    return [];
  }
}

function callersOr(callers: ExternalOpening['callers'] | undefined, doubt: Finding): Callers {
  return callers === undefined ? { callers: 'anyone', doubts: [doubt] } : { callers, doubts: [] };
}

interface BackendContext {
  readonly index: ModelIndex;
  readonly api: GatewayApi;
  readonly findings: Finding[];
}

/** The Service of a backend and the target ports meant; a finding where traffic does not get through to one. */
function servicePorts(
  backend: RouteBackend,
  route: GatewayRoute,
  { index, api, findings }: BackendContext,
): Pick<RouteOpening, 'service' | 'ports'> | undefined {
  const { group, kind, namespace, name, port, weight } = backend;
  const service = index.service(namespace, name);
  const protocol = route.kind === 'UDPRoute' ? 'UDP' : 'TCP';
  const ports = service?.ports.filter((known) => known.port === port && known.protocol === protocol) ?? [];
  if (group !== '' || kind !== 'Service') findings.push(say.backendNotService(route, backend));
  else if (weight === 0) findings.push(say.backendWithoutWeight(route, backend));
  else if (namespace !== route.namespace && !isGranted(route, backend, api))
    findings.push(say.backendNotGranted(route, backend));
  else if (service === undefined) findings.push(say.backendNotFound(route, backend, index.source));
  else if (ports.length === 0) findings.push(say.backendPortNotFound(route, backend, service));
  else return { service, ports: targetsOf(ports) };
  return undefined;
}

/** Gateway API, ReferenceGrant: in the namespace that is referred to, one `from` and one `to` that fit. */
function isGranted(
  { kind, namespace }: GatewayRoute,
  backend: RouteBackend,
  { grants }: GatewayApi,
): boolean {
  return grants.some(
    (grant) =>
      grant.namespace === backend.namespace &&
      grant.from.some(
        (from) => from.group === GATEWAY_GROUP && from.kind === kind && from.namespace === namespace,
      ) &&
      grant.to.some(
        (to) =>
          to.group === backend.group &&
          to.kind === backend.kind &&
          (to.name === undefined || to.name === backend.name),
      ),
  );
}
