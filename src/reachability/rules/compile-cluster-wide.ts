import { peersIn, portNamesOf, type CompileContext } from './compile-context';
import { namesNodes, readingOf } from './policy-reading';
import { compileRule, type RulePart } from './compile-rule';
import { ConnectionSet } from '../sets/connection-set';
import type { Fuzzy } from '../ends/end-addresses';
import { atMost, certain, nobody, union } from '../ends/peer-regions';
import { setsOfNamespaces, wholeNamespaces } from './namespace-sets';
import { posingPeers } from './posing-sets';
import { EVERY_CONNECTION, TRANSPORT_PROTOCOL, type PortMatch, type PortName } from './port-match';
import { IndexSet } from '../sets/index-set';
import { endsRegion, type Region } from '../sets/region';
import type { Action, CompiledPolicy, CompiledRule } from './rule';
import { rulesOnDemand } from './rules-on-demand';
import { AddressSet } from '../../model/address-set';
import { selectsEverything, type LabelSelector } from '../../model/label-selector';
import type {
  ClusterWidePeer,
  ClusterWidePolicy,
  ClusterWideRule,
} from '../../policies/cluster-network-policy/policy';
import { DIRECTIONS, type Direction } from '../../policies/direction';

type PodsPeer = Extract<ClusterWidePeer, { readonly type: 'pods' }>;

const ACTIONS: Readonly<Record<ClusterWideRule['action'], Action>> = {
  Accept: 'allow',
  Deny: 'deny',
  Pass: 'pass',
};

/** A ClusterNetworkPolicy, AdminNetworkPolicy or BaselineAdminNetworkPolicy (network-policy-semantics 2.2). */
export function compileClusterWide(policy: ClusterWidePolicy, context: CompileContext): CompiledPolicy {
  const reading = readingOf(policy, context.profile);
  return {
    policy,
    subject: reading === 'none' ? IndexSet.EMPTY : subjectOf(policy, context),
    plain: false,
    contest: contestOf(policy, context),
    directions: directionsOf(policy, context),
    rules: rulesOnDemand((direction) =>
      policy[direction].flatMap((rule, index) => compile(rule, index, direction, policy, context)),
    ),
  };
}

/**
 * Those it has rules for. To Calico 3.31 an AdminNetworkPolicy or BaselineAdminNetworkPolicy without any rule is one of both
 * directions (calculateANPPolicyTypes writes no types, which felix/calc reads as all), so that its tier ends for the pods it
 * selects: a Tier object may let that be a deny (src/policies/calico/built-in-tiers.ts).
 */
function directionsOf(policy: ClusterWidePolicy, { profile }: CompileContext): readonly Direction[] {
  const ruled = DIRECTIONS.filter((direction) => policy[direction].length > 0);
  const asCalico = profile.calicoPolicies && policy.kind !== 'ClusterNetworkPolicy';
  return ruled.length === 0 && asCalico ? DIRECTIONS : ruled;
}

/** Of BaselineAdminNetworkPolicy there is one. */
function contestOf({ kind, priority }: ClusterWidePolicy, { profile }: CompileContext): number | undefined {
  const isOpen = profile.equalPriorities === 'open' && kind !== 'BaselineAdminNetworkPolicy';
  return isOpen ? priority : undefined;
}

function subjectOf({ subject, tier }: ClusterWidePolicy, context: CompileContext): IndexSet {
  const { pods, profile, networkPolicies } = context;
  const named = pods.inNamespaces(subject.namespaceSelector, subject.podSelector);
  if (tier !== 'Baseline' || !profile.anyPolicyEndsBaseline) return named;
  const selected = networkPolicies.map(({ namespace, podSelector }) =>
    pods.inNamespace(namespace, podSelector),
  );
  return named.subtract(IndexSet.unionOf(selected));
}

function compile(
  rule: ClusterWideRule,
  index: number,
  direction: Direction,
  policy: ClusterWidePolicy,
  context: CompileContext,
): CompiledRule[] {
  const { action, parts } = meaningOf(rule, policy, context);
  if (parts.length === 0) return [];
  return [compileRule({ index, action, place: rule.place, parts, names: portNamesOf(context) }, direction)];
}

