import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isJsonObject, type JsonObject } from '../model/json';
import { UsageError } from '../sources/usage-error';

/** How a cdk8s app ended. */
export interface AppRun {
  /** Exit code; null when it was killed or could not be started. */
  readonly status: number | null;
  /** What it said: when it failed, all of it without the frames of stacks; else its standard error. */
  readonly said: string;
}

/** Which app to run, and where its output belongs. */
export interface AppSettings {
  readonly app: string;
  readonly output: string;
}

/**
 * The app and the output folder: as given, else as `cdk8s.yaml` of the working directory has them, else `dist`.
 * @throws UsageError when there is no app, or cdk8s.yaml is not what it must be
 */
export function appSettings(given: {
  readonly app?: string | undefined;
  readonly output?: string | undefined;
}): AppSettings {
  const config = readConfig();
  const app = given.app ?? textOf(config, 'app');
  if (app === undefined) {
    throw new UsageError('no app to run: name it with --app, or run the command where cdk8s.yaml is');
  }
  return { app, output: given.output ?? outputOf(config) };
}

/** The output folder that `cdk8s.yaml` of the working directory names, else `dist`. */
export function configuredOutput(): string {
  return outputOf(readConfig());
}

/** Runs the app in a shell as cdk8s-cli does; it writes into `folder`, an absolute path as the app may run elsewhere. */
export function runApp(app: string, folder: string): AppRun {
  const { status, stdout, stderr } = spawnSync(app, {
    shell: true,
    encoding: 'utf8',
    env: { ...process.env, CDK8S_OUTDIR: folder },
  });
  return { status, said: status === 0 ? stderr : `${stdout}${withoutStack(stderr)}` };
}

/** cdk8s.yaml of the working directory; empty when there is none. */
function readConfig(): JsonObject {
  if (!existsSync('cdk8s.yaml')) return {};
  const config: unknown = parse(readFileSync('cdk8s.yaml', 'utf8'));
  if (!isJsonObject(config)) throw new UsageError('cdk8s.yaml is no map of settings');
  return config;
}

function outputOf(config: JsonObject): string {
  return textOf(config, 'output') ?? 'dist';
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
