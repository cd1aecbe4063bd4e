import { InvalidArgumentError, Option } from 'commander';
import { readIntents } from '../intents/read-intents';
import { buildCluster } from '../model/build-cluster';
import { CONFIDENCES, type Confidence } from '../traffic/calls/confidence';
import { draftIntents } from '../traffic/calls/draft-intents';
import { chooseCalls } from '../traffic/calls/observed-call';
import { importJson } from '../traffic/output/import-json';
import type { ImportResult } from '../traffic/output/import-result';
import { importText } from '../traffic/output/import-text';
import { intentsTypescript } from '../traffic/output/intents-typescript';
import { intentsYaml } from '../traffic/output/intents-yaml';
import type { CommandModule } from './command-module';
import { addFlowOptions, type FlowFlags } from './flow-options';
import { addModelOptions, type ModelFlags } from './model-options';
import { Progress } from './progress';
import { readSources } from './read-model';
import { checkStdin, readInventory, readTraffic } from './read-traffic';
import { writeAll, type Terminal } from './terminal';

const FORMS = ['yaml', 'typescript', 'json'] as const;

interface Flags extends ModelFlags, FlowFlags {
  readonly manifests: readonly string[];
  readonly minCount?: number;
  readonly minConfidence?: Confidence;
  readonly denied?: boolean;
  readonly output: (typeof FORMS)[number];
}

const HELP = `
ClientIntents come out for the calls that were seen, each target with a comment that says how often and when. What is in
no intent is listed on standard error: calls that are too unsure, traffic from outside, and whatever could not be mapped.

Examples:
  $ hubble observe -o json --since 24h | intents import - --manifests manifests/ > intents.yaml
  $ intents import flows/ --manifests manifests/ --snapshot pods.json -o typescript
  $ intents import vpc.log.gz --manifests dist/ --snapshot monday.json --snapshot tuesday.json --min-count 5`;

/** `intents import`: drafts of intents, from what was seen in flow logs. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addModelOptions(
      addFlowOptions(
        command
          .argument('<flows...>', 'flow logs: files, folders, or - for standard input')
          .requiredOption(
            '--manifests <path...>',
            'manifests: files, folders, <git-ref>:<path>, or - for standard input',
          )
          .option('--min-count <number>', 'leave out what was seen less often (default: 1)', wholeNumber)
          .addOption(
            new Option(
              '--min-confidence <level>',
              'leave out what is less sure to be a call (default: "medium")',
            ).choices(CONFIDENCES),
          )
          .option('--denied', 'take connections that policies denied for calls too')
          .addOption(new Option('-o, --output <form>', 'form of the output').choices(FORMS).default('yaml')),
      ),
    )
      .addHelpText('after', HELP)
      .action(async (flows: readonly string[], flags: Flags) => {
        finish(await importFlows(flows, flags, terminal));
      });
  },
};

function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1.');
  return Number(text);
}

async function importFlows(flows: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  checkStdin(flows, flags.manifests, flags.snapshot);
  const progress = new Progress(terminal);
  const { resources } = await readSources(flags.manifests, flags, terminal, progress);
  const { namespace } = flags;
  const cluster = buildCluster(resources, namespace === undefined ? {} : { defaultNamespace: namespace });
  const inventory = readInventory(cluster, flags, { terminal, progress });
  const { observed, files } = await readTraffic(flows, flags, inventory, { terminal, progress });
  const { intents } = readIntents(cluster.resources);
  const chosen = chooseCalls(observed, inventory, flags);
  const drafts = draftIntents(chosen.calls, inventory.index, intents);
  const result: ImportResult = {
    drafts: drafts.intents,
    leftOut: [...chosen.leftOut, ...drafts.leftOut],
    observed,
    files,
  };
  progress.clear();
  await writeAll(terminal, print(result, flags));
  if (flags.output !== 'json') terminal.err(`\n${importText(result)}`);
  return 0;
}

function print(result: ImportResult, { output }: Flags): Iterable<string> {
  switch (output) {
    case 'yaml':
      return intentsYaml(result.drafts);
    case 'typescript':
      return intentsTypescript(result.drafts);
    case 'json':
      return importJson(result);
  }
}
