/**
 * How much does a synth with compile and proof cost over a plain synth of the very same objects?
 *
 *   npm run bench -- bench/synth.ts [--kit plus|api] [--sizes 250,1000,4000] [--runs 5]
 *
 * Whole processes, side by side in one run, A B A B; the figures are medians. Budget: 1.3 times or less at 1,000
 * workloads (100 namespaces, 3,000 intents), and growth from 250 to 4,000 workloads with exponent 1.3 or less.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { compileChild, fitExponent, option, sideBySide } from './measure';

const sizes = option('sizes', '250,1000,4000').split(',').map(Number);
const runs = Number(option('runs', '5'));
/** `plus`: workloads of cdk8s-plus-27; `api`: plain API objects, the cheapest there are to render. */
const kit = option('kit', 'plus');
const child = compileChild('synth-app.ts');

/** What a compiled run wrote, as JSON: a plain run takes labels and policies from it. */
function manifestsOf(outdir: string): string {
  const objects = readdirSync(outdir)
    .sort()
    .flatMap((file) => parseAllDocuments(readFileSync(join(outdir, file), 'utf8')))
    .map((document) => document.toJS() as unknown);
  const path = join(mkdtempSync(join(tmpdir(), 'bench-')), 'objects.json');
  writeFileSync(path, JSON.stringify(objects));
  return path;
}

/** Runs a synth; the result is its processor time in milliseconds. */
function run(args: string[]): number {
  const result = spawnSync(process.execPath, [child, ...args], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  return Number(result.stdout);
}

const rows = sizes.map((size) => {
  const first = mkdtempSync(join(tmpdir(), 'bench-'));
  run(['compiled', kit, String(size), first]);
  const manifests = manifestsOf(first);
  const out = mkdtempSync(join(tmpdir(), 'bench-'));
  const plainOut = mkdtempSync(join(tmpdir(), 'bench-'));
  const { a, b } = sideBySide(
    () => run(['compiled', kit, String(size), out]),
    () => run(['plain', kit, String(size), plainOut, manifests]),
    runs,
  );
  for (const file of readdirSync(out)) {
    const same = readFileSync(join(out, file), 'utf8') === readFileSync(join(plainOut, file), 'utf8');
    if (!same) throw new Error(`${file} differs`);
  }
  return {
    workloads: size,
    intents: size * 3,
    'compiled ms': Math.round(a.wall),
    'plain ms': Math.round(b.wall),
    ratio: Number((a.wall / b.wall).toFixed(2)),
    'compiled cpu ms': Math.round(a.cpu),
    'plain cpu ms': Math.round(b.cpu),
    'cpu ratio': Number((a.cpu / b.cpu).toFixed(2)),
  };
});
console.table(rows);
const growth = (cost: (row: (typeof rows)[number]) => number): string =>
  fitExponent(rows.map((row) => [row.workloads, cost(row)])).toFixed(2);
console.log(
  `growth exponent (processor time): compiled ${growth((row) => row['compiled cpu ms'])}, plain ${growth((row) => row['plain cpu ms'])}`,
);
