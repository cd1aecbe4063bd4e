import type { CalicoPolicy, CalicoTier, NetworkSet } from './calico/policy';
import type { FelixSettings } from './calico/felix-configuration';
import type { StagedNetworkPolicy } from './calico/read-staged-kubernetes';
import type { ClusterWidePolicy } from './cluster-network-policy/policy';
import type { NetworkPolicy } from './kubernetes/network-policy';
import type { Finding } from '../model/finding';
import type { Resource } from '../model/resource';

/** A policy of any kind the evaluator knows. */
export type Policy = NetworkPolicy | CalicoPolicy | ClusterWidePolicy;

/** Whether it is of Calico, of a namespace or of the whole cluster. */
export function isCalicoPolicy(policy: Policy): policy is CalicoPolicy {
  return policy.kind === 'CalicoNetworkPolicy' || policy.kind === 'GlobalNetworkPolicy';
}

/** An object that may change verdicts but lies outside the model: verdicts it touches are unknown, and reports say so. */
export interface OutOfModel {
  readonly resource: Resource;
  /** Why, in one sentence. */
  readonly reason: string;
  /** What to do about it. Default: judge it by hand. */
  readonly mend?: string | undefined;
}

/**
 * Every policy of the input, read and checked. An object with an error is not in the lists, only in the findings, as
 * the API server refuses it; what Calico's storage API keeps in spite of its error is out of model too.
 */
export interface PolicySet {
  readonly kubernetes: readonly NetworkPolicy[];
  readonly calico: readonly CalicoPolicy[];
  readonly clusterWide: readonly ClusterWidePolicy[];
  /**
   * The tiers of the input and those Calico makes itself, by order and then by name. A policy may name a tier that is
   * not among them: a finding says so, and it comes after all others with the end action Deny.
   */
  readonly tiers: readonly CalicoTier[];
  readonly networkSets: readonly NetworkSet[];
  /** Staged Kubernetes policies: they change no verdict. Absent reads as none. */
  readonly stagedKubernetes?: readonly StagedNetworkPolicy[] | undefined;
  /** What Felix, the agent of Calico, is set to for all nodes. Absent reads as its defaults. */
  readonly felix?: FelixSettings | undefined;
  readonly outOfModel: readonly OutOfModel[];
  readonly findings: readonly Finding[];
}
