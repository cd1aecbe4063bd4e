import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** Where built programs are kept, one folder for each state of the sources. Outside node_modules, which npm ci empties. */
const CACHE = join(__dirname, '..', '.cache', 'go');

/** Whether there is a Go toolchain; without one nothing here can be built. */
export function hasGo(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

/**
 * Builds the Go program in a folder, unless its very sources have been built before with the same flags of the linker,
 * and returns the path of the program, which has the folder's name. The first build downloads modules and takes
 * minutes. Throws with the compiler's words when it fails.
 */
export function buildGoProgram(source: string, linkerFlags = ''): string {
  const name = basename(source);
  const folder = join(CACHE, `${name}-${hashOf(source, linkerFlags)}`);
  const program = join(folder, name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  // Two test files may build at once: only a whole program gets the final name.
  const unfinished = `${program}.${process.pid}`;
  const built = spawnSync(
    'go',
    ['build', '-mod=readonly', '-trimpath', '-ldflags', linkerFlags, '-o', unfinished, '.'],
    { cwd: source, encoding: 'utf8', env: { ...process.env, CGO_ENABLED: '0' } },
  );
  if (built.status !== 0) {
    rmSync(unfinished, { force: true });
    throw new Error(`go build in ${source} failed:\n${built.error?.message ?? built.stderr}`);
  }
  renameSync(unfinished, program);
  return program;
}

/** Everything the build depends on: sources, local modules too, module sums, flags and the toolchain. */
function hashOf(folder: string, linkerFlags: string): string {
  const toolchain = spawnSync('go', ['version'], { encoding: 'utf8' }).stdout;
  const hash = createHash('sha256').update(`${toolchain}\0${linkerFlags}`);
  for (const file of localModules(folder).flatMap(filesIn))
    hash.update(`\0${relative(folder, file)}\0`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

/** The module of a folder and those beside it that its go.mod puts in the place of others. */
function localModules(folder: string, found: readonly string[] = []): readonly string[] {
  if (found.includes(folder)) return found;
  const replaced = readFileSync(join(folder, 'go.mod'), 'utf8').matchAll(/=> (\.\.?\/\S+)$/gm);
  return [...replaced].reduce<readonly string[]>(
    // A module inside of the folder is hashed with it.
    (all, [, path = '']) => (path.startsWith('./') ? all : localModules(join(folder, path), all)),
    [...found, folder],
  );
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    })
    .sort();
}
