import { AddressSpace } from './ends/address-space';
import { droppedFromPods, profileFor, type CniProfile } from './cni-profile';
import { compileTiers, rankPolicies, type RankedPolicy } from './rules/composition';
import type { CompileContext } from './rules/compile-context';
import { setsPosingAsPods } from './rules/posing-sets';
import { Doubts } from './doubts';
import { IndexedAddresses, type EndAddresses } from './ends/end-addresses';
import { classify, IndexedEnds, type EndClass, type EndClasses } from './ends/end-class';
import { familySensitivity, type FamilySensitivity } from './reevaluation/family-sensitivity';
import type { IndexSet } from './sets/index-set';
import { PolicyIndex } from './reevaluation/policy-index';
import { familyMask, Layout } from './ends/layout';
import { BorderUses } from './ends/border-uses';
import { addressSetsOf } from './ends/named-addresses';
import { portNames } from './ends/named-ports';
import { PeerRegions } from './ends/peer-regions';
import { notePluginDoubts } from './plugin-doubts';
import { IndexedSelection } from './ends/pod-selection';
import { IndexedPrograms, type Programs } from './programs/programs';
import type { CniProfileName, ReachabilityOptions } from './reachability';
import type { CompiledPolicy, CompiledTier } from './rules/rule';
import { Sides } from './programs/sides';
import { sameInBothFamilies } from './sets/region';
import { piecesWithin, valueAt } from './sets/steps';
import type { FamilyMask, FamilyVerdict } from './programs/verdict';
import { AddressSet } from '../model/address-set';
import type { Cidr } from '../model/cidr';
import type { Cluster } from '../model/cluster';
import type { Service } from '../model/services/service';
import type { Direction } from '../policies/direction';
import { BUILT_IN_TIERS } from '../policies/calico/built-in-tiers';
import { isBeyondNftables } from '../policies/calico/nftables-limits';
import type { Policy, PolicySet } from '../policies/policy';

/** The index structures over one cluster and its policies, from which every answer is drawn. */
export interface Engine {
  readonly ends: EndClasses;
  readonly space: AddressSpace;
  readonly layout: Layout;
  readonly programs: Programs;
  readonly sides: Sides;
  readonly doubts: Doubts;
  /** Whether any outside address is known to be that of a node. */
  readonly knowsNodes: boolean;
  /** The IP versions of an end. */
  maskOf(end: EndClass): FamilyMask;
  /**
   * What an end by itself allows with some positions, one verdict for each range of them.
   *
   * @param positions one, or outside ones in a row that are of one IP version
   */
  over(end: EndClass, direction: Direction, positions: IndexSet): FamilyVerdict[];
  /** A policy that decides, compiled; undefined for another. */
  compiled(policy: Policy): CompiledPolicy | undefined;
}

/** An engine that looks at the whole cluster when it is made. */
export class WholeEngine implements Engine {
  readonly ends: IndexedEnds;
  readonly space: AddressSpace;
  readonly layout: Layout;
  readonly programs: Programs;
  readonly sides: Sides;
  readonly doubts = new Doubts();
  readonly knowsNodes: boolean;
  readonly addresses: EndAddresses;
  /** What policies were compiled with. */
  readonly context: CompileContext;
  /** The policies that decide, in order. */
  readonly ranked: readonly RankedPolicy[];
  private keptPolicies: PolicyIndex | undefined;
  private readonly tiers: readonly CompiledTier[];
  private keptBorders: BorderUses | undefined;
  private keptSensitivity: FamilySensitivity | undefined;
  private byPolicy: ReadonlyMap<Policy, CompiledPolicy> | undefined;
  private readonly masks: readonly FamilyMask[];

  /**
   * @param space of the same policies and options, when it is known already
   * @param profile what the network plugin does, where these are not all policies that it has
   */
  constructor(
    cluster: Cluster,
    policies: PolicySet,
    options: ReachabilityOptions,
    space?: AddressSpace,
    profile = profileOf(policies, options),
  ) {
    const ranges = addressRanges(options);
    const nodeAddresses = AddressSet.ofCidrs(ranges.nodeCidrs ?? []);
    this.knowsNodes = !nodeAddresses.isEmpty;
    this.ends = new IndexedEnds(classify(cluster.workloads));
    this.space = space ?? new AddressSpace([...addressSetsOf(policies), nodeAddresses]);
    this.addresses = new IndexedAddresses(this.ends, ranges);
    const peers = new PeerRegions(this.ends, this.addresses, this.space, nodeAddresses);
    this.context = {
      cluster,
      ends: this.ends,
      pods: new IndexedSelection(cluster, this.ends, profile.setsOwnLabels),
      names: portNames(this.ends),
      peers,
      services: servicesByName(cluster),
      networkSets: policies.networkSets,
      setsPosingAsPods: setsPosingAsPods(policies.networkSets, profile),
      networkPolicies: policies.kubernetes,
      profile,
      doubts: this.doubts,
      ...ranges,
    };
    notePluginDoubts(this.doubts, policies, profile, ranges.podCidrs);
    this.ranked = rankPolicies(policies, profile, options.staged ?? false);
    this.tiers = compileTiers(this.ranked, this.context);
    this.masks = this.ends.classes.map((end) => familyMask(end, ranges));
    this.layout = new Layout(this.ends, this.space, this.tellsFamiliesApart());
    this.programs = new IndexedPrograms(this.tiers, this.ends, this.layout);
    const dropped = droppedFromPods(profile, policies.felix);
    this.sides = new Sides(this.programs, this.ends, this.layout, peers.nodes, profile, dropped);
  }

