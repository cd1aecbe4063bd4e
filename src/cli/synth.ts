import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { isJsonObject, type JsonObject } from '../model/json';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
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
  const config = readConfig();
  const app = flags.app ?? textOf(config, 'app');
  if (app === undefined) {
    throw new UsageError('no app to run: name it with --app, or run the command where cdk8s.yaml is');
  }
  const output = flags.output ?? textOf(config, 'output') ?? 'dist';
  if (existsSync(output) && !statSync(output).isDirectory()) {
    throw new UsageError(`${output} is not a folder`);
  }
  // Beside the output, so that putting it in place is a rename on one file system.
  const fresh = beside(output);
  try {
    const { status, stdout, stderr } = spawnSync(app, {
      shell: true,
      encoding: 'utf8',
      env: { ...process.env, CDK8S_OUTDIR: fresh },
    });
    if (status !== 0) {
      terminal.err(
        `${stdout}${withoutStack(stderr)}\nThe app failed (exit code ${status ?? 'none'}): ${output} is as it was.\n`,
      );
      return 1;
    }
    terminal.err(stderr);
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

/** cdk8s.yaml of the working directory; empty when there is none. */
function readConfig(): JsonObject {
  if (!existsSync('cdk8s.yaml')) return {};
  const config: unknown = parse(readFileSync('cdk8s.yaml', 'utf8'));
  if (!isJsonObject(config)) throw new UsageError('cdk8s.yaml is no map of settings');
  return config;
}

function textOf(config: JsonObject, key: string): string | undefined {
  const value = config[key];
  if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
  throw new UsageError(`${key} in cdk8s.yaml is not text`);
}

/** The message of the app without the frames of its stack and the source line that Node prints above it. */
function withoutStack(text: string): string {
  const lines = text.split('\n').filter((line) => !/^\s+at .*[:(]/.test(line) && !/^Node\.js v/.test(line));
  const thrown = lines.findIndex((line) => /^\s*\^\s*$/.test(line));
  return lines
    .slice(thrown + 1)
    .join('\n')
    .trim();
}
