import type { Engine } from '../engine';
import type { IndexSet } from '../sets/index-set';
import type { Model, ModelChange } from './model-change';
import { accountKey } from './model-change';
import type { Workload } from '../../model/workloads/workload';
import { DIRECTIONS, type Direction } from '../../policies/direction';
import type { Policy } from '../../policies/policy';

/** A workload whose own side of connections can be another than before. */
export interface AffectedWorkload {
  /** As it is in the model after the change, or as it was when it is gone. */
  readonly workload: Workload;
  /** Ingress before egress; at least one. */
  readonly directions: readonly Direction[];
  /** Whether it may be another itself, by what policies know it by, so that others may meet it otherwise too. */
  readonly self: boolean;
}

/** A model with what draws answers from it. */
export interface Evaluated extends Model {
  readonly engine: Engine;
}

/** Every workload in both directions, of either model. */
export function everyWorkload(before: Model, after: Model): AffectedWorkload[] {
  const workloads = new Map(
    [...before.cluster.workloads, ...after.cluster.workloads].map((workload) => [workload.id, workload]),
  );
  return sorted(
    [...workloads.values()].map((workload) => ({ workload, directions: DIRECTIONS, self: true })),
  );
}

/**
 * The workloads whose side can have changed: those that are others themselves, by their namespace or by their service
 * account, in both directions, and those that a policy selects that has come, gone or changed, in the directions that it
 * governs. An ordered pair of peers keeps its verdict unless its source is among them with egress or its target with
 * ingress.
 *
 * @param gone the policies of `before` that are gone or mean something else
 * @param come the policies of `after` that are new or mean something else
 */
export function affectedWorkloads(
  before: Evaluated,
  after: Evaluated,
  change: ModelChange,
  gone: Iterable<Policy>,
  come: Iterable<Policy>,
): AffectedWorkload[] {
  const affected = new Affected(change);
  for (const workload of relabelled(after, change)) affected.addSelf(workload);
  for (const policy of gone) affected.addSelected(before.engine, policy);
  for (const policy of come) affected.addSelected(after.engine, policy);
  return affected.list();
}

/** Workloads of namespaces and service accounts whose labels are others; no policy selects any that has no pod. */
function* relabelled({ engine }: Evaluated, { namespaces, accounts }: ModelChange): Generator<Workload> {
  for (const namespace of namespaces) yield* workloadsOf(engine, engine.ends.inNamespace(namespace));
  for (const account of accounts) {
    const [namespace = ''] = account.split('\u0000');
    for (const workload of workloadsOf(engine, engine.ends.inNamespace(namespace)))
      if (accountKey(namespace, workload.serviceAccount) === account) yield workload;
  }
}

class Affected {
  private readonly directions = new Map<Workload, Set<Direction>>();
  private readonly selves = new Set<Workload>();
  /** What stands for workloads of the model before: undefined where another entry does. */
  private readonly later = new Map<Workload, Workload | undefined>();

  constructor({ workloads, movedWorkloads }: ModelChange) {
    for (const { before, after } of movedWorkloads) this.later.set(before, after);
    for (const { before, after } of workloads) {
      const workload = after ?? before;
      if (workload !== undefined) this.addSelf(workload);
      if (before !== undefined) this.later.set(before, undefined);
    }
  }

  addSelf(workload: Workload): void {
    this.selves.add(workload);
    this.add(workload, DIRECTIONS);
  }

  private add(workload: Workload, directions: readonly Direction[]): void {
    const known = this.directions.get(workload) ?? new Set<Direction>();
    for (const direction of directions) known.add(direction);
    this.directions.set(workload, known);
  }

  addSelected(engine: Engine, policy: Policy): void {
    const compiled = engine.compiled(policy);
    if (compiled === undefined) return;
    for (const workload of workloadsOf(engine, compiled.subject)) {
      const later = this.later.has(workload) ? this.later.get(workload) : workload;
      if (later !== undefined) this.add(later, compiled.directions);
    }
  }

  list(): AffectedWorkload[] {
    return sorted(
      [...this.directions].map(([workload, found]) => ({
        workload,
        directions: DIRECTIONS.filter((direction) => found.has(direction)),
        self: this.selves.has(workload),
      })),
    );
  }
}

function* workloadsOf({ ends }: Engine, classes: IndexSet): Generator<Workload> {
  for (const index of classes.members()) yield* ends.at(index)?.workloads ?? [];
}

function sorted(affected: AffectedWorkload[]): AffectedWorkload[] {
  return affected
    .filter(({ directions }) => directions.length > 0)
    .sort((a, b) => (a.workload.id < b.workload.id ? -1 : 1));
}
