import { inNetworkSets, namespaceTest } from './calico-entity';
import { declaresPort, PROTOCOLS, type Flow, type Way } from './flow';
import { asCalico, posesAsPod, seen, selects } from './kubernetes';
import type {
  AdminPort,
  ClusterPeer,
  ClusterPods,
  ClusterProtocol,
  ClusterRule,
  ClusterWideManifest,
  DestinationPort,
  LabelSelector,
  Manifest,
} from './manifest';
import { selectable, type Endpoint } from './pods';
import { isNode } from './worlds';

export type ClusterAction = 'accept' | 'deny' | 'pass';

export function isClusterWide(manifest: Manifest): manifest is ClusterWideManifest {
  return ['ClusterNetworkPolicy', 'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy'].includes(manifest.kind);
}

/** Before (Admin) or behind (Baseline) NetworkPolicy: network-policy-semantics 2.2. */
export function clusterTier(policy: ClusterWideManifest): 'Admin' | 'Baseline' {
  if (policy.kind === 'ClusterNetworkPolicy') return policy.spec.tier;
  return policy.kind === 'AdminNetworkPolicy' ? 'Admin' : 'Baseline';
}

/** The policies of a tier, lowest priority first. */
export function clusterPolicies(
  manifests: readonly Manifest[],
  tier: 'Admin' | 'Baseline',
): ClusterWideManifest[] {
  const policies = manifests.filter(isClusterWide).filter((policy) => clusterTier(policy) === tier);
  return policies.sort((a, b) => (a.spec.priority ?? 0) - (b.spec.priority ?? 0));
}

/** Whether the endpoint is a subject of the policy. */
export function isSubject(policy: ClusterWideManifest, endpoint: Endpoint, calico: boolean): boolean {
  return podsMatch(policy.spec.subject, endpoint, calico);
}

/** The action of the first rule that matches, from the top; undefined when none does. */
export function firstAction(policy: ClusterWideManifest, way: Way, flow: Flow): ClusterAction | undefined {
  const open = flow.calico && !isKnownToCalico(policy);
  for (const rule of policy.spec[way] ?? []) {
    const converted = !open || isConverted(rule);
    if (converted ? !ruleMatches(rule, way, policy.kind, flow) : !isFailClosed(rule)) continue;
    // Left out, as 3.31 does it with the older kinds, or in force as its converter makes it.
    if (open && !flow.doubt(`Calico 3.32 reads ${policy.metadata.name}`)) continue;
    if (!converted) return 'deny';
    if (rule.action === 'Accept' || rule.action === 'Allow') return 'accept';
    return rule.action === 'Deny' ? 'deny' : 'pass';
  }
  return undefined;
}

/**
 * Calico knows no nodes and no domains. A policy of the older kinds that has any is left out as a whole by 3.31: its converter
 * gives an error with it, which the client takes for one it does not know (kubeadminnetworkpolicy.go of
 * libcalico-go/lib/backend/k8s/resources). The engine of test/engines asks that client.
 */
export function isKnownToCalico({ spec: { egress = [] } }: ClusterWideManifest): boolean {
  return egress.every(isConverted);
}

function isConverted({ to = [] }: ClusterRule): boolean {
  return !to.some(({ nodes, domainNames }) => nodes !== undefined || domainNames !== undefined);
}

/** What the converter puts a deny of everybody in the place of (k8sANPHandleFailedRules); others it drops. */
function isFailClosed({ action }: ClusterRule): boolean {
  return action === 'Deny' || action === 'Pass';
}

function ruleMatches(rule: ClusterRule, way: Way, kind: ClusterWideManifest['kind'], flow: Flow): boolean {
  const peers = (way === 'ingress' ? rule.from : rule.to) ?? [];
  const other = way === 'ingress' ? flow.from : flow.to;
  if (!peers.some((peer) => peerMatches(peer, other, kind, flow))) return false;
  const { protocols, ports } = rule;
  if (protocols !== undefined && !protocols.some((item) => protocolMatches(item, flow))) return false;
  return ports === undefined || ports.some((item) => adminPortMatches(item, flow));
}

