import type { CompileContext } from './compile-context';
import type { RulePart } from './compile-rule';
import { ConnectionSet, PROTOCOL } from './connection-set';
import type { Fuzzy } from './end-addresses';
import { IndexSet } from './index-set';
import { atMost, certain, nobody, union } from './peer-regions';
import { TRANSPORT_PROTOCOL, type PortMatch } from './port-match';
import { endsRegion, type Region } from './region';
import type { Service, ServicePort } from '../model/service';
import type { CalicoPolicy } from '../policies/calico/policy';

interface ServiceName {
  readonly name: string;
  readonly namespace?: string | undefined;
}

const ANY_PORT: PortMatch = {
  within: [PROTOCOL.tcp, PROTOCOL.udp, PROTOCOL.sctp].reduce(
    (set, protocol) => set.union(ConnectionSet.allPorts(protocol)),
    ConnectionSet.NONE,
  ),
  names: [],
  notNames: [],
};

/** The addresses behind a Service, ports not looked at: how `source.services` matches (calico-policy-model 5.5). */
export function servicePeers(
  name: ServiceName,
  policy: CalicoPolicy,
  context: CompileContext,
): Fuzzy<Region> {
  const service = findService(name, context);
  if (service !== undefined && hasKnownEndpoints(service)) return backends(service, context);
  return unknownEndpoints(name, policy, context);
}

/** Address and port behind a Service together: how `destination.services` matches. */
export function serviceParts(
  name: ServiceName,
  ports: PortMatch,
  policy: CalicoPolicy,
  context: CompileContext,
): readonly RulePart[] {
  const service = findService(name, context);
  if (service === undefined || !hasKnownEndpoints(service)) {
    const within = ports.within.intersect(ANY_PORT.within);
    return [{ peers: unknownEndpoints(name, policy, context), ports: { ...ANY_PORT, within } }];
  }
  const peers = backends(service, context);
  return service.ports.map((port) => ({ peers, ports: targetPort(port, ports.within) }));
}

function targetPort({ protocol, targetPort: target }: ServicePort, within: ConnectionSet): PortMatch {
  if (typeof target === 'string') return { within, names: [{ name: target, protocol }], notNames: [] };
  return {
    within,
    numbers: ConnectionSet.of(TRANSPORT_PROTOCOL[protocol], target, target),
    names: [],
    notNames: [],
  };
}

/** In a NetworkPolicy too the namespace must be written: without it Calico looks for none (2.6). */
function findService({ name, namespace }: ServiceName, { services }: CompileContext): Service | undefined {
  return namespace === undefined ? undefined : services.get(`${namespace}/${name}`);
}

/** A Service with a selector has the pods it selects; an ExternalName has none at all. */
function hasKnownEndpoints(service: Service): boolean {
  return service.type === 'ExternalName' || selectorOf(service).length > 0;
}

function selectorOf(service: Service): [string, string][] {
  return service.type === 'ExternalName' ? [] : Object.entries(service.selector ?? {});
}

/**
 * Pods and hosts behind a Service with a selector; readiness is not looked at. A host-network workload stands there
 * with its node's address, which other workloads on that node share; where `nodeCidrs` tells them, any of
 * these addresses may be it.
 */
function backends(service: Service, context: CompileContext): Fuzzy<Region> {
  const { ends, peers, pods } = context;
  const selector = selectorOf(service);
  if (selector.length === 0) return nobody();
  const matchLabels = Object.fromEntries(selector);
  const selected = pods.inNamespace(service.namespace, { matchLabels, matchExpressions: [] });
  const hosts = ends.classes
    .slice(ends.podCount)
    .filter(({ namespace, labels }) => namespace === service.namespace && isSelected(selector, labels))
    .map(({ index }) => index);
  const known = certain(endsRegion(selected.union(IndexSet.ofSorted(hosts))));
  return hosts.length === 0 ? known : union(known, atMost(peers.nodes));
}

function isSelected(
  selector: readonly [string, string][],
  labels: Readonly<Record<string, string>>,
): boolean {
  return selector.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/**
 * Endpoints that are not in the manifests may be anybody: EndpointSlices written by hand hold any address. Only
 * `default/kubernetes` is known to stand for the API server, which is no pod of the cluster. Without a namespace:
 * nobody (2.6).
 */
function unknownEndpoints(
  { name, namespace }: ServiceName,
  policy: CalicoPolicy,
  { doubts, peers }: CompileContext,
): Fuzzy<Region> {
  if (namespace === undefined) return nobody();
  if (name === 'kubernetes' && namespace === 'default') {
    doubts.add('api-server-endpoints-open', policy);
    return atMost(peers.notPods);
  }
  doubts.add('service-endpoints-open', policy);
  return atMost(peers.everything);
}
