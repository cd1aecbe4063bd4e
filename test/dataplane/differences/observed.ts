import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Observation } from './observe';

/** What the engines did in one case. */
export interface Observed {
  readonly calico: Observation;
  readonly nfqueue: Observation;
}

/** What was seen last, by the id of the case. */
export function readObserved(): Readonly<Record<string, Observed>> {
  const all: Record<string, Observed> = JSON.parse(readFileSync(join(__dirname, 'observed.json'), 'utf8'));
  return all;
}
