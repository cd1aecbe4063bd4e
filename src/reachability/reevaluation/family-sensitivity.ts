import type { CompileContext } from '../rules/compile-context';
import type { EndClasses } from '../ends/end-class';
import { namespacesWithSets } from '../rules/namespace-sets';
import type { CniProfile } from '../cni-profile';
import { isCalicoPolicy, type Policy } from '../../policies/policy';

/** What in a model may make rules meet ends of the cluster differently in IPv4 and IPv6. */
export interface FamilySensitivity {
  /** Whether a policy limits rules to a version, or to what is outside blocks. */
  readonly versions: boolean;
  /** Whether a policy names blocks. */
  readonly blocks: boolean;
  /** Whether its rules can join this with labels, as Calico has it: whom it concerns hangs on these too. */
  readonly byLabels: boolean;
  /** Whether blocks can hold ends of the cluster, as something of their addresses is known, or open. */
  readonly placed: boolean;
}

/** Seen from the policies alone, so rather too much than too little. */
export function familySensitivity(
  { podClasses, hostClasses }: EndClasses,
  policies: readonly Policy[],
  {
    podCidrs,
    networkSets,
    setsPosingAsPods,
    profile,
  }: Pick<CompileContext, 'podCidrs' | 'networkSets' | 'setsPosingAsPods' | 'profile'>,
): FamilySensitivity {
  const sets = networkSets.length > 0 ? profile : undefined;
  // Whatever policy selects pods may meet these by their blocks.
  const posing = setsPosingAsPods.length > 0;
  return {
    versions: policies.some(namesVersions),
    blocks: posing || policies.some((policy) => namesBlocks(policy, sets)),
    byLabels:
      posing ||
      policies.some((policy) =>
        isCalicoPolicy(policy) ? namesVersions(policy) || namesBlocks(policy, sets) : namesSets(policy, sets),
      ),
    placed:
      podCidrs !== undefined ||
      hostClasses.length > 0 ||
      podClasses.some(({ addresses }) => addresses.length > 0),
  };
}

/** Whether rules may tell the versions apart in a model that has what these have. */
export function mayTellFamiliesApart(parts: readonly FamilySensitivity[]): boolean {
  const has = (key: keyof FamilySensitivity): boolean => parts.some((part) => part[key]);
  return has('versions') || (has('blocks') && has('placed'));
}

function namesVersions(policy: Policy): boolean {
  if (!isCalicoPolicy(policy)) return false;
  return [...policy.ingress, ...policy.egress].some(
    ({ ipVersion, source, destination }) =>
      ipVersion !== undefined || source.notNets.length > 0 || destination.notNets.length > 0,
  );
}

/** @param sets what the plugin is, where there are network sets */
function namesBlocks(policy: Policy, sets: CniProfile | undefined): boolean {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return [...policy.ingress, ...policy.egress].some(
        ({ peers }) => peers !== 'any' && peers.some(({ type }) => type === 'ipBlock'),
      );
    case 'CalicoNetworkPolicy':
    case 'GlobalNetworkPolicy':
      return (
        sets !== undefined ||
        [...policy.ingress, ...policy.egress].some(
          ({ source, destination }) => source.nets.length > 0 || destination.nets.length > 0,
        )
      );
    default:
      return (
        namesSets(policy, sets) ||
        [...policy.ingress, ...policy.egress].some(({ peers }) =>
          peers.some(({ type }) => type === 'networks'),
        )
      );
  }
}

/** Whether a policy that is none of Calico's own may mean network sets by its peers. */
function namesSets(policy: Policy, sets: CniProfile | undefined): boolean {
  return sets !== undefined && 'subject' in policy && namespacesWithSets(policy, sets).length > 0;
}
