import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const ROOT = join(__dirname, '..');

/** The value of `--name` on the command line, or `fallback`. */
export function option(name: string, fallback: string): string {
  const index = process.argv.indexOf(`--${name}`);
  return index < 0 ? fallback : (process.argv[index + 1] ?? fallback);
}

/**
 * Translates a script of bench/ to plain JavaScript that uses the built package (`npm run build` first), so that what
 * is measured is what a user runs and no TypeScript loader. Imports from `../src/` become those of the built code.
 *
 * @returns path of the script
 * @throws Error when the build is older than the sources: its figures would be those of other code.
 */
export function compileChild(file: string): string {
  checkBuild();
  const { outputText } = transpileModule(readFileSync(join(__dirname, file), 'utf8'), {
    compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
  });
  const folder = join(ROOT, '.bench');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, basename(file).replace('.ts', '.js'));
  writeFileSync(path, outputText.replaceAll("'../src/", "'../lib/").replaceAll('"../src/', '"../lib/'));
  return path;
}

/**
 * The build writes all of its files anew, `index.js` among them.
 *
 * @throws Error when the build is older than the sources
 */
export function checkBuild(): void {
  const source = join(ROOT, 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const changed = Math.max(...files.map((file) => statSync(join(source, file)).mtimeMs));
  const built = statSync(join(ROOT, 'lib', 'index.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (built < changed) throw new Error('lib/ is older than src/: run "npm run build" first.');
}

/** A module for `--import`: tells on standard error, after all else, what the process cost: `{ cpu, memory }` in ms and MiB. */
export const LAST_WORD = `data:text/javascript,process.on('exit',()=>{const{user,system}=process.cpuUsage();process.stderr.write('\\n'+JSON.stringify({cpu:(user+system)/1e3,memory:process.resourceUsage().maxRSS/1024}))})`;

/** A thing that was run: how long by the clock, and how much processor time, in milliseconds. */
export interface Run {
  readonly wall: number;
  readonly cpu: number;
}

/** Runs of two programs in turn, A B A B, after one warm-up each; medians. Each gives its own processor time. */
export function sideBySide(a: () => number, b: () => number, runs: number): { a: Run; b: Run } {
  a();
  b();
  const all = { a: [] as Run[], b: [] as Run[] };
  for (let run = 0; run < runs; run++) {
    all.a.push(timed(a));
    all.b.push(timed(b));
  }
  return { a: middle(all.a), b: middle(all.b) };
}

function timed(work: () => number): Run {
  const start = performance.now();
  const cpu = work();
  return { wall: performance.now() - start, cpu };
}

function middle(runs: readonly Run[]): Run {
  return { wall: median(runs.map(({ wall }) => wall)), cpu: median(runs.map(({ cpu }) => cpu)) };
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** The exponent e of cost ~ size^e that fits the points best (least squares of the logarithms). */
export function fitExponent(points: readonly (readonly [size: number, cost: number])[]): number {
  const logs = points.map(([size, cost]) => [Math.log(size), Math.log(cost)] as const);
  const mean = (index: 0 | 1): number => logs.reduce((sum, point) => sum + point[index], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const top = logs.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return top / logs.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
