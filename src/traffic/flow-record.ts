/** Where a record was written. */
export interface FlowPlace {
  /** The file as the user named it or as it was found in a folder; `stdin` for standard input. */
  readonly file: string;
  /** Line in the file, uncompressed, from 1. */
  readonly line: number;
}

/** Protocol of a packet; a number is one of IANA's that has no name here. */
export type FlowProtocol = 'TCP' | 'UDP' | 'SCTP' | 'ICMP' | 'ICMPv6' | number;

/** An address with its port. */
export interface FlowAddress {
  /** IPv4 or IPv6 in canonical spelling; an IPv4 address inside IPv6 (`::ffff:10.0.0.1`) reads as IPv4. */
  readonly ip: string;
  readonly port?: number | undefined;
}

/**
 * What the source says an end is, where it says so: `pod`; `node` (a host, also a remote one); `health` (the health
 * endpoint of a CNI); `api-server`; `outside` (not of the cluster); `network-set` (a named set of addresses).
 */
export type FlowEndKind = 'pod' | 'node' | 'health' | 'api-server' | 'outside' | 'network-set';

/** A name in a namespace. */
export interface FlowObject {
  readonly name: string;
  readonly namespace?: string | undefined;
}

/**
 * One end of a connection as its source knows it; any field may be missing. Every text is data from outside: as it was
 * written, whatever characters it has, up to the length of a line.
 */
export interface FlowEnd {
  /** As in {@link FlowAddress.ip}. */
  readonly ip?: string | undefined;
  /** From 1 to 65535; of the source mostly a port of the moment. */
  readonly port?: number | undefined;
  readonly kind?: FlowEndKind | undefined;
  readonly namespace?: string | undefined;
  /** Name of the pod. */
  readonly pod?: string | undefined;
  /** What names of its pods begin with, where the source has thrown the rest away (`cart-7d8f9c6b5-` of `cart-7d8f9c6b5-*`). */
  readonly podPrefix?: string | undefined;
  /** The controller of the pod; a kind only where the source gives one. */
  readonly workload?: { readonly name: string; readonly kind?: string | undefined } | undefined;
  /** The Service that was called, or whose address this is. Without a namespace: the one of the end, or not known. */
  readonly service?: FlowObject | undefined;
  /** Labels of the pod as the source writes them; read them with `flowLabels`. */
  readonly labels?: readonly string[] | undefined;
  /** Names by which this end was called or is known in DNS, without the dot at the end, in lower case. */
  readonly domains?: readonly string[] | undefined;
  /** The node it is on. */
  readonly node?: string | undefined;
  /** Name of the network set, where `kind` is `network-set`. */
  readonly set?: string | undefined;
}

/** One line of a flow log that speaks of a connection, or of several alike. */
export interface FlowRecord {
  readonly kind: 'flow';
  /** When it was seen first, in milliseconds since 1970; absent where the source has no time. */
  readonly time?: number | undefined;
  /** When it was seen last, where that is another moment. */
  readonly last?: number | undefined;
  /** How many connections (requests, for `l7`) it stands for: a whole number, 0 or more. */
  readonly count: number;
  /** Absent where nobody knows: a source that sees requests only (`l7`) means TCP and says so. */
  readonly protocol?: FlowProtocol | undefined;
  /** As the record was written: of a reply, the server is the source (see `isReply`). */
  readonly source: FlowEnd;
  /** The address that the client called: of a Service, before it was translated, where the source knows it. */
  readonly destination: FlowEnd;
  /** The ends after NAT, where the source gives both. */
  readonly translated?:
    | {
        /** Who really answered: the pod behind a Service address. */
        readonly destination?: FlowAddress | undefined;
        /** As whom the server saw the client. */
        readonly source?: FlowAddress | undefined;
      }
    | undefined;
  /** True: it speaks of packets from the server to the client. False: from the client. Absent: the source does not say. */
  readonly isReply?: boolean | undefined;
  /** True: the beginning of the connection. False: something in its middle. Absent: the source does not say. */
  readonly opens?: boolean | undefined;
  /** False: nobody ever answered (a scan, a dead address). Absent: the source does not say. */
  readonly answered?: boolean | undefined;
  /** `denied`: by a policy. `lost`: for another reason. Absent: the source does not say. */
  readonly verdict?: 'allowed' | 'denied' | 'lost' | undefined;
  readonly layer: 'l3' | 'l4' | 'l7';
  /**
   * Where the record was made. One connection is recorded at several points (both ends, a node, a proxy), but at one
   * point once: connections are counted by point, and the largest count is the truth.
   */
  readonly seenAt?: string | undefined;
  readonly place: FlowPlace;
}

/** An answer (or just a question) of DNS that somebody saw. */
export interface DnsRecord {
  readonly kind: 'dns';
  readonly time?: number | undefined;
  /** Who asked, where it is known. */
  readonly client: FlowEnd;
  /** Who was asked, where it is known. */
  readonly server: FlowEnd;
  /** The name that was asked for, without the dot at the end, in lower case. */
  readonly name: string;
  /** `A`, `AAAA`, …; absent where the source does not say. */
  readonly type?: string | undefined;
  /** Addresses in the answer, in canonical spelling; empty for questions, for other types, and where the source leaves answers out. */
  readonly addresses: readonly string[];
  /** How long the answer holds, in seconds. */
  readonly ttl?: number | undefined;
  /** `NOERROR`, `NXDOMAIN`, …; absent where the source does not say. */
  readonly code?: string | undefined;
  readonly place: FlowPlace;
}

/** A line that speaks of no connection although all is well with it: a header, lost events, an interval without data. */
export interface SkippedLine {
  readonly kind: 'skipped';
  /** Why, in words that are the same for all lines alike: they are counted by it. */
  readonly reason: string;
  readonly place: FlowPlace;
}

/** A line that should speak of a connection and cannot be understood. */
export interface UnreadableLine {
  readonly kind: 'unreadable';
  /** What is wrong, in words that are the same for all lines alike, without anything of the line in them. */
  readonly reason: string;
  readonly place: FlowPlace;
}

/** What a line of a flow log ends as. */
export type FlowItem = FlowRecord | DnsRecord | SkippedLine | UnreadableLine;
