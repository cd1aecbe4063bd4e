import type { TargetPort, WorkloadName } from '../../intents/client-intents';
import type { Labels } from '../../model/resource';
import type { Place } from '../../model/place';
import type { Direction } from '../../policies/direction';

/** An exception that somebody answers for: addresses outside that workloads may be reached from, or may reach. */
export interface ExternalAccess {
  readonly namespace: string;
  /** Its policy is called after it. */
  readonly name: string;
  /** At least one, all of {@link namespace}. */
  readonly workloads: readonly WorkloadName[];
  /** `ingress`: the addresses may call the workloads. `egress`: the workloads may call the addresses. */
  readonly direction: Direction;
  /** Addresses and CIDRs without host bits. At least one. */
  readonly cidrs: readonly string[];
  /** Of the pods for `ingress`, of the addresses for `egress`. Empty: every port. */
  readonly ports: readonly TargetPort[];
  /** Who answers for it. */
  readonly owner: string;
  readonly reason: string;
  /** The last day on which it holds, as `2026-12-31` (UTC); `never` for one that was meant to last. */
  readonly expires: string;
  readonly place: Place;
}

/** Pods of whole namespaces that every pod of a namespace lets in: what a namespace has in common. */
export interface NamespaceAccess {
  readonly namespace: string;
  readonly from: readonly AccessPeer[];
  /** What says so: `NamespaceBaseline/shop/baseline`. */
  readonly object: string;
  /** The policy that opens it. */
  readonly policy: string;
  readonly place: Place;
}

/** Who comes in from a namespace, on what. */
export interface AccessPeer {
  readonly namespace: string;
  /** Absent: every pod of the namespace. */
  readonly labels?: Labels | undefined;
  /** Of the pods that are called. Empty: every port. */
  readonly ports: readonly TargetPort[];
}

/** Annotations of the policy of an {@link ExternalAccess}. */
export const OWNER_ANNOTATION = 'cdk8s-intents/owner';
export const REASON_ANNOTATION = 'cdk8s-intents/reason';
export const EXPIRES_ANNOTATION = 'cdk8s-intents/expires';
