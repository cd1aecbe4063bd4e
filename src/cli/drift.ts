import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { Option } from 'commander';
import { fileDrifts, hasDrifted, type Drift, type DriftText } from '../reports/diff/drift';
import { driftJson } from '../reports/diff/drift-json';
import { driftMarkdown } from '../reports/diff/drift-markdown';
import { driftText } from '../reports/diff/drift-text';
import { COLOURED, PLAIN } from '../reports/style';
import { readTextFiles } from '../sources/files';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
import { compareModels, type Comparison } from './compare-models';
import { compareCluster } from './drift-live';
import { namesCluster } from './live-options';
import { addModelOptions, type ModelFlags } from './model-options';
import { printFindingsAside } from './outcome';
import { Progress } from './progress';
import { readModel, readModelAfter } from './read-model';
import { appSettings, configuredOutput, runApp } from './run-app';
import { writeAll, type Terminal } from './terminal';

const FORMS = ['text', 'json', 'markdown'] as const;

interface Flags extends ModelFlags {
  readonly output: (typeof FORMS)[number];
  readonly app?: string;
  readonly against?: string;
}

const EXAMPLES = `
Examples:
  $ intents drift                                        run the app of cdk8s.yaml, and compare what is committed
  $ intents drift dist --app 'node lib/main.js'          run another app
  $ intents drift dist --against main:dist               against what a commit has
  $ intents drift dist --context prod                    a live cluster against what is committed
  $ intents drift -o markdown                            a comment for the pull request`;

/** `intents drift`: whether committed manifests are what the app writes now, file by file and in meaning. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addModelOptions(
      command
        .argument('[path]', 'committed manifests (default: output in cdk8s.yaml, else dist)')
        .addOption(
          new Option(
            '--against <path>',
            'what they should be: a file, a folder, or <git-ref>:<path>, instead of a fresh synth',
          ).conflicts('app'),
        )
        .option('-a, --app <command>', 'command that runs the app (default: app in cdk8s.yaml)')
        .addOption(new Option('-o, --output <form>', 'form of the output').choices(FORMS).default('text')),
    )
      .addHelpText('after', EXAMPLES)
      .action(async (path: string | undefined, flags: Flags) => {
        finish(await drift(path, flags, terminal));
      });
  },
};

async function drift(path: string | undefined, flags: Flags, terminal: Terminal): Promise<number> {
  const { app, against } = flags;
  const committed = path ?? configuredOutput();
  if (namesCluster(against === undefined ? [] : [against], flags))
    return driftOfCluster(committed, flags, terminal);
  if (namesCluster([committed], {}))
    throw new UsageError('Name the manifests, and the cluster with --context.');
  if (committed === '-' || against === '-')
    throw new UsageError('drift compares files, and standard input has none: intents diff takes it.');
  if (against !== undefined) {
    const mend = `Make ${committed} what ${against} is, and commit it.`;
    return compare({ committed, fresh: against, what: `what ${against} is`, mend }, flags, terminal);
  }
  return withFreshSynth(appSettings({ app }).app, committed, (fresh) =>
    compare(
      {
        committed,
        fresh,
        // What stands in a place is to be found in the repository once it is committed.
        called: (file) => `fresh:${join(committed, relative(fresh, file))}`,
        what: 'what a fresh synth writes',
        mend: 'To mend it, run "intents synth" (or cdk8s synth) and commit what it writes.',
      },
      flags,
      terminal,
    ),
  );
}

async function driftOfCluster(path: string, flags: Flags, terminal: Terminal): Promise<number> {
  const { app, against, context } = flags;
  if (app !== undefined || (against !== undefined && context !== undefined))
    throw new UsageError('--context compares with a cluster: leave out --app and --against.');
  const progress = new Progress(terminal);
  const cluster = against ?? `context:${context ?? ''}`;
  const compared = await compareCluster(path, cluster, flags, { terminal, progress });
  const { drift: result, comparison, mend } = compared;
  progress.clear();
  await writeAll(terminal, print(result, comparison, { mend, flags, terminal }));
  if (flags.output !== 'json') printFindingsAside(comparison.findings, terminal);
  return hasDrifted(result) ? 1 : 0;
}

/** Runs the app into a folder that is gone afterwards. */
async function withFreshSynth(
  app: string,
  committed: string,
  use: (folder: string) => Promise<number>,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'intents-drift-'));
  try {
    const { status, said } = runApp(app, folder);
    if (status !== 0)
      throw new UsageError(
        `${said}\nThe app failed (exit code ${status ?? 'none'}), so there is nothing to compare ${committed} with.`,
      );
    if (readTextFiles(folder).length === 0)
      throw new UsageError(
        `the app wrote no manifests (does it set outdir itself?), so there is nothing to compare ${committed} with`,
      );
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Sides {
  readonly committed: string;
  readonly fresh: string;
  /** What files of the fresh side are called. */
  readonly called?: (file: string) => string;
  readonly what: string;
  readonly mend: string;
}

async function compare(
  { committed, fresh, called, what, mend }: Sides,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const progress = new Progress(terminal);
  const texts = bothTexts(committed, fresh);
  const before = await readModel([committed], flags, terminal, progress);
  const after = await readModelAfter(before, [fresh], { ...flags, called }, terminal, progress);
  const comparison = compareModels({ before, after });
  const files = fileDrifts(...texts);
  const compared = new Set(texts.flat().map(({ name }) => name)).size;
  const result: Drift = { committed, fresh: what, compared, files, diff: comparison.diff };
  progress.clear();
  await writeAll(terminal, print(result, comparison, { mend, flags, terminal }));
  if (flags.output !== 'json') printFindingsAside(comparison.findings, terminal);
  return hasDrifted(result) ? 1 : 0;
}

/** The files of both sides: of two folders, or one file against another. */
function bothTexts(committed: string, fresh: string): readonly [DriftText[], DriftText[]] {
  const [old, young] = [readTextFiles(committed), readTextFiles(fresh)];
  const [isFile, againstFile] = [old, young].map((files) => files.some(({ name }) => name === ''));
  if (isFile !== againstFile)
    throw new UsageError(
      `${isFile === true ? committed : fresh} is a file and ${isFile === true ? fresh : committed} a folder: compare a file with a file, or a folder with a folder.`,
    );
  const named = (files: readonly DriftText[]): DriftText[] =>
    files.map(({ name, text }) => ({ name: name === '' ? basename(committed) : name, text }));
  return [named(old), named(young)];
}

function print(
  result: Drift,
  { sides, findings }: Comparison,
  { mend, flags, terminal }: { readonly mend: string; readonly flags: Flags; readonly terminal: Terminal },
): Iterable<string> {
  switch (flags.output) {
    case 'json':
      return driftJson(result, findings);
    case 'markdown':
      return [driftMarkdown(result, sides, mend)];
    case 'text':
      return driftText(result, sides, mend, terminal.colours ? COLOURED : PLAIN);
  }
}
