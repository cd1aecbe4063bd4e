import { Option } from 'commander';
import { readIntents } from '../intents/read-intents';
import type { Finding } from '../model/finding';
import { printPlace } from '../model/place';
import type { FlowResult, TestOutcome } from '../reports/flow-result';
import { passes } from '../reports/flow-result';
import { assertionsText } from '../reports/assertions-text';
import { mendOf, type MendContext } from '../reports/mend';
import { peerLabel } from '../reports/peer-name';
import { printConnection } from '../reports/protocol';
import { COLOURED, PLAIN } from '../reports/style';
import { testJson } from '../reports/test-json';
import { testJunit } from '../reports/test-junit';
import { testText } from '../reports/test-text';
import { undecidedReason } from '../reports/undecided-reason';
import { readTextFile } from '../sources/files';
import { UsageError } from '../sources/usage-error';
import type { Assertion, AssertionProblem } from './assertion';
import type { CommandModule } from './command-module';
import { resolveConnection } from './flow-port';
import { addModelOptions, type ModelFlags } from './model-options';
import { exitCodeOf, printFindingsAside } from './outcome';
import { PeerResolver } from './peer-resolver';
import { Progress } from './progress';
import { readAssertions } from './read-assertions';
import { readModel, type Model } from './read-model';
import { writeAll, type Terminal } from './terminal';

const FORMS = ['text', 'json', 'junit'] as const;

interface Flags extends ModelFlags {
  readonly manifests: readonly string[];
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
        .requiredOption(
          '--manifests <path...>',
          'manifests: files, folders, <git-ref>:<path>, or - for standard input',
        )
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
  const assertions = readFiles(files, flags, terminal);
  const progress = new Progress(terminal);
  const model = await readModel(flags.manifests, flags, terminal, progress);
  const results = judge(assertions, model, progress);
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
  const { cluster, reachability, findings } = await readModel(flags.manifests, flags, terminal, progress);
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

function readFiles(files: readonly string[], flags: Flags, terminal: Terminal): Assertion[] {
  if (files.includes('-') && flags.manifests.includes('-'))
    throw new UsageError('Standard input can hold the assertions or the manifests, but not both.');
  const read = files.map((file) => {
    const text = readTextFile(file, terminal);
    return readAssertions(text, file === '-' ? 'stdin' : file, flags.namespace ?? 'default');
  });
  throwProblems(read.flatMap(({ problems }) => problems));
  return read.flatMap(({ assertions }) => assertions);
}

/** All of them at once: nobody wants to mend a file one run at a time. */
function throwProblems(problems: readonly AssertionProblem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  const lines = problems.map(({ message, place }) => `${printPlace(place)}: ${message}`);
  throw new UsageError(
    lines.length === 1 ? lines.join('') : `${lines.length} mistakes in assertions:\n${lines.join('\n')}`,
  );
}

function judge(assertions: readonly Assertion[], model: Model, progress: Progress): FlowResult[] {
  const resolver = new PeerResolver(model.cluster);
  const problems: AssertionProblem[] = [];
  const { intents } = readIntents(model.cluster.resources);
  const { reachability, findings, cluster } = model;
  const context = { reachability, findings, intents, services: cluster.services };
  const results = assertions.flatMap((assertion, index) => {
    progress.step('judging flows:', index, assertions.length);
    return judgeOne(assertion, resolver, context, problems) ?? [];
  });
  throwProblems(problems);
  return results;
}

interface JudgeContext extends MendContext {
  readonly findings: readonly Finding[];
}

function judgeOne(
  assertion: Assertion,
  resolver: PeerResolver,
  context: JudgeContext,
  problems: AssertionProblem[],
): FlowResult | undefined {
  const from = resolver.resolve(assertion.from);
  const to = resolver.resolve(assertion.to);
  if (from.peer === undefined) problems.push({ message: from.reason, place: assertion.fromPlace });
  if (to.peer === undefined) problems.push({ message: to.reason, place: assertion.toPlace });
  if (from.peer === undefined || to.peer === undefined) return undefined;
  const connection = resolveConnection(assertion.connection, to.peer, to.service);
  if (connection.protocol === undefined) {
    problems.push({ message: connection.reason, place: assertion.portPlace });
    return undefined;
  }
  const { protocol, port } = connection;
  const explanation = context.reachability.explain(from.peer, to.peer, protocol, port);
  const flow = { from: from.peer, to: to.peer, protocol, port, explanation };
  const { verdict } = explanation;
  const needsMend = verdict === 'deny' && assertion.expect === 'allow';
  return {
    flow: assertion.written,
    title: `${peerLabel(flow.from)} -> ${peerLabel(flow.to)} ${printConnection(protocol, port)}`,
    expect: assertion.expect,
    explained: {
      ...flow,
      mend: needsMend ? mendOf(flow, context) : undefined,
      reason: verdict === 'unknown' ? undecidedReason(flow, context.findings) : undefined,
    },
    place: assertion.place,
  };
}
