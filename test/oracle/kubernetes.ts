import { inNetworkSets, namespaceTest, podLookup } from './calico-entity';
import type { Lookup } from './calico-selector';
import { declaresPort, PROTOCOLS, type Flow, type Way } from './flow';
import type {
  Labels,
  LabelSelector,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from './manifest';
import { selectable, type Endpoint, type Pod } from './pods';

/** A metav1.LabelSelector: all of its labels and all of its expressions. Empty matches everything (2.1 item 4). */
export function selects(selector: LabelSelector, labels: Lookup): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    if (labels(key) !== value) return false;
  }
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const value = labels(key);
    // 2.1 item 11: In and Exists need the key, NotIn and DoesNotExist match without it; an empty value is a value.
    if (operator === 'In' && !(value !== undefined && values.includes(value))) return false;
    if (operator === 'NotIn' && value !== undefined && values.includes(value)) return false;
    if (operator === 'Exists' && value === undefined) return false;
    if (operator === 'DoesNotExist' && value !== undefined) return false;
  }
  return true;
}

/** The labels of a pod, and those of its namespace, as whoever enforces policies sees them. */
export interface Seen {
  readonly pod: Lookup;
  readonly namespace: Lookup;
}

/**
 * As they are written; or, where Calico enforces, as it sets them itself, since it makes every selector of Kubernetes into
 * one of its own (k8sSelectorToCalico of libcalico-go/lib/backend/k8s/conversion; calico-policy-model 4.1 and 5.1).
 */
export function seen(pod: Pod, calico: boolean): Seen {
  if (!calico) return { pod: written(pod.labels), namespace: written(pod.namespaceLabels) };
  const labels = podLookup(pod);
  return { pod: labels, namespace: (key) => labels(`pcns.${key}`) };
}

function written(labels: Labels): Lookup {
  return (key) => (Object.hasOwn(labels, key) ? labels[key] : undefined);
}

/** A LabelSelector in Calico's language, as its converter writes it. */
export function asCalico({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key} == '${value}'`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return `has(${key})`;
    if (operator === 'DoesNotExist') return `! has(${key})`;
    return `${key} ${operator === 'In' ? 'in' : 'not in'} { '${values.join("', '")}' }`;
  });
  return [...labels, ...expressions].join(' && ') || 'all()';
}

/**
 * Whether Calico takes the end for one of these pods by a network set around it: what keeps a selector to pods is the label
 * `projectcalico.org/orchestrator`, which a set may have as well.
 * @param namespace of the policy, where no namespaceSelector is given
 */
export function posesAsPod(
  peer: { readonly podSelector?: LabelSelector; readonly namespaceSelector?: LabelSelector },
  namespace: string | undefined,
  other: Endpoint,
  flow: Flow,
): boolean {
  const { podSelector = {}, namespaceSelector } = peer;
  const inNamespaces =
    namespaceSelector === undefined
      ? (labels: Lookup) => labels('projectcalico.org/namespace') === namespace
      : namespaceTest(asCalico(namespaceSelector));
  const test = (labels: Lookup): boolean =>
    labels('projectcalico.org/orchestrator') === 'k8s' &&
    inNamespaces(labels) &&
    selects(podSelector, labels);
  return flow.calico && inNetworkSets(test, other, flow);
}

/** network-policy-semantics 2.1 item 2: what the API server fills in when policyTypes is missing or empty. */
export function typesOf(spec: NetworkPolicySpec): readonly ('Ingress' | 'Egress')[] {
  if (spec.policyTypes !== undefined && spec.policyTypes.length > 0) return spec.policyTypes;
  return (spec.egress ?? []).length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

/** Whether the policy isolates the endpoint in that direction (2.1 items 1, 4 and 13). */
export function isolates(
  spec: NetworkPolicySpec,
  namespace: string,
  endpoint: Endpoint,
  way: Way,
  calico: boolean,
): boolean {
  const pod = selectable(endpoint);
  if (pod === undefined || pod.namespace !== namespace) return false;
  if (!typesOf(spec).includes(way === 'ingress' ? 'Ingress' : 'Egress')) return false;
  return selects(spec.podSelector ?? {}, seen(pod, calico).pod);
}

/** Whether any rule of the direction lets the flow through (2.1 item 1). */
export function allows(spec: NetworkPolicySpec, namespace: string, way: Way, flow: Flow): boolean {
  if (way === 'ingress') {
    return (spec.ingress ?? []).some((rule) =>
      ruleMatches(rule.from, rule.ports, namespace, flow.from, flow),
    );
  }
  return (spec.egress ?? []).some((rule) => ruleMatches(rule.to, rule.ports, namespace, flow.to, flow));
}

function ruleMatches(
  peers: readonly NetworkPolicyPeer[] | undefined,
  ports: readonly NetworkPolicyPort[] | undefined,
  namespace: string,
  other: Endpoint,
  flow: Flow,
): boolean {
  // 2.1 item 5: missing and empty lists do not restrict.
  if (ports !== undefined && ports.length > 0 && !ports.some((port) => portMatches(port, flow))) return false;
  if (peers === undefined || peers.length === 0) return true;
  return peers.some((peer) => peerMatches(peer, namespace, other, flow));
}

/** 2.1 items 6 and 7. */
function peerMatches(peer: NetworkPolicyPeer, namespace: string, other: Endpoint, flow: Flow): boolean {
  if (peer.ipBlock !== undefined) {
    if (!flow.addresses.inBlock(other, peer.ipBlock.cidr)) return false;
    return !(peer.ipBlock.except ?? []).some((cidr) => flow.addresses.inBlock(other, cidr));
  }
  if (posesAsPod(peer, namespace, other, flow)) return true;
  const pod = selectable(other);
  if (pod === undefined) return false;
  const labels = seen(pod, flow.calico);
  if (peer.namespaceSelector === undefined && pod.namespace !== namespace) return false;
  if (peer.namespaceSelector !== undefined && !selects(peer.namespaceSelector, labels.namespace))
    return false;
  return selects(peer.podSelector ?? {}, labels.pod);
}

/** 2.1 items 9 and 10. Calico makes the policy into rules of its own, so it looks names up in its way. */
function portMatches(item: NetworkPolicyPort, { packet, to, calico, engine, doubt }: Flow): boolean {
  if (packet.protocol !== PROTOCOLS[item.protocol ?? 'TCP']) return false;
  if (item.port === undefined) return true;
  if (typeof item.port === 'string')
    return declaresPort(
      to,
      item.port,
      packet.protocol,
      packet.port,
      calico ? 'all' : engine ? 'containers' : 'running',
      doubt,
    );
  if (packet.port === undefined) return false;
  return item.port <= packet.port && packet.port <= (item.endPort ?? item.port);
}
