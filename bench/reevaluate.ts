/**
 * How much cheaper is it to evaluate again after one object changed than to evaluate from scratch?
 *
 *   npm run build && npm run bench -- bench/reevaluate.ts [--repeats 50] [--warm 500] [--only "half Calico"]
 *
 * Each cluster is a process of its own; in it, every kind of change is made to several objects, each on top of the same
 * model, and the figures are means of processor time, collecting garbage included. `update` compares the models,
 * evaluates again, and asks who may come in and who may be called wherever that can be new. `scratch` is `evaluate` and
 * the same questions, `whole` is that and every other answer (`groups`). Budget: `update` is 50 times cheaper than
 * `scratch` at 5,000 workloads. `--warm` is how many changes of each kind come before those that are measured (default
 * 500, as a controller has been at it for a while; 0: Node has not optimised anything yet).
 */
import { spawnSync } from 'node:child_process';
import { compileChild, fitExponent, option } from './measure';
import type { Scenario } from './reachability-worlds';

type Figures = Readonly<
  Record<string, { readonly update: number; readonly scratch: number; readonly whole: number }>
>;

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  '5,000 / 2,000': { workloads: 5_000, namespaces: 250, kubernetes: 2_000, calico: 0, blocks: 0 },
  '5,000 / 2,000, 5 blocks each': {
    workloads: 5_000,
    namespaces: 250,
    kubernetes: 2_000,
    calico: 0,
    blocks: 5,
  },
  '5,000 / 2,000, half Calico, 5 blocks each': {
    workloads: 5_000,
    namespaces: 250,
    kubernetes: 1_000,
    calico: 1_000,
    blocks: 5,
  },
  '3,125 / 313': { workloads: 3_125, namespaces: 125, kubernetes: 313, calico: 0, blocks: 0 },
  '12,500 / 1,250': { workloads: 12_500, namespaces: 500, kubernetes: 1_250, calico: 0, blocks: 0 },
  '50,000 / 5,000': { workloads: 50_000, namespaces: 2_000, kubernetes: 5_000, calico: 0, blocks: 0 },
};

const repeats = option('repeats', '50');
const warm = option('warm', '500');
const only = option('only', '');
compileChild('reachability-worlds.ts');
const child = compileChild('reevaluate-run.ts');

function run({ workloads, namespaces, kubernetes, calico, blocks }: Scenario): Figures {
  const numbers = [workloads, namespaces, kubernetes, calico, blocks].join(',');
  const result = spawnSync(process.execPath, [child, numbers, repeats, warm], { encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stderr);
  return JSON.parse(result.stdout) as Figures;
}

/** Prints as it goes: the large clusters take a while. */
function report(name: string, figures: Figures): Figures {
  const rows = Object.entries(figures).map(([change, { update, scratch, whole }]) => [
    change,
    {
      'update ms': Number(update.toFixed(2)),
      'scratch ms': Math.round(scratch),
      ratio: Math.round(scratch / update),
      'whole ms': Math.round(whole),
      'ratio to whole': Math.round(whole / update),
    },
  ]);
  console.log(name);
  console.table(Object.fromEntries(rows));
  return figures;
}

const wanted = Object.entries(SCENARIOS).filter(([name]) => name.includes(only));
const all = wanted.map(([name, scenario]) => ({ scenario, figures: report(name, run(scenario)) }));
const grown = all.slice(-3);
if (only === '') {
  for (const change of Object.keys(grown[0]?.figures ?? {})) {
    const points = grown.map(
      ({ scenario, figures }) => [scenario.workloads, figures[change]?.update ?? NaN] as const,
    );
    console.log(
      `growth exponent of an update over the last three, ${change}: ${fitExponent(points).toFixed(2)}`,
    );
  }
}
