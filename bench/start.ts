/**
 * How much longer than Node itself does the command line take to start?
 *
 *   npm run build && npm run bench -- bench/start.ts [--runs 15]
 *
 * Whole processes in turn, medians: `node -e 0`, which does nothing, `intents --help`, and `intents connectivity -o json`
 * over 20 objects (two namespaces, twelve Deployments and six policies) in a file. `--runs` is how often each is run
 * (default 15). Budget: both within 100 ms of `node -e 0`, by the clock and in processor time.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkBuild, option } from './measure';
import { manifestsOf } from './reachability-worlds';
import { inTurn, INTENTS } from './whole-process';

checkBuild();
const folder = mkdtempSync(join(tmpdir(), 'bench-start-'));
const file = join(folder, 'all.yaml');
writeFileSync(file, manifestsOf({ workloads: 12, namespaces: 2, kubernetes: 6, calico: 0, blocks: 0 }));

const commands = [
  { name: 'node -e 0', words: ['-e', '0'] },
  { name: 'intents --help', words: [INTENTS, '--help'] },
  { name: 'intents connectivity, 20 objects', words: [INTENTS, 'connectivity', file, '-o', 'json'] },
];
const costs = inTurn(commands, Number(option('runs', '15')));
rmSync(folder, { recursive: true });

const [start] = costs;
console.table(
  costs.map(({ clock, cpu }, index) => ({
    what: commands[index]?.name,
    'clock ms': Math.round(clock),
    'more than node': Math.round(clock - (start?.clock ?? NaN)),
    'processor ms': Math.round(cpu),
    'more than node ': Math.round(cpu - (start?.cpu ?? NaN)),
  })),
);
