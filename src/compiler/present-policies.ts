import { OWN_POLICY_LABELS } from './profiles/profile';
import type { Cluster } from '../model/cluster';
import { jsonAt } from '../model/json';
import type { Resource } from '../model/resource';
import type { Workload } from '../model/workloads/workload';
import type { Direction } from '../policies/direction';
import { isCalicoPolicy, type Policy, type PolicySet } from '../policies/policy';
import { readPolicies } from '../policies/read-policies';
import { ConnectionSet } from '../reachability/sets/connection-set';
import { evaluate } from '../reachability/evaluate';
import type { Peer, Reachability, ReachabilityOptions, Verdict } from '../reachability/reachability';

/** What the compiler asks about the policies that are there already. */
export type PresentReachability = Pick<Reachability, 'isolatedBy' | 'side' | 'droppedFromPods'>;

/**
 * Who can talk to whom under the policies of a model, former output of this compiler left out: it is about to be
 * replaced. `undefined` when there are none.
 */
export function presentReachability(
  cluster: Cluster,
  options: ReachabilityOptions = {},
): PresentReachability | undefined {
  const policies = readPolicies(cluster.resources.filter((resource) => !isFormerOutput(resource)));
  const none = [policies.kubernetes, policies.calico, policies.clusterWide].every(
    ({ length }) => length === 0,
  );
  return none ? undefined : new PresentOnDemand(cluster, policies, options);
}

/**
 * Evaluates the policies when first asked something that they have a say in. Most apps never ask: nothing of theirs is
 * offered to the outside, and their default denies are about ingress alone.
 */
class PresentOnDemand implements PresentReachability {
  private readonly mayIsolate: Readonly<Record<Direction, boolean>>;
  private evaluated: PresentReachability | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly policies: PolicySet,
    private readonly options: ReachabilityOptions,
  ) {
    this.mayIsolate = {
      ingress: mayIsolate(policies, 'ingress'),
      egress: mayIsolate(policies, 'egress'),
    };
  }

  isolatedBy(workload: Workload, direction: Direction): readonly Policy[] {
    return this.mayIsolate[direction] ? this.reachability.isolatedBy(workload, direction) : [];
  }

  side(workload: Workload, direction: Direction, other: Peer): Verdict {
    return this.reachability.side(workload, direction, other);
  }

  get droppedFromPods(): ConnectionSet {
    return this.reachability.droppedFromPods;
  }

  private get reachability(): PresentReachability {
    this.evaluated ??= evaluate(this.cluster, this.policies, this.options);
    return this.evaluated;
  }
}

/** A NetworkPolicy isolates for its own directions only; of the other families the evaluator knows best. */
function mayIsolate(
  { kubernetes, calico, clusterWide, stagedKubernetes = [] }: PolicySet,
  direction: Direction,
): boolean {
  if (calico.length + clusterWide.length + stagedKubernetes.length > 0) return true;
  return kubernetes.some(({ types }) => types.includes(direction));
}

/** Groups of the dialects that policies are written in. */
const OWN_GROUPS: readonly string[] = ['networking.k8s.io', 'projectcalico.org'];

/** Whether an object is a policy that intents made before: it carries one of their labels. */
export function isFormerOutput({ group, kind, manifest }: Resource): boolean {
  const isOurs = kind === 'NetworkPolicy' ? OWN_GROUPS.includes(group) : kind === 'CiliumNetworkPolicy';
  if (!isOurs) return false;
  return OWN_POLICY_LABELS.some((label) => jsonAt(manifest, ['metadata', 'labels', label]) !== undefined);
}

/** Answers about one side of connections under the policies that are there already. */
export class PresentPolicies {
  constructor(private readonly reachability: PresentReachability | undefined) {}

  /**
   * Whether they isolate the workload in such a way that one more NetworkPolicy only adds: by a NetworkPolicy, or by a
   * Calico policy of the tier in which NetworkPolicies are (calico-policy-model 5.1). Where only another tier denies, a
   * NetworkPolicy would isolate the workload anew, and cut what that tier lets through.
   */
  isolates(workload: Workload, direction: Direction): boolean {
    return this.isolating(workload, direction).some(isBesideNetworkPolicies);
  }

  /** Whether they isolate it in any way. */
  restricts(workload: Workload, direction: Direction): boolean {
    return this.isolating(workload, direction).length > 0;
  }

  /** Whether they let all of these connections through, to or from all of a peer; but what no policy can let a pod send. */
  admit(workload: Workload, direction: Direction, peer: Peer, connections: ConnectionSet): boolean {
    if (this.reachability === undefined) return true;
    const missing = connections.subtract(this.reachability.side(workload, direction, peer).allowed);
    if (missing.isEmpty) return true;
    return direction === 'egress' && missing.subtract(this.reachability.droppedFromPods).isEmpty;
  }

  /** The connections that they let through for certain to or from some part of these peers, or perhaps. */
  possible(workload: Workload, direction: Direction, peers: readonly Peer[]): ConnectionSet {
    if (this.reachability === undefined) return ConnectionSet.ALL;
    let possible = ConnectionSet.NONE;
    for (const peer of peers)
      possible = possible.union(either(this.reachability.side(workload, direction, peer)));
    return possible;
  }

  private isolating(workload: Workload, direction: Direction): readonly Policy[] {
    return this.reachability?.isolatedBy(workload, direction) ?? [];
  }
}

function isBesideNetworkPolicies(policy: Policy): boolean {
  if (policy.kind === 'NetworkPolicy') return true;
  return isCalicoPolicy(policy) && policy.tier === 'default';
}

function either({ allowed, undecided }: Verdict): ConnectionSet {
  return allowed.union(undecided);
}
