/**
 * What does it cost to replay a day of traffic under the policies of a cluster, and does it grow with the records or with
 * what is distinct in them?
 *
 *   npm run build && npm run bench -- bench/replay.ts [--records 1000000,10000000] [--workloads 1000]
 *
 * The command `intents replay -` in a process of its own, on lines of CSV that are made while it reads; what making them
 * costs is measured by itself and taken off. Every connection has a port of its own on the side of the client. Budgets:
 * each pair of ends and port is judged once; memory under 300 MB and the same for ten times as many records.
 */
import { spawnSync } from 'node:child_process';
import { compileChild, option } from './measure';

interface Figures {
  readonly writing: number;
  readonly all: number;
  readonly bytes: number;
  readonly judged: number;
  readonly cut: number;
  readonly mapped: number;
  readonly peak: number;
}

const workloads = option('workloads', '1000');
compileChild('reachability-worlds.ts');
const child = compileChild('replay-run.ts');

const rows = option('records', '10000,1000000,10000000')
  .split(',')
  .map((records) => {
    const result = spawnSync(process.execPath, [child, records, workloads], { encoding: 'utf8' });
    if (result.status !== 0) throw new Error(result.stderr);
    const { writing, all, bytes, judged, cut, mapped, peak } = JSON.parse(result.stdout) as Figures;
    const seconds = (all - writing) / 1000;
    return {
      records: mapped,
      'MB read': Math.round(bytes / 1e6),
      'distinct, judged': judged,
      cut,
      'processor s': Number(seconds.toFixed(1)),
      'records a second': Math.round(mapped / seconds),
      'peak MB': Math.round(peak),
    };
  });
console.table(rows);
