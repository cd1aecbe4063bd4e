import { peersIn, portNamesOf, type CompileContext } from './compile-context';
import { compileRule } from './compile-rule';
import { ConnectionSet } from '../sets/connection-set';
import type { Fuzzy } from '../ends/end-addresses';
import { IndexSet } from '../sets/index-set';
import { certain, nobody, union } from '../ends/peer-regions';
import { posingPeers } from './posing-sets';
import { EVERY_CONNECTION, TRANSPORT_PROTOCOL, type PortMatch, type PortName } from './port-match';
import { endsRegion, type Region } from '../sets/region';
import type { CompiledPolicy, CompiledRule } from './rule';
import { rulesOnDemand } from './rules-on-demand';
import { AddressSet } from '../../model/address-set';
import type { Direction } from '../../policies/direction';
import type {
  NetworkPolicy,
  NetworkPolicyPort,
  NetworkPolicyRule,
} from '../../policies/kubernetes/network-policy';

/** A NetworkPolicy: every rule allows, and what is selected is isolated (network-policy-semantics 2.1). */
export function compileNetworkPolicy(policy: NetworkPolicy, context: CompileContext): CompiledPolicy {
  return {
    policy,
    subject: context.pods.inNamespace(policy.namespace, policy.podSelector),
    plain:
      context.setsPosingAsPods.length === 0 && policy.ingress.every(isPlain) && policy.egress.every(isPlain),
    directions: policy.types,
    rules: rulesOnDemand((direction) =>
      policy[direction].map((rule, index) => compile(rule, index, direction, policy, context)),
    ),
  };
}

/** Whether the rule names neither addresses nor ports by name. */
function isPlain({ peers, ports }: NetworkPolicyRule): boolean {
  return (
    (peers === 'any' || !peers.some(({ type }) => type === 'ipBlock')) &&
    (ports === 'all' || !ports.some(({ port }) => typeof port === 'string'))
  );
}

function compile(
  rule: NetworkPolicyRule,
  index: number,
  direction: Direction,
  policy: NetworkPolicy,
  context: CompileContext,
): CompiledRule {
  const selected = union(selectedPeers(rule, policy, context), posing(rule, policy, context));
  const peers = union(selected, blocks(rule, policy, context));
  const parts = [{ peers, ports: portMatch(rule.ports) }];
  const { profile, names: lookups } = context;
  const names = profile.namesInitContainerPorts ? lookups.withInitContainers : portNamesOf(context);
  return compileRule({ index, action: 'allow', place: rule.place, parts, names }, direction);
}

function selectedPeers(
  rule: NetworkPolicyRule,
  policy: NetworkPolicy,
  context: CompileContext,
): Fuzzy<Region> {
  if (rule.peers === 'any') return certain(context.peers.everything);
  const pods: IndexSet[] = [];
  for (const peer of rule.peers) {
    if (peer.type !== 'pods') continue;
    const { namespaceSelector, podSelector } = peer;
    // podSelector alone stays in the policy's own namespace (2.1 item 6).
    pods.push(
      namespaceSelector === undefined
        ? context.pods.inNamespace(policy.namespace, podSelector)
        : context.pods.inNamespaces(namespaceSelector, podSelector),
    );
  }
  return certain(endsRegion(IndexSet.unionOf(pods)));
}

/** Network sets that the plugin takes for some of the pods. */
function posing({ peers }: NetworkPolicyRule, policy: NetworkPolicy, context: CompileContext): Fuzzy<Region> {
  if (peers === 'any' || context.setsPosingAsPods.length === 0) return nobody();
  return peers
    .filter((peer) => peer.type === 'pods')
    .reduce((all, peer) => union(all, posingPeers(peer, policy.namespace, policy, context)), nobody());
}

/** All blocks of the rule together: two that make up a pod range between them match for certain. */
function blocks(rule: NetworkPolicyRule, policy: NetworkPolicy, context: CompileContext): Fuzzy<Region> {
  if (rule.peers === 'any' || !rule.peers.some(({ type }) => type === 'ipBlock')) return nobody();
  const ranges = rule.peers.flatMap((peer) =>
    peer.type === 'ipBlock' ? AddressSet.ofCidr(peer.cidr, peer.except).ranges : [],
  );
  return ranges.length === 0 ? nobody() : peersIn(context, AddressSet.ofRanges(ranges), policy);
}

function portMatch(ports: NetworkPolicyRule['ports']): PortMatch {
  if (ports === 'all') return EVERY_CONNECTION;
  const numbers = ports.reduce((set, port) => set.union(numbersOf(port)), ConnectionSet.NONE);
  const names = ports.flatMap(({ port, protocol }): PortName[] =>
    typeof port === 'string' ? [{ name: port, protocol }] : [],
  );
  return { within: ConnectionSet.ALL, numbers, names, notNames: [] };
}

function numbersOf({ port, endPort, protocol }: NetworkPolicyPort): ConnectionSet {
  if (typeof port === 'string') return ConnectionSet.NONE;
  const number = TRANSPORT_PROTOCOL[protocol];
  return port === undefined
    ? ConnectionSet.allPorts(number)
    : ConnectionSet.of(number, port, endPort ?? port);
}
