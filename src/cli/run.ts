import { Command, CommanderError } from 'commander';
import { UsageError } from '../sources/usage-error';
import { COMMANDS, type CommandEntry } from './command-module';
import { loadCommand, packageVersion } from './load-command';
import type { Terminal } from './terminal';

const INTRODUCTION = `Network policies people can trust: who can talk to whom, and why.

Manifests are given as files, folders (with everything below), <git-ref>:<path> for what a commit
has, or - for standard input.`;

const AFTER = `
Examples:
  $ intents connectivity manifests/
  $ intents compile manifests/ | kubectl apply -f -
  $ helm template shop ./chart | intents connectivity - -o json
  $ intents test flows.yaml --manifests manifests/
  $ intents explain --from shop/frontend --to shop/cart --port 7070 manifests/

Exit codes: 0 fine, 1 findings or failed tests, 2 bad use or unreadable input.
"intents <command> --help" has the options of a command.`;

/** Exit code for bad use and for input that cannot be read. */
const BAD_USE = 2;

/**
 * Runs the command line.
 *
 * @param words what follows the name of the program
 * @returns the exit code: 0 fine, 1 findings or failed tests, 2 bad use or unreadable input
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const pending: Promise<void>[] = [];
  try {
    const program = createProgram(words, terminal, { finish, pending });
    await program.parseAsync(words, { from: 'user' });
  } catch (error) {
    exitCode = report(error, terminal);
  }
  await Promise.all(pending);
  return exitCode;
}

interface Links {
  readonly finish: (exitCode: number) => void;
  /** Writes of help texts that are under way. */
  readonly pending: Promise<void>[];
}

/** Only the commands that the words name are loaded; of the others name and summary are enough. */
function createProgram(words: readonly string[], terminal: Terminal, { finish, pending }: Links): Command {
  const program = new Command('intents')
    .description(INTRODUCTION)
    .addHelpText('after', AFTER)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        pending.push(terminal.out(text));
      },
      writeErr: terminal.err,
      getOutHelpWidth: () => terminal.columns,
      getErrHelpWidth: () => terminal.columns,
      getOutHasColors: () => terminal.colours,
      getErrHasColors: () => false,
    })
    .showSuggestionAfterError(true);
  if (words.some((word) => word === '-V' || word === '--version')) program.version(packageVersion());
  else program.option('-V, --version', 'print the version');
  // The command is the first word, or the second of "help <command>".
  const named = words[0] === 'help' ? words[1] : words[0];
  for (const entry of COMMANDS) addCommand(program, entry, entry.name === named, terminal, finish);
  return program;
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
    .description(`${capital(summary)}.`);
  if (isNamed) loadCommand(name).declare(command, terminal, finish);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What went wrong, without a stack: whoever typed the command is not to read our code. */
function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) {
    // Commander has printed it already.
    return error.exitCode === 0 ? 0 : BAD_USE;
  }
  if (error instanceof UsageError) {
    terminal.err(`error: ${error.message}\n`);
    return BAD_USE;
  }
  const message = error instanceof Error ? error.message : String(error);
  terminal.err(
    `error: ${message}\nThis is a mistake in intents itself: please report it with the command you ran.\n`,
  );
  return BAD_USE;
}
