import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { median } from './measure';

/** The command line as it was built. */
export const INTENTS = join(__dirname, '..', 'lib', 'cli', 'main.js');

/** What a process took from its start to its end: milliseconds by the clock, and of processor time. */
export interface Cost {
  readonly clock: number;
  readonly cpu: number;
}

/** Arguments of Node, under the name that the table shows. */
export interface Command {
  readonly name: string;
  readonly words: readonly string[];
}

/**
 * Whole processes of Node in turn, A B C A B C, after one of each that is not counted; medians in the order of the
 * commands. The output goes nowhere.
 *
 * @throws Error when a command fails
 */
export function inTurn(commands: readonly Command[], runs: number): readonly Cost[] {
  const all = commands.map((): Cost[] => []);
  for (let run = 0; run <= runs; run++) {
    for (const [index, { words }] of commands.entries()) {
      const cost = costOf(words);
      if (run > 0) all[index]?.push(cost);
    }
  }
  return all.map((costs) => ({
    clock: median(costs.map(({ clock }) => clock)),
    cpu: median(costs.map(({ cpu }) => cpu)),
  }));
}

/** As the shell counts it, which sees the process from outside: nothing is loaded into it to measure. */
function costOf(words: readonly string[]): Cost {
  const script = `TIMEFORMAT='%R %U %S'; time "$0" "$@" >/dev/null`;
  const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, ...words], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const [clock = NaN, user = NaN, system = NaN] = (stderr.trim().split('\n').at(-1) ?? '')
    .split(' ')
    .map((seconds) => Number(seconds) * 1000);
  return { clock, cpu: user + system };
}
