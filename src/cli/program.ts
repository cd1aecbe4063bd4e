import { Command } from 'commander';
import { COMMANDS, type CommandEntry } from './command-module';
import { loadCommand } from './load-command';
import type { Terminal } from './terminal';
import { capital } from '../reports/words';

/** What the program is called as: by itself, or as a plugin of kubectl. */
export type ProgramName = 'intents' | 'kubectl intents';

const INTRODUCTION = `Network policies people can trust: who can talk to whom, and why.

Manifests are given as files, folders (with everything below), <git-ref>:<path>
for what a commit has, - for standard input, or --context for a live cluster.`;

const AFTER = `
Examples:
  $ intents connectivity manifests/
  $ intents compile manifests/ | kubectl apply -f -
  $ helm template shop ./chart | intents connectivity - -o json
  $ intents test flows.yaml --manifests manifests/
  $ intents explain --from shop/frontend --to shop/cart --port 7070 manifests/

Exit codes: 0 fine, 1 findings or failed tests, 2 bad use or unreadable input.
"intents <command> --help" has the options of a command.`;

/** Where commands leave what they come to. */
export interface Links {
  readonly finish: (exitCode: number) => void;
  /** Writes of help texts that are under way. */
  readonly pending: Promise<void>[];
}

/** What {@link createProgram} makes a program of. */
export interface ProgramInput {
  readonly name: ProgramName;
  /** Only the commands that are named are loaded; of the others name and summary are enough. */
  readonly isNamed: (command: string) => boolean;
  readonly terminal: Terminal;
  readonly links: Links;
}

/** The program with all its commands, ready to parse words. */
export function createProgram({ name, isNamed, terminal, links }: ProgramInput): Command {
  const program = new Command(name)
    .description(INTRODUCTION)
    .addHelpText('after', AFTER)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        links.pending.push(terminal.out(calledAs(name, text)));
      },
      writeErr: (text) => {
        terminal.err(calledAs(name, text));
      },
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
      getOutHasColors: () => terminal.colours,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError(true);
  for (const entry of COMMANDS) addCommand(program, entry, isNamed(entry.name), terminal, links.finish);
  return program;
}

/** Examples with the program called as it was. */
function calledAs(name: ProgramName, text: string): string {
  return name === 'intents' ? text : text.replace(/(\$ |\| |")intents(?= )/g, `$1${name}`);
}

function addCommand(
  program: Command,
  { name, summary }: CommandEntry,
  isNamed: boolean,
  terminal: Terminal,
  finish: (exitCode: number) => void,
): void {
  const command = program
    .command(name)
    .summary(summary)
    .description(`${capital(summary)}.`)
    .showHelpAfterError(`"intents ${name} --help" has options and examples.`);
  if (isNamed) loadCommand(name).declare(command, terminal, finish);
}
