import { rmSync } from 'node:fs';
import { root, ROOT_VARIABLE } from './workspace';

/** Removes what was made, unless somebody wants to look at it. */
export default function tearDown(): void {
  if (process.env['KEEP'] === undefined) rmSync(root(), { recursive: true, force: true });
  else process.stderr.write(`Kept: ${root()}\n`);
  process.env[ROOT_VARIABLE] = '';
}
