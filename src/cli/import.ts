import { existsSync } from 'node:fs';
import { Option } from 'commander';
import { compile } from '../compiler/compile';
import { readIntents } from '../intents/read-intents';
import { buildCluster } from '../model/build-cluster';
import { sortFindings } from '../model/finding';
import { CONFIDENCES, type Confidence } from '../traffic/calls/confidence';
import { DeclaredLookup } from '../traffic/calls/declared-lookup';
import { draftIntents } from '../traffic/calls/draft-intents';
import { chooseCalls } from '../traffic/calls/observed-call';
import { importJson } from '../traffic/output/import-json';
import type { ImportResult } from '../traffic/output/import-result';
import { importText } from '../traffic/output/import-text';
import { intentsTypescript } from '../traffic/output/intents-typescript';
import { intentsYaml } from '../traffic/output/intents-yaml';
import { pruneText } from '../traffic/output/prune-text';
import { declaredNeverSeen } from '../traffic/replay/never-seen';
import { SeenCalls } from '../traffic/replay/seen-calls';
import type { CommandModule } from './command-module';
import { addFlowOptions, askingForNodes, type FlowFlags } from './flow-options';
import { addModelOptions, type ModelFlags } from './model-options';
import { PATHS_WORDS, withCluster } from './live-options';
import { checkMergePath, mergeInto, presentIntents } from './merge-intents';
import { exitCodeOf, printFindingsAside } from './outcome';
import { Progress } from './progress';
import { readSources } from './read-model';
import { checkStdin, readInventory, readTraffic } from './read-traffic';
import { writeAll, type Terminal } from './terminal';
import { wholeNumber } from './whole-number';

const FORMS = ['yaml', 'typescript', 'json'] as const;

interface Flags extends ModelFlags, FlowFlags {
  readonly manifests?: readonly string[];
  readonly minCount?: number;
  readonly minConfidence?: Confidence;
  readonly denied?: boolean;
  readonly merge?: string;
  readonly dryRun?: boolean;
  readonly pruneReport?: boolean;
  readonly output: (typeof FORMS)[number];
}

const HELP = `
ClientIntents come out for the calls that were seen, each target with a comment that says how often and when. What is in
no intent is listed on standard error: calls that are too unsure, traffic from outside, and whatever could not be mapped.

Examples:
  $ hubble observe -o json --since 24h | intents import - --manifests manifests/ > intents.yaml
  $ intents import flows/ --manifests manifests/ --snapshot pods.json -o typescript
  $ intents import flows/ --manifests manifests/ --merge intents/ --dry-run
  $ intents import flows/ --manifests manifests/ intents/ --prune-report
  $ intents import conntrack.txt --context prod
  $ intents import vpc.log.gz --manifests dist/ --snapshot monday.json --snapshot tuesday.json --min-count 5`;

/** `intents import`: drafts of intents, from what was seen in flow logs. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addModelOptions(
      addFlowOptions(
        command
          .argument('<flows...>', 'flow logs: files, folders, or - for standard input')
          .option('--manifests <path...>', PATHS_WORDS)
          .option('--min-count <number>', 'leave out what was seen less often (default: 1)', wholeNumber(1))
          .addOption(
            new Option(
              '--min-confidence <level>',
              'leave out what is less sure to be a call (default: "medium")',
            ).choices(CONFIDENCES),
          )
          .option('--denied', 'take connections that policies denied for calls too')
          .option(
            '--merge <path>',
            'add what is not declared yet to the intents in a file or folder, and keep what people wrote',
          )
          .option('--dry-run', 'with --merge: print what would change, as a patch, and write nothing')
          .addOption(
            new Option('--prune-report', 'print what is declared and was never seen instead').conflicts(
              'merge',
            ),
          )
          .addOption(new Option('-o, --output <form>', 'form of the output').choices(FORMS).default('yaml')),
      ),
    )
      .addHelpText('after', HELP)
      .action(async (flows: readonly string[], flags: Flags) => {
        finish(await importFlows(flows, flags, terminal));
      });
  },
};

async function importFlows(flows: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const { merge, namespace } = flags;
  const manifests = withCluster(flags.manifests ?? [], flags);
  checkStdin(flows, manifests, flags.snapshot);
  if (merge !== undefined) checkMergePath(merge);
  const progress = new Progress(terminal);
  // First, so that places in files that are in both are named as they are to be written.
  const paths = [...(merge !== undefined && existsSync(merge) ? [merge] : []), ...manifests];
  const sources = await readSources(paths, askingForNodes(flags), terminal, progress);
  const cluster = buildCluster(
    sources.resources,
    namespace === undefined ? {} : { defaultNamespace: namespace },
  );
  const { inventory, findings } = await readInventory(cluster, flags, { terminal, progress });
  const { observed, files } = await readTraffic(flows, flags, inventory, { terminal, progress });
  progress.step('drafting intents');
  const present = presentIntents(cluster.resources, merge);
  const intents = present.map((one) => one.intents);
  const compilation = compile(cluster, intents);
  const chosen = chooseCalls(observed, inventory, flags);
  const lookup = new DeclaredLookup(compilation, observed.names);
  const calls = merge === undefined ? chosen.calls : chosen.calls.filter((call) => !lookup.has(call));
  const drafts = draftIntents(calls, inventory.index, intents);
  const result: ImportResult = {
    drafts: drafts.intents,
    leftOut: [...chosen.leftOut, ...drafts.leftOut],
    neverSeen: declaredNeverSeen(compilation, new SeenCalls(observed.edges, observed.names)),
    observed,
    files,
    findings: sortFindings([
      ...sources.findings,
      ...findings,
      ...cluster.findings,
      ...readIntents(cluster.resources).findings,
    ]),
  };
  progress.clear();
  if (merge !== undefined) {
    terminal.err(importText(result));
    const dryRun = flags.dryRun === true;
    const failed = !(await mergeInto(merge, result.drafts, present, {
      workloads: cluster.workloads,
      dryRun,
      terminal,
    }));
    printFindingsAside(result.findings, terminal);
    return exitCodeOf(result.findings, { strict: flags.strict, failed });
  }
  await writeAll(terminal, print(result, flags));
  if (flags.output !== 'json') {
    terminal.err(`\n${importText(result)}`);
    printFindingsAside(result.findings, terminal);
  }
  return exitCodeOf(result.findings, { strict: flags.strict });
}

function print(result: ImportResult, { output, pruneReport }: Flags): Iterable<string> {
  if (output === 'json') return importJson(result);
  if (pruneReport === true) return pruneText(result);
  return output === 'yaml' ? intentsYaml(result.drafts) : intentsTypescript(result.drafts);
}
