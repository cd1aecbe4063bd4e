import type { CalicoPolicy, CalicoTier, NetworkSet } from './calico/policy';
import type { ClusterWidePolicy } from './cluster-network-policy/policy';
import type { NetworkPolicy } from './kubernetes/network-policy';
import type { Finding } from '../model/finding';
import type { Resource } from '../model/resource';

/** A policy of any kind the evaluator knows. */
export type Policy = NetworkPolicy | CalicoPolicy | ClusterWidePolicy;

/** An object that may change verdicts but lies outside the model: verdicts it touches are unknown, and reports say so. */
export interface OutOfModel {
  readonly resource: Resource;
  /** Why, in one sentence. */
  readonly reason: string;
}

/** Every policy of the input, read and checked. An object with an error is not in the lists, only in the findings. */
export interface PolicySet {
  readonly kubernetes: readonly NetworkPolicy[];
  readonly calico: readonly CalicoPolicy[];
  readonly clusterWide: readonly ClusterWidePolicy[];
  readonly tiers: readonly CalicoTier[];
  readonly networkSets: readonly NetworkSet[];
  readonly outOfModel: readonly OutOfModel[];
  readonly findings: readonly Finding[];
}
