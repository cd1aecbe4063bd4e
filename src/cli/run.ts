import { CommanderError } from 'commander';
import { UsageError } from '../sources/usage-error';
import { COMMANDS } from './command-module';
import { packageVersion } from './load-command';
import { createProgram, type ProgramName } from './program';
import type { Terminal } from './terminal';

/** Exit code for bad use and for input that cannot be read. */
const BAD_USE = 2;

/**
 * Runs the command line.
 *
 * @param words what follows the name of the program
 * @param name what the program was called as, for its help. Default `intents`
 * @returns the exit code: 0 fine, 1 findings or failed tests, 2 bad use or unreadable input
 */
export async function run(
  words: readonly string[],
  terminal: Terminal,
  name: ProgramName = 'intents',
): Promise<number> {
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const pending: Promise<void>[] = [];
  try {
    // The command is the first word, or the second of "help <command>".
    const named = words[0] === 'help' ? words[1] : words[0];
    const isNamed = (command: string): boolean => command === named;
    const program = createProgram({ name, isNamed, terminal, links: { finish, pending } });
    // The version is in a file, which is read only when it is asked for.
    if (words.some((word) => word === '-V' || word === '--version')) program.version(packageVersion());
    else program.option('-V, --version', 'print the version');
    await program.parseAsync(suggesting(words), { from: 'user' });
  } catch (error) {
    exitCode = report(error, terminal);
  }
  await Promise.all(pending);
  return exitCode;
}

/**
 * Help about a command that there is not: said as for the command itself, with what may have been meant, where commander
 * would print the whole help.
 */
function suggesting(words: readonly string[]): readonly string[] {
  const [help, command] = words;
  const isUnknown =
    help === 'help' &&
    command !== undefined &&
    command !== 'help' &&
    !command.startsWith('-') &&
    COMMANDS.every(({ name }) => name !== command);
  return isUnknown ? words.slice(1) : words;
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
