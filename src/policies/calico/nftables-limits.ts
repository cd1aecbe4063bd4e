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
