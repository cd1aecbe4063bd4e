import { checkCidrs, mergeCidrs } from './checked-input';
import type { ExternalCallers } from './compilation';
import { IngressControllers } from './ingress-controllers';
import { append, groupBy, type ModelIndex } from './model-index';
import { sortPorts } from './resolved-call';
import type { TargetPort } from '../intents/client-intents';
import { parseCidr, type Cidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import type { Ingress, IngressBackend } from '../model/ingress';
import type { Service, ServicePort } from '../model/service';
import type { Workload } from '../model/workload';

/** What of the options is about traffic from outside. */
export interface ExternalWayOptions {
  readonly ingressControllers: readonly string[];
  readonly nodeCidrs: readonly string[];
}

/** A Service that manifests offer to the outside of the cluster, and how traffic comes to its pods. */
export interface ExternalWay {
  readonly service: Service;
  /** Ingresses that refer to it, sorted by name. */
  readonly ingresses: readonly Ingress[];
  /** What is behind it: not finished, not on the host network. Sorted by id, never empty. */
  readonly servers: readonly Workload[];
  /** Never empty. */
  readonly openings: readonly ExternalOpening[];
}

/** Callers on some ports. */
export interface ExternalOpening {
  readonly callers: 'anyone' | ExternalCallers;
  /** Target ports, names as they are. Never empty. */
  readonly ports: readonly TargetPort[];
  /** What is not quite known about the callers; to be said when something is opened for them. */
  readonly doubts: readonly Finding[];
}

/**
 * The Services that are reached from outside: of type LoadBalancer or NodePort, or with an Ingress that refers to them
 * (otterize-operator 6.1). Sorted by namespace and name. A Service without pods in the model is left out.
 */
export function externalWays(
  index: ModelIndex,
  { ingressControllers, nodeCidrs }: ExternalWayOptions,
  findings: Finding[],
): ExternalWay[] {
  const { services, ingresses } = index.cluster;
  const nodeRanges = mergeCidrs(checkCidrs('nodeCidrs', nodeCidrs));
  const controllers = new IngressControllers(index, ingressControllers, nodeRanges, findings);
  const referring = new Map<string, Ingress[]>();
  for (const ingress of ingresses) {
    for (const name of new Set(ingress.backends.map(({ service }) => service))) {
      if (index.service(ingress.namespace, name) === undefined) findings.push(noService(ingress, name));
      append(referring, `${ingress.namespace}/${name}`, ingress);
    }
  }
  return services.flatMap((service) => {
    const named = referring.get(`${service.namespace}/${service.name}`);
    if (named === undefined && !isOffered(service)) return [];
    const from = [...(named ?? [])];
    from.sort((a, b) => (a.name < b.name ? -1 : 1));
    const openings = [
      ...serviceOpenings(service, nodeRanges, findings),
      ...from.flatMap((ingress) => ingressOpenings(ingress, service, controllers, findings)),
    ];
    const servers = openings.length === 0 ? [] : behind(index, service);
    return servers.length === 0 ? [] : [{ service, ingresses: from, servers, openings: distinct(openings) }];
  });
}

function behind(index: ModelIndex, { namespace, selector, type }: Service): readonly Workload[] {
  if (selector === undefined || type === 'ExternalName') return [];
  return index.selected(namespace, selector).filter(({ hostNetwork, finished }) => !hostNetwork && !finished);
}

/** Whether it is reached from outside by its own type. */
function isOffered({ type }: Service): boolean {
  return type === 'LoadBalancer' || type === 'NodePort';
}

/** A load balancer that takes only some sources, or a Service that takes all. */
function serviceOpenings(
  service: Service,
  nodeRanges: readonly Cidr[],
  findings: Finding[],
): ExternalOpening[] {
  const { type, ports, loadBalancerSourceRanges: sources } = service;
  if (!isOffered(service) || ports.length === 0) return [];
  const targets = sortPorts(ports.map(targetOf));
  if (type === 'NodePort' || sources.length === 0) return [{ callers: 'anyone', ports: targets, doubts: [] }];
  const ranges = sources.flatMap((text) => {
    const { cidr, reason } = parseCidr(text.trim(), { hostBits: 'mask' });
    if (cidr !== undefined) return [cidr];
    findings.push(badRange(service, reason));
    return [];
  });
  if (ranges.length === 0) return [];
  // A range of everything has the addresses of the nodes in it.
  const hidden = service.externalTrafficPolicy !== 'Local' && ranges.every(({ prefix }) => prefix > 0);
  return [
    {
      callers: {
        workloads: [],
        namespaces: [],
        ranges: mergeCidrs([...ranges, ...(hidden ? nodeRanges : [])]),
      },
      ports: targets,
      doubts: hidden && nodeRanges.length === 0 ? [hiddenSources(service)] : [],
    },
  ];
}

/** Only the ports of the Service that the Ingress names. */
function ingressOpenings(
  ingress: Ingress,
  service: Service,
  controllers: IngressControllers,
  findings: Finding[],
): ExternalOpening[] {
  const backends = ingress.backends.filter((backend) => backend.service === service.name);
  const ports = backends.flatMap((backend) => backendPorts(ingress, backend, service, findings));
  if (ports.length === 0) return [];
  const callers = controllers.of(ingress);
  return [
    {
      callers: callers ?? 'anyone',
      ports: sortPorts(ports.map(targetOf)),
      doubts: callers === undefined ? [unknownController(ingress)] : [],
    },
  ];
}

function backendPorts(
  ingress: Ingress,
  { port }: IngressBackend,
  service: Service,
  findings: Finding[],
): readonly ServicePort[] {
  if (port === undefined) return service.ports;
  const found = service.ports.filter(
    (known) => (typeof port === 'number' ? known.port : known.name) === port,
  );
  if (found.length === 0) findings.push(noPort(ingress, port, service));
  return found;
}

function targetOf({ targetPort, protocol }: ServicePort): TargetPort {
  return { port: targetPort, protocol };
}

/** What anyone may do is not said again for some; several Ingresses of one controller are one opening. */
function distinct(openings: readonly ExternalOpening[]): ExternalOpening[] {
  const groups = groupBy(openings, ({ callers, ports }) => JSON.stringify([callersKey(callers), ports]));
  const merged = [...groups.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, doubts: same.flatMap(({ doubts }) => doubts) }];
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
  const { workloads, namespaces, ranges } = callers;
  return [
    workloads.map(({ id }) => id),
    namespaces,
    ranges.map(({ version, base, prefix }) => [version, base.toString(), prefix]),
  ];
}

