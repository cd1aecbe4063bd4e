import { affectedWorkloads, everyWorkload, type AffectedWorkload } from './affected';
import { changeClasses } from './changed-classes';
import { WholeEngine } from '../engine';
import { Evaluation } from '../evaluate';
import { evaluationFindings } from '../evaluation-findings';
import { changeBetween, type Model, type ModelChange } from './model-change';
import { patchedBorders } from './patched-borders';
import { patchedDoubts } from './patched-doubts';
import { PatchedEngine } from './patched-engine';
import { policyDelta, type PolicyDelta } from './policy-delta';
import type { ConnectionGroup, Reachability } from '../reachability';
import type { Cluster } from '../../model/cluster';
import type { Finding } from '../../model/finding';
import type { PolicySet } from '../../policies/policy';

/** Why a model was evaluated from scratch. */
export type WholeReason =
  /** The network plugin that the policies imply is another: the first policy of Calico has come, or the last gone. */
  | 'plugin-changed'
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
 * Questions about a pair, a workload, an explanation, `addresses` and `findings` cost what the change can reach, and a
 * look at what is known of the earlier model. `groups` is answered by evaluating the model whole when it is first asked,
 * and later changes then start from there; so are `findings` where a change concerns workloads on the host network,
 * workloads of known addresses, or labels by which Calico tells IP versions apart.
 *
 * @param previous from `evaluate` or from here
 * @throws TypeError for any other: its options are not known
 */
export function reevaluate(previous: Reachability, cluster: Cluster, policies: PolicySet): Reevaluation {
  if (!(previous instanceof Evaluation)) throw new TypeError('reevaluate needs what evaluate has returned.');
  const model: Model = { cluster, policies, options: previous.options };
  const base = previous instanceof PatchedEvaluation ? previous.base : previous;
  const fromBase = differenceBetween(base, model);
  const patch = patched(base, model, fromBase);
  const next = patch instanceof Evaluation ? patch : wholeEvaluation(model);
  const difference = previous === base ? fromBase : differenceBetween(previous, model);
  const affected = affectedBetween(previous, next, difference);
  return patch instanceof Evaluation
    ? { reachability: next, affected }
    : { reachability: next, whole: patch, affected };
}

/** How a model differs from another, with what follows for policies; these are not looked at for another plugin. */
interface Difference {
  readonly change: ModelChange;
  readonly policies: PolicyDelta;
}

function differenceBetween(before: Model, after: Model): Difference {
  const change = changeBetween(before, after);
  return { change, policies: policyDelta(before, after, change) };
}

function wholeEvaluation(model: Model): Evaluation {
  const { cluster, policies, options } = model;
  return new Evaluation(cluster, policies, options, new WholeEngine(cluster, policies, options));
}

function affectedBetween(
  previous: Evaluation,
  next: Evaluation,
  { change, policies }: Difference,
): AffectedWorkload[] {
  if (change.plugin) return everyWorkload(previous, next);
  return affectedWorkloads(previous, next, change, policies.gone, policies.come);
}

/** An evaluation that asks `base` about everything the change cannot reach; or why there can be none. */
function patched(base: Evaluation, model: Model, { change, policies }: Difference): Evaluation | WholeReason {
  if (change.plugin || !(base.engine instanceof WholeEngine)) return 'plugin-changed';
  const classes = changeClasses(base.engine.ends, change);
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
    private readonly patch: PatchedEngine,
    private readonly origin: Evaluation,
  ) {
    super(model.cluster, model.policies, model.options, patch);
  }

  /** What later changes start from: the nearest model that was evaluated whole. */
  get base(): Evaluation {
    return this.keptWhole ?? this.origin;
  }

  protected override workOutFindings(): readonly Finding[] {
    const doubts = patchedDoubts(this.patch, this.policies);
    return doubts === undefined ? this.whole.findings : evaluationFindings(this.patch, this, doubts);
  }

  protected override workOutGroups(): readonly ConnectionGroup[] {
    return this.whole.groups();
  }

  protected override workOutBorders(): readonly number[] {
    return patchedBorders(this.patch);
  }

  private get whole(): Evaluation {
    this.keptWhole ??= wholeEvaluation(this);
    return this.keptWhole;
  }
}
