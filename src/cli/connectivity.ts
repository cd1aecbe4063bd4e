import { createRequire } from 'node:module';
import { Option } from 'commander';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import { connectivityCsv } from '../reports/connectivity/connectivity-csv';
import { connectivityDot } from '../reports/connectivity/connectivity-dot';
import { connectivityJson } from '../reports/connectivity/connectivity-json';
import { connectivityMarkdown } from '../reports/connectivity/connectivity-markdown';
import { connectivityText } from '../reports/connectivity/connectivity-text';
import type * as entrancesModule from '../proof/entrances';
import type { Entrance } from '../proof/entrances';
import { Connectivity } from '../reports/connectivity/connectivity';
import type * as exposureModule from '../reports/connectivity/exposure';
import type { Exposure, ExposureReport } from '../reports/connectivity/exposure';
import { ConnectionSet } from '../reachability/sets/connection-set';
import { COLOURED, PLAIN } from '../reports/style';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
import { focusOf } from './focus';
import { PATHS_WORDS, withCluster } from './live-options';
import { addModelOptions, collect, type ModelFlags } from './model-options';
import { exitCodeOf, printFindingsAside } from './outcome';
import { Progress } from './progress';
import { readModel, type Model } from './read-model';
import { writeAll, type Terminal } from './terminal';

const load: (path: string) => unknown = createRequire(__filename);

const FORMS = ['text', 'json', 'csv', 'markdown', 'dot'] as const;

interface Flags extends ModelFlags {
  readonly output: (typeof FORMS)[number];
  readonly focus?: readonly string[];
  readonly exposure?: boolean;
  readonly grouped?: boolean;
}

const EXAMPLES = `
Examples:
  $ intents connectivity manifests/                          a table of every connection
  $ intents connectivity manifests/ --focus shop/cart        only those from or to one workload
  $ intents connectivity manifests/ --exposure               also: who not in these manifests could connect
  $ intents connectivity manifests/ --grouped                short, for many workloads
  $ kubectl get ns,all,netpol -A -o yaml | intents connectivity - -o json
  $ intents connectivity manifests/ -o dot | dot -Tsvg > connectivity.svg`;

/** `intents connectivity`: who can talk to whom under all policies together. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addModelOptions(
      command
        .argument('[path...]', PATHS_WORDS)
        .addOption(new Option('-o, --output <form>', 'form of the output').choices(FORMS).default('text'))
        .option(
          '--focus <workload>',
          'only connections from or to it: namespace/name, namespace/*; repeatable',
          collect,
        )
        .option('--exposure', 'also say who that is not in these manifests could connect')
        .option('--grouped', 'one entry for peers that no policy tells apart, instead of one for each pair'),
    )
      .addHelpText('after', EXAMPLES)
      .action(async (paths: readonly string[], flags: Flags) => {
        finish(await connectivity(paths, flags, terminal));
      });
  },
};

async function connectivity(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const { output } = flags;
  if (flags.exposure === true && output !== 'text' && output !== 'json')
    throw new UsageError(`--exposure is there for -o text and -o json, not for ${output}.`);
  const progress = new Progress(terminal);
  const model = await readModel(withCluster(paths, flags), flags, terminal, progress);
  const focus = focusOf(flags.focus, model.cluster.workloads, flags.namespace);
  const listing = new Connectivity(model.reachability, model.cluster.workloads, focus);
  const exposed = flags.exposure === true ? exposures(model, focus, progress) : undefined;
  const findings = [...model.findings, ...(exposed?.findings ?? [])];
  progress.clear();
  const exposure = exposed?.exposures;
  const entrances = exposure === undefined ? undefined : entrancesIn(model, focus, exposure);
  const pieces = print(listing, { flags, model, findings, exposure, entrances, progress, terminal });
  await writeAll(terminal, pieces);
  progress.clear();
  if (output !== 'json') printFindingsAside(findings, terminal);
  return exitCodeOf(findings, flags);
}

function exposures(model: Model, focus: ReadonlySet<string> | undefined, progress: Progress): ExposureReport {
  progress.step('working out the exposure');
  const { cluster, policies, options } = model;
  const workloads = cluster.workloads.filter(({ id }) => focus?.has(id) ?? true);
  // Loaded when they are asked for, like the entrances: a third of the files of the command.
  const { exposureOf } = load('../reports/connectivity/exposure') as typeof exposureModule;
  return exposureOf(cluster, policies, options, workloads);
}

function entrancesIn(
  { cluster, reachability, options }: Model,
  focus: ReadonlySet<string> | undefined,
  exposures: readonly Exposure[],
): Entrance[] {
  const { nodeCidrs } = options;
  const { entrancesOf } = load('../proof/entrances') as typeof entrancesModule;
  const entrances = entrancesOf(cluster, reachability, { nodeCidrs, openToUnlisted: openingsOf(exposures) });
  return entrances.filter(({ server }) => focus?.has(server.id) ?? true);
}

/** What pods that are not in the manifests may open to each workload, all kinds together. */
function openingsOf(exposures: readonly Exposure[]): (workload: Workload) => ConnectionSet {
  const open = new Map<Workload, ConnectionSet>();
  for (const { workload, direction, verdict } of exposures)
    if (direction === 'ingress')
      open.set(
        workload,
        (open.get(workload) ?? ConnectionSet.NONE).union(verdict.allowed).union(verdict.undecided),
      );
  return (workload) => open.get(workload) ?? ConnectionSet.NONE;
}

interface Print {
  readonly flags: Flags;
  readonly model: Model;
  readonly findings: readonly Finding[];
  readonly exposure: readonly Exposure[] | undefined;
  readonly entrances: readonly Entrance[] | undefined;
  readonly progress: Progress;
  readonly terminal: Terminal;
}

function print(
  listing: Connectivity,
  { flags, model, findings, exposure, entrances, progress, terminal }: Print,
): Generator<string> {
  const { output, grouped } = flags;
  // On a screen the listing itself shows how far it is.
  const onProgress = terminal.screen
    ? undefined
    : (done: number, total: number): void => {
        progress.step('printing peers:', done, total);
      };
  switch (output) {
    case 'json': {
      const { policies } = model;
      return connectivityJson(listing, {
        findings,
        outOfModel: policies.outOfModel,
        exposure,
        entrances,
        grouped,
        onProgress,
      });
    }
    case 'csv':
      return connectivityCsv(listing, { grouped, onProgress });
    case 'markdown':
      return connectivityMarkdown(listing, { grouped, onProgress });
    case 'dot':
      return connectivityDot(listing, { grouped, onProgress });
    case 'text':
      return connectivityText(listing, {
        style: terminal.colours ? COLOURED : PLAIN,
        grouped,
        exposure,
        entrances,
        onProgress,
      });
  }
}
