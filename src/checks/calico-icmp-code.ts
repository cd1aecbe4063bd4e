import type { CalicoPolicy } from '../policies/calico/policy';
import { rulesBeyondNftables } from '../policies/calico/nftables-limits';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

/** A rule that takes Calico's nftables data plane down, and with it every policy (docs/cni-differences.md). */
export const calicoIcmpCode: Check = {
  id: 'calico-icmp-code',
  severity: 'warning',
  summary:
    'A Calico rule names an ICMP code, which takes all policies of a node away where Calico uses nftables.',
  run: ({ examined }) =>
    examined.calico.flatMap((policy) =>
      rulesBeyondNftables(policy).flatMap((rule) =>
        (['icmp', 'notICMP'] as const).flatMap((field) => {
          const match = field === 'icmp' ? rule.icmp : rule.notIcmp;
          if (match?.code === undefined) return [];
          return [
            policyFinding(calicoIcmpCode, policy, {
              place: rule.place.at([field, 'code']),
              message: `The rule names the ICMP code ${match.code} of type ${match.type ?? 'any'}. ${consequence(policy)} Verdicts count the rule as it is written unless the network plugin (cni) is calico-nftables.`,
              mend: 'Leave the code out and name the type alone, or see to it that Calico uses iptables (nftablesMode: Disabled, the default).',
            }),
          ];
        }),
      ),
    ),
};

/** Staged policies are not in the kernel. */
function consequence({ staged }: CalicoPolicy): string {
  const effect =
    'With its nftables data plane Calico 3.31 writes it in a way that nft does not read, tries in vain, takes all policies of the node away, so that everything passes, and enforces nothing any more.';
  return staged ? `As long as the policy is staged, nothing happens. When it is enforced: ${effect}` : effect;
}
