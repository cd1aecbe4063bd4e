import type { Cidr } from '../../model/cidr';
import type { JsonObject } from '../../model/json';
import type { Place } from '../../model/place';
import type { Labels } from '../../model/resource';
import type { Direction } from '../direction';
import type { Selector } from './selector';

export type CalicoAction = 'Allow' | 'Deny' | 'Pass' | 'Log';

/** A Calico NetworkPolicy or GlobalNetworkPolicy, or a staged one, of `projectcalico.org/v3`. */
export interface CalicoPolicy {
  readonly kind: 'CalicoNetworkPolicy' | 'GlobalNetworkPolicy';
  /** Staged policies change no verdict; they are evaluated only in a "what if". */
  readonly staged: boolean;
  /** Of a staged policy. `Delete` removes the enforced policy of the same name in the "what if". */
  readonly stagedAction?: 'Set' | 'Delete' | 'Learn' | 'Ignore' | undefined;
  /** Absent for GlobalNetworkPolicy. */
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly labels: Labels;
  readonly tier: string;
  /** Infinity when not given: last in its tier. */
  readonly order: number;
  /** Endpoints it applies to. Absent: all (for a namespaced policy: all pods of its namespace). */
  readonly selector?: Selector | undefined;
  readonly namespaceSelector?: Selector | undefined;
  readonly serviceAccountSelector?: Selector | undefined;
  readonly types: readonly Direction[];
  readonly ingress: readonly CalicoRule[];
  readonly egress: readonly CalicoRule[];
  /** Only for host endpoints (`doNotTrack` or `preDNAT`): pods ignore it. */
  readonly hostOnly: boolean;
  /** The switches about host endpoints that are on, as written; they change nothing for pods. */
  readonly hostFlags?: readonly HostFlag[] | undefined;
  /** Hints about speed, as written; without meaning for verdicts. */
  readonly performanceHints?: readonly string[] | undefined;
  readonly place: Place;
}

/** A field of a GlobalNetworkPolicy that concerns host endpoints only. */
export type HostFlag = 'doNotTrack' | 'preDNAT' | 'applyOnForward';

/** IP protocol: a number 1 to 255, names already translated (TCP 6, UDP 17, ICMP 1, ICMPv6 58, SCTP 132, UDPLite 136). */
export type ProtocolNumber = number;

export interface CalicoRule {
  readonly action: CalicoAction;
  /** Given, or implied by the protocol names ICMP (4) and ICMPv6 (6). */
  readonly ipVersion?: 4 | 6 | undefined;
  readonly protocol?: ProtocolNumber | undefined;
  readonly notProtocol?: ProtocolNumber | undefined;
  readonly icmp?: IcmpMatch | undefined;
  readonly notIcmp?: IcmpMatch | undefined;
  readonly source: EntityRule;
  readonly destination: EntityRule;
  /** The rule has an `http` part: enforced by no Linux data plane, so the rule matches on the rest only. */
  readonly http: boolean;
  /** The `http` part itself, as written. */
  readonly httpMatch?: JsonObject | undefined;
  /** Annotations of the rule (`metadata.annotations`). */
  readonly annotations?: Labels | undefined;
  readonly place: Place;
}

export interface IcmpMatch {
  readonly type?: number | undefined;
  readonly code?: number | undefined;
}

/** One side of a rule; absent criteria do not restrict, empty lists neither. */
export interface EntityRule {
  readonly selector?: Selector | undefined;
  readonly notSelector?: Selector | undefined;
  readonly namespaceSelector?: Selector | undefined;
  readonly serviceAccounts?: ServiceAccountMatch | undefined;
  /** Without a namespace Calico finds no Service, not even in a namespaced policy, so the side matches nothing (2.6). */
  readonly services?: { readonly name: string; readonly namespace?: string | undefined } | undefined;
  readonly nets: readonly Cidr[];
  readonly notNets: readonly Cidr[];
  readonly ports: readonly CalicoPort[];
  readonly notPorts: readonly CalicoPort[];
}

/** Names and selector must both hold; the reader leaves a match out that has neither, as it restricts nothing (2.4). */
export interface ServiceAccountMatch {
  readonly names: readonly string[];
  readonly selector?: Selector | undefined;
}

/** A range (one port: first equals last), or a container port by name. */
export type CalicoPort = { readonly first: number; readonly last: number } | { readonly name: string };

export interface CalicoTier {
  readonly name: string;
  /**
   * Lower first. When not given: 1,000,000 in `projectcalico.org/v3`, which Calico's API server fills in; Infinity,
   * last of all, in `crd.projectcalico.org/v1`, which nothing fills in (calico-policy-model 1.2). Built-in tiers have
   * their own.
   */
  readonly order: number;
  readonly defaultAction: 'Deny' | 'Pass';
  readonly place: Place;
}

/** A GlobalNetworkSet (no namespace) or NetworkSet. */
export interface NetworkSet {
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly labels: Labels;
  readonly nets: readonly Cidr[];
  readonly place: Place;
}