/** Without parts the rule does nothing. */
function meaningOf(
  rule: ClusterWideRule,
  policy: ClusterWidePolicy,
  context: CompileContext,
): { readonly action: Action; readonly parts: readonly RulePart[] } {
  const isOpen = readingOf(policy, context.profile) === 'open';
  if (isOpen && namesNodes(rule)) {
    const everybody = { peers: atMost(context.peers.everything), ports: EVERY_CONNECTION };
    return { action: 'deny', parts: rule.action === 'Accept' ? [] : [everybody] };
  }
  const ports = portMatch(rule.ports, policy, context);
  const parts = rule.peers.map((peer): RulePart => {
    const peers = peersOf(peer, policy, context);
    return { peers: isOpen ? atMost(peers.possible) : peers, ports };
  });
  return { action: ACTIONS[rule.action], parts };
}

function peersOf(peer: ClusterWidePeer, policy: ClusterWidePolicy, context: CompileContext): Fuzzy<Region> {
  switch (peer.type) {
    case 'pods':
      return union(podsOf(peer, context), setsMeant(peer, policy, context));
    case 'networks':
      return peersIn(context, AddressSet.ofCidrs(peer.cidrs), policy);
    case 'nodes':
      if (policy.kind !== 'ClusterNetworkPolicy' && context.profile.nodePeers === 'pods-of-nodes')
        return podsOfNodes(peer.selector, policy, context);
      context.doubts.add('nodes-open', policy);
      return nodes(selectsEverything(peer.selector), context);
    case 'domains':
      if (peer.domains.length === 0) return nobody();
      context.doubts.add('domains-open', policy);
      return atMost(context.peers.notPods);
  }
}

function podsOf({ pods }: PodsPeer, context: CompileContext): Fuzzy<Region> {
  return certain(endsRegion(context.pods.inNamespaces(pods.namespaceSelector, pods.podSelector)));
}

/** The addresses of network sets that the plugin takes for a part of the peer. */
function setsMeant(peer: PodsPeer, policy: ClusterWidePolicy, context: CompileContext): Fuzzy<Region> {
  const selector = wholeNamespaces(peer);
  if (selector === undefined) return posingPeers(peer.pods, undefined, policy, context);
  if (context.profile.namespacePeers === 'pods') return nobody();
  const sets = setsOfNamespaces(selector, context.networkSets, context.cluster);
  const cidrs = sets.flatMap(({ nets }) => nets);
  if (cidrs.length === 0) return nobody();
  const inSets = peersIn(context, AddressSet.ofCidrs(cidrs), policy);
  const isOpen = policy.kind === 'ClusterNetworkPolicy';
  context.doubts.add(isOpen ? 'network-sets-open' : 'network-sets-meant', policy);
  return isOpen ? atMost(inSets.possible) : inSets;
}

/** Whichever nodes these are, all of them have all pods between them. */
function podsOfNodes(
  selector: LabelSelector,
  policy: ClusterWidePolicy,
  { ends, doubts }: CompileContext,
): Fuzzy<Region> {
  const pods = endsRegion(ends.pods);
  if (selectsEverything(selector)) return certain(pods);
  doubts.add('node-pods-open', policy);
  return atMost(pods);
}

/** Hosts are nodes, though nobody knows which; an outside address may be one when it is in `nodeCidrs`. */
function nodes(all: boolean, { peers, nodeCidrs }: CompileContext): Fuzzy<Region> {
  const maybe = atMost(nodeCidrs === undefined ? peers.notPods : peers.nodes);
  return all ? union(certain(peers.hosts()), maybe) : maybe;
}

function portMatch(
  ports: ClusterWideRule['ports'],
  { kind }: ClusterWidePolicy,
  { profile }: CompileContext,
): PortMatch {
  const byName = kind === 'ClusterNetworkPolicy' ? 'the-port' : profile.adminNamedPort;
  if (ports === 'all' || (byName === 'every-port' && ports.some(({ type }) => type === 'name')))
    return EVERY_CONNECTION;
  const everyPort = byName === 'every-port-of-declarers';
  let numbers = ConnectionSet.NONE;
  const names: PortName[] = [];
  for (const port of ports) {
    if (port.type === 'name') names.push({ name: port.name, protocol: port.protocol, everyPort });
    else numbers = numbers.union(ConnectionSet.of(TRANSPORT_PROTOCOL[port.protocol], port.first, port.last));
  }
  return { within: ConnectionSet.ALL, numbers, names, notNames: [] };
}
