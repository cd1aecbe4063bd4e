import type { Cidr } from '../../model/cidr';
import type { LabelSelector } from '../../model/label-selector';
import type { Place } from '../../model/place';
import type { TransportProtocol } from '../../model/workloads/workload';

/**
 * A ClusterNetworkPolicy of `policy.networking.k8s.io/v1alpha2`, or an AdminNetworkPolicy or
 * BaselineAdminNetworkPolicy of v1alpha1 in the same form (Allow reads as Accept; the baseline has priority 0).
 */
export interface ClusterWidePolicy {
  readonly kind: 'ClusterNetworkPolicy' | 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy';
  readonly name: string;
  readonly tier: 'Admin' | 'Baseline';
  /** 0 to 1000; lower first. */
  readonly priority: number;
  readonly subject: ClusterWidePods;
  readonly ingress: readonly ClusterWideRule[];
  readonly egress: readonly ClusterWideRule[];
  readonly place: Place;
}

/** Namespaces whole, or pods of namespaces. */
export interface ClusterWidePods {
  readonly namespaceSelector: LabelSelector;
  /** Absent: all pods of the namespaces. */
  readonly podSelector?: LabelSelector | undefined;
}

export interface ClusterWideRule {
  readonly name?: string | undefined;
  readonly action: 'Accept' | 'Deny' | 'Pass';
  readonly peers: readonly ClusterWidePeer[];
  /** `all` when no ports or protocols are given. */
  readonly ports: 'all' | readonly ClusterWidePort[];
  readonly place: Place;
}

export type ClusterWidePeer =
  | { readonly type: 'pods'; readonly pods: ClusterWidePods }
  | { readonly type: 'networks'; readonly cidrs: readonly Cidr[] }
  | { readonly type: 'nodes'; readonly selector: LabelSelector }
  | { readonly type: 'domains'; readonly domains: readonly string[] };

export type ClusterWidePort =
  | {
      readonly type: 'range';
      readonly protocol: TransportProtocol;
      readonly first: number;
      readonly last: number;
    }
  /** A container port by name, whatever its protocol. */
  | { readonly type: 'name'; readonly name: string; readonly protocol?: TransportProtocol | undefined };
