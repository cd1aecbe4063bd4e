import { AddressSpace } from './address-space';
import { CNI_PROFILES } from './cni-profile';
import { composeTiers } from './composition';
import type { CompileContext } from './compile-context';
import { Doubts } from './doubts';
import { EndAddresses } from './end-addresses';
import { EndClasses, type EndClass } from './end-class';
import { familyMask, Layout } from './layout';
import { addressSetsOf } from './named-addresses';
import { portNames } from './named-ports';
import { PeerRegions } from './peer-regions';
import { PodSelection } from './pod-selection';
import { Programs } from './programs';
import type { CniProfileName, ReachabilityOptions } from './reachability';
import type { CompiledPolicy, CompiledTier } from './rule';
import { Sides } from './sides';
import { sameInBothFamilies } from './region';
import type { FamilyMask } from './verdict';
import { AddressSet } from '../model/address-set';
import type { Cidr } from '../model/cidr';
import type { Cluster } from '../model/cluster';
import type { PolicySet } from '../policies/policy';

/** The index structures over one cluster and its policies, from which every answer is drawn. */
export class Engine {
  readonly ends: EndClasses;
  readonly space: AddressSpace;
  readonly layout: Layout;
  readonly programs: Programs;
  readonly sides: Sides;
  readonly doubts = new Doubts();
  readonly tiers: readonly CompiledTier[];
  /** Whether any outside address is known to be that of a node. */
  readonly knowsNodes: boolean;
  private readonly masks: readonly FamilyMask[];

  /** @param space of the same policies and options, when it is known already. */
  constructor(cluster: Cluster, policies: PolicySet, options: ReachabilityOptions, space?: AddressSpace) {
    const podCidrs = given(options.podCidrs);
    const nodeCidrs = given(options.nodeCidrs);
    const ranges = { podCidrs, nodeCidrs };
    const nodeAddresses = AddressSet.ofCidrs(nodeCidrs ?? []);
    this.knowsNodes = !nodeAddresses.isEmpty;
    this.ends = new EndClasses(cluster);
    this.space = space ?? new AddressSpace([...addressSetsOf(policies), nodeAddresses]);
    const peers = new PeerRegions(this.ends, new EndAddresses(this.ends, ranges), this.space, nodeAddresses);
    const profile = CNI_PROFILES[options.cni ?? usualProfile(policies)];
    const context: CompileContext = {
      cluster,
      ends: this.ends,
      pods: new PodSelection(cluster, this.ends),
      names: portNames(this.ends),
      peers,
      services: new Map(cluster.services.map((service) => [`${service.namespace}/${service.name}`, service])),
      networkSets: policies.networkSets,
      profile,
      doubts: this.doubts,
      podCidrs,
      nodeCidrs,
    };
    this.tiers = composeTiers(policies, context, options.staged ?? false);
    this.masks = this.ends.classes.map((end) => familyMask(end, ranges));
    this.layout = new Layout(this.ends, this.space, this.tellsFamiliesApart());
    this.programs = new Programs(this.tiers, this.ends, this.layout);
    this.sides = new Sides(this.programs, this.ends, this.layout, peers.nodes, profile);
  }

  /** The IP versions of an end. */
  maskOf(end: EndClass): FamilyMask {
    return this.masks[end.index] ?? 3;
  }

  /** Whether any rule that matters meets ends of the cluster differently in IPv4 and IPv6. */
  private tellsFamiliesApart(): boolean {
    const apart = this.tiers
      .flatMap(({ policies }) => policies)
      .filter((compiled) => !isFamilyBlind(compiled));
    const unknown = this.ends.classes.some((end) => !end.host && this.maskOf(end) === 3);
    if (unknown) for (const { policy } of apart) this.doubts.add('ip-version-open', policy);
    return apart.length > 0;
  }
}

/** No ranges at all are no statement: they are unknown, as when the option is absent. */
function given(cidrs: readonly Cidr[] | undefined): readonly Cidr[] | undefined {
  return cidrs?.length === 0 ? undefined : cidrs;
}

/** Calico where anything of Calico's own is in the input, staged policies included. */
function usualProfile({ calico, stagedKubernetes }: PolicySet): CniProfileName {
  return calico.length + (stagedKubernetes?.length ?? 0) > 0 ? 'calico' : 'kubernetes';
}

function isFamilyBlind({ subject, plain, directions, rules }: CompiledPolicy): boolean {
  if (plain || subject.isEmpty) return true;
  return directions
    .flatMap((direction) => rules(direction))
    .flatMap((rule) => [...rule.peers, ...(rule.own === undefined ? [] : [rule.own])])
    .every(({ sure, possible }) => sameInBothFamilies(sure) && sameInBothFamilies(possible));
}
