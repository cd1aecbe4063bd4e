import { feedbackSet } from './feedback-set';
import { startingPolicies } from './first-effect';
import { isThere } from './inert-policy';
import type { GateContext } from './gates';
import { labelledPolicies } from './labelled-policies';
import { hasAll } from './selector-labels';
import type { ObservedObject } from '../observed/observed-object';
import { labelsOf } from '../observed/observed-object';

/**
 * Workloads with which those begin whose calls go in a circle: everybody else gets his labels when all who call him carry theirs,
 * so somebody has to be labelled before his callers are, and not be isolated by it.
 *
 * Of every circle one workload at least is chosen, such that few requests come of it. Where its policies are still to be made,
 * and are about nobody else, they select it after all labels. Else its pods get their labels in two steps: first those by which
 * others let them in, and later those by which they are isolated themselves.
 */
export class SplitWorkloads {
  /** What was found out, for workloads that were looked at. */
  private readonly known = new Map<string, boolean>();

  constructor(private readonly context: GateContext) {}

  /** Whether a workload does not wait for its callers. */
  has(workload: string): boolean {
    const known = this.known.get(workload);
    if (known !== undefined) return known;
    const before = this.waitsAround(workload);
    const split = feedbackSet({ before, cost: (id) => this.costOf(id) });
    for (const id of before.keys()) this.known.set(id, split.has(id));
    return split.has(workload);
  }

  /** Whether a policy is about such a workload, and comes after its labels. */
  comesLate(namespace: string, key: string): boolean {
    const unit = this.context.compiler.unit(namespace);
    if (unit === undefined) return false;
    const policies = labelledPolicies(unit);
    const subject = policies.get(key)?.subject ?? {};
    const [workload, another] = policies.workloadsWith(subject);
    if (workload === undefined || another !== undefined) return false;
    return this.costOfPolicies(workload) < this.costOfLabels(workload) && this.has(workload);
  }

  /** Something else is wanted now. */
  forget(): void {
    this.known.clear();
  }

  /** In requests beyond those that everybody costs. */
  private costOf(workload: string): number {
    return Math.min(this.costOfLabels(workload), this.costOfPolicies(workload));
  }

  /** One more for each pod. */
  private costOfLabels(workload: string): number {
    return Math.max(1, this.podsOf(workload).length);
  }

  /**
   * One more for each policy, which selects nobody at first, and one for the rules of all in the first of them
   * ({@link import('./joint-start').JointStart}). Infinite unless all that is to isolate the workload is yet to be made, goes by
   * labels that it is to get, and isolates nobody else.
   */
  private costOfPolicies(workload: string): number {
    const { compiler, observed } = this.context;
    const namespace = namespaceOf(workload);
    const [unit, there] = [compiler.unit(namespace), observed.namespace(namespace)];
    const labels = unit?.workloads.get(workload)?.labels;
    if (unit === undefined || there === undefined || labels === undefined) return Infinity;
    const policies = labelledPolicies(unit);
    const wanted = compiler.podLabelsOf(workload);
    const starting = startingPolicies(policies, there, wanted);
    const isPossible =
      starting.length > 0 &&
      starting.length === policies.selecting(wanted).length &&
      policies.selectingUnlabelled(labels).length === 0 &&
      starting.every(
        ({ key, subject }) => !isThere(there, key) && policies.workloadsWith(subject).length === 1,
      );
    return isPossible ? starting.length + (starting.length > 1 ? 1 : 0) : Infinity;
  }

  /** The workload and all that it waits for, over any steps: whoever is in a circle with it is among them. */
  private waitsAround(workload: string): Map<string, ReadonlySet<string>> {
    const before = new Map<string, ReadonlySet<string>>();
    const due = [workload];
    for (let id = due.pop(); id !== undefined; id = due.pop()) {
      if (before.has(id)) continue;
      const clients = this.clientsOf(id);
      before.set(id, clients);
      due.push(...[...clients].filter((client) => !this.known.has(client)));
    }
    return before;
  }

  /** Those that are to be let in to pods which are not isolated yet, and do not carry all of their labels. */
  private clientsOf(workload: string): ReadonlySet<string> {
    const { compiler, observed } = this.context;
    const namespace = namespaceOf(workload);
    const [unit, there] = [compiler.unit(namespace), observed.namespace(namespace)];
    if (unit === undefined || there === undefined) return new Set();
    const policies = labelledPolicies(unit);
    return new Set(
      startingPolicies(policies, there, compiler.podLabelsOf(workload)).flatMap(({ peers }) =>
        peers.flatMap((wanted) =>
          policies
            .workloadsWith(wanted)
            .filter((client) => this.podsOf(client).some((pod) => !hasAll(labelsOf(pod), wanted))),
        ),
      ),
    );
  }

  private podsOf(workload: string): ObservedObject[] {
    const there = this.context.observed.namespace(namespaceOf(workload));
    return [...(there?.podsOf(workload) ?? [])];
  }
}

function namespaceOf(workload: string): string {
  return workload.slice(0, workload.indexOf('/'));
}