function noService({ namespace, name, place }: Ingress, service: string): Finding {
  return {
    id: 'ingress-service-not-found',
    severity: 'warning',
    message: `the Ingress sends traffic to Service ${namespace}/${service}, which is not in the manifests, so no way in is opened for it`,
    object: `Ingress/${namespace}/${name}`,
    place,
    mend: `Add the manifest of Service ${namespace}/${service} to the input, or correct its name.`,
  };
}

function noPort({ namespace, name, place }: Ingress, port: number | string, service: Service): Finding {
  const has = service.ports.map(
    (known) => `${known.name === undefined ? '' : `${known.name} `}${known.port}`,
  );
  return {
    id: 'ingress-port-not-found',
    severity: 'warning',
    message: `the Ingress sends traffic to port ${port} of Service ${service.namespace}/${service.name}, which has no such port, so no way in is opened for it`,
    object: `Ingress/${namespace}/${name}`,
    place,
    mend: has.length === 0 ? 'Add the port to the Service.' : `Name one of its ports: ${has.join(', ')}.`,
  };
}

function unknownController({ namespace, name, place }: Ingress): Finding {
  return {
    id: 'ingress-controller-unknown',
    severity: 'warning',
    message: `nobody knows which pods serve this Ingress, so its servers are opened to anyone, not just to an ingress controller`,
    object: `Ingress/${namespace}/${name}`,
    place,
    mend: 'Name the controller in ingressControllers (--ingress-controller NAMESPACE/NAME), or add its manifests and IngressClass to the input.',
  };
}

function hiddenSources({ namespace, name, place }: Service): Finding {
  return {
    id: 'source-ranges-behind-nodes',
    severity: 'warning',
    message: `with externalTrafficPolicy Cluster pods see the address of a node instead of the client's, so a policy for loadBalancerSourceRanges may refuse what the load balancer of Service ${namespace}/${name} lets in`,
    object: `Service/${namespace}/${name}`,
    place: place.at(['spec', 'loadBalancerSourceRanges']),
    mend: 'Set externalTrafficPolicy: Local, or give the address ranges of the nodes (nodeCidrs).',
  };
}

function badRange({ namespace, name, place }: Service, reason: string): Finding {
  return {
    id: 'invalid-source-range',
    severity: 'error',
    message: `loadBalancerSourceRanges has an item that is no CIDR (${reason}), so it opens nothing`,
    object: `Service/${namespace}/${name}`,
    place: place.at(['spec', 'loadBalancerSourceRanges']),
    mend: 'Write CIDRs such as 203.0.113.0/24.',
  };
}