/** Networks match by address and may include pod addresses (2.2). */
function peerMatches(
  peer: ClusterPeer,
  other: Endpoint,
  kind: ClusterWideManifest['kind'],
  flow: Flow,
): boolean {
  if (peer.networks !== undefined) return peer.networks.some((cidr) => flow.addresses.inBlock(other, cidr));
  if (peer.nodes !== undefined && flow.engine && kind !== 'ClusterNetworkPolicy')
    return isPodOfNode(peer.nodes, other, flow);
  if (peer.nodes !== undefined) return isSelectedNode(peer.nodes, other, flow);
  if (peer.domainNames !== undefined)
    return selectable(other) === undefined && flow.doubt(`${other.key} is ${peer.domainNames.join()}`);
  if (podsMatch(peer, other, flow.calico)) return true;
  if (peer.pods !== undefined && posesAsPod(peer.pods, undefined, other, flow)) return true;
  if (!flow.calico || peer.namespaces === undefined) return false;
  // Its converter makes a namespaceSelector alone of a `namespaces` peer, without a word that keeps it to pods
  // (combinePortsWithANPIngressPeers of libcalico-go/lib/backend/k8s/conversion).
  if (!inNetworkSets(namespaceTest(asCalico(peer.namespaces)), other, flow)) return false;
  // The converter of 3.31 is known; that of 3.32, which has ClusterNetworkPolicies, is not.
  return kind !== 'ClusterNetworkPolicy' || flow.doubt('network sets of namespaces');
}

/** What kube-network-policies makes of nodes in the older kinds: the pods on them (evaluateAdminEgress of 1.1.1). */
function isPodOfNode(selector: LabelSelector, other: Endpoint, flow: Flow): boolean {
  if (selectable(other) === undefined) return false;
  return (
    Object.keys(selector).length === 0 ||
    flow.doubt(`${other.key} is on a node of ${JSON.stringify(selector)}`)
  );
}

/** Hosts are nodes, with labels that nobody knows; an address outside may be a node's, if it is in nodeCidrs where given. */
function isSelectedNode(selector: LabelSelector, other: Endpoint, flow: Flow): boolean {
  if (selectable(other) !== undefined) return false;
  if (other.type === 'pod' && Object.keys(selector).length === 0) return true;
  if (flow.options.nodeCidrs !== undefined && !isNode(other, flow.options)) return false;
  return flow.doubt(`${other.key} is a node of ${JSON.stringify(selector)}`);
}

function podsMatch(pods: ClusterPods, endpoint: Endpoint, calico: boolean): boolean {
  const pod = selectable(endpoint);
  if (pod === undefined) return false;
  const labels = seen(pod, calico);
  if (pods.namespaces !== undefined) return selects(pods.namespaces, labels.namespace);
  if (pods.pods === undefined) return false;
  return selects(pods.pods.namespaceSelector, labels.namespace) && selects(pods.pods.podSelector, labels.pod);
}

function protocolMatches(item: ClusterProtocol, flow: Flow): boolean {
  if (item.destinationNamedPort !== undefined) return namedPortMatches(item.destinationNamedPort, flow);
  return (
    destinationPortMatches(item.tcp, 'TCP', flow) ||
    destinationPortMatches(item.udp, 'UDP', flow) ||
    destinationPortMatches(item.sctp, 'SCTP', flow)
  );
}

function destinationPortMatches(
  item: DestinationPort | undefined,
  protocol: string,
  { packet }: Flow,
): boolean {
  if (item === undefined || packet.protocol !== PROTOCOLS[protocol] || packet.port === undefined)
    return false;
  const { number, range } = item.destinationPort;
  if (number !== undefined) return packet.port === number;
  return range !== undefined && range.start <= packet.port && packet.port <= range.end;
}

function adminPortMatches(item: AdminPort, flow: Flow): boolean {
  const { protocol, port } = flow.packet;
  // Calico 3.31 does not look at the name: `felix` has no rule for it (test/engines/known-deviations.engine.ts).
  if (item.namedPort !== undefined) {
    if (flow.engine) return declaresName(item.namedPort, flow);
    return flow.calico || namedPortMatches(item.namedPort, flow);
  }
  if (port === undefined) return false;
  if (item.portNumber !== undefined)
    return protocol === PROTOCOLS[item.portNumber.protocol] && port === item.portNumber.port;
  const range = item.portRange;
  return (
    range !== undefined && protocol === PROTOCOLS[range.protocol] && range.start <= port && port <= range.end
  );
}

/** kube-network-policies takes every packet to a pod that declares the name (evaluateAdminNetworkPolicyPort of 1.1.1). */
function declaresName(name: string, { to, doubt }: Flow): boolean {
  if (to.type !== 'pod' || to.hostNetwork) return false;
  if (to.portsUnknown) return doubt(`${to.key} declares ${name}`);
  return to.ports.some((port) => port.name === name && !to.sidecarPorts.includes(port));
}

/** Named port entries carry no protocol (2.2): whatever protocol the destination pod declares the name with. */
function namedPortMatches(name: string, { packet, to, engine, doubt }: Flow): boolean {
  return declaresPort(to, name, packet.protocol, packet.port, engine ? 'containers' : 'running', doubt);
}
