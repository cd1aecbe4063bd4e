/**
 * How fast are flow logs read, next to nothing but `JSON.parse` for each line, and in how much memory?
 *
 *   npm run build && npm run bench -- bench/import.ts [--sizes 16,128,1024] [--runs 3] [--workloads 300]
 *
 * Sizes in MiB of Hubble JSON, about 1.5 KiB a flow. `parse` splits into lines and parses each; `read` is our reader,
 * down to records of connections that are counted; `import` is the whole command, start included, which maps them to
 * workloads and prints ClientIntents. Each is a process of its own, in turn. Budgets: throughput of `import` at least half
 * of that of `parse`, and less than 300 MB of memory whatever the size.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestsOf, writeFlows } from './import-world';
import { compileChild, LAST_WORD, median, option } from './measure';

interface Cost {
  readonly clock: number;
  readonly cpu: number;
  /** The most that the process had resident, in MiB. */
  readonly memory: number;
}

const sizes = option('sizes', '16,128,1024').split(',').map(Number);
const runs = Number(option('runs', '3'));
const workloads = Number(option('workloads', '300'));
const child = compileChild('import-run.ts');
const command = join(__dirname, '../lib/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'intents-import-'));
const manifests = join(folder, 'world.yaml');

function run(mode: 'parse' | 'read', file: string): Cost {
  const { status, stdout, stderr } = spawnSync(process.execPath, [child, mode, file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Cost;
}

function runCommand(file: string): Cost {
  const start = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', LAST_WORD, command, 'import', file, '--manifests', manifests],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const clock = performance.now() - start;
  if (status !== 0) throw new Error(stderr);
  return { clock, ...(JSON.parse(stderr.split('\n').at(-1) ?? '') as Omit<Cost, 'clock'>) };
}

function middle(costs: readonly Cost[]): Cost {
  const of = (key: keyof Cost): number => median(costs.map((cost) => cost[key]));
  return { clock: of('clock'), cpu: of('cpu'), memory: Math.max(...costs.map(({ memory }) => memory)) };
}

async function measure(size: number): Promise<void> {
  const file = join(folder, 'flows.json');
  const flows = await writeFlows(file, size * 2 ** 20, workloads);
  const programs: Record<string, () => Cost> = {
    parse: () => run('parse', file),
    read: () => run('read', file),
    ...(existsSync(join(__dirname, '../lib/cli/import.js')) ? { import: () => runCommand(file) } : {}),
  };
  const costs = new Map(Object.keys(programs).map((name) => [name, [] as Cost[]]));
  for (let turn = 0; turn < runs; turn++)
    for (const [name, program] of Object.entries(programs)) costs.get(name)?.push(program());
  rmSync(file);
  const base = middle(costs.get('parse') ?? []);
  const rows = [...costs].map(([name, all]) => {
    const cost = middle(all);
    return [
      name,
      {
        'clock ms': Math.round(cost.clock),
        'processor ms': Math.round(cost.cpu),
        'throughput to parse, clock': Number((base.clock / cost.clock).toFixed(2)),
        'throughput to parse, processor': Number((base.cpu / cost.cpu).toFixed(2)),
        'MB/s': Math.round((size * 1.048576) / (cost.clock / 1_000)),
        'peak MiB': Math.round(cost.memory),
      },
    ] as const;
  });
  console.log(`${size} MiB, ${flows} flows`);
  console.table(Object.fromEntries(rows));
}

async function main(): Promise<void> {
  writeFileSync(manifests, manifestsOf(workloads));
  for (const size of sizes) await measure(size);
  rmSync(folder, { recursive: true, force: true });
}

void main();
