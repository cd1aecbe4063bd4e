import { feedbackSet } from './feedback-set';
import { startingPolicies } from './first-effect';
import type { GateContext } from './gates';
import { labelledPolicies } from './labelled-policies';
import { hasAll } from './selector-labels';
import { labelsOf } from '../observed/observed-object';

/**
 * Workloads whose pods get their labels in two steps: first those by which others let them in, and those by which they are
 * isolated themselves when all who call them carry theirs. Others wait until then, and get all labels at once.
 *
 * Where calls go in a circle, somebody has to begin: of every circle one workload at least is labelled in two steps, and
 * they are chosen so that few pods are.
 */
export class SplitWorkloads {
  /** What was found out, for workloads that were looked at. */
  private readonly known = new Map<string, boolean>();

  constructor(private readonly context: GateContext) {}

  /** Whether the pods of a workload that waits for its callers get their labels in two steps. */
  has(workload: string): boolean {
    const known = this.known.get(workload);
    if (known !== undefined) return known;
    const before = this.waitsAround(workload);
    const split = feedbackSet({ before, cost: (id) => Math.max(1, this.podsOf(id).length) });
    for (const id of before.keys()) this.known.set(id, split.has(id));
    return split.has(workload);
  }

  /** Something else is wanted now. */
  forget(): void {
    this.known.clear();
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
    const namespace = workload.slice(0, workload.indexOf('/'));
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

  private podsOf(workload: string) {
    const namespace = workload.slice(0, workload.indexOf('/'));
    return [...(this.context.observed.namespace(namespace)?.podsOf(workload) ?? [])];
  }
}
