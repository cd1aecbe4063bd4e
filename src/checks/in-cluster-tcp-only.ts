import { printCidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import type { CalicoPolicy, CalicoRule } from '../policies/calico/policy';
import { allowedEgress, coversProtocol, entityKey, isAnyone, isPrivate, TCP, UDP } from './calico-rule';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

/** "Everything inside the cluster" that is said for TCP only (calico-policy-model 6.2, row 8). */
export const inClusterTcpOnly: Check = {
  id: 'in-cluster-tcp-only',
  severity: 'warning',
  summary: 'A global egress policy opens the addresses of the cluster for TCP only.',
  run: ({ policies }) => policies.calico.filter(isForEveryPod).flatMap(policyFindings),
};

function isForEveryPod({ kind, selector, serviceAccountSelector }: CalicoPolicy): boolean {
  return (
    kind === 'GlobalNetworkPolicy' &&
    (selector === undefined || selector.type === 'all') &&
    serviceAccountSelector === undefined
  );
}

function policyFindings(policy: CalicoPolicy): Finding[] {
  const allowed = allowedEgress(policy);
  const beyondTcp = allowed.filter(
    (rule) => coversProtocol(rule, UDP) && rule.destination.ports.length === 0,
  );
  const keys = new Set(beyondTcp.map(({ destination }) => entityKey(destination)));
  const anywhere = beyondTcp.some(
    ({ destination }) =>
      isAnyone(destination) ||
      destination.namespaceSelector?.type === 'all' ||
      destination.nets.some(({ prefix }) => prefix === 0),
  );
  if (anywhere) return [];
  return allowed
    .filter(opensClusterForTcp)
    .filter(({ destination }) => !keys.has(entityKey(destination)))
    .map((rule) => report(policy, rule));
}

function opensClusterForTcp({ protocol, destination }: CalicoRule): boolean {
  const { nets, ports, notPorts, selector, namespaceSelector } = destination;
  const byAddress =
    nets.length > 0 && nets.every(isPrivate) && selector === undefined && namespaceSelector === undefined;
  return protocol === TCP && ports.length === 0 && notPorts.length === 0 && byAddress;
}

function report(policy: CalicoPolicy, rule: CalicoRule): Finding {
  const nets = rule.destination.nets.map(printCidr).join(', ');
  return policyFinding(inClusterTcpOnly, policy, {
    place: rule.place.at(['protocol']),
    message: `The rule opens ${nets} on every port, but for TCP only: UDP, SCTP and ICMP between pods are cut, for example StatsD, QUIC, game and media traffic, and ping.`,
    mend: 'Remove protocol from the rule, or add the rule for UDP and SCTP; destination: { namespaceSelector: all() } reaches all pods of both address families without a list of blocks.',
  });
}
