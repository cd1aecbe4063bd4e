import { Option, type Command } from 'commander';
import { ModelIndex } from '../compiler/resolution/model-index';
import { sortFindings, type Finding } from '../model/finding';
import { evaluate } from '../reachability/evaluate';
import { isCut, type Replay } from '../reports/replay/replay';
import { replayJson } from '../reports/replay/replay-json';
import { replayMarkdown } from '../reports/replay/replay-markdown';
import { replayText } from '../reports/replay/replay-text';
import { COLOURED, PLAIN } from '../reports/style';
import { UsageError } from '../sources/usage-error';
import { observedFields } from '../traffic/output/import-json';
import { fileLines } from '../traffic/output/import-text';
import { countLines, unmappedLines } from '../traffic/output/other-traffic';
import type { Inventory } from '../traffic/mapping/inventory';
import { coarseByPolicies, groupByPolicies } from '../traffic/replay/address-groups';
import { replayFlows, type JudgingModel } from '../traffic/replay/replay-flows';
import type { CommandModule } from './command-module';
import { addCompilerOptions, givenCompilerOptions } from './compile-options';
import { addFlowOptions, type FlowFlags } from './flow-options';
import { PATHS_WORDS, withCluster } from './live-options';
import { addModelOptions } from './model-options';
import { exitCodeOf, printFindingsAside } from './outcome';
import { Progress } from './progress';
import type { Model } from './read-model';
import { checkStdin, readInventory, readTraffic, type Traffic } from './read-traffic';
import { isLive, readReplayModel, type ReplayModelFlags } from './replay-model';
import { underSamePlugin } from './same-plugin';
import { writeAll, type Terminal } from './terminal';

const FORMS = ['text', 'json', 'markdown'] as const;

interface Flags extends ReplayModelFlags, FlowFlags {
  readonly manifests?: readonly string[];
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  readonly output: (typeof FORMS)[number];
}

const HELP = `
Every connection of the logs is judged under the policies of the manifests, once for each pair of ends and port. The exit
code is 1 when one that got through would be cut: with --before, when it was not cut before.

Examples:
  $ intents replay flows/ --manifests dist/
  $ hubble observe -o json --since 24h | intents replay - --manifests dist/ -o markdown
  $ intents replay flows/ --manifests manifests/ intents/ --compile --assume-default-deny
  $ intents replay flows/ --context prod --after dist    what kubectl apply -f dist would cut there
  $ intents replay flows/ --before main:dist --after dist --snapshot pods.json
  $ intents replay flows/ --manifests BEFORE:main:dist AFTER:dist    the same two sides`;

/** `intents replay`: what policies would cut of what was seen. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addCompilerOptions(addModelOptions(addFlowOptions(addSides(command))))
      .addHelpText('after', HELP)
      .action(async (flows: readonly string[], flags: Flags, given: Command) => {
        refuseWithoutCompile(flags, given);
        finish(await replay(flows, flags, terminal));
      });
  },
};

function addSides(command: Command): Command {
  return command
    .argument('<flows...>', 'flow logs: files, folders, or - for standard input')
    .addOption(new Option('--manifests <path...>', PATHS_WORDS).conflicts(['before', 'after']))
    .option('--before <path...>', 'manifests before a change: only what it changes is shown')
    .option('--after <path...>', 'manifests after it')
    .option('--compile', 'judge the policies that "intents compile" makes of the intents in the manifests')
    .addOption(new Option('-o, --output <form>', 'form of the output').choices(FORMS).default('text'));
}

/** @throws UsageError for options of the compiler when nothing is compiled: they would change nothing, unnoticed */
function refuseWithoutCompile({ compile }: Flags, command: Command): void {
  const [first, ...others] = compile === true ? [] : givenCompilerOptions(command);
  if (first === undefined) return;
  const verb = others.length === 0 ? 'says' : 'say';
  throw new UsageError(
    `${[first, ...others].join(', ')} ${verb} how intents are compiled, and nothing is compiled without --compile.`,
  );
}

/** Nothing that was judged fails, and not all that was seen could be judged. */
const INCOMPLETE = 2;

