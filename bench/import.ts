/**
 * How fast are flow logs read, next to nothing but `JSON.parse` for each line, and in how much memory?
 *
 *   npm run build && npm run bench -- bench/import.ts [--sizes 16,128,1024] [--runs 3] [--workloads 300] [--noise 100000,1000000]
 *
 * Sizes in MiB of Hubble JSON, about 1.5 KiB a flow. `parse` splits into lines and parses each; `read` is our reader,
 * down to records of connections that are counted; `import` is the whole command, start included, which maps them to
 * workloads and prints ClientIntents. Each is a process of its own, in turn. Budgets: throughput of `import` at least half
 * of that of `parse`, and less than 300 MB of memory whatever the size.
 *
 * `--noise`: how much memory `import` and `replay` take where each of so many records is a new edge (scans of ports and of
 * addresses, names, pods that nobody knows), and whether a call among them is still told. Nothing of that where it is empty.
 * Node lets garbage lie until the heap is as large as it may be, which says nothing of what is kept: it may be 192 MiB here.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifestsOf, NOISES, writeFlows, writeNoise } from './import-world';
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

/** What a command makes of noise: what it costs, and what it says. */
function runOnNoise(name: 'import' | 'replay', file: string): Record<string, number | boolean | null> {
  const words = [name, file, '--manifests', manifests, '--pod-cidr', '10.244.0.0/16', '-o', 'json'];
  const node = ['--max-old-space-size=192', '--import', LAST_WORD];
  const { status, stdout, stderr } = spawnSync(process.execPath, [...node, command, ...words], {
    encoding: 'utf8',
    maxBuffer: 1 << 29,
  });
  if (status === null || stdout === '') throw new Error(stderr);
  const { cpu, memory } = JSON.parse(stderr.split('\n').at(-1) ?? '') as Omit<Cost, 'clock'>;
  const found = JSON.parse(stdout) as { leftOut?: Edge[]; evidence?: { calls: Edge[] }[]; judged?: number };
  const calls = [...(found.leftOut ?? []), ...(found.evidence ?? []).flatMap(({ calls: own }) => own)];
  return {
    'processor s': Math.round(cpu / 100) / 10,
    'peak MiB': Math.round(memory),
    'exit code': status,
    told:
      name === 'replay'
        ? (found.judged ?? 0) > 0
        : calls.some(({ port, count }) => port === 5555 && count >= 20),
  };
}

interface Edge {
  readonly port?: number;
  readonly count: number;
}

async function measureNoise(records: number): Promise<void> {
  const rows: Record<string, ReturnType<typeof runOnNoise>> = {};
  for (const noise of NOISES) {
    const file = join(folder, 'noise');
    await writeNoise(file, noise, records, workloads);
    for (const name of ['import', 'replay'] as const) rows[`${noise}: ${name}`] = runOnNoise(name, file);
  }
  console.log(`${records} records of noise`);
  console.table(rows);
}

async function main(): Promise<void> {
  writeFileSync(manifests, manifestsOf(workloads));
  for (const size of sizes) if (size > 0) await measure(size);
  for (const records of option('noise', '').split(','))
    if (records !== '') await measureNoise(Number(records));
  rmSync(folder, { recursive: true, force: true });
}

void main();