  maskOf(end: EndClass): FamilyMask {
    return this.masks[end.index] ?? 3;
  }

  over(end: EndClass, direction: Direction, positions: IndexSet): FamilyVerdict[] {
    const side = this.sides.of(end, direction);
    const [first = 0, next] = positions.edges;
    // Questions about pairs are many.
    if (next === first + 1 && positions.edges.length === 2) return optional(valueAt(side, first));
    return [...piecesWithin(side, positions)].map(({ value }) => value);
  }

  /** Why rules may meet ends differently in IPv4 and IPv6, should the model change. */
  get sensitivity(): FamilySensitivity {
    this.keptSensitivity ??= familySensitivity(
      this.ends,
      this.ranked.map(({ policy }) => policy),
      this.context,
    );
    return this.keptSensitivity;
  }

  /** Where ends tell outside addresses apart, for questions after a change; works all of their sides out. */
  get borderUses(): BorderUses {
    this.keptBorders ??= new BorderUses(this);
    return this.keptBorders;
  }

  /** The policies that decide, for questions after a change. */
  get policies(): PolicyIndex {
    this.keptPolicies ??= new PolicyIndex(this.ranked);
    return this.keptPolicies;
  }

  compiled(policy: Policy): CompiledPolicy | undefined {
    this.byPolicy ??= new Map(
      this.tiers.flatMap(({ policies }) => policies).map((compiled) => [compiled.policy, compiled]),
    );
    return this.byPolicy.get(policy);
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

/** The address ranges of options. */
export function addressRanges({ podCidrs, nodeCidrs }: ReachabilityOptions): {
  readonly podCidrs: readonly Cidr[] | undefined;
  readonly nodeCidrs: readonly Cidr[] | undefined;
} {
  return { podCidrs: given(podCidrs), nodeCidrs: given(nodeCidrs) };
}

/** The network plugin: the one that is given, else the one that the policies are for. */
export function pluginOf(policies: PolicySet, { cni }: ReachabilityOptions): CniProfileName {
  return cni ?? usualProfile(policies);
}

/** What the network plugin does. */
export function profileOf(policies: PolicySet, options: ReachabilityOptions): CniProfile {
  return profileFor(pluginOf(policies, options), {
    clusterNetworkPolicy: policies.clusterWide.some(({ kind }) => kind === 'ClusterNetworkPolicy'),
    beyondNftables: () => policies.calico.some(isBeyondNftables),
  });
}

/** The Services of a cluster by `namespace/name`. */
export function servicesByName({ services }: Cluster): ReadonlyMap<string, Service> {
  return new Map(services.map((service) => [`${service.namespace}/${service.name}`, service]));
}

function optional<T>(value: T | undefined): T[] {
  return value === undefined ? [] : [value];
}

/** No ranges at all are no statement: they are unknown, as when the option is absent. */
function given(cidrs: readonly Cidr[] | undefined): readonly Cidr[] | undefined {
  return cidrs?.length === 0 ? undefined : cidrs;
}

/** Calico where a policy of its own is in the input, staged ones included, or a tier, or settings of its agent. */
function usualProfile({ calico, stagedKubernetes = [], tiers, felix }: PolicySet): CniProfileName {
  const hasTier = tiers.some((tier) => !BUILT_IN_TIERS.includes(tier));
  if (felix?.nftables === true) return 'calico-nftables';
  const isCalico = hasTier || felix !== undefined || calico.length + stagedKubernetes.length > 0;
  return isCalico ? 'calico' : 'kubernetes';
}

/** Whether all its rules meet the same ends of the cluster in IPv4 and IPv6; compiles them. */
export function isFamilyBlind({ subject, plain, directions, rules }: CompiledPolicy): boolean {
  if (plain || subject.isEmpty) return true;
  return directions
    .flatMap((direction) => rules(direction))
    .flatMap((rule) => [...rule.peers, ...(rule.own === undefined ? [] : [rule.own])])
    .every(({ sure, possible }) => sameInBothFamilies(sure) && sameInBothFamilies(possible));
}
