import { Option } from 'commander';
import type { TestOutcome } from '../reports/assertions/flow-result';
import { passes } from '../reports/assertions/flow-result';
import { assertionsText } from '../reports/assertions/assertions-text';
import { COLOURED, PLAIN } from '../reports/style';
import { testJson } from '../reports/assertions/test-json';
import { testJunit } from '../reports/assertions/test-junit';
import { testText } from '../reports/assertions/test-text';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
import { judgeFlows, readAssertionFiles } from './judge-flows';
import { PATHS_WORDS, withCluster } from './live-options';
import { addModelOptions, type ModelFlags } from './model-options';
import { exitCodeOf, printFindingsAside } from './outcome';
import { Progress } from './progress';
import { readModel } from './read-model';
import { writeAll, type Terminal } from './terminal';

const FORMS = ['text', 'json', 'junit'] as const;

interface Flags extends ModelFlags {
  readonly manifests?: readonly string[];
  readonly generate?: boolean;
  readonly output: (typeof FORMS)[number];
}

const HELP = `
An assertions file lists expected flows:
  flows:
    - { from: shop/frontend, to: shop/cart, port: 7070, expect: allow }
    - { from: { ip: 8.8.8.8 }, to: shop/cart, port: 7070, expect: deny }
    - { from: { namespace: tools, labels: { app: curl } }, to: shop/cart, port: 7070, expect: deny }

Examples:
  $ intents test flows.yaml --manifests manifests/
  $ intents test flows/*.yaml --manifests base/ policies/ -o junit > report.xml
  $ intents test --generate --manifests manifests/ > flows.yaml`;

/** `intents test`: expected flows against the policies, without a cluster. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addModelOptions(
      command
        .argument('[assertions...]', 'files of expected flows, <git-ref>:<path>, or - for standard input')
        .option('--manifests <path...>', PATHS_WORDS)
        .option('--generate', 'print an assertions file that says what holds today')
        .addOption(new Option('-o, --output <form>', 'form of the output').choices(FORMS).default('text')),
    )
      .addHelpText('after', HELP)
      .action(async (files: readonly string[], flags: Flags) => {
        finish(await test(files, flags, terminal));
      });
  },
};

async function test(files: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  if (flags.generate === true) return generate(files, flags, terminal);
  if (files.length === 0)
    throw new UsageError(
      'There is no assertions file. Name one before --manifests, or write a first one with --generate.',
    );
  if (files.includes('-') && flags.manifests?.includes('-') === true)
    throw new UsageError('Standard input can hold the assertions or the manifests, but not both.');
  const assertions = readAssertionFiles(files, { namespace: flags.namespace, stdin: terminal.stdin });
  const progress = new Progress(terminal);
  const model = await readModel(withCluster(flags.manifests ?? [], flags), flags, terminal, progress);
  const results = judgeFlows(assertions, model, (done, total) => {
    progress.step('judging flows:', done, total);
  });
  progress.clear();
  const outcome = { results, findings: model.findings, outOfModel: model.policies.outOfModel };
  await writeAll(terminal, print(outcome, flags, terminal));
  if (flags.output !== 'json') printFindingsAside(model.findings, terminal);
  const failed = results.some((result) => !passes(result));
  return exitCodeOf(model.findings, { strict: flags.strict, failed });
}

function print(outcome: TestOutcome, { output }: Flags, terminal: Terminal): Generator<string> {
  switch (output) {
    case 'json':
      return testJson(outcome);
    case 'junit':
      return testJunit(outcome);
    case 'text':
      return testText(outcome, terminal.colours ? COLOURED : PLAIN);
  }
}

async function generate(files: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  if (files.length > 0)
    throw new UsageError('With --generate no assertions file is read: give only --manifests.');
  if (flags.output !== 'text')
    throw new UsageError(`--generate prints YAML; -o ${flags.output} does not go with it.`);
  const progress = new Progress(terminal);
  const { cluster, reachability, findings } = await readModel(
    withCluster(flags.manifests ?? [], flags),
    flags,
    terminal,
    progress,
  );
  progress.clear();
  await writeAll(
    terminal,
    assertionsText(reachability, cluster.workloads, (done, total) => {
      if (!terminal.screen) progress.step('writing flows to workloads:', done, total);
    }),
  );
  progress.clear();
  printFindingsAside(findings, terminal);
  return exitCodeOf(findings, flags);
}
