/**
 * How long does it take to work out who can talk to whom, and how does that grow?
 *
 *   npm run build && npm run bench -- bench/reachability.ts [--runs 3] [--only "half Calico"] [--as cli|library] [--manifests plain|bare]
 *   npm run build && npm run bench -- bench/reachability.ts --whole [--runs 11] [--only "1,000 / 500"]
 *
 * Each line is a process of its own; the times are medians of processor time, and where it says so by the clock. On an
 * otherwise idle machine the clock says what one waits for, and processor time is more: Node optimises functions and
 * collects garbage on other processors meanwhile. With other work around, only processor time means anything.
 * `parse` is js-yaml on the same text in a process of its own, `read` our reading of it: that, and the objects checked and taken in.
 * `evaluate` is the index and all groups of connections with their verdicts; `lists` is what it takes to write out the
 * peers of every group, `model` what lies between parsing and evaluating, counted in neither. As the command line runs
 * (default), or as a library in a Node left to itself. Deployments hold what those of a small shop do (1.2 kB; 1.1 kB for
 * the average object, as in the measurements that the budget was set by), or with `--manifests bare` no more than they
 * must. Budget: evaluating takes no longer than parsing the YAML of the same objects (both ratios 1 or less), the peak
 * memory of the whole process (text, objects, model and verdicts) is 2 GiB or less at 50,000 workloads with 5,000
 * policies, and the growth from 3,125 to 50,000 workloads has an exponent of 1.3 or less. `openings` (who comes in,
 * and by which policy, for every workload) is shown for comparison.
 *
 * With `--whole`, the command line from its start to its end: `intents connectivity --grouped -o json` over the same
 * manifests in a file, in turn with `node -e 0` and with a process that reads the file and parses it with js-yaml and
 * does nothing else. Budget at 1,000 / 500: 1.5 times what that reading and parsing takes, plus the start.
 */
import { spawnSync } from 'node:child_process';
import { compileChild, fitExponent, median, option } from './measure';
import type { Scenario } from './reachability-worlds';
import { wholeCommand } from './reachability-whole';

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  '1,000 / 500': { workloads: 1_000, namespaces: 50, kubernetes: 500, calico: 0, blocks: 0 },
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
  '50,000 / 5,000, 1,000 of them Calico': {
    workloads: 50_000,
    namespaces: 2_000,
    kubernetes: 4_000,
    calico: 1_000,
    blocks: 1,
  },
};

/** Everything grows alike. */
const GROWTH: readonly Scenario[] = [16, 4, 1].map((part) => ({
  workloads: 50_000 / part,
  namespaces: 2_000 / part,
  kubernetes: Math.round(5_000 / part),
  calico: 0,
  blocks: 0,
}));

interface Figures {
  readonly parse: number;
  readonly parseClock: number;
  readonly read: number;
  readonly model: number;
  readonly evaluate: number;
  readonly evaluateClock: number;
  readonly listing: number;
  readonly openings: number;
  readonly groups: number;
  readonly entries: number;
  readonly peak: number;
}

const whole = process.argv.includes('--whole');
const runs = Number(option('runs', whole ? '11' : '3'));
const only = option('only', '');
const as = option('as', 'cli');
const manifests = option('manifests', 'plain');
compileChild('reachability-worlds.ts');
const child = compileChild('reachability-run.ts');

interface Ratios {
  readonly ratio: number;
  readonly ratioClock: number;
}

function run(scenario: Scenario): Figures & Ratios {
  const { workloads, namespaces, kubernetes, calico, blocks } = scenario;
  const numbers = [workloads, namespaces, kubernetes, calico, blocks].join(',');
  const all = Array.from({ length: runs }, () => {
    const outputs = [['parse'], []].map((mode) => {
      const words = [child, numbers, as, manifests, ...mode];
      const result = spawnSync(process.execPath, words, { encoding: 'utf8' });
      if (result.status !== 0) throw new Error(result.stderr);
      return JSON.parse(result.stdout) as Partial<Figures>;
    });
    return Object.assign({}, ...outputs) as Figures;
  });
  const middle = (name: keyof Figures): number => median(all.map((figures) => figures[name]));
  return {
    parse: middle('parse'),
    parseClock: middle('parseClock'),
    read: middle('read'),
    model: middle('model'),
    evaluate: middle('evaluate'),
    evaluateClock: middle('evaluateClock'),
    listing: middle('listing'),
    openings: middle('openings'),
    groups: middle('groups'),
    entries: middle('entries'),
    peak: middle('peak'),
    ratio: median(all.map(({ parse, evaluate }) => evaluate / parse)),
    ratioClock: median(all.map(({ parseClock, evaluateClock }) => evaluateClock / parseClock)),
  };
}

function row(name: string, figures: Figures & Ratios): Record<string, unknown> {
  const { parse, read, model, evaluate, ratio, listing, openings, groups, entries, peak } = figures;
  const { parseClock, evaluateClock, ratioClock } = figures;
  return {
    'workloads / policies': name,
    'parse ms': Math.round(parse),
    'read ms': Math.round(read),
    'model ms': Math.round(model),
    'evaluate ms': Math.round(evaluate),
    ratio: Number(ratio.toFixed(2)),
    'parse by clock': Math.round(parseClock),
    'evaluate by clock': Math.round(evaluateClock),
    'ratio by clock': Number(ratioClock.toFixed(2)),
    'lists ms': Math.round(listing),
    'openings ms': Math.round(openings),
    groups,
    entries,
    'peak MiB': Math.round(peak),
  };
}

const wanted = Object.entries(SCENARIOS).filter(([name]) => name.includes(only));
const rows = wanted.map(([name, scenario]) =>
  whole ? wholeCommand(name, scenario, manifests === 'bare', runs) : row(name, run(scenario)),
);
if (only === '' && !whole) {
  const grown = GROWTH.map((scenario) => ({ scenario, figures: run(scenario) }));
  for (const { scenario, figures } of grown) {
    const { workloads, kubernetes } = scenario;
    rows.push(row(`${workloads.toLocaleString('en')} / ${kubernetes.toLocaleString('en')}`, figures));
  }
  console.table(rows);
  const growth = (pick: (figures: Figures) => number): string =>
    fitExponent(grown.map(({ scenario, figures }) => [scenario.workloads, pick(figures)])).toFixed(2);
  const exponents = `evaluate ${growth(({ evaluate }) => evaluate)}, parse ${growth(({ parse }) => parse)}`;
  console.log(`growth exponent over the last three lines: ${exponents}`);
} else {
  console.table(rows);
}
