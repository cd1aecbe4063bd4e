import { OWN_POLICY_LABELS } from '../compiler/profiles/profile';
import { DIRECTIONS, type Direction } from '../policies/direction';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
  PodPeer,
} from '../policies/kubernetes/network-policy';
import { listSome } from '../model/list-some';
import type { TransportProtocol } from '../model/workloads/workload';

/** A rule in force: its direction is among the types of its policy. */
export interface RuleInForce {
  readonly policy: NetworkPolicy;
  readonly direction: Direction;
  readonly rule: NetworkPolicyRule;
  /** The name of its list of peers. */
  readonly list: 'from' | 'to';
}

/** The rules of NetworkPolicies that are in force, in order. */
export function rulesInForce(
  policies: readonly NetworkPolicy[],
  directions: readonly Direction[] = DIRECTIONS,
): RuleInForce[] {
  return policies.flatMap((policy) =>
    directions
      .filter((direction) => policy.types.includes(direction))
      .flatMap((direction) =>
        policy[direction].map((rule): RuleInForce => ({
          policy,
          direction,
          rule,
          list: direction === 'ingress' ? 'from' : 'to',
        })),
      ),
  );
}

/** A peer that means pods, with its index in the list. */
export interface PodPeerInForce extends RuleInForce {
  readonly peer: PodPeer;
  readonly index: number;
}

/** The peers of rules in force that mean pods. */
export function podPeers(policies: readonly NetworkPolicy[]): PodPeerInForce[] {
  return rulesInForce(policies).flatMap((found) =>
    peersOf(found.rule).flatMap((peer, index) => (peer.type === 'pods' ? [{ ...found, peer, index }] : [])),
  );
}

/** The written peers of a rule; none where it means everyone. */
export function peersOf({ peers }: NetworkPolicyRule): readonly NetworkPolicyPeer[] {
  return peers === 'any' ? [] : peers;
}

/** The written ports of a rule; none where it means every port. */
export function portsOf({ ports }: NetworkPolicyRule): readonly NetworkPolicyPort[] {
  return ports === 'all' ? [] : ports;
}

/** Whether the rule lets a number through; a port by name counts for what `named` says. */
export function opensNumber(
  { ports }: NetworkPolicyRule,
  protocol: TransportProtocol,
  number: number,
  named: (name: string) => boolean = () => true,
): boolean {
  if (ports === 'all') return true;
  return ports.some((one) => {
    if (one.protocol !== protocol) return false;
    if (one.port === undefined) return true;
    return typeof one.port === 'number'
      ? one.port <= number && number <= (one.endPort ?? one.port)
      : named(one.port);
  });
}

/** Whether intents made the policy, or the operator that this replaces: its author is no person. */
export function isOwnPolicy({ labels }: Pick<NetworkPolicy, 'labels'>): boolean {
  return OWN_POLICY_LABELS.some((label) => Object.hasOwn(labels, label));
}

/** {@link listSome}, as long as messages of checks list names. */
export function someOf(names: readonly string[], most = 3): string {
  return listSome(names, most);
}
