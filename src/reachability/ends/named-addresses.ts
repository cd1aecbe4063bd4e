import { AddressSet } from '../../model/address-set';
import type { Cidr } from '../../model/cidr';
import type { CalicoPolicy } from '../../policies/calico/policy';
import type { ClusterWidePolicy } from '../../policies/cluster-network-policy/policy';
import type { NetworkPolicy } from '../../policies/kubernetes/network-policy';
import type { Policy, PolicySet } from '../../policies/policy';

/** Every block of addresses that policies name: at their edges verdicts may change. */
export function addressSetsOf(policies: PolicySet): AddressSet[] {
  const cidrs = [
    ...policies.kubernetes.flatMap(kubernetesCidrs),
    ...(policies.stagedKubernetes ?? []).flatMap(({ policy }) => kubernetesCidrs(policy)),
    ...policies.calico.flatMap(calicoCidrs),
    ...policies.clusterWide.flatMap(clusterWideCidrs),
    ...policies.networkSets.flatMap(({ nets }) => nets),
  ];
  return cidrs.map((cidr) => AddressSet.ofCidr(cidr));
}

/** Every block of addresses that a policy names. */
export function addressSetsIn(policy: Policy): AddressSet[] {
  return cidrsIn(policy).map((cidr) => AddressSet.ofCidr(cidr));
}

function cidrsIn(policy: Policy): Cidr[] {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return kubernetesCidrs(policy);
    case 'CalicoNetworkPolicy':
    case 'GlobalNetworkPolicy':
      return calicoCidrs(policy);
    default:
      return clusterWideCidrs(policy);
  }
}

function kubernetesCidrs({ ingress, egress }: NetworkPolicy): Cidr[] {
  return [...ingress, ...egress].flatMap(({ peers }) =>
    peers === 'any'
      ? []
      : peers.flatMap((peer) => (peer.type === 'ipBlock' ? [peer.cidr, ...peer.except] : [])),
  );
}

function calicoCidrs({ ingress, egress }: CalicoPolicy): Cidr[] {
  return [...ingress, ...egress].flatMap(({ source, destination }) =>
    [source, destination].flatMap(({ nets, notNets }) => [...nets, ...notNets]),
  );
}

function clusterWideCidrs({ ingress, egress }: ClusterWidePolicy): Cidr[] {
  return [...ingress, ...egress].flatMap(({ peers }) =>
    peers.flatMap((peer) => (peer.type === 'networks' ? [...peer.cidrs] : [])),
  );
}
