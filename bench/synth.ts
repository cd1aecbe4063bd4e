/**
 * How much does a synth with compile and proof cost over a plain synth of the very same objects?
 *
 *   npm run bench -- bench/synth.ts [--sizes 250,1000,4000] [--runs 5]
 *
 * Whole processes, side by side in one run, A B A B; the figures are medians. Budget: 1.3 times or less at 1,000
 * workloads (100 namespaces, 3,000 intents), and growth from 250 to 4,000 workloads with exponent 1.3 or less.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { compileChild, fitExponent, medians, option } from './measure';

const sizes = option('sizes', '250,1000,4000').split(',').map(Number);
const runs = Number(option('runs', '5'));
const child = compileChild('synth-app.ts');

/** The manifests of a compiled run, as JSON, so that a plain run reads them as fast as can be. */
function manifestsOf(outdir: string): string {
  const objects: Record<string, unknown[]> = {};
  for (const file of readdirSync(outdir).sort()) {
    objects[file.replace('.k8s.yaml', '')] = parseAllDocuments(readFileSync(join(outdir, file), 'utf8')).map(
      (document) => document.toJS() as unknown,
    );
  }
  const path = join(mkdtempSync(join(tmpdir(), 'bench-')), 'objects.json');
  writeFileSync(path, JSON.stringify(objects));
  return path;
}

function run(args: string[]): string {
  const result = spawnSync(process.execPath, [child, ...args], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  return result.stderr;
}

const rows = sizes.map((size) => {
  const first = mkdtempSync(join(tmpdir(), 'bench-'));
  run(['compiled', String(size), first]);
  const manifests = manifestsOf(first);
  const out = mkdtempSync(join(tmpdir(), 'bench-'));
  const plainOut = mkdtempSync(join(tmpdir(), 'bench-'));
  const { a, b } = medians(
    () => run(['compiled', String(size), out]),
    () => run(['plain', String(size), plainOut, manifests]),
    runs,
  );
  for (const file of readdirSync(out)) {
    if (readFileSync(join(out, file), 'utf8') !== readFileSync(join(plainOut, file), 'utf8'))
      throw new Error(`${file} differs`);
  }
  return {
    workloads: size,
    intents: size * 3,
    'compiled ms': Math.round(a),
    'plain ms': Math.round(b),
    ratio: Number((a / b).toFixed(2)),
  };
});
console.table(rows);
console.log(
  `growth exponent, compiled: ${fitExponent(rows.map((row) => [row.workloads, row['compiled ms']])).toFixed(2)}`,
);
console.log(
  `growth exponent, plain:    ${fitExponent(rows.map((row) => [row.workloads, row['plain ms']])).toFixed(2)}`,
);
