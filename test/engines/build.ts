import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Programs in Go that link somebody else's policy engine; each is the folder of its name beside this file. */
export const ENGINES = ['kube-network-policies', 'calico'] as const;

/** The API server's own judgement of CRDs is built the same way, and judges no packets. */
export type EngineName = (typeof ENGINES)[number] | 'crd-admission';

const CACHE = join(__dirname, '..', '..', 'node_modules', '.cache', 'engines');

/** Whether there is a Go toolchain; without one no engine can be built. */
export function hasGo(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

/**
 * Builds an engine unless its very sources have been built before, and returns the path of the program. The first
 * build downloads modules and takes minutes. Throws with the compiler's words when it fails.
 */
export function buildEngine(name: EngineName): string {
  const source = join(__dirname, name);
  const folder = join(CACHE, `${name}-${hashOf(source)}`);
  const program = join(folder, name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  // Two test files may build at once: only a whole program gets the final name.
  const unfinished = `${program}.${process.pid}`;
  const built = spawnSync('go', ['build', '-mod=readonly', '-trimpath', '-o', unfinished, '.'], {
    cwd: source,
    encoding: 'utf8',
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  if (built.status !== 0) {
    rmSync(unfinished, { force: true });
    throw new Error(`go build in ${source} failed:\n${built.error?.message ?? built.stderr}`);
  }
  renameSync(unfinished, program);
  return program;
}

/** Everything the build depends on: sources, module sums and the toolchain. */
function hashOf(folder: string): string {
  const hash = createHash('sha256').update(spawnSync('go', ['version'], { encoding: 'utf8' }).stdout);
  for (const file of filesIn(folder)) hash.update(`\0${relative(folder, file)}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    })
    .sort();
}
