import { join } from 'node:path';
import { buildGoProgram } from '../go-program';

export { hasGo } from '../go-program';

/** Programs in Go that link somebody else's policy engine; each is the folder of its name beside this file. */
export const ENGINES = ['kube-network-policies', 'calico'] as const;

/** The API server's own judgement of CRDs is built the same way, and judges no packets. */
export type EngineName = (typeof ENGINES)[number] | 'crd-admission';

/** Builds an engine unless its very sources have been built before, and returns the path of the program. */
export function buildEngine(name: EngineName): string {
  return buildGoProgram(join(__dirname, name));
}
