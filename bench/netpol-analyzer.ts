/**
 * How much faster are we than np-guard's netpol-analyzer, and do both say the same?
 *
 *   go build -C bench/netpol-analyzer -o /tmp/netpolicy github.com/np-guard/netpol-analyzer/cmd/netpolicy
 *   npm run build && npm run bench -- bench/netpol-analyzer.ts --peer /tmp/netpolicy [--runs 3]
 *
 * Both answer the same question, every protocol and port between all workloads and all addresses outside, pair by pair
 * into a file. Whole processes, in turn, processor time. Then the answers are compared pair by pair. What the time of the
 * peer depends on most is how many workloads a policy speaks of, so each size is run with many namespaces and with few.
 * `--limit` is the most seconds a run of the peer may take by the clock (default 280).
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareAnswers, netpolAnswers, ourAnswers } from './analyser-answers';
import { checkBuild, median, option } from './measure';
import { peerDocuments, type PeerWorld } from './peer-world';

checkBuild();
const MAIN = join(__dirname, '..', 'lib', 'cli', 'main.js');
const peer = option('peer', 'netpolicy');
const runs = Number(option('runs', '3'));
const limit = Number(option('limit', '280'));
const worlds = option('worlds', '100:10,100:2,200:20,200:2,400:40,400:2,400:1,1000:100')
  .split(',')
  .map((text): PeerWorld => {
    const [workloads = 0, namespaces = 1] = text.split(':').map(Number);
    return { workloads, policies: workloads / 2, namespaces };
  });

/** Processor time in ms of a whole process; its output goes to a file. Absent when it did not end in time. */
function timed(command: readonly string[], output: string): number | undefined {
  const script = 'timeout "$1" "${@:2}" >"$0"; code=$?; times; exit $code';
  const result = spawnSync('bash', ['-c', script, output, String(limit), ...command], { encoding: 'utf8' });
  if (result.status === 124) return undefined;
  if (result.status !== 0) throw new Error(result.stderr);
  const [, children = ''] = result.stdout.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
}

function measure(world: PeerWorld, folder: string): Record<string, unknown> {
  mkdirSync(join(folder, 'input'), { recursive: true });
  writeFileSync(join(folder, 'input', 'all.yaml'), peerDocuments(world).join('---\n'));
  const [our, their] = [join(folder, 'ours.json'), join(folder, 'theirs.csv')];
  const input = join(folder, 'input');
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let run = 0; run < runs; run++) {
    times.ours.push(timed([process.execPath, MAIN, 'connectivity', input, '-o', 'json'], our) ?? NaN);
    const theirs = timed([peer, 'list', '-q', '-o', 'csv', '--dirpath', input], their);
    if (theirs === undefined) break;
    times.theirs.push(theirs);
  }
  const [ours, theirs] = [median(times.ours), median(times.theirs)];
  const row = {
    'workloads / policies': `${world.workloads} / ${world.policies}`,
    namespaces: world.namespaces,
  };
  if (Number.isNaN(theirs))
    return { ...row, 'ours ms': Math.round(ours), 'netpol-analyzer ms': `over ${limit} s` };
  const { pairs, differ } = compareAnswers(
    ourAnswers(readFileSync(our, 'utf8')),
    netpolAnswers(readFileSync(their, 'utf8')),
  );
  if (differ.length > 0) console.log('answered differently (ours / theirs):', differ.slice(0, 5));
  return {
    ...row,
    'ours ms': Math.round(ours),
    'netpol-analyzer ms': Math.round(theirs),
    'times as fast': Number((theirs / ours).toFixed(1)),
    'pairs open': pairs,
    differ: differ.length,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'netpol-analyzer-'));
console.table(worlds.map((world, index) => measure(world, join(folder, String(index)))));
rmSync(folder, { recursive: true });
