import type { ConnectionSet } from './sets/connection-set';
import type { Cidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import type { Place } from '../model/place';
import type { Labels } from '../model/resource';
import type { Workload } from '../model/workloads/workload';
import type { Direction } from '../policies/direction';
import type { Policy } from '../policies/policy';

/** One end of a connection. */
export type Peer = WorkloadPeer | AddressPeer | PodPeer;

export interface WorkloadPeer {
  readonly type: 'workload';
  readonly workload: Workload;
}

/**
 * A range of addresses outside the cluster (or of nodes); both ends inclusive, one address family. Of an address that the
 * model knows to be that of a pod it says nothing: whoever is there is the pod, and has policies of its own.
 */
export interface AddressPeer {
  readonly type: 'addresses';
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

/** A pod that is not in the manifests, known by its labels and its namespace only. */
export interface PodPeer {
  readonly type: 'pod';
  readonly namespace: string;
  /**
   * Labels of the namespace, instead of those the model has of it. Default those of the model. The label
   * `kubernetes.io/metadata.name` is the name of the namespace in any case.
   */
  readonly namespaceLabels?: Labels | undefined;
  readonly labels: Labels;
  /** Default `default`. */
  readonly serviceAccount?: string | undefined;
}

/** What is allowed for certain, and what the model cannot decide. The two never overlap; the rest is denied. */
export interface Verdict {
  readonly allowed: ConnectionSet;
  readonly undecided: ConnectionSet;
}

/** A rule (or the lack of one) that decides. */
export interface Decision {
  readonly policy: Policy;
  /** Index in the policy's rule list of that direction; absent when the policy decides by isolating (end of tier). */
  readonly rule?: number | undefined;
  readonly action: 'allow' | 'deny' | 'pass';
  readonly place: Place;
}

export interface DirectionExplanation {
  readonly verdict: 'allow' | 'deny' | 'unknown';
  /** Whether any policy isolates this end in this direction. */
  readonly isolated: boolean;
  /** The deciding rules; every allowing one for Kubernetes policies, the first matching one in ordered tiers. */
  readonly decidedBy: readonly Decision[];
  /** Denied because the network plugin drops it by itself: no policy is asked, and none could allow it. Default false. */
  readonly dropped?: boolean | undefined;
}

export interface Explanation {
  readonly verdict: 'allow' | 'deny' | 'unknown';
  readonly egress: DirectionExplanation;
  readonly ingress: DirectionExplanation;
}

/** Peers that one workload may talk with in one direction. */
export interface Admission {
  /** Workloads of the model, sorted by id; hosts and the workload itself included when they may. */
  readonly workloads: readonly Workload[];
  readonly addresses: readonly AddressPeer[];
  /** As this side alone sees it: the other side's policies may still forbid it. */
  readonly verdict: Verdict;
}

/** The same, with the policies that open the way. */
export interface Opening extends Admission {
  /** Empty when no policy isolates the workload in this direction. */
  readonly policies: readonly Policy[];
}

/** Every peer of `from` may talk to every peer of `to` (except to itself) on these ports. */
export interface ConnectionGroup {
  readonly from: readonly (WorkloadPeer | AddressPeer)[];
  readonly to: readonly (WorkloadPeer | AddressPeer)[];
  readonly verdict: Verdict;
}

/** What a cluster network decides that manifests do not say. */
export interface ReachabilityOptions {
  /**
   * Address ranges pods get. With them an ipBlock that covers all of a family's pod ranges matches every pod, one
   * that is apart from all of them matches none, and anything between stays undecided. Default none: an ipBlock
   * matches a pod only by a known address, and a finding says so.
   */
  readonly podCidrs?: readonly Cidr[];
  /**
   * Addresses of nodes: what host-network pods speak with. A node always reaches its own pods, so what policies deny
   * from these addresses to a pod is undecided. Default none: unknown, and no outside address is taken for a node.
   */
  readonly nodeCidrs?: readonly Cidr[];
  /**
   * What the network plugin enforces. Default `kubernetes` when there is no Calico policy, no Tier and no FelixConfiguration,
   * else `calico`; `calico-nftables` when that one says so.
   */
  readonly cni?: CniProfileName;
  /** Treat staged Calico policies as enforced: the "what if". Default false. */
  readonly staged?: boolean;
}

/**
 * `kubernetes`: what the texts of the APIs say. `calico`: Calico 3.31, with a ClusterNetworkPolicy the order of 3.32.
 * `calico-nftables`: the same with its nftables data plane, which some rules bring down. `kube-network-policies`:
 * kube-network-policies 1.1.1, which is also the policy engine of kindnet.
 */
export type CniProfileName = 'kubernetes' | 'calico' | 'calico-nftables' | 'kube-network-policies';

/** Who can talk to whom. Built once for a model and its policies; answers are computed when asked and kept. */
export interface Reachability {
  /** Disjoint, maximal ranges of addresses that no policy tells apart, IPv4 before IPv6; each family covered whole. */
  readonly addresses: readonly AddressPeer[];
  /** What verdicts do not cover: unknown kinds, ipBlocks against unknown pod addresses, domains. */
  readonly findings: readonly Finding[];
  /** What the network plugin drops from every pod, whatever policies say: no verdict about what a pod sends has it. */
  readonly droppedFromPods: ConnectionSet;
  /** Both sides: egress of `from` and ingress of `to`. */
  connection(from: Peer, to: Peer): Verdict;
  /** One side only: what `workload` may receive from (ingress) or send to (egress) `other`. */
  side(workload: Workload, direction: Direction, other: Peer): Verdict;
  /** The policies that isolate the workload in that direction, in order of evaluation; empty when it is open. */
  isolatedBy(workload: Workload, direction: Direction): readonly Policy[];
  /** Who may come in (or where it may go), one group a verdict; never walks pairs of the whole model. */
  admissions(workload: Workload, direction: Direction): readonly Admission[];
  /** The same, one group for each verdict and set of policies behind it: what to ask when these are to be named. */
  openings(workload: Workload, direction: Direction): readonly Opening[];
  explain(from: Peer, to: Peer, protocol: number, port: number): Explanation;
  /** All allowed or undecided connections, grouped by what no policy tells apart. */
  groups(): readonly ConnectionGroup[];
}
