import type { CniProfile } from '../cni-profile';
import type { Doubts } from '../doubts';
import type { Fuzzy } from '../ends/end-addresses';
import type { EndClasses } from '../ends/end-class';
import type { NamedPorts, PortNames } from '../ends/named-ports';
import type { PeerRegions } from '../ends/peer-regions';
import type { PodSelection } from '../ends/pod-selection';
import type { Region } from '../sets/region';
import type { AddressSet } from '../../model/address-set';
import type { Cidr } from '../../model/cidr';
import type { Cluster } from '../../model/cluster';
import type { Service } from '../../model/services/service';
import type { NetworkSet } from '../../policies/calico/policy';
import type { NetworkPolicy } from '../../policies/kubernetes/network-policy';
import type { Policy } from '../../policies/policy';

/** What the compilation of policies needs to know of the cluster. */
export interface CompileContext {
  readonly cluster: Cluster;
  readonly ends: EndClasses;
  readonly pods: PodSelection;
  readonly names: PortNames;
  readonly peers: PeerRegions;
  /** By `namespace/name`. */
  readonly services: ReadonlyMap<string, Service>;
  readonly networkSets: readonly NetworkSet[];
  /** Those of them that selectors of pods meet as well; nearly always none. */
  readonly setsPosingAsPods: readonly NetworkSet[];
  readonly networkPolicies: readonly NetworkPolicy[];
  readonly profile: CniProfile;
  readonly doubts: Doubts;
  readonly podCidrs?: readonly Cidr[] | undefined;
  readonly nodeCidrs?: readonly Cidr[] | undefined;
}

/** Where the network plugin looks up the port names of policies that are not Calico's own. */
export function portNamesOf({ names, profile }: CompileContext): NamedPorts {
  return profile.namesSidecarPorts ? names.containers : names.withoutSidecars;
}

/** What has its address in the set, with a word about what is not known of it. */
export function peersIn(context: CompileContext, set: AddressSet, policy: Policy): Fuzzy<Region> {
  const region = context.peers.in(set);
  noteOpenAddresses(context, region, policy);
  return region;
}

function noteOpenAddresses(
  { ends, podCidrs, doubts }: CompileContext,
  region: Fuzzy<Region>,
  policy: Policy,
): void {
  if (podCidrs === undefined && ends.hasPodsOfUnknownAddress) {
    doubts.add('pod-addresses-assumed', policy);
  }
  for (const family of [4, 6] as const) {
    const open = region.possible.ends[family].subtract(region.sure.ends[family]);
    if (!open.intersect(ends.pods).isEmpty) doubts.add('pod-addresses-open', policy);
    if (!open.intersect(ends.hosts).isEmpty) doubts.add('node-addresses-open', policy);
  }
}
