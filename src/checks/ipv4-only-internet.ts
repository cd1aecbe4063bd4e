import type { Finding } from '../model/finding';
import type { CalicoPolicy, CalicoRule } from '../policies/calico/policy';
import { printPort } from '../policies/calico/port';
import { DIRECTIONS, type Direction } from '../policies/direction';
import type { NetworkPolicy, NetworkPolicyRule } from '../policies/kubernetes/network-policy';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

/** `0.0.0.0/0` is every IPv4 address and no IPv6 address. */
export const ipv4OnlyInternet: Check = {
  id: 'ipv4-only-internet',
  severity: 'info',
  summary: 'A rule opens 0.0.0.0/0, and no rule opens ::/0 alike.',
  run: ({ examined }) => [
    ...examined.kubernetes.flatMap(kubernetesFindings),
    ...examined.calico.flatMap(calicoFindings),
  ],
};

function message(direction: Direction): string {
  return direction === 'egress'
    ? '0.0.0.0/0 is allowed and ::/0 is not: pods with an IPv6 address reach no IPv6 destination, and applications that try IPv6 first wait before they fall back.'
    : '0.0.0.0/0 is allowed and ::/0 is not: clients that come over IPv6 are shut out.';
}

function kubernetesFindings(policy: NetworkPolicy): Finding[] {
  return DIRECTIONS.filter((direction) => policy.types.includes(direction)).flatMap((direction) => {
    const rules = policy[direction];
    return rules.flatMap((rule) => {
      const index = wholeFamily(rule, 4);
      if (index === undefined || rules.some((other) => isTwin(rule, other))) return [];
      return [
        policyFinding(ipv4OnlyInternet, policy, {
          place: rule.place.at([direction === 'ingress' ? 'from' : 'to', index, 'ipBlock']),
          message: message(direction),
          mend: 'Add an item with ipBlock: { cidr: "::/0" } to the same list.',
        }),
      ];
    });
  });
}

/** The index of the peer that is all of a family; undefined when there is none. */
function wholeFamily({ peers }: NetworkPolicyRule, version: 4 | 6): number | undefined {
  if (peers === 'any') return undefined;
  const index = peers.findIndex(
    (peer) => peer.type === 'ipBlock' && peer.cidr.prefix === 0 && peer.cidr.version === version,
  );
  return index < 0 ? undefined : index;
}

function isTwin(rule: NetworkPolicyRule, other: NetworkPolicyRule): boolean {
  if (other.peers !== 'any' && wholeFamily(other, 6) === undefined) return false;
  return other.ports === 'all' || JSON.stringify(other.ports) === JSON.stringify(rule.ports);
}

function calicoFindings(policy: CalicoPolicy): Finding[] {
  return DIRECTIONS.filter((direction) => policy.types.includes(direction)).flatMap((direction) => {
    const side = direction === 'ingress' ? 'source' : 'destination';
    const allowed = policy[direction].filter(({ action }) => action === 'Allow');
    return allowed
      .filter(
        (rule) =>
          opens(rule, side, 4) &&
          rule.ipVersion !== 4 &&
          !allowed.some((other) => isCalicoTwin(rule, other, side)),
      )
      .map((rule) =>
        policyFinding(ipv4OnlyInternet, policy, {
          place: rule.place.at([side, 'nets']),
          message: message(direction),
          mend: 'Add a second rule with nets: ["::/0"]; Calico takes one address family in a rule.',
        }),
      );
  });
}

type Side = 'source' | 'destination';

function opens(rule: CalicoRule, side: Side, version: 4 | 6): boolean {
  return rule[side].nets.some((net) => net.prefix === 0 && net.version === version);
}

/** A rule for IPv6, or for any address, that is no narrower in protocol and ports. */
function isCalicoTwin(rule: CalicoRule, other: CalicoRule, side: Side): boolean {
  const { nets, selector, namespaceSelector, serviceAccounts, services } = other[side];
  const anyAddress =
    other.ipVersion !== 4 &&
    nets.length === 0 &&
    [selector, namespaceSelector, serviceAccounts, services].every((one) => one === undefined);
  if (!anyAddress && !opens(other, side, 6)) return false;
  if (other.protocol !== undefined && other.protocol !== rule.protocol) return false;
  const ports = (one: CalicoRule): string => one.destination.ports.map(printPort).join(' ');
  return other.destination.ports.length === 0 || ports(other) === ports(rule);
}
