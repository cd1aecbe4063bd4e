import { append } from '../model/group-by';
import type { PolicyDraft } from './policy-draft';
import type { Labels } from '../model/resource';
import type { Workload } from '../model/workloads/workload';
import type { Direction } from '../policies/direction';

/** Finds the drafts that isolate a workload in one direction (default ingress), by the labels its pods are going to have. */
export class OwnIsolation {
  /** By namespace and one label of the selector, which is never empty. */
  private readonly drafts = new Map<string, PolicyDraft[]>();

  constructor(
    drafts: readonly PolicyDraft[],
    private readonly labels: ReadonlyMap<Workload, Labels>,
    direction: Direction = 'ingress',
  ) {
    for (const draft of drafts) {
      const [label] = Object.entries(draft.podLabels);
      if (draft[direction] !== undefined && label !== undefined)
        append(this.drafts, keyOf(draft.namespace, label), draft);
    }
  }

  /** Sorted by name. */
  of(workload: Workload): PolicyDraft[] {
    const labels = { ...workload.labels, ...this.labels.get(workload) };
    return Object.entries(labels)
      .flatMap((label) => this.drafts.get(keyOf(workload.namespace, label)) ?? [])
      .filter(({ podLabels }) => hasLabels(labels, podLabels))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.key < b.key ? -1 : 1));
  }
}

/** Whether all of the wanted labels are among the labels. */
export function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

function keyOf(namespace: string, [key, value]: readonly [string, string]): string {
  return `${namespace}\u0000${key}\u0000${value}`;
}
