import { NamespaceSlice, type SliceSources } from './namespace-slice';
import type { Unit } from '../desired/unit';

/** Workloads and policies in slices that are kept. More are made again when they are asked for. */
const MOST_KEPT = 1_500;

/** The slices of namespaces. Those used last are kept, so that a change in one of them costs only what it can reach. */
export class Slices {
  /** In the order in which they were used. */
  private readonly kept = new Map<string, NamespaceSlice>();

  constructor(
    private readonly sources: SliceSources,
    private readonly unitOf: (namespace: string) => Unit | undefined,
    private readonly mostKept = MOST_KEPT,
  ) {}

  /** The slice of a namespace as it is wanted now; undefined for a namespace that is not there. */
  of(namespace: string): NamespaceSlice | undefined {
    const unit = this.unitOf(namespace);
    if (unit === undefined) return undefined;
    const known = this.kept.get(namespace);
    const slice = known ?? new NamespaceSlice(this.sources, unit);
    if (slice.unit !== unit) slice.update(unit);
    this.keep(namespace, slice);
    return slice;
  }

  /** The same, with the policies read again: they may have changed without the namespace being compiled. */
  updated(namespace: string): NamespaceSlice | undefined {
    const unit = this.unitOf(namespace);
    const known = this.kept.get(namespace);
    if (unit !== undefined) known?.update(unit);
    return this.of(namespace);
  }

  forget(namespace: string): void {
    this.kept.delete(namespace);
  }

  clear(): void {
    this.kept.clear();
  }

  private keep(namespace: string, slice: NamespaceSlice): void {
    this.kept.delete(namespace);
    this.kept.set(namespace, slice);
    let weight = 0;
    for (const { weight: one } of this.kept.values()) weight += one;
    for (const [oldest, { weight: one }] of this.kept) {
      if (weight <= this.mostKept || oldest === namespace) return;
      this.kept.delete(oldest);
      weight -= one;
    }
  }
}
