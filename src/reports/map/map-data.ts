/**
 * What a map shows, as its page carries it. Numbers stand for entries of lists, so that a map of thousands of workloads
 * stays small: a node is its index in `nodes`, a policy or rule its index in `whys`.
 */
export interface MapData {
  readonly version: 1;
  readonly title: string;
  readonly groups: readonly MapGroup[];
  readonly nodes: readonly MapNode[];
  readonly whys: readonly MapWhy[];
  /** As the manifests are (or will be after the change). */
  readonly after: MapSide;
  /** Only in a map of a change. */
  readonly before?: MapSide;
  readonly changes?: readonly MapChange[];
}

/** A frame: a namespace, or all that is outside the cluster. */
export interface MapGroup {
  readonly name: string;
  readonly outside: boolean;
  /** Its nodes. */
  readonly nodes: readonly number[];
}

/** A workload, or outside addresses that no policy tells apart. */
export interface MapNode {
  /** `shop/cart[Deployment]`, or the addresses. */
  readonly id: string;
  readonly name: string;
  /** Of a workload; empty for addresses. */
  readonly kind: string;
  readonly group: number;
}

/**
 * How one end stands in one direction. `open`: no policy isolates it. `isolated`: only what rules let through. `wide`:
 * isolated, and yet rules let more than half of all workloads through on some port. `cut`: isolated, and nobody gets
 * through. `host`: on the node's network, where policies do not hold. `finished`: has run to its end and has no network.
 * `absent`: not on this side of a change. `outside`: not in the cluster.
 */
export type MapState = 'open' | 'isolated' | 'wide' | 'cut' | 'host' | 'finished' | 'absent' | 'outside';

/** Who can talk to whom, of one version of the manifests. */
export interface MapSide {
  /** By node. */
  readonly ingress: readonly MapState[];
  readonly egress: readonly MapState[];
  /** By node, index in `programs`; -1 where no policy isolates it. */
  readonly ingressBy: readonly number[];
  readonly egressBy: readonly number[];
  readonly programs: readonly MapProgram[];
  readonly ways: readonly MapWay[];
}

/** What policies together say about the nodes they isolate in one direction. */
export interface MapProgram {
  /** The policies that isolate, as `whys`. */
  readonly by: readonly number[];
  readonly openings: readonly MapOpening[];
}

/** Peers that the same rules let through. */
export interface MapOpening {
  readonly peers: Runs;
  /** The rules, as `whys`: the rule where it is known, else the policy. */
  readonly whys: readonly number[];
}

/** Everyone of `from` may talk to everyone of `to`, except to itself. */
export interface MapWay {
  readonly from: Runs;
  readonly to: Runs;
  /** `TCP 80, 443`; empty when nothing is allowed for certain. */
  readonly ports: string;
  /** What manifests cannot decide; empty mostly. */
  readonly undecided: string;
  /**
   * `open`: no policy has a say at either end, so it is a state of the ends and no line. `wide`: one end of it is more
   * than half of all workloads, a state too. `narrow`: drawn.
   */
  readonly reach: 'open' | 'wide' | 'narrow';
}

/** Connections that a change adds or removes, or whose verdict it makes (or ceases to make) unknown. */
export interface MapChange {
  readonly change: 'added' | 'removed' | 'undecided';
  readonly from: Runs;
  readonly to: Runs;
  readonly ports: string;
}

/** A policy, or a rule of it. */
export interface MapWhy {
  /** `NetworkPolicy/shop/cart`. */
  readonly policy: string;
  /** `ingress[0]`: its place in the policy's list of that direction. */
  readonly rule?: string;
  /** `dist/shop.k8s.yaml:41`; empty when nobody knows. */
  readonly place: string;
}

/** Whole numbers, ascending, as `0-4,7`: neighbours make up most of every list. */
export type Runs = string;
