import { InvalidArgumentError, Option } from 'commander';
import { CHECKS, runChecks } from '../checks';
import { compile } from '../compiler/compile';
import { readIntents } from '../intents/read-intents';
import { sortFindings, type Finding } from '../model/finding';
import { findingListJson } from '../reports/findings-json';
import { findingsJunit } from '../reports/findings-junit';
import { findingsMarkdown } from '../reports/findings-markdown';
import { findingsSarif } from '../reports/findings-sarif';
import { printFindings } from '../reports/findings-text';
import type { CommandModule } from './command-module';
import { addModelOptions, type ModelFlags } from './model-options';
import { Progress } from './progress';
import { inOptionWords } from './option-words';
import { isIncomplete, readModel, type Model } from './read-model';
import { writeAll, type Terminal } from './terminal';

const FORMS = ['text', 'json', 'markdown', 'sarif', 'junit'] as const;

interface Flags extends ModelFlags {
  readonly output: (typeof FORMS)[number];
  readonly maxWarnings?: number;
}

const EXAMPLES = `
Examples:
  $ intents check manifests/
  $ intents check dist --max-warnings 0                  fail on warnings too
  $ intents check dist -o sarif > intents.sarif          for code scanning`;

const CHECKED: ReadonlySet<string> = new Set(CHECKS.map(({ id }) => id));

/** Exit code when a part of the input could not be read. */
const INCOMPLETE = 2;

/** `intents check`: policies and intents that are valid and yet do not say what was meant. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addModelOptions(
      command
        .argument('<path...>', 'manifests: files, folders, <git-ref>:<path>, or - for standard input')
        .addOption(new Option('-o, --output <form>', 'form of the output').choices(FORMS).default('text'))
        .option('--max-warnings <number>', 'exit with 1 when there are more warnings than this', wholeNumber)
        .option('--keep-going', 'check what can be read; the exit code is 2 all the same'),
    )
      .addHelpText('after', EXAMPLES)
      .action(async (paths: readonly string[], flags: Flags) => {
        finish(await check(paths, flags, terminal));
      });
  },
};

function wholeNumber(text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

async function check(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const progress = new Progress(terminal);
  const model = await readModel(paths, flags, terminal, progress);
  progress.step('checking');
  const findings = checked(model);
  progress.clear();
  await writeAll(terminal, print(findings, flags));
  return isIncomplete(findings) ? INCOMPLETE : fails(findings, flags) ? 1 : 0;
}

function checked({ cluster, policies, reachability, findings }: Model): readonly Finding[] {
  const read = readIntents(cluster.resources);
  const compilation = compile(cluster, read.intents, { protectedServices: read.protectedServices });
  const found = runChecks({ cluster, policies, resources: cluster.resources, reachability, compilation });
  // What checks take over of the compiler they say with better judgement: without intents no label is stale.
  const compiled = compilation.findings.filter(({ id }) => !CHECKED.has(id));
  return sortFindings([...findings, ...read.findings, ...compiled, ...found]).map(inOptionWords);
}

function print(findings: readonly Finding[], { output }: Flags): Iterable<string> {
  switch (output) {
    case 'json':
      return findingListJson(findings);
    case 'markdown':
      return [findingsMarkdown(findings)];
    case 'sarif':
      return [findingsSarif(findings, new Map(CHECKS.map(({ id, summary }) => [id, summary])))];
    case 'junit':
      return [findingsJunit(findings)];
    case 'text':
      return [`${printFindings(findings)}\n`];
  }
}

/** Errors fail, and warnings where there are more than allowed; `--strict` allows none. */
function fails(
  findings: readonly Finding[],
  { strict, maxWarnings = strict === true ? 0 : Infinity }: Flags,
): boolean {
  const count = (wanted: Finding['severity']): number =>
    findings.filter(({ severity }) => severity === wanted).length;
  return count('error') > 0 || count('warning') > maxWarnings;
}
