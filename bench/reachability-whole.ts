import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileChild } from './measure';
import { manifestsOf, type Scenario } from './reachability-worlds';
import { inTurn, INTENTS, type Cost } from './whole-process';

/**
 * The command line over one cluster from start to end, beside reading and parsing alone: a row of bench/reachability.ts
 * with `--whole`.
 */
export function wholeCommand(
  name: string,
  scenario: Scenario,
  bare: boolean,
  runs: number,
): Record<string, unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-whole-'));
  const file = join(folder, 'all.yaml');
  writeFileSync(file, manifestsOf({ ...scenario, bare }));
  const commands = [
    { name: 'start', words: ['-e', '0'] },
    { name: 'parse', words: [compileChild('reachability-parse.ts'), file] },
    { name: 'intents', words: [INTENTS, 'connectivity', file, '--grouped', '-o', 'json'] },
  ];
  const [start, parse, intents] = inTurn(commands, runs);
  rmSync(folder, { recursive: true });
  if (start === undefined || parse === undefined || intents === undefined)
    throw new Error('Nothing was run.');
  return {
    'workloads / policies': name,
    ...columns(start, parse, intents, 'cpu', 'processor'),
    ...columns(start, parse, intents, 'clock', 'clock'),
  };
}

/** All in ms; "times parsing" counts the start on neither side, as the budget does. */
function columns(
  start: Cost,
  parse: Cost,
  intents: Cost,
  by: keyof Cost,
  word: string,
): Record<string, number> {
  const parsing = parse[by] - start[by];
  return {
    [`start, ${word}`]: Math.round(start[by]),
    [`read and parse, ${word}`]: Math.round(parse[by]),
    [`intents, ${word}`]: Math.round(intents[by]),
    [`budget, ${word}`]: Math.round(1.5 * parsing + start[by]),
    [`times parsing, ${word}`]: Number(((intents[by] - start[by]) / parsing).toFixed(2)),
  };
}
