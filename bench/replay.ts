/**
 * What does it cost to replay a day of traffic under the policies of a cluster, and does it grow with the records or with
 * what is distinct in them?
 *
 *   npm run build && npm run bench -- bench/replay.ts [--records 1000000,10000000] [--workloads 1000]
 *
 * The command `intents replay -` as a process of its own, on lines of CSV from a pipe that another process writes, so what
 * making them costs is not in the figures. Every connection has a port of its own on the side of the client. Budgets:
 * each pair of ends and port is judged once; memory under 300 MB and the same for ten times as many records.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileChild, LAST_WORD, option } from './measure';

const workloads = option('workloads', '1000');
compileChild('reachability-worlds.ts');
const child = compileChild('replay-run.ts');
const command = join(__dirname, '../lib/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'intents-replay-'));
const at = (name: string): string => join(folder, name);

function ended(one: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => one.once('close', resolve));
}

/** Runs the command on so many records. */
async function replay(records: string): Promise<Record<string, number>> {
  const [out, err] = [openSync(at('out.json'), 'w'), openSync(at('err.txt'), 'w')];
  const writer = spawn(process.execPath, [child, workloads, '-', records], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const start = performance.now();
  const words = ['replay', '-', '--manifests', at('app.yaml'), '--snapshot', at('snapshot.json')];
  const reader = spawn(process.execPath, ['--import', LAST_WORD, command, ...words, '-o', 'json'], {
    stdio: [writer.stdout, out, err],
  });
  const status = await ended(reader);
  const clock = (performance.now() - start) / 1000;
  closeSync(out);
  closeSync(err);
  const said = readFileSync(at('err.txt'), 'utf8');
  // 1: something would be cut.
  if (status !== 0 && status !== 1) throw new Error(said);
  const { cpu, memory } = JSON.parse(said.split('\n').at(-1) ?? '') as { cpu: number; memory: number };
  const text = readFileSync(at('out.json'), 'utf8');
  const figure = (name: string): number => Number(new RegExp(`"${name}": ([0-9]+)`).exec(text)?.[1] ?? NaN);
  return {
    records: figure('mapped'),
    'distinct, judged': figure('judged'),
    cut: figure('cut'),
    'processor s': Number((cpu / 1000).toFixed(1)),
    'clock s': Number(clock.toFixed(1)),
    'records a second of the processor': Math.round((1000 * figure('mapped')) / cpu),
    'MB printed': Math.round(statSync(at('out.json')).size / 1e6),
    'peak MiB': Math.round(memory),
  };
}

async function main(): Promise<void> {
  await ended(spawn(process.execPath, [child, workloads, folder], { stdio: 'inherit' }));
  const rows: Record<string, number>[] = [];
  for (const records of option('records', '10000,1000000,10000000').split(','))
    rows.push(await replay(records));
  rmSync(folder, { recursive: true });
  console.table(rows);
}

void main();
