import { compareCidrs, containsCidr, overlaps, type Cidr } from '../../model/cidr';
import type { CalicoPolicy, CalicoRule } from './policy';

/**
 * The rules that Calico 3.31 cannot get into the kernel by nftables: those that name an ICMP code. It writes
 * `icmp type 3 code 1`, which no nft reads, tries again, takes its table with every policy of the node away, and ends;
 * until then nothing that comes later is enforced (docs/cni-differences.md). Its rules for iptables are right.
 */
export function rulesBeyondNftables({ ingress, egress }: CalicoPolicy): readonly CalicoRule[] {
  return [...ingress, ...egress].filter(
    ({ icmp, notIcmp }) => icmp?.code !== undefined || notIcmp?.code !== undefined,
  );
}

/** Whether such a rule reaches the data plane: of policies that are enforced, for pods or for host endpoints. */
export function isBeyondNftables(policy: CalicoPolicy): boolean {
  return !policy.staged && rulesBeyondNftables(policy).length > 0;
}

/**
 * Whether blocks of network sets overlap, or may hold addresses of pods. Where a selector meets both, Felix leaves the
 * smaller ones out of the set in the kernel, which takes no overlapping members in nftables, but in Calico 3.31 not after
 * every change: the kernel then refuses all that comes (docs/cni-differences.md). Equal blocks are one.
 */
export function haveOverlaps(nets: readonly Cidr[], podCidrs: readonly Cidr[] = []): boolean {
  // Blocks lie within each other or apart, so one that holds another also holds the one that comes right behind it.
  const sorted = [...nets].sort(compareCidrs);
  const nested = sorted.some((inner, index) => {
    const outer = sorted[index - 1];
    return outer !== undefined && compareCidrs(outer, inner) !== 0 && containsCidr(outer, inner);
  });
  return nested || podCidrs.some((pods) => nets.some((net) => overlaps(net, pods)));
}

/** Whether a rule of an enforced policy selects its ends by labels, so that Calico keeps their addresses in a set. */
export function selectsEnds({ staged, ingress, egress }: CalicoPolicy): boolean {
  const sides = [...ingress, ...egress].flatMap(({ source, destination }) => [source, destination]);
  return (
    !staged &&
    sides.some(
      ({ selector, notSelector, namespaceSelector }) =>
        selector !== undefined || notSelector !== undefined || namespaceSelector !== undefined,
    )
  );
}
