/**
 * How long does `intents diff` take over two trees of manifests of which one policy has changed?
 *
 *   npm run build && npm run bench -- bench/diff.ts [--peer netpolicy] [--workloads 1000] [--policies 500] [--runs 7]
 *
 * Whole processes, in turn, medians: the command, the same program that only reads both trees, `diff -r` on the text,
 * which says nothing about who can talk to whom, and with `--peer` the diff of netpol-analyzer, built as
 * bench/netpol-analyzer.ts says. Budgets: 3.5 times the reading, and a tenth of netpol-analyzer.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileChild, median, option } from './measure';
import { peerDocuments } from './peer-world';

const [workloads, policies, runs] = [
  option('workloads', '1000'),
  option('policies', '500'),
  option('runs', '7'),
].map(Number) as [number, number, number];
const FILES = 50;
const peer = option('peer', '');

const folder = mkdtempSync(join(tmpdir(), 'bench-diff-'));
const documents = peerDocuments({ workloads, policies, namespaces: Number(option('namespaces', '50')) });

/** The same objects in many files; the change is one more rule of one policy. */
function write(name: string, change: (text: string) => string): string {
  const tree = join(folder, name);
  mkdirSync(tree);
  for (let file = 0; file < FILES; file++) {
    const mine = documents.filter((_, index) => index % FILES === file);
    writeFileSync(join(tree, `${file}.yaml`), change(mine.join('---\n')));
  }
  return tree;
}

const policy = documents.find((text) => text.includes('kind: NetworkPolicy') && /port: \d+/.test(text)) ?? '';
const changed = policy.replace(/port: \d+/, 'port: 1');
if (policy === changed) throw new Error('No policy to change.');
const before = write('before', (text) => text);
const after = write('after', (text) => text.replace(policy, changed));

interface Time {
  readonly wall: number;
  readonly cpu: number;
  readonly out: string;
}

/** Runs a program; milliseconds by the clock and of processor, as the shell counts them. */
function timed(command: string): Time {
  const { stdout, stderr } = spawnSync('bash', ['-c', `TIMEFORMAT='%R %U %S'; time ${command}`], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const [real = NaN, user = NaN, system = NaN] = (stderr.trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number);
  return { wall: real * 1000, cpu: (user + system) * 1000, out: stdout };
}

const node = process.execPath;
const commands = {
  'intents diff': `${node} lib/cli/main.js diff ${before} ${after}`,
  'reading both': `${node} ${compileChild('diff-read.ts')} ${before} ${after}`,
  'diff -r': `diff -r ${before} ${after}`,
  ...(peer === '' ? {} : { 'netpol-analyzer diff': `${peer} diff -q --dir1 ${before} --dir2 ${after}` }),
};
const times = Object.entries(commands).map(([what, command]) => ({ what, command, runs: [] as Time[] }));
for (const { command } of times) timed(command);
for (let run = 0; run < runs; run++) for (const one of times) one.runs.push(timed(one.command));

const said = times[0]?.runs[0]?.out ?? '';
if (!/added|removed/.test(said)) throw new Error(`The change was not seen: ${said}`);
console.log(`${said.split('\n')[0] ?? ''}\n`);
console.table(
  times.map(({ what, runs: all }) => ({
    what,
    'wall ms': Math.round(median(all.map(({ wall }) => wall))),
    'cpu ms': Math.round(median(all.map(({ cpu }) => cpu))),
  })),
);
rmSync(folder, { recursive: true });
