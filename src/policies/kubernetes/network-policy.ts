import type { Cidr } from '../../model/cidr';
import type { LabelSelector } from '../../model/label-selector';
import type { Place } from '../../model/place';
import type { Labels } from '../../model/resource';
import type { TransportProtocol } from '../../model/workloads/workload';
import type { Direction } from '../direction';

/** A `networking.k8s.io/v1` NetworkPolicy, defaults filled in as the API server fills them. */
export interface NetworkPolicy {
  readonly kind: 'NetworkPolicy';
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly podSelector: LabelSelector;
  /** The directions it isolates: `policyTypes`, or its default (ingress always, egress when it has egress rules). */
  readonly types: readonly Direction[];
  readonly ingress: readonly NetworkPolicyRule[];
  readonly egress: readonly NetworkPolicyRule[];
  readonly place: Place;
}

export interface NetworkPolicyRule {
  /** `any` when `from`/`to` is missing or empty: every source or destination, outside the cluster included. */
  readonly peers: 'any' | readonly NetworkPolicyPeer[];
  /** `all` when `ports` is missing or empty: every protocol and port. */
  readonly ports: 'all' | readonly NetworkPolicyPort[];
  readonly place: Place;
}

export type NetworkPolicyPeer = PodPeer | IpBlock;

/** Pods: both selectors of one list item together (AND). */
export interface PodPeer {
  readonly type: 'pods';
  /** Absent: pods of the policy's own namespace. */
  readonly namespaceSelector?: LabelSelector | undefined;
  /** Absent: all pods of the selected namespaces. */
  readonly podSelector?: LabelSelector | undefined;
}

export interface IpBlock {
  readonly type: 'ipBlock';
  readonly cidr: Cidr;
  /** Each strictly inside `cidr`. */
  readonly except: readonly Cidr[];
}

export interface NetworkPolicyPort {
  readonly protocol: TransportProtocol;
  /** Absent: every port of the protocol. A name is looked up at each destination pod. */
  readonly port?: number | string | undefined;
  /** Only with a numeric `port`; inclusive. */
  readonly endPort?: number | undefined;
}
