import type { CompileContext } from './compile-context';
import type { EndClasses } from './end-class';
import type { Policy } from '../policies/policy';

/**
 * Whether any rule may meet ends of the cluster differently in IPv4 and IPv6. Seen from the policies alone, so rather too
 * often than not often enough: nothing but time is lost.
 */
export function mayTellFamiliesApart(
  { podClasses, hostClasses }: EndClasses,
  policies: readonly { readonly policy: Policy }[],
  { podCidrs, networkSets }: CompileContext,
): boolean {
  if (policies.some(({ policy }) => namesVersions(policy))) return true;
  // Blocks hold pods by their addresses only.
  const placed =
    podCidrs !== undefined ||
    hostClasses.length > 0 ||
    podClasses.some(({ addresses }) => addresses.length > 0);
  return placed && policies.some(({ policy }) => namesBlocks(policy, networkSets.length > 0));
}

function namesVersions(policy: Policy): boolean {
  if (policy.kind !== 'CalicoNetworkPolicy' && policy.kind !== 'GlobalNetworkPolicy') return false;
  return [...policy.ingress, ...policy.egress].some(
    ({ ipVersion, source, destination }) =>
      ipVersion !== undefined || source.notNets.length > 0 || destination.notNets.length > 0,
  );
}

function namesBlocks(policy: Policy, sets: boolean): boolean {
  switch (policy.kind) {
    case 'NetworkPolicy':
      return [...policy.ingress, ...policy.egress].some(
        ({ peers }) => peers !== 'any' && peers.some(({ type }) => type === 'ipBlock'),
      );
    case 'CalicoNetworkPolicy':
    case 'GlobalNetworkPolicy':
      return (
        sets ||
        [...policy.ingress, ...policy.egress].some(
          ({ source, destination }) => source.nets.length > 0 || destination.nets.length > 0,
        )
      );
    default:
      return [...policy.ingress, ...policy.egress].some(({ peers }) =>
        peers.some(({ type }) => type === 'networks'),
      );
  }
}
