import type { ProfileStand } from './difference-case';

/** Something in a Calico policy that its nftables data plane cannot hold, so that nothing is denied any more. */
interface NftablesLimit {
  readonly policy: string;
  readonly happens: string;
  readonly profile: ProfileStand;
}

/** Not asked by a packet of the table: they end the engine. `data-planes.dataplane.ts` shows what iptables makes of them. */
export const NFTABLES_LIMITS: readonly NftablesLimit[] = [
  {
    policy: '`icmp` or `notICMP` with a type and a code',
    happens: 'it is written as `icmp type 3 code 1`, which nft does not read',
    profile: ['failsOpenOnIcmpCodes', 'deniesAreUnsure'],
  },
  {
    policy:
      "a selector that meets a pod and a network set around the pod's address, or two sets that overlap",
    happens:
      'after some changes of many objects at once, overlapping members reach the kernel, which refuses them; the same objects from the start are taken',
    profile: ['mayFailOnOverlaps'],
  },
  {
    policy: 'a rule on a Service with a protocol that nft does not know, such as 47',
    happens:
      'nft 1.0.6 fails an assertion when it lists the rule, as Felix does when it reads its tables again',
    profile: ['mayEndNft'],
  },
  {
    policy: 'a rule with several ports and a range among them, in the place of another after a change',
    happens:
      'nft 1.0.6 ends with `BUG: unhandled op 2`; when Felix starts anew it takes the rule. Of a NetworkPolicy 80, 81 and 443 are such ports, as neighbours become a range',
    profile: ['mayEndNft'],
  },
];
