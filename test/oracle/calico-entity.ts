import { parseSelector, type Lookup, type Test } from './calico-selector';
import { declaresPort, mayDeclare, PROTOCOLS, type Flow } from './flow';
import type {
  CalicoEntity,
  CalicoRule,
  Labels,
  Manifest,
  NetworkSetManifest,
  ServiceManifest,
} from './manifest';
import {
  isBackend,
  isWorkload,
  namespaceLabels,
  podOf,
  selectable,
  servicePortsAt,
  type Endpoint,
  type Pod,
} from './pods';
import { coversFamily, parseBlock } from './address';
import { isNode } from './worlds';

const NAMESPACE = 'projectcalico.org/namespace';

/** The labels of a pod (calico-policy-model 4.1): its own, then what it inherits from namespace and service account. */
export function podLookup(pod: Pod): Lookup {
  return (key) => {
    if (key === NAMESPACE) return pod.namespace;
    if (key === 'projectcalico.org/orchestrator') return 'k8s';
    if (key === 'projectcalico.org/serviceaccount') return pod.serviceAccount;
    if (key === 'pcsa.projectcalico.org/name') return pod.serviceAccount;
    if (key.startsWith('pcsa.')) return own(pod.serviceAccountLabels, key.slice(5));
    if (key.startsWith('pcns.')) return inherited(pod.namespace, pod.namespaceLabels, key);
    return own(pod.labels, key);
  };
}

function setLookup(set: NetworkSetManifest, manifests: readonly Manifest[]): Lookup {
  const namespace = set.kind === 'NetworkSet' ? (set.metadata.namespace ?? 'default') : undefined;
  return (key) => {
    const label = own(set.metadata.labels ?? {}, key);
    if (namespace === undefined) return label;
    if (key === NAMESPACE) return namespace;
    return (
      label ??
      (key.startsWith('pcns.') ? inherited(namespace, namespaceLabels(manifests, namespace), key) : undefined)
    );
  };
}

/** The automatic name wins over a label of the same key, so that it cannot be spoofed (4.1). */
function inherited(namespace: string, labels: Labels, key: string): string | undefined {
  return key === 'pcns.projectcalico.org/name' ? namespace : own(labels, key.slice(5));
}

