import type { CompileContext } from './compile-context';
import type { RulePart } from './compile-rule';
import { ConnectionSet, PROTOCOL } from '../sets/connection-set';
import type { Fuzzy } from '../ends/end-addresses';
import type { EndClass } from '../ends/end-class';
import { IndexSet } from '../sets/index-set';
import { atMost, certain, nobody, union } from '../ends/peer-regions';
import { TRANSPORT_PROTOCOL, type PortMatch } from './port-match';
import { endsRegion, isNowhere, subtractRegions, type Region } from '../sets/region';
import type { Service, ServicePort } from '../../model/services/service';
import { writtenEndpoints } from '../../model/services/written-endpoints';
import type { CalicoPolicy } from '../../policies/calico/policy';

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
  if (service === undefined || !hasKnownEndpoints(service)) return unknownEndpoints(name, policy, context);
  const known = backends(service, policy, context);
  return hasMoreEndpoints(service, context) ? union(known, unknownEndpoints(name, policy, context)) : known;
}

/** Address and port behind a Service together: how `destination.services` matches. */
export function serviceParts(
  name: ServiceName,
  ports: PortMatch,
  policy: CalicoPolicy,
  context: CompileContext,
): readonly RulePart[] {
  const service = findService(name, context);
  const unknown = (): RulePart => ({
    peers: unknownEndpoints(name, policy, context),
    ports: { ...ANY_PORT, within: ports.within.intersect(ANY_PORT.within) },
  });
  if (service === undefined || !hasKnownEndpoints(service)) return [unknown()];
  const { pods, hosts } = selectedEnds(service, context);
  const known = service.ports.flatMap((port) => [
    { peers: certain(endsRegion(pods)), ports: targetPort(port, ports.within) },
    ...hostParts(port, hosts, ports.within, { policy, context }),
  ]);
  return hasMoreEndpoints(service, context) ? [...known, unknown()] : known;
}

function targetPort({ protocol, targetPort: target }: ServicePort, within: ConnectionSet): PortMatch {
  if (typeof target === 'string') return { within, names: [{ name: target, protocol }], notNames: [] };
  return { within, numbers: portSet(protocol, target), names: [], notNames: [] };
}

/**
 * The endpoints that are hosts, by the numbers they serve the port on. An endpoint has its number from the pod behind
 * it, even where another workload of the same node is met at its address (calico-policy-model 5.5: addresses × ports
 * of the EndpointSlices).
 */
function hostParts(
  port: ServicePort,
  hosts: readonly EndClass[],
  within: ConnectionSet,
  asked: Asked,
): RulePart[] {
  const byNumbers = new Map<ConnectionSet, number[]>();
  for (const host of hosts) {
    const numbers = numbersAt(host, port);
    if (numbers.isEmpty) continue;
    byNumbers.set(numbers, [...(byNumbers.get(numbers) ?? []), host.index]);
  }
  return [...byNumbers].map(([numbers, indexes]) => ({
    peers: hostsAt(indexes, asked),
    ports: { within, numbers, names: [], notNames: [] },
  }));
}

function numbersAt({ ports }: EndClass, { protocol, targetPort: target }: ServicePort): ConnectionSet {
  if (typeof target === 'number') return portSet(protocol, target);
  return ports
    .filter((port) => port.name === target && port.protocol === protocol)
    .reduce((set, { port }) => set.union(portSet(protocol, port)), ConnectionSet.NONE);
}

function portSet(protocol: ServicePort['protocol'], port: number): ConnectionSet {
  return ConnectionSet.of(TRANSPORT_PROTOCOL[protocol], port, port);
}

/** In a NetworkPolicy too the namespace must be written: without it Calico looks for none (2.6). */
function findService({ name, namespace }: ServiceName, { services }: CompileContext): Service | undefined {
  return namespace === undefined ? undefined : services.get(`${namespace}/${name}`);
}

/** A Service with a selector has the pods it selects; an ExternalName has none at all. */
function hasKnownEndpoints(service: Service): boolean {
  return service.type === 'ExternalName' || selectorOf(service).length > 0;
}

/** Calico takes every EndpointSlice that carries the name of the Service, whoever wrote it (calico-policy-model 5.5). */
function hasMoreEndpoints({ namespace, name }: Service, { cluster }: CompileContext): boolean {
  return writtenEndpoints(cluster.resources).besideSelector.has(`${namespace}/${name}`);
}

function selectorOf(service: Service): [string, string][] {
  return service.type === 'ExternalName' ? [] : Object.entries(service.selector ?? {});
}

/** Pods and hosts behind a Service with a selector; readiness is not looked at. */
function backends(service: Service, policy: CalicoPolicy, context: CompileContext): Fuzzy<Region> {
  const { pods, hosts } = selectedEnds(service, context);
  const known = certain(endsRegion(pods));
  if (hosts.length === 0) return known;
  const indexes = hosts.map(({ index }) => index);
  return union(known, hostsAt(indexes, { policy, context }));
}

/** The policy that names the Service, and where. */
interface Asked {
  readonly policy: CalicoPolicy;
  readonly context: CompileContext;
}

/**
 * A host-network workload stands behind a Service with its node's address, which other workloads on that node share;
 * where `nodeCidrs` tells them, any of these addresses may be it.
 */
function hostsAt(indexes: readonly number[], { policy, context }: Asked): Fuzzy<Region> {
  const { doubts, peers } = context;
  const known = endsRegion(IndexSet.ofSorted(indexes));
  if (!isNowhere(subtractRegions(peers.nodes, known))) doubts.add('service-nodes-open', policy);
  return union(certain(known), atMost(peers.nodes));
}

interface SelectedEnds {
  readonly pods: IndexSet;
  /** In the order of their indexes. */
  readonly hosts: readonly EndClass[];
}

function selectedEnds(service: Service, { ends, pods }: CompileContext): SelectedEnds {
  const selector = selectorOf(service);
  if (selector.length === 0) return { pods: IndexSet.EMPTY, hosts: [] };
  return {
    pods: pods.labelled(service.namespace, Object.fromEntries(selector)),
    hosts: ends.hostClasses.filter(
      ({ namespace, labels }) => namespace === service.namespace && isSelected(selector, labels),
    ),
  };
}

function isSelected(
  selector: readonly [string, string][],
  labels: Readonly<Record<string, string>>,
): boolean {
  return selector.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/**
 * Endpoints that are not in the manifests may be anybody: EndpointSlices written by hand hold any address, and those
 * that are in the manifests are not read either. Only
 * `default/kubernetes` is known to stand for the API server, which is no pod of the cluster. Without a namespace:
 * nobody (2.6).
 */
function unknownEndpoints(
  { name, namespace }: ServiceName,
  policy: CalicoPolicy,
  { cluster, doubts, peers }: CompileContext,
): Fuzzy<Region> {
  if (namespace === undefined) return nobody();
  if (name === 'kubernetes' && namespace === 'default') {
    doubts.add('api-server-endpoints-open', policy);
    return atMost(peers.notPods);
  }
  const isWritten = writtenEndpoints(cluster.resources).any.has(`${namespace}/${name}`);
  doubts.add(isWritten ? 'written-endpoints-open' : 'service-endpoints-open', policy);
  return atMost(peers.everything);
}
