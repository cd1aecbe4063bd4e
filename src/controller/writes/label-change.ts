import { isOwnLabel } from '../../compiler/labels/former-labels';
import type { JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';

/** How the labels of an object differ from what is wanted. */
export interface LabelChange {
  /** With the values that they are to have. */
  readonly missing: Labels;
  /** Labels of intents that nobody wants any more. */
  readonly stale: readonly string[];
}

/**
 * Compares labels of intents; others are none of the controller's business.
 *
 * @param present labels that the object has
 * @param wanted labels that it is to have because of intents
 * @param kept labels that it has by itself, as its template does where something selects by them
 */
export function labelChange(present: Labels, wanted: Labels, kept: Labels): LabelChange | undefined {
  const missing = Object.entries(wanted).filter(
    ([key, value]) => !Object.hasOwn(present, key) || present[key] !== value,
  );
  const stale = Object.keys(present).filter(
    (key) => isOwnLabel(key) && !Object.hasOwn(wanted, key) && !Object.hasOwn(kept, key),
  );
  if (missing.length === 0 && stale.length === 0) return undefined;
  return { missing: Object.fromEntries(missing), stale: stale.sort() };
}

/** How a change of labels is sent. */
export type LabelWrite =
  { readonly type: 'apply'; readonly labels: Labels } | { readonly type: 'merge'; readonly body: JsonObject };

/**
 * By server-side apply, which takes off the labels that it alone has set and that are not given any more. Where one has to
 * go that anybody else has set, such as an operator before, or the controller by a patch, all is done by one patch: that
 * takes labels off whosever they are.
 *
 * @param ours labels that an apply takes off when it leaves them out
 * @param left stale labels that stay for now
 */
export function labelWrite(
  present: Labels,
  wanted: Labels,
  { missing, stale }: LabelChange,
  ours: readonly string[],
  left: ReadonlySet<string>,
): LabelWrite | undefined {
  const gone = stale.filter((key) => !left.has(key));
  if (gone.length === 0 && Object.keys(missing).length === 0) return undefined;
  if (gone.every((key) => ours.includes(key))) {
    const staying = stale.filter((key) => left.has(key) && ours.includes(key));
    const labels = { ...wanted, ...Object.fromEntries(staying.map((key) => [key, present[key] ?? ''])) };
    return { type: 'apply', labels };
  }
  const labels = { ...missing, ...Object.fromEntries(gone.map((key) => [key, null])) };
  return { type: 'merge', body: { metadata: { labels } } };
}
