import type { JsonObject } from '../../src/model/json';
import { generate } from '../oracle/generate';
import { resourceOf } from '../oracle/subject';
import { OWN_SAMPLES, REAL_SAMPLES } from '../fuzz/samples';
import { SPECIMENS } from './invalid-calico';

const VERSION = 'projectcalico.org/v3';
const SEEDS = 12;

function isCalico(object: JsonObject): boolean {
  return object['apiVersion'] === VERSION;
}

/** Objects of Calico's API to start from: those of the oracle's generator, of real applications, and specimens of one thing each. */
export const CALICO_SAMPLES: readonly JsonObject[] = [
  ...Array.from({ length: SEEDS }, (_, seed) => generate('staged', seed + 1).manifests).flatMap((manifests) =>
    manifests.map((manifest) => resourceOf(manifest).manifest).filter(isCalico),
  ),
  ...[...OWN_SAMPLES, ...REAL_SAMPLES].filter(isCalico),
  // The longest of them says nothing more about changes.
  ...SPECIMENS.map(({ object }) => object).filter((object) => JSON.stringify(object).length < 5_000),
];
