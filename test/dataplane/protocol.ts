/**
 * What the tests say to a program that runs a policy engine over real packets, and what it answers: one JSON object on
 * one line each way, answers in the order of the requests. Every engine in this folder speaks exactly this, so that a
 * test can be run over each of them. README.md has the rules that types cannot say.
 */

/** An object in the form in which the API server stores it: `apiVersion`, `kind`, `metadata`, … */
export type Manifest = Readonly<Record<string, unknown>>;

/** Says who answers; also the way to wait for the start. */
export interface HelloRequest {
  readonly op: 'hello';
}

/**
 * Makes these the whole cluster, whatever was there before, and is answered when the engine enforces it (the barrier is
 * the program's business). The empty list of objects is the reset. When one object is refused, nothing changes.
 */
export interface ClusterRequest {
  readonly op: 'cluster';
  /**
   * Namespaces, ServiceAccounts, Pods (each with `status.podIPs`; it gets a network namespace of its own, or with
   * `spec.hostNetwork` the node's), at most one Node (absent: `DEFAULT_NODE`), Services with `spec.clusterIPs` and
   * EndpointSlices, policies, tiers, sets and IP pools.
   */
  readonly objects: readonly Manifest[];
  /** Addresses of hosts outside the cluster that answer and ask. They all live in one further network namespace. */
  readonly outside?: readonly string[];
}

/** Sends the packets, a good many at a time, in the cluster that the last `cluster` request made. */
export interface ProbeRequest {
  readonly op: 'probe';
  readonly probes: readonly Probe[];
}

/** Judges the same without packets, in the engine's own process; an error from an engine that cannot. */
export interface JudgeRequest {
  readonly op: 'judge';
  readonly probes: readonly Probe[];
}

/** Says what the engine has against each object, without changing the cluster. */
export interface ValidateRequest {
  readonly op: 'validate';
  readonly objects: readonly Manifest[];
}

/** Opens a connection and keeps it open over later `cluster` requests; TCP or UDP. */
export interface ConnectRequest {
  readonly op: 'connect';
  readonly probe: Probe;
}

/** Sends one message on an open connection, either way, and waits for the other end to have it. */
export interface ExchangeRequest {
  readonly op: 'exchange';
  readonly connection: number;
  /** Who speaks; absent means the end that opened it, and the other end echoes. */
  readonly speaker?: 'client' | 'server';
}

/** Closes every connection that `connect` opened. */
export interface CloseRequest {
  readonly op: 'close';
}

/** Takes what the kernel has recorded of connections since the last time it was asked. */
export interface FlowsRequest {
  readonly op: 'flows';
}

/** One packet of a new connection, with the answer to it where the protocol has one. */
export interface Probe {
  /** An address of a pod, of the node or of an outside host: the sender. */
  readonly from: string;
  /** An address of any of those, or a `clusterIP` of a Service. Of the same family as `from`. */
  readonly to: string;
  /** IP protocol number: 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6, 132 SCTP; others carry no port. */
  readonly protocol: number;
  /** Destination port; for ICMP and ICMPv6 type * 256 + code; 0 for protocols without ports. */
  readonly port: number;
}

export type Request =
  | HelloRequest
  | ClusterRequest
  | ProbeRequest
  | JudgeRequest
  | ValidateRequest
  | ConnectRequest
  | ExchangeRequest
  | CloseRequest
  | FlowsRequest;

/** Answers `hello`. */
export interface HelloAnswer {
  /** The engine with its version, such as `calico v3.31.0 (nftables)`. */
  readonly engine: string;
}

/** Answers `cluster`: the refused objects with the engine's own words, empty when the cluster is now as asked. */
export interface ClusterAnswer {
  readonly refused: readonly Refusal[];
}

/** An object that the engine's validation refuses. */
export interface Refusal {
  /** Its place in the request's list. */
  readonly index: number;
  readonly reason: string;
}

/** Answers `probe` and `judge`, in the order of the probes. */
export interface ProbeAnswer {
  readonly results: readonly ProbeResult[];
}

/** What became of one probe. */
export interface ProbeResult {
  /**
   * `allow`: it arrived, and for TCP and UDP the answer came back. `deny`: it did not arrive. `error`: neither can be
   * said (no such sender, the wrong pod answered, …), never to be taken for a verdict.
   */
  readonly verdict: 'allow' | 'deny' | 'error';
  /** The sender's address as the receiver saw it, where it arrived over TCP or UDP: shows SNAT. */
  readonly seenFrom?: string;
  /** The address that answered, as the receiver sees itself: shows DNAT. */
  readonly answeredBy?: string;
  /** Why it is an error. */
  readonly reason?: string;
}

/** Answers `validate`: one entry for each object, empty where the engine has nothing against it. */
export interface ValidateAnswer {
  readonly problems: readonly string[];
}

/** Answers `connect`; `connection` is absent unless allowed. */
export interface ConnectAnswer {
  readonly result: ProbeResult;
  readonly connection?: number;
}

/** Answers `exchange`. */
export interface ExchangeAnswer {
  readonly result: ProbeResult;
}

/** Answers `close`. */
export interface CloseAnswer {
  readonly closed: number;
}

/** Answers `flows`. */
export interface FlowsAnswer {
  /** Lines of `conntrack -E -o timestamp,extended` for the connections of the probes. */
  readonly conntrack: readonly string[];
  /** Lines of the engine's own log of flows, of denied ones too; empty where it writes none. */
  readonly log: readonly string[];
}

/** In place of any answer: the request could not be done; what it says is for people. */
export interface ErrorAnswer {
  readonly error: string;
}

/** The node when the objects name none: its name and its addresses, on an interface towards the outside hosts. */
export const DEFAULT_NODE = { name: 'node', addresses: ['192.168.100.1', 'fd00:100::1'] } as const;
