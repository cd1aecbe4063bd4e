import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
 * is measured is what a user runs and no TypeScript loader.
 *
 * @returns path of the script
 */
export function compileChild(file: string): string {
  const { outputText } = transpileModule(readFileSync(join(__dirname, file), 'utf8'), {
    compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true },
  });
  const folder = join(ROOT, '.bench');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, basename(file).replace('.ts', '.js'));
  writeFileSync(path, outputText);
  return path;
}

/** Medians in milliseconds of two things, run in turn after one warm-up each. */
export function medians(a: () => unknown, b: () => unknown, runs: number): { a: number; b: number } {
  a();
  b();
  const times = { a: [] as number[], b: [] as number[] };
  for (let run = 0; run < runs; run++) {
    times.a.push(timed(a));
    times.b.push(timed(b));
  }
  return { a: median(times.a), b: median(times.b) };
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
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
