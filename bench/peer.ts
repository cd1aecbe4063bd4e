/**
 * How much faster are we than cyclonus, another analyser of NetworkPolicies, and do both say the same?
 *
 *   go install github.com/mattfenwick/cyclonus/cmd/cyclonus@v0.5.6
 *   npm run build && npm run bench -- bench/peer.ts [--peer cyclonus] [--runs 3] [--sizes 100,200,400]
 *
 * Both read the same objects from files and print who can talk to whom, pair by pair; whole processes, processor time,
 * in turn. They answer different questions: cyclonus probes one port a pod, here the one each pod names `http`; ours
 * works out every protocol and port, and the addresses outside. Then the answers for that port are compared pair by
 * pair. Pods get addresses (cyclonus asks for them) that lie in no block of any policy, which is what we assume.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, loadAll } from 'js-yaml';
import { compileChild, option, sideBySide } from './measure';
import { probedPods, answersOf, peerAnswers, type Manifest } from './peer-answers';
import { manifestsOf } from './reachability-worlds';

const MAIN = join(__dirname, '..', 'lib', 'cli', 'main.js');
const peer = option('peer', 'cyclonus');
const runs = Number(option('runs', '3'));
const sizes = option('sizes', '100,200,400').split(',').map(Number);
compileChild('reachability-worlds.ts');

/** Processor time in ms of a whole process; its output goes to a file. A shell counts it, start included. */
function timed(command: readonly string[], output: string): number {
  const result = spawnSync('sh', ['-c', '"$@" >"$0" && times', output, ...command], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  const [, children = ''] = result.stdout.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
}

function measure(size: number, folder: string): Record<string, unknown> {
  const policies = size / 2;
  const text = manifestsOf({
    workloads: size,
    namespaces: size / 10,
    kubernetes: policies,
    calico: 0,
    blocks: 2,
  });
  const objects = loadAll(text) as Manifest[];
  const pods = probedPods(objects);
  const items = objects.filter(({ kind }) => kind === 'NetworkPolicy');
  mkdirSync(join(folder, 'policies'), { recursive: true });
  const file = (name: string): string => join(folder, name);
  writeFileSync(file('all.yaml'), text);
  writeFileSync(
    file('policies/list.yaml'),
    dump({ apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicyList', items }, { noRefs: true }),
  );
  writeFileSync(file('probe.json'), JSON.stringify(pods));
  const ours = [process.execPath, MAIN, 'connectivity', file('all.yaml'), '-o', 'json'];
  const theirs = [peer, 'analyze', '--mode', 'probe', '--policy-path', file('policies')];
  theirs.push('--probe-path', file('probe.json'));
  const { a, b } = sideBySide(
    () => timed(ours, file('ours.json')),
    () => timed(theirs, file('theirs.txt')),
    runs,
  );
  const our = answersOf(readFileSync(file('ours.json'), 'utf8'), pods);
  const their = peerAnswers(readFileSync(file('theirs.txt'), 'utf8'));
  const differ = [...their].filter(([pair, open]) => our.has(pair) !== open).map(([pair]) => pair);
  if (differ.length > 0) console.log(`${size}: answered differently:`, differ.slice(0, 5));
  return {
    'workloads / policies': `${size} / ${policies}`,
    'ours ms': Math.round(a.cpu),
    'cyclonus ms': Math.round(b.cpu),
    'times as fast': Number((b.cpu / a.cpu).toFixed(1)),
    'pairs compared': their.size,
    open: [...their.values()].filter(Boolean).length,
    differ: differ.length,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'peer-'));
console.table(sizes.map((size) => measure(size, join(folder, String(size)))));
rmSync(folder, { recursive: true });