async function replay(flows: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const { before, after } = sidesOf(flags);
  checkStdin(flows, before, after, flags.snapshot);
  const progress = new Progress(terminal);
  const around = { terminal, progress };
  const read = {
    // What is live already is judged as it is.
    old:
      before === undefined
        ? undefined
        : await readReplayModel(
            before,
            { ...flags, compile: flags.compile === true && !isLive(before) },
            around,
          ),
    young: await readReplayModel(after, flags, around),
  };
  // What was seen was seen before the change.
  const { inventory, findings: ofSnapshots } = await readInventory(
    (read.old ?? read.young).cluster,
    flags,
    around,
  );
  const findings = sortFindings([...read.young.findings, ...unreadOf(read), ...ofSnapshots]);
  const [was, is] = read.old === undefined ? [undefined, read.young] : underSamePlugin(read.old, read.young);
  const old = was === undefined ? undefined : withNodes(was, inventory);
  const young = withNodes(is, inventory);
  const models = old === undefined ? [young] : [old, young];
  const reachabilities = models.map(({ reachability }) => reachability);
  const groupOf = groupByPolicies(reachabilities);
  const coarseOf = coarseByPolicies(reachabilities);
  const traffic = await readTraffic(flows, flags, inventory, { ...around, groupOf, coarseOf });
  progress.step('judging what was seen');
  const result = replayFlows({
    observed: traffic.observed,
    inventory,
    model: judging(young),
    before: old === undefined ? undefined : judging(old),
  });
  progress.clear();
  await writeAll(terminal, print(result, traffic, { ...young, findings }, flags, terminal));
  if (flags.output !== 'json') {
    terminal.err(`\n${aside(traffic)}`);
    printFindingsAside(findings, terminal);
  }
  const unsure = flags.strict === true && result.counts.undecided > 0;
  const failed = unsure || result.connections.some(isCut);
  const code = exitCodeOf(findings, { strict: flags.strict, failed });
  return code === 0 && result.notKept > 0 ? INCOMPLETE : code;
}

/** What is to be known of both sides: what a verdict leaves out before a change misleads as much as after it. */
const OF_BOTH_SIDES: readonly string[] = ['live-kind-unread', 'intents-not-compiled'];

/** What is left out of the verdicts before the change, and the other side does not say itself. */
function unreadOf({ old, young }: { readonly old: Model | undefined; readonly young: Model }): Finding[] {
  const said = new Set(young.findings.map(({ message }) => message));
  return (old?.findings ?? []).filter(({ id, message }) => OF_BOTH_SIDES.includes(id) && !said.has(message));
}

/** With `--before` or `--after` alone, the other one is what `--context` names: the cluster, with the manifests applied. */
function sidesOf(flags: Flags): {
  readonly before: readonly string[] | undefined;
  readonly after: readonly string[];
} {
  const { manifests = [], before, after, context } = { ...flags, ...markedSides(flags) };
  if (before === undefined && after === undefined)
    return { before: undefined, after: withCluster(manifests, flags) };
  const isMissing = after === undefined || (before === undefined && context === undefined);
  if (isMissing)
    throw new UsageError(
      'A change has two sides: name manifests with --before and --after (or --context and --after).',
    );
  const applied = context === undefined ? after : withCluster(after, flags);
  return { before: before ?? [`context:${context ?? ''}`], after: before === undefined ? applied : after };
}

/** `--manifests BEFORE:main:dist AFTER:dist` says the same as the two options. */
function markedSides({ manifests = [] }: Flags): Partial<Pick<Flags, 'manifests' | 'before' | 'after'>> {
  const marked = (mark: string): string[] =>
    manifests.filter((path) => path.startsWith(mark)).map((path) => path.slice(mark.length));
  const [before, after] = [marked('BEFORE:'), marked('AFTER:')];
  const count = before.length + after.length;
  if (count === 0) return {};
  if (count < manifests.length || before.length === 0 || after.length === 0)
    throw new UsageError(
      'Where one path begins with BEFORE: or AFTER:, each has to, and both sides have to be there.',
    );
  return { manifests: [], before, after };
}

/** A node reaches its own pods whatever policies say, so whose addresses are known to be nodes' must be known to the judge. */
function withNodes(model: Model, { nodes }: Inventory): Model {
  if (nodes.blocks.length === 0) return model;
  const { cluster, policies, options } = model;
  const nodeCidrs = [...(options.nodeCidrs ?? []), ...nodes.blocks];
  return { ...model, reachability: evaluate(cluster, policies, { ...options, nodeCidrs }) };
}

function judging({ cluster, reachability, findings }: Model): JudgingModel {
  return { cluster, reachability, findings, index: new ModelIndex(cluster) };
}

function print(
  result: Replay,
  { observed, files }: Traffic,
  { findings, policies }: Model,
  { output }: Flags,
  terminal: Terminal,
): Iterable<string> {
  switch (output) {
    case 'json':
      return replayJson(result, findings, policies.outOfModel, observedFields(observed, files));
    case 'markdown':
      return [replayMarkdown(result, { findings, ...notJudged(observed) })];
    case 'text':
      return replayText(result, terminal.colours ? COLOURED : PLAIN);
  }
}

function notJudged({ unmapped, unreadable }: Traffic['observed']): {
  readonly unmapped: number;
  readonly unreadable: number;
} {
  return {
    unmapped: unmapped.reduce((total, { records }) => total + records, 0),
    unreadable: unreadable.reduce((total, { lines }) => total + lines, 0),
  };
}

/** What was read, and what of it could not be mapped: nothing of that is judged. */
function aside({ observed, files }: Traffic): string {
  const unmapped = unmappedLines(observed);
  const lines = [
    ...fileLines(files),
    '',
    ...countLines(observed),
    ...(unmapped.length === 0
      ? []
      : ['', 'Not mapped, and so not judged:', ...unmapped.map((line) => `  ${line}`)]),
  ];
  return `${lines.join('\n')}\n`;
}