function own(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** A namespace selector: its keys are those of namespace labels, `all()` is any namespace, `global()` none (4.2, 4.3). */
export function namespaceTest(selector: string): Test {
  const namespaced: Test = (labels) => labels(NAMESPACE) !== undefined;
  return (labels) => {
    const meaning = { all: () => namespaced(labels), global: () => !namespaced(labels) };
    return parseSelector(selector, meaning)((key) => labels(`pcns.${key}`));
  };
}

/** A service-account selector: its keys are those of service-account labels; `all()` is every entity (4.3). */
export function serviceAccountTest(selector: string): Test {
  const test = parseSelector(selector);
  return (labels) => test((key) => labels(`pcsa.${key}`));
}

/** What an entity rule says about labels: `positive` of known entities, `residual` an exclusion of addresses (4.3). */
interface Scope {
  readonly positive: Test | undefined;
  readonly residual: Test | undefined;
}

function scopeOf(entity: CalicoEntity, policyNamespace: string | undefined): Scope {
  const parts: Test[] = [];
  const names = entity.serviceAccounts?.names ?? [];
  if (names.length > 0)
    parts.push((labels) => names.includes(labels('projectcalico.org/serviceaccount') ?? ''));
  if (entity.serviceAccounts?.selector) parts.push(serviceAccountTest(entity.serviceAccounts.selector));
  if (entity.selector) parts.push(parseSelector(entity.selector));
  const used = parts.length > 0 || Boolean(entity.notSelector) || Boolean(entity.namespaceSelector);
  if (entity.namespaceSelector) {
    parts.push(namespaceTest(entity.namespaceSelector));
  } else if (policyNamespace !== undefined && used) {
    parts.push((labels) => labels(NAMESPACE) === policyNamespace);
  }
  const negative = entity.notSelector ? parseSelector(entity.notSelector) : undefined;
  if (parts.length === 0) return { positive: undefined, residual: negative };
  return {
    positive: (labels) => parts.every((part) => part(labels)) && !negative?.(labels),
    residual: undefined,
  };
}

/** Whether the endpoint's address is in the set of addresses of all entities that pass the test: pods and network sets (4.3). */
function inEntities(test: Test, endpoint: Endpoint, flow: Flow): boolean {
  const pod = selectable(endpoint);
  if (pod !== undefined && test(podLookup(pod))) return true;
  return inNetworkSets(test, endpoint, flow);
}

/** Whether the endpoint's address is in a network set that passes the test. */
export function inNetworkSets(test: Test, endpoint: Endpoint, flow: Flow): boolean {
  for (const manifest of flow.manifests) {
    if (manifest.kind !== 'NetworkSet' && manifest.kind !== 'GlobalNetworkSet') continue;
    if (!test(setLookup(manifest, flow.manifests))) continue;
    if ((manifest.spec.nets ?? []).some((net) => flow.addresses.inBlock(endpoint, net))) return true;
  }
  return false;
}

/** One side of a rule. All given criteria must hold, all `not…` ones must not (5.5). */
export function entityMatches(
  side: 'source' | 'destination',
  rule: CalicoRule,
  policyNamespace: string | undefined,
  flow: Flow,
): boolean {
  const entity = rule[side];
  if (entity === undefined) return true;
  const endpoint = side === 'source' ? flow.from : flow.to;
  const scope = scopeOf(entity, policyNamespace);
  if (entity.services !== undefined && !serviceMatches(side, entity.services, endpoint, flow)) return false;
  if (side === 'destination' && !portsMatch(side, entity, scope, endpoint, rule, flow)) return false;
  if (scope.positive !== undefined && !inEntities(scope.positive, endpoint, flow)) return false;
  if (scope.residual !== undefined && inEntities(scope.residual, endpoint, flow)) return false;
  if (!netsMatch(entity.nets ?? [], entity.notNets ?? [], endpoint, flow)) return false;
  return side === 'destination' || portsMatch(side, entity, scope, endpoint, rule, flow);
}

/**
 * A list of blocks none of which has the packet's family cannot match, not even a `notNets` (5.5). Nor does a `notNets`
 * that leaves no address of the family: 5.5 says so of the catch-all, and of several blocks that make it up together
 * (which 2.3 item 8 does not refuse) it follows from "none-of", whatever address an end turns out to have.
 */
function netsMatch(
  nets: readonly string[],
  notNets: readonly string[],
  endpoint: Endpoint,
  flow: Flow,
): boolean {
  const family = flow.addresses.family();
  for (const list of [nets, notNets]) {
    if (list.length > 0 && !list.some((net) => parseBlock(net).family === family)) return false;
  }
  if (coversFamily(notNets.map(parseBlock), family)) return false;
  if (nets.length > 0 && !nets.some((net) => flow.addresses.inBlock(endpoint, net))) return false;
  return !notNets.some((net) => flow.addresses.inBlock(endpoint, net));
}

function portsMatch(
  side: 'source' | 'destination',
  entity: CalicoEntity,
  scope: Scope,
  endpoint: Endpoint,
  rule: CalicoRule,
  flow: Flow,
): boolean {
  const { ports = [], notPorts = [] } = entity;
  if (ports.length === 0 && notPorts.length === 0) return true;
  if (side === 'source' && flow.precision === 'agreed') {
    // Agreed: whether a client's port is one of these is not looked into.
    return flow.doubt('source port');
  }
  const port = side === 'destination' ? flow.packet.port : sourcePort(flow);
  const matches = (item: number | string): boolean => portMatches(item, port, scope, endpoint, rule, flow);
  if (ports.length > 0 && !ports.some(matches)) return false;
  return !notPorts.some(matches);
}

function portMatches(
  item: number | string,
  port: number | undefined,
  scope: Scope,
  endpoint: Endpoint,
  rule: CalicoRule,
  flow: Flow,
): boolean {
  const [first, last = first] = String(item).split(':').map(Number);
  if (first !== undefined && last !== undefined && Number.isInteger(first)) {
    return port !== undefined && first <= port && port <= last;
  }
  // 5.5: a named port is (ip, proto, port) of the entities that satisfy the positive selector and declare the name.
  const pod = selectable(endpoint);
  if (pod === undefined || (scope.positive !== undefined && !scope.positive(podLookup(pod)))) return false;
  const protocol = rule.protocol === undefined ? flow.packet.protocol : numberOf(rule.protocol);
  return (
    protocol === flow.packet.protocol && declaresPort(pod, String(item), protocol, port, 'all', flow.doubt)
  );
}

/** Nobody knows the source port: every value that some rule or port tells apart is tried. */
function sourcePort(flow: Flow): number {
  const rules = flow.manifests.flatMap(rulesOf);
  const items = rules.flatMap(({ source }) => [...(source?.ports ?? []), ...(source?.notPorts ?? [])]);
  const numbers = items.flatMap((item) => String(item).split(':').map(Number)).filter(Number.isInteger);
  const ports = flow.from.type === 'pod' ? [...flow.from.ports, ...flow.from.initPorts] : [];
  const declared = ports.map(({ number }) => number);
  const cuts = new Set([
    1,
    65535,
    ...declared,
    ...numbers.flatMap((number) => [number - 1, number, number + 1]),
  ]);
  const values = [...cuts].filter((cut) => cut >= 1 && cut <= 65535);
  return values[flow.choose('source port', values.length)] ?? 1;
}

function rulesOf(manifest: Manifest): readonly CalicoRule[] {
  if (
    manifest.apiVersion !== 'projectcalico.org/v3' ||
    !('ingress' in manifest.spec || 'egress' in manifest.spec)
  )
    return [];
  if (manifest.kind === 'StagedKubernetesNetworkPolicy') return [];
  return [...(manifest.spec.ingress ?? []), ...(manifest.spec.egress ?? [])];
}

/** A protocol of a rule as a number. */
export function numberOf(protocol: number | string): number {
  return typeof protocol === 'number' ? protocol : (PROTOCOLS[protocol] ?? Number(protocol));
}

/** 5.5: by (address, protocol, port) of the Service's endpoints as a destination, by address alone as a source. */
function serviceMatches(
  side: 'source' | 'destination',
  wanted: { readonly name: string; readonly namespace?: string },
  endpoint: Endpoint,
  flow: Flow,
): boolean {
  // 2.6: without a namespace the set has a key nothing matches.
  const { name, namespace } = wanted;
  if (namespace === undefined) return false;
  const service = flow.manifests.find((manifest): manifest is ServiceManifest =>
    isService(manifest, namespace, name),
  );
  const external = service?.spec.type === 'ExternalName';
  const bare = !external && Object.keys(service?.spec.selector ?? {}).length === 0;
  if (service === undefined || bare || isWrittenBeside(namespace, name, flow.manifests)) {
    // Some endpoints are in none of the manifests (default/kubernetes is such a Service), or not looked at there: they may
    // be anything, on any port of the protocols that Services have.
    const possible = side === 'source' || [6, 17, 132].includes(flow.packet.protocol);
    if (possible && flow.doubt(`${side} ${endpoint.key} behind ${namespace}/${name}`)) return true;
  }
  if (service === undefined) return false;
  const answers = (pod: Pod): boolean =>
    side === 'source' ||
    mayServe(service, pod, flow) ||
    servicePortsAt(service, pod).some(
      ({ protocol, number }) => PROTOCOLS[protocol] === flow.packet.protocol && number === flow.packet.port,
    );
  if (endpoint.type === 'pod' && isBackend(service, endpoint) && answers(endpoint)) return true;
  if (endpoint.type === 'pod' && !endpoint.hostNetwork) return false;
  // A host-network backend has its node's address, which may be this end's too.
  const nodes = flow.manifests.filter(isWorkload).map((manifest) => podOf(flow.manifests, manifest));
  return nodes.some(
    (pod) =>
      pod.hostNetwork &&
      pod.key !== endpoint.key &&
      isBackend(service, pod) &&
      answers(pod) &&
      sharesNode(pod, endpoint, flow),
  );
}

/** Whether a pod of which nobody knows what it declares may serve the port under the name that the Service has for it. */
function mayServe({ spec }: ServiceManifest, pod: Pod, { packet, doubt }: Flow): boolean {
  return spec.ports.some(
    ({ targetPort, protocol = 'TCP' }) =>
      pod.portsUnknown &&
      typeof targetPort === 'string' &&
      PROTOCOLS[protocol] === packet.protocol &&
      mayDeclare(pod.key, targetPort, packet.protocol, packet.port, doubt),
  );
}

/** Whether somebody but the controller of selectors wrote endpoints of the Service: Calico takes those as well (5.5). */
function isWrittenBeside(namespace: string, name: string, manifests: readonly Manifest[]): boolean {
  return manifests.some(
    ({ kind, metadata: { labels = {}, ...metadata } }) =>
      kind === 'EndpointSlice' &&
      metadata.namespace === namespace &&
      labels['kubernetes.io/service-name'] === name &&
      labels['endpointslice.kubernetes.io/managed-by'] !== 'endpointslice-controller.k8s.io',
  );
}

/** Whether the two are on one node. An address outside is taken for no node, unless it is in nodeCidrs. */
function sharesNode(pod: Pod, endpoint: Endpoint, flow: Flow): boolean {
  return isNode(endpoint, flow.options) && flow.doubt(`${endpoint.key} on the node of ${pod.key}`);
}

function isService(manifest: Manifest, namespace: string, name: string): boolean {
  return (
    manifest.kind === 'Service' &&
    manifest.metadata.name === name &&
    manifest.metadata.namespace === namespace
  );
}
