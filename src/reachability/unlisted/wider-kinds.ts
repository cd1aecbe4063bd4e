import { labelsKey } from './term';
import { kindKey, type PodKind } from './pod-kind';
import type { Verdict } from '../reachability';
import type { Labels } from '../../model/resource';

/** Kinds with more labels than this are compared with those of one label less, and with the one without any. */
const MOST_LABELS = 6;

/** The keys of kinds that the pods of a kind belong to as well: with fewer labels, or of any service account. */
export function* widerKinds({ labels, account }: PodKind): Generator<string> {
  for (const fewer of subsets(labels)) {
    if (account !== undefined) yield kindKey({ labels: fewer, account: undefined });
    if (fewer !== labels) yield kindKey({ labels: fewer, account });
  }
}

/** Keys of the labels that namespaces with these labels have too, their own included. */
export function* widerNamespaces(labels: Labels): Generator<string> {
  for (const fewer of subsets(labels)) yield labelsKey(fewer);
}

function* subsets(labels: Labels): Generator<Labels> {
  const entries = Object.entries(labels);
  yield labels;
  if (entries.length === 0) return;
  if (entries.length > MOST_LABELS) {
    for (const left of entries) yield Object.fromEntries(entries.filter((entry) => entry !== left));
    yield {};
    return;
  }
  for (let mask = 2 ** entries.length - 2; mask >= 0; mask--)
    yield Object.fromEntries(entries.filter((_, index) => (mask & (1 << index)) !== 0));
}

/** Whether whoever may do the one may do the other. */
export function covers(wide: Verdict, narrow: Verdict): boolean {
  if (wide === narrow) return true;
  return (
    narrow.allowed.subtract(wide.allowed).isEmpty &&
    narrow.undecided.subtract(wide.undecided.union(wide.allowed)).isEmpty
  );
}
