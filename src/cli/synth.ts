import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
import { appSettings, runApp } from './run-app';
import type { Terminal } from './terminal';

interface Flags {
  readonly app?: string;
  readonly output?: string;
}

const HELP = `
cdk8s synth deletes the output folder before it runs the app, so a synth that fails leaves nothing behind. This
command runs the same app into a folder beside it, and puts that in place only when the app has succeeded.

Examples:
  $ intents synth
  $ intents synth --app 'node lib/main.js' --output manifests`;

/** `intents synth`: runs a cdk8s app, and replaces the output folder only when the app succeeds. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    command
      .option('-a, --app <command>', 'command that runs the app (default: app in cdk8s.yaml)')
      .option('-o, --output <folder>', 'output folder (default: output in cdk8s.yaml, else dist)')
      .addHelpText('after', HELP)
      .action(async (flags: Flags) => {
        finish(await synth(flags, terminal));
      });
  },
};

async function synth(flags: Flags, terminal: Terminal): Promise<number> {
  const { app, output } = appSettings(flags);
  if (existsSync(output) && !statSync(output).isDirectory()) {
    throw new UsageError(`${output} is not a folder`);
  }
  // Beside the output, so that putting it in place is a rename on one file system.
  const fresh = beside(output);
  try {
    const { status, said } = runApp(app, fresh);
    if (status !== 0) {
      terminal.err(`${said}\nThe app failed (exit code ${status ?? 'none'}): ${output} is as it was.\n`);
      return 1;
    }
    terminal.err(said);
    return await putInPlace(fresh, output, terminal);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** A new folder next to another one, hidden, by its absolute path: the app may run elsewhere. */
function beside(folder: string): string {
  const path = resolve(folder);
  return mkdtempSync(join(dirname(path), `.${basename(path)}-`));
}

async function putInPlace(fresh: string, output: string, terminal: Terminal): Promise<number> {
  const files = readdirSync(fresh, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );
  if (files.length === 0) {
    throw new UsageError(`the app wrote no manifests (does it set outdir itself?): ${output} is as it was`);
  }
  const old = existsSync(output) ? beside(output) : undefined;
  if (old !== undefined) renameSync(output, join(old, 'old'));
  renameSync(fresh, output);
  if (old !== undefined) rmSync(old, { recursive: true, force: true });
  await terminal.out(
    files
      .sort()
      .map((name) => `${join(output, name)}\n`)
      .join(''),
  );
  return 0;
}
