import {
  FOR_INGRESS,
  FOR_ROUTE,
  FOR_SERVICE,
  type ExternalOpening,
  type ExternalWay,
  type WayPolicy,
} from './external-way';
import { GatewayPods } from './gateway-pods';
import { IngressControllers } from './ingress-controllers';
import { ingressOpenings, noService } from './ingress-openings';
import { routeOpenings, type RouteOpening } from './route-openings';
import { isOffered, serviceOpenings } from './service-openings';
import { unreadKinds } from './unread-kinds';
import { type ModelIndex } from '../resolution/model-index';
import { append, groupBy } from '../../model/group-by';
import { EXTERNAL_LABEL } from '../profiles/profile';
import type { TargetPort } from '../../intents/client-intents';
import { identity, workloadName } from '../../intents/identity';
import { printCidr, type Cidr } from '../../model/cidr';
import type { Finding } from '../../model/finding';
import type { Ingress } from '../../model/services/ingress';
import { labelValueProblem } from '../../model/label-syntax';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** What of the options is about traffic from outside. */
export interface ServiceWayOptions {
  readonly ingressControllers: readonly string[];
  readonly gateways: readonly string[];
  readonly nodeRanges: readonly Cidr[];
}

/**
 * The Services that are reached from outside: of type LoadBalancer or NodePort, with addresses outside, or with an
 * Ingress (otterize-operator 6.1) or a route of the Gateway API that refers to them. Sorted by namespace and name. One
 * without pods in the model is left out, with a note.
 */
export function serviceWays(
  index: ModelIndex,
  options: ServiceWayOptions,
  findings: Finding[],
): ExternalWay[] {
  const { services } = index.cluster;
  const { nodeRanges } = options;
  findings.push(...unreadKinds(index.cluster.resources));
  const controllers = new IngressControllers(index, options.ingressControllers, nodeRanges, findings);
  const pods = new GatewayPods(index, options.gateways, nodeRanges, findings);
  const referring = ingressesByService(index, findings);
  const routed = groupBy(routeOpenings(index, pods, findings), ({ service }) => keyOf(service));
  return services.flatMap((service) => {
    const ingresses = referring.get(keyOf(service)) ?? [];
    const routes = routed.get(keyOf(service)) ?? [];
    if (ingresses.length + routes.length === 0 && !isOffered(service)) return [];
    const openings = [
      ...serviceOpenings(service, nodeRanges, findings),
      ...ingresses.flatMap((ingress) => ingressOpenings(ingress, service, controllers, findings)),
      ...routes,
    ];
    if (openings.length === 0) return [];
    const servers = podsBehind(index, service);
    if (servers.length === 0) findings.push(...withoutPods(index, service, 'is offered to the outside'));
    return servers.length === 0 ? [] : [wayTo(service, { ingresses, routes, servers, openings })];
  });
}

/** What is behind a Service: not finished, not on the host network. Sorted by id. */
export function podsBehind(index: ModelIndex, service: Service): readonly Workload[] {
  return selectedBy(index, service).filter(({ hostNetwork, finished }) => !hostNetwork && !finished);
}

function selectedBy(index: ModelIndex, { namespace, selector, type }: Service): readonly Workload[] {
  if (selector === undefined || type === 'ExternalName') return [];
  return index.selected(namespace, selector);
}

function ingressesByService(index: ModelIndex, findings: Finding[]): Map<string, Ingress[]> {
  const referring = new Map<string, Ingress[]>();
  for (const ingress of index.cluster.ingresses) {
    for (const name of new Set(ingress.backends.map(({ service }) => service))) {
      if (index.service(ingress.namespace, name) === undefined)
        findings.push(noService(ingress, name, index.source));
      append(referring, `${ingress.namespace}/${name}`, ingress);
    }
  }
  return referring;
}

interface Parts {
  /** Sorted by name, as the model has them. */
  readonly ingresses: readonly Ingress[];
  readonly routes: readonly RouteOpening[];
  readonly servers: readonly Workload[];
  readonly openings: readonly ExternalOpening[];
}

function wayTo(service: Service, { ingresses, routes, servers, openings }: Parts): ExternalWay {
  const { namespace, name, place } = service;
  const policy: WayPolicy = {
    name: `external-access-to-${name}`,
    key: JSON.stringify(['external', namespace, name]),
    labels: { [EXTERNAL_LABEL]: labelValue(servers, namespace, name) },
    annotations: {
      [FOR_SERVICE]: name,
      ...(ingresses.length === 0 ? {} : { [FOR_INGRESS]: ingresses.map((object) => object.name).join(',') }),
      ...(routes.length === 0 ? {} : { [FOR_ROUTE]: routeNames(routes) }),
    },
    likeAccess: true,
  };
  const origin = {
    kind: 'outside',
    object: `Service/${namespace}/${name}`,
    place,
    policy: policy.name,
  } as const;
  return { namespace, policy, origin, service, servers, openings: distinctOpenings(openings) };
}

function routeNames(routes: readonly RouteOpening[]): string {
  const names = routes.map(({ route: { kind, namespace, name } }) => `${kind}/${namespace}/${name}`);
  return [...new Set(names)].sort().join(',');
}

/** The identity of the server; of the Service's name where the server's own is none that a label takes. */
function labelValue([server]: readonly Workload[], namespace: string, service: string): string {
  const value = server === undefined ? '' : identity(workloadName(server).name, server.namespace);
  return value === '' || labelValueProblem(value) !== undefined ? identity(service, namespace) : value;
}

/** What anyone may do is not said again for some; several Ingresses of one controller are one opening. */
export function distinctOpenings(openings: readonly ExternalOpening[]): ExternalOpening[] {
  const groups = groupBy(openings, ({ callers, ports }) => JSON.stringify([callersKey(callers), ports]));
  const merged = [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { callers, ports } = first;
    return [{ callers, ports, doubts: same.flatMap(({ doubts }) => doubts) }];
  });
  const open = new Set(
    merged.flatMap(({ callers, ports, doubts }) =>
      callers === 'anyone' && doubts.length === 0 ? ports.map(portKey) : [],
    ),
  );
  return merged.filter(
    ({ callers, ports, doubts }) =>
      (callers === 'anyone' && doubts.length === 0) || !ports.every((port) => open.has(portKey(port))),
  );
}

function portKey({ port, protocol }: TargetPort): string {
  return `${protocol}/${typeof port}/${port}`;
}

function callersKey(callers: ExternalOpening['callers']): unknown {
  if (callers === 'anyone') return callers;
  const { workloads, namespaces, ranges, pods = [] } = callers;
  return [workloads.map(({ id }) => id), namespaces, ranges.map(printCidr), pods];
}

function keyOf({ namespace, name }: Service): string {
  return `${namespace}/${name}`;
}

/**
 * A note about a Service that somebody calls and that has no pods in the manifests. Nothing is said of pods that are there and
 * that no policy can select.
 *
 * @param called what the Service is, after its name: `is offered to the outside`
 */
export function withoutPods(index: ModelIndex, service: Service, called: string): Finding[] {
  const { namespace, name, selector, place } = service;
  if (selectedBy(index, service).length > 0 || service.type === 'ExternalName') return [];
  const why = selector === undefined ? 'it has no selector' : 'its selector fits no pod of the manifests';
  return [
    {
      id: 'external-service-without-pods',
      severity: 'info',
      message: `Service ${namespace}/${name} ${called}, but ${why}, so no way in is opened for it`,
      object: `Service/${namespace}/${name}`,
      place,
      mend: 'Nothing, if its pods are not of these manifests and nothing isolates them; else add them, or let the traffic in with a policy of your own.',
    },
  ];
}
