import { Option, type Command } from 'commander';
import { CHECKS } from '../checks';
import type { Finding } from '../model/finding';
import { findingListJson } from '../reports/findings/findings-json';
import { findingsJunit } from '../reports/findings/findings-junit';
import { findingsMarkdown } from '../reports/findings/findings-markdown';
import { findingsSarif } from '../reports/findings/findings-sarif';
import { printFindings } from '../reports/findings/findings-text';
import { rulesJson, rulesText } from '../reports/findings/rules';
import { UsageError } from '../sources/usage-error';
import {
  checkConfiguration,
  refuseTogether,
  type CheckConfiguration,
  type ConfigurationFlags,
} from './check-configuration';
import { checkFindings, type Checked } from './check-findings';
import type { CommandModule } from './command-module';
import { listedRules } from './list-rules';
import { mendFiles, showMends } from './mend-files';
import { PATHS_WORDS, withCluster } from './live-options';
import { addModelOptions, type ModelFlags } from './model-options';
import { Progress } from './progress';
import { readModel } from './read-model';
import { ruleOption } from './rule-option';
import { todayOf, writeAll, type Terminal } from './terminal';
import { wholeNumber } from './whole-number';

const FORMS = ['text', 'json', 'markdown', 'sarif', 'junit'] as const;

interface Flags extends ModelFlags, ConfigurationFlags {
  readonly output: (typeof FORMS)[number];
  readonly maxWarnings?: number;
  readonly fix?: boolean;
  readonly fixDryRun?: boolean;
  readonly listRules?: boolean;
}

const EXAMPLES = `
Examples:
  $ intents check manifests/
  $ intents check dist --max-warnings 0                  fail on warnings too
  $ intents check dist -o sarif > intents.sarif          for code scanning
  $ intents check manifests/ --fix-dry-run               what --fix would change, as a patch
  $ intents check dist --rule and-or-peer=error          one rule with another severity
  $ intents check --list-rules                           every rule and what it counts as`;

/** Exit code when a part of the input could not be read. */
const INCOMPLETE = 2;

/** `intents check`: policies and intents that are valid and yet do not say what was meant. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addModelOptions(addRuleOptions(command))
      .addHelpText('after', EXAMPLES)
      .action(async (paths: readonly string[], flags: Flags) => {
        finish(await check(paths, flags, terminal));
      });
  },
};

function addRuleOptions(command: Command): Command {
  return command
    .argument('[path...]', PATHS_WORDS)
    .addOption(new Option('-o, --output <form>', 'form of the output').choices(FORMS).default('text'))
    .option('--max-warnings <number>', 'exit with 1 when there are more warnings than this', wholeNumber())
    .option('--keep-going', 'check what can be read; the exit code is 2 all the same')
    .option(
      '--config <file>',
      'configuration (default: intents.config.yaml, .yml, .json, .ts or .mjs, here or above)',
    )
    .option('--no-config', 'look for no configuration')
    .option('--rule <id=severity>', 'off, info, warning or error for a rule; repeatable', ruleOption)
    .option('--fix', 'mend in the files what has one safe mend; print what is left')
    .option('--fix-dry-run', 'print what --fix would change, as a patch, and write nothing')
    .option('--list-rules', 'print the rules, their severities and which can be mended');
}

async function check(paths: readonly string[], flags: Flags, terminal: Terminal): Promise<number> {
  const { fix = false, fixDryRun = false, listRules = false } = flags;
  refuseTogether({ '--fix': fix, '--fix-dry-run': fixDryRun, '--list-rules': listRules });
  const configuration = await checkConfiguration(flags);
  if (listRules) return await list(configuration, flags, terminal);
  if (fixDryRun && flags.output !== 'text')
    throw new UsageError('--fix-dry-run prints a patch: leave out -o.');
  const run = checker(withCluster(paths, flags), { flags, configuration, terminal });
  const checked = await (fix ? mendFiles(run, terminal) : run());
  if (fixDryRun) await showMends(checked.findings, terminal);
  else await writeAll(terminal, print(checked.findings, flags));
  const maxWarnings = mostWarnings(flags, configuration);
  return checked.incomplete ? INCOMPLETE : fails(checked.findings, maxWarnings) ? 1 : 0;
}

interface Run {
  readonly flags: Flags;
  readonly configuration: CheckConfiguration;
  readonly terminal: Terminal;
}

/** Reads and checks, as often as it is asked to: once more after files have changed. */
function checker(paths: readonly string[], { flags, configuration, terminal }: Run): () => Promise<Checked> {
  let kept: string | undefined;
  // Standard input can be read once only.
  const again: Terminal = { ...terminal, stdin: () => (kept ??= terminal.stdin()) };
  return async () => {
    const progress = new Progress(terminal);
    const model = await readModel(paths, flags, again, progress);
    progress.step('checking');
    const checked = checkFindings(model, configuration, todayOf(terminal));
    progress.clear();
    return checked;
  };
}

async function list(
  { settings }: CheckConfiguration,
  { output }: Flags,
  terminal: Terminal,
): Promise<number> {
  const rules = listedRules(settings);
  if (output !== 'text' && output !== 'json') throw new UsageError('--list-rules prints text or json.');
  await writeAll(terminal, output === 'json' ? rulesJson(rules) : [rulesText(rules)]);
  return 0;
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

/** The command line goes before the configuration; `--strict` allows no warning. */
function mostWarnings({ maxWarnings, strict }: Flags, { settings }: CheckConfiguration): number {
  return maxWarnings ?? (strict === true ? 0 : (settings.maxWarnings ?? Infinity));
}

/** Errors fail, and warnings where there are more than allowed. */
function fails(findings: readonly Finding[], maxWarnings: number): boolean {
  const count = (wanted: Finding['severity']): number =>
    findings.filter(({ severity }) => severity === wanted).length;
  return count('error') > 0 || count('warning') > maxWarnings;
}
