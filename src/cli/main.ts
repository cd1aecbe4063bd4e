#!/usr/bin/env node
import { processTerminal } from './process-terminal';
import { run } from './run';
import { optimiseLater } from './short-run';

optimiseLater();

// The reader has gone (as in "intents … | head"): there is nobody left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

void run(process.argv.slice(2), processTerminal()).then((exitCode) => {
  process.exitCode = exitCode;
});
