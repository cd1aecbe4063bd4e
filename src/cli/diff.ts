import { createRequire } from 'node:module';
import { InvalidArgumentError, Option } from 'commander';
import { sortFindings } from '../model/finding';
import type { Diff } from '../reports/diff/diff';
import { diffConnections } from '../reports/diff/diff-connections';
import { diffDot } from '../reports/diff/diff-dot';
import { diffJson } from '../reports/diff/diff-json';
import { diffMarkdown } from '../reports/diff/diff-markdown';
import { diffSarif } from '../reports/diff/diff-sarif';
import { diffText } from '../reports/diff/diff-text';
import { COLOURED, PLAIN } from '../reports/style';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
import { compareModels, type Comparison } from './compare-models';
import { addFlowOptions, askingForNodes, type FlowFlags } from './flow-options';
import { namesCluster } from './live-options';
import { addModelOptions, type ModelFlags } from './model-options';
import { printFindingsAside } from './outcome';
import { Progress } from './progress';
import { isIncomplete, readModel, readModelAfter } from './read-model';
import type * as readRecordedModule from './read-recorded';
import { writeAll, type Terminal } from './terminal';

const FORMS = ['text', 'json', 'markdown', 'dot', 'sarif'] as const;
const CHANGES = ['added', 'removed', 'isolated', 'any'] as const;
type Change = (typeof CHANGES)[number];

interface Flags extends ModelFlags, FlowFlags {
  readonly flows?: readonly string[];
  readonly output: (typeof FORMS)[number];
  readonly failOn?: readonly Change[];
}

const EXAMPLES = `
Examples:
  $ intents diff main:dist dist                          what this branch changes
  $ intents diff old.yaml new.yaml --fail-on added       exit with 1 when something opens
  $ intents diff origin/main:dist dist -o markdown       a comment for the pull request
  $ intents diff main:dist dist --flows flows/           with who only a log knows to call
  $ intents diff --context prod dist                     what kubectl apply -f dist would change there
  $ intents diff context:staging context:prod            two clusters`;

interface Sides {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** With `--context` and one path: the cluster as it is, and as it is once the path was applied to it. */
function sidesOf(before: string, after: string | undefined, flags: Flags): Sides {
  if (after !== undefined) {
    if (flags.context !== undefined && !namesCluster([before, after], {}))
      throw new UsageError(
        'With --context give one path, which is compared as applied to the cluster, or write context: for one of the two.',
      );
    return { before: [before], after: [after] };
  }
  if (flags.context === undefined)
    throw new UsageError(
      `there is nothing to compare ${before} with: name AFTER, or a cluster with --context.`,
    );
  const cluster = `context:${flags.context}`;
  return { before: [cluster], after: [cluster, before] };
}

/** Exit code when a part of the input could not be read. */
const INCOMPLETE = 2;

/** `intents diff`: what a change of manifests means for who can talk to whom. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    const compared = command
      .argument(
        '<before>',
        'manifests before the change: a file, a folder, <git-ref>:<path>, or context:<name> for a live cluster',
      )
      .argument(
        '[after]',
        'manifests after it; with --context left out: the cluster, with the first applied to it',
      )
      .addOption(new Option('-o, --output <form>', 'form of the output').choices(FORMS).default('text'))
      .addOption(
        new Option('--fail-on <change>', 'exit with 1 when there is such a change; repeatable')
          .choices(CHANGES)
          .argParser(changes),
      )
      .option('--keep-going', 'compare what can be read; the exit code is 2 all the same')
      .option(
        '--flows <path...>',
        'flow logs, for callers that only they know: who of them loses access (see intents import)',
      );
    addModelOptions(addFlowOptions(compared))
      .addHelpText('after', EXAMPLES)
      .action(async (before: string, after: string | undefined, flags: Flags) => {
        finish(await diff(before, after, flags, terminal));
      });
  },
};

function changes(text: string, before: readonly Change[] = []): readonly Change[] {
  const change = CHANGES.find((known) => known === text);
  if (change === undefined) throw new InvalidArgumentError(`Allowed choices are ${CHANGES.join(', ')}.`);
  return [...before, change];
}

async function diff(
  before: string,
  after: string | undefined,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const paths = sidesOf(before, after, flags);
  const progress = new Progress(terminal);
  const { flows, snapshot = [] } = flags;
  if ([before, after, ...(flows ?? []), ...snapshot].filter((path) => path === '-').length > 1)
    throw new UsageError(
      'Standard input can be BEFORE, AFTER, the flow logs or a snapshot, but only one of them.',
    );
  const extent = flows === undefined ? flags : askingForNodes(flags);
  const model = await readModel(paths.before, extent, terminal, progress);
  const models = {
    before: model,
    after: await readModelAfter(model, paths.after, extent, terminal, progress),
  };
  const recorded =
    flows === undefined
      ? NOTHING_RECORDED
      : await loadRecorded().readRecorded(flows, models, flags, { terminal, progress });
  progress.step('comparing');
  const compared = compareModels(models, recorded.accesses);
  const { findings: ofSnapshots, leftOut } = recorded;
  const comparison = { ...compared, findings: sortFindings([...compared.findings, ...ofSnapshots]) };
  progress.clear();
  await writeAll(terminal, print(comparison, flags, terminal));
  const incomplete = [models.before.findings, models.after.findings, ofSnapshots].some(isIncomplete);
  if (leftOut.length > 0) terminal.err(`\n${leftOut.join('\n')}\n`);
  if (flags.output !== 'json') printFindingsAside(comparison.findings, terminal);
  return incomplete || recorded.isIncomplete
    ? INCOMPLETE
    : fails(comparison.diff, flags.failOn ?? [])
      ? 1
      : 0;
}

/** Without flow logs. */
const NOTHING_RECORDED = { accesses: undefined, findings: [], leftOut: [], isIncomplete: false } as const;

/** What reads flow logs is loaded only when there are some. */
function loadRecorded(): typeof readRecordedModule {
  return createRequire(__filename)('./read-recorded') as typeof readRecordedModule;
}

function print(
  { diff: result, sides, findings }: Comparison,
  flags: Flags,
  terminal: Terminal,
): Iterable<string> {
  switch (flags.output) {
    case 'json':
      return diffJson(result, findings);
    case 'markdown':
      return [diffMarkdown(result, sides)];
    case 'dot':
      return diffDot(result);
    case 'sarif':
      return [diffSarif(result, sides)];
    case 'text':
      return diffText(result, sides, terminal.colours ? COLOURED : PLAIN);
  }
}

function fails(result: Diff, failOn: readonly Change[]): boolean {
  const { added, removed, undecided } = diffConnections(result.pairs);
  const isolated = result.isolation.some(({ change }) => change === 'isolated');
  const there: Record<Change, boolean> = {
    added: added.length > 0,
    removed: removed.length > 0,
    isolated,
    any: result.pairs.length + result.isolation.length + undecided.length > 0,
  };
  return failOn.some((change) => there[change]);
}
