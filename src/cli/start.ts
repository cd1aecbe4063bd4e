import { processTerminal } from './process-terminal';
import type { ProgramName } from './program';
import { run } from './run';
import { optimiseLater } from './short-run';

/** Runs the command line of this process, and sets its exit code. */
export function start(name: ProgramName): void {
  // The controller runs for months.
  if (process.argv[2] !== 'controller') optimiseLater();

  // The reader has gone (as in "intents … | head"): there is nobody left to tell.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });

  void run(process.argv.slice(2), processTerminal(), name).then((exitCode) => {
    process.exitCode = exitCode;
  });
}
