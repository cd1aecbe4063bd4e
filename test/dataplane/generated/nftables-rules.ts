import { parseAddress, parseBlock, type Block } from '../../oracle/address';
import { isCalicoPolicy } from '../../oracle/calico';
import type { CalicoRule, IcmpFields, Manifest, NetworkSetManifest } from '../../oracle/manifest';
import { isWorkload } from '../../oracle/pods';
import type { World } from '../../engines/settled-world';

/**
 * Rewrites what Felix v3.31.0 cannot get into the kernel by nftables. It tries again and again then, enforces no later
 * change of any policy, and ends itself, so that such a cluster would say nothing about anything else.
 *
 * - A type of ICMP with a code becomes `icmp type 3 code 1`, which nft does not read: codes are left out.
 * - Members of a set that overlap are refused by the kernel. Felix leaves the smaller ones out, but not after every
 *   change from one cluster to the next: nets that overlap others, or a pod, are left out here.
 * - A rule on a Service with a protocol that has no ports is one that nft 1.0.6 cannot list: such a rule gets TCP.
 *
 * Rules for iptables are right in all three; `test/engines` compares these, without packets.
 */
export function forNftables<Of extends World>(world: Of): Of {
  const taken = podAddresses(world.manifests);
  return {
    ...world,
    manifests: world.manifests.map((manifest) => {
      if (isNetworkSet(manifest)) return withoutOverlaps(manifest, taken);
      return isCalicoPolicy(manifest) ? withRules(manifest, readable) : manifest;
    }),
  };
}

/** Pods that the program has for itself; see `calico/canary.go`. */
const CANARIES = ['100.127.255.253', 'fd00:feed::253'] as const;

function isNetworkSet(manifest: Manifest): manifest is NetworkSetManifest {
  return manifest.kind === 'NetworkSet' || manifest.kind === 'GlobalNetworkSet';
}

function podAddresses(manifests: readonly Manifest[]): Block[] {
  return manifests
    .filter(isWorkload)
    .flatMap((one) => (one.kind === 'Pod' ? (one.status?.podIPs ?? []) : []))
    .map(({ ip }) => ip)
    .concat(CANARIES)
    .map((ip) => {
      const { family, value } = parseAddress(ip);
      return { family, first: value, last: value };
    });
}

/** @param taken of other sets and of pods; blocks of this one are added. */
function withoutOverlaps(set: NetworkSetManifest, taken: Block[]): NetworkSetManifest {
  const nets = (set.spec.nets ?? []).filter((net) => {
    const block = parseBlock(net);
    if (taken.some((other) => overlap(block, other) && !same(block, other))) return false;
    taken.push(block);
    return true;
  });
  return { ...set, spec: { nets } };
}

function overlap(a: Block, b: Block): boolean {
  return a.family === b.family && a.first <= b.last && b.first <= a.last;
}

function same(a: Block, b: Block): boolean {
  return a.first === b.first && a.last === b.last;
}

function withRules<Policy extends Manifest & { readonly spec: Rules }>(
  policy: Policy,
  change: (rule: CalicoRule) => CalicoRule,
): Policy {
  const { ingress, egress } = policy.spec;
  return {
    ...policy,
    spec: {
      ...policy.spec,
      ...(ingress === undefined ? {} : { ingress: ingress.map(change) }),
      ...(egress === undefined ? {} : { egress: egress.map(change) }),
    },
  };
}

interface Rules {
  readonly ingress?: readonly CalicoRule[];
  readonly egress?: readonly CalicoRule[];
}

function readable({ icmp, notICMP, ...rule }: CalicoRule): CalicoRule {
  const onService = rule.source?.services !== undefined || rule.destination?.services !== undefined;
  return {
    ...rule,
    ...(onService && rule.protocol === 47 ? { protocol: 'TCP' } : {}),
    ...(icmp === undefined ? {} : { icmp: withoutCode(icmp) }),
    ...(notICMP === undefined ? {} : { notICMP: withoutCode(notICMP) }),
  };
}

function withoutCode({ type }: IcmpFields): IcmpFields {
  return type === undefined ? {} : { type };
}
