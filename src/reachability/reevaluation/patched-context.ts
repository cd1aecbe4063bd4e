import type { AddressSpace } from '../ends/address-space';
import type { CompileContext } from '../rules/compile-context';
import { Doubts } from '../doubts';
import { IndexedAddresses } from '../ends/end-addresses';
import { addressRanges, servicesByName, type WholeEngine } from '../engine';
import type { Model } from './model-change';
import { portNames } from '../ends/named-ports';
import type { PatchedEnds } from './patched-ends';
import { PatchedAddresses, patchedNames, PatchedSelection } from './patched-peers';
import { PeerRegions } from '../ends/peer-regions';
import { IndexedSelection } from '../ends/pod-selection';
import { setsPosingAsPods } from '../rules/posing-sets';
import { AddressSet } from '../../model/address-set';
import type { Cluster, ServiceAccount } from '../../model/cluster';

/** What policies are compiled with after a change. */
export interface PatchedContext {
  /** For the whole model. */
  readonly whole: CompileContext;
  /** For what policies select among the classes that policies may select otherwise than in the base, and nothing else. */
  readonly fresh: CompileContext;
}

/** @param services whether Services are others than in the base */
export function patchedContext(
  base: WholeEngine,
  { cluster, policies, options }: Model,
  ends: PatchedEnds,
  space: AddressSpace,
  services: boolean,
): PatchedContext {
  const ranges = addressRanges(options);
  const nodeAddresses = AddressSet.ofCidrs(ranges.nodeCidrs ?? []);
  const small = clusterOf(cluster, ends);
  const freshPods = new IndexedSelection(small, ends.fresh, base.context.profile.setsOwnLabels);
  const addresses = new PatchedAddresses(ends, base.addresses, new IndexedAddresses(ends.fresh, ranges));
  const whole: CompileContext = {
    ...base.context,
    cluster,
    ends,
    pods: new PatchedSelection(ends, base.context.pods, freshPods),
    names: patchedNames(ends, base.context.names, portNames(ends.fresh)),
    peers: new PeerRegions(ends, addresses, space, nodeAddresses),
    services: services ? servicesByName(cluster) : base.context.services,
    networkSets: policies.networkSets,
    setsPosingAsPods: setsPosingAsPods(policies.networkSets, base.context.profile),
    networkPolicies: policies.kubernetes,
    doubts: new Doubts(),
  };
  return { whole, fresh: { ...whole, cluster: small, ends: ends.fresh, pods: freshPods } };
}

/** As much of the cluster as selectors look at when they select among these classes. */
function clusterOf(cluster: Cluster, { fresh }: PatchedEnds): Cluster {
  const names = new Set(fresh.classes.map(({ namespace }) => namespace));
  const namespaces = new Map(
    [...names].flatMap((name) => {
      const namespace = cluster.namespaces.get(name);
      return namespace === undefined ? [] : [[name, namespace] as const];
    }),
  );
  const accounts = accountsByNamespace(cluster.serviceAccounts);
  return { ...cluster, namespaces, serviceAccounts: [...names].flatMap((name) => accounts.get(name) ?? []) };
}

/** Models that differ a little mostly share their list of service accounts. */
const sortedAccounts = new WeakMap<
  readonly ServiceAccount[],
  ReadonlyMap<string, readonly ServiceAccount[]>
>();

function accountsByNamespace(all: readonly ServiceAccount[]): ReadonlyMap<string, readonly ServiceAccount[]> {
  const known = sortedAccounts.get(all);
  if (known !== undefined) return known;
  const byNamespace = new Map<string, ServiceAccount[]>();
  for (const account of all) {
    const list = byNamespace.get(account.namespace);
    if (list === undefined) byNamespace.set(account.namespace, [account]);
    else list.push(account);
  }
  sortedAccounts.set(all, byNamespace);
  return byNamespace;
}
