import { affectedWorkloads, everyWorkload, type AffectedWorkload } from './affected';
import { changeClasses } from './changed-classes';
import { WholeEngine } from '../engine';
import { Evaluation } from '../evaluate';
import { changeBetween, type Model } from './model-change';
import { PatchedEngine } from './patched-engine';
import { policyDelta } from './policy-delta';
import type { AddressPeer, ConnectionGroup, Reachability } from '../reachability';
import type { Cluster } from '../../model/cluster';
import type { Finding } from '../../model/finding';
import type { Workload } from '../../model/workloads/workload';
import type { PolicySet } from '../../policies/policy';

/** Why a model was evaluated from scratch. */
export type WholeReason =
  /** Tiers, or the network plugin that the policies imply, are others. */
  | 'tiers-changed'
  /** Workloads on the host network have come, gone or changed: Services and nodes stand for them. */
  | 'hosts-changed'
  /** More differs from the last model that was evaluated whole than is cheaper to look at one by one. */
  | 'many-changes';

/** The answers about a model, and where they can be others than those about the model before. */
export interface Reevaluation {
  /** The same answers that `evaluate` gives. */
  readonly reachability: Reachability;
  /** Absent when only what the change can reach is worked out anew. */
  readonly whole?: WholeReason | undefined;
  /**
   * The workloads whose side can have changed, sorted by id. An ordered pair of workloads or outside addresses keeps its
   * verdict unless its source is among them with egress, or its target with ingress. For a pod that is not in the
   * manifests its own policies count too.
   */
  readonly affected: readonly AffectedWorkload[];
}

/** Most classes of pods and policies that may differ from the model that was last evaluated whole. */
const MOST_CHANGES = 256;

/**
 * Evaluates a model that differs a little from one that was evaluated before, under the same options. The answers are
 * exactly those of `evaluate`; the earlier ones stay valid. What differs is found by comparing the models: objects
 * that both share cost next to nothing, equal ones that were read again a little.
 *
 * Questions about a pair, a workload or an explanation cost what the change can reach. Questions about the whole model
 * (`groups`, `addresses`, `findings`) are answered by evaluating it whole when the first of them is asked, and later
 * changes then start from there.
 *
 * @param previous from `evaluate` or from here
 * @throws TypeError for any other: its options are not known
 */
export function reevaluate(previous: Reachability, cluster: Cluster, policies: PolicySet): Reevaluation {
  if (!(previous instanceof Evaluation)) throw new TypeError('reevaluate needs what evaluate has returned.');
  const model: Model = { cluster, policies, options: previous.options };
  const patch = patched(previous instanceof PatchedEvaluation ? previous.base : previous, model);
  const next =
    patch instanceof Evaluation
      ? patch
      : new Evaluation(cluster, policies, model.options, wholeEngine(model));
  const affected = affectedBetween(previous, next);
  return patch instanceof Evaluation
    ? { reachability: next, affected }
    : { reachability: next, whole: patch, affected };
}

function wholeEngine({ cluster, policies, options }: Model): WholeEngine {
  return new WholeEngine(cluster, policies, options);
}

function affectedBetween(previous: Evaluation, next: Evaluation): AffectedWorkload[] {
  const change = changeBetween(previous, next);
  if (change.rules) return everyWorkload(previous, next);
  const { gone, come } = policyDelta(previous, next, change);
  return affectedWorkloads(previous, next, change, gone, come);
}

/** Whether a workload that is there stands on the host network. */
function isHost(workload: Workload | undefined): boolean {
  return workload !== undefined && workload.hostNetwork && !workload.finished;
}

/** An evaluation that asks `base` about everything the change cannot reach; or why there can be none. */
function patched(base: Evaluation, model: Model): Evaluation | WholeReason {
  const change = changeBetween(base, model);
  if (change.rules || !(base.engine instanceof WholeEngine)) return 'tiers-changed';
  if (change.workloads.some(({ before, after }) => isHost(before) || isHost(after))) return 'hosts-changed';
  const classes = changeClasses(base.engine.ends, change);
  const policies = policyDelta(base, model, change);
  if (classes.dirty.size + policies.gone.size + policies.come.length > MOST_CHANGES) return 'many-changes';
  const engine = new PatchedEngine(base.engine, model, {
    classes,
    policies,
    services: change.services.size > 0,
    networkSets: change.networkSets.length > 0,
  });
  return new PatchedEvaluation(model, engine, base);
}

class PatchedEvaluation extends Evaluation {
  private keptWhole: Evaluation | undefined;

  constructor(
    model: Model,
    engine: PatchedEngine,
    private readonly origin: Evaluation,
  ) {
    super(model.cluster, model.policies, model.options, engine);
  }

  /** What later changes start from: the nearest model that was evaluated whole. */
  get base(): Evaluation {
    return this.keptWhole ?? this.origin;
  }

  override get addresses(): readonly AddressPeer[] {
    return this.whole.addresses;
  }

  override get findings(): readonly Finding[] {
    return this.whole.findings;
  }

  override groups(): readonly ConnectionGroup[] {
    return this.whole.groups();
  }

  private get whole(): Evaluation {
    const { cluster, policies, options } = this;
    this.keptWhole ??= new Evaluation(cluster, policies, options, wholeEngine(this));
    return this.keptWhole;
  }
}
