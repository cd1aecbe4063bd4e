import type { Place } from '../model/place';

/** Where something that is adopted comes from. */
export type SystemName = 'otterize' | 'nais' | 'skiperator' | 'uds' | 'NetworkPolicy';

/**
 * What became of something that intents do not say.
 *
 * `lost`: nothing that is written says it. `kept`: a policy as it was says it, and is written beside the intents.
 * `changed`: who can talk to whom is not the same, although it should be. `unproved`: it is carried over, and the
 * evaluator cannot tell whether it is the same.
 */
export type ResidueKind = 'lost' | 'kept' | 'changed' | 'unproved';

/** One thing that intents do not say, or do not say provably. */
export interface Residue {
  readonly kind: ResidueKind;
  readonly system: SystemName;
  /** The object that says it: `Application/shop/cart`. */
  readonly object: string;
  readonly place: Place;
  /** What it is, and why it is not carried over. */
  readonly message: string;
  /** What to do about it. */
  readonly mend: string;
}

/** Whether anything is not as it was, or not known to be. A policy that was kept, and what cannot be proved, is no loss. */
export function isLoss({ kind }: Residue): boolean {
  return kind === 'lost' || kind === 'changed';
}
