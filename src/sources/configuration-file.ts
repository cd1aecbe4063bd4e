import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Json } from '../model/json';
import type { Place } from '../model/place';
import { checkParsed } from './parse-result';
import { DocumentPositions, FilePlace } from './positions';
import { UsageError } from './usage-error';

/** Names of a configuration, of which a folder has one. */
const NAMES = ['yaml', 'yml', 'json', 'ts', 'mjs'].map((ending) => `intents.config.${ending}`);

/** A configuration as it is written, and where. */
export interface WrittenConfiguration {
  readonly value: Json;
  readonly place: Place;
  /** The folder that its paths begin at. */
  readonly folder: string;
}

/**
 * The configuration for a folder: in it, or in the nearest folder above that has one, up to the root of the repository.
 * Outside of a repository only the folder itself is looked into.
 *
 * @throws UsageError when a folder has two
 */
export function findConfiguration(from: string): string | undefined {
  for (const folder of foldersUpwards(from)) {
    const found = NAMES.filter((name) => existsSync(join(folder, name)));
    if (found.length > 1) {
      throw new UsageError(
        `${folder} has ${found.join(' and ')}: keep one of them, or name one with --config.`,
      );
    }
    if (found[0] !== undefined) return join(folder, found[0]);
  }
  return undefined;
}

/** The folder of the repository that a folder lies in; undefined outside of any. */
export function repositoryOf(folder: string): string | undefined {
  for (let current = resolve(folder); ; current = dirname(current)) {
    if (existsSync(join(current, '.git'))) return current;
    if (dirname(current) === current) return undefined;
  }
}

function foldersUpwards(from: string): string[] {
  const start = resolve(from);
  const root = repositoryOf(start);
  const folders = [start];
  if (root === undefined) return folders;
  for (let current = start; current !== root;) {
    current = dirname(current);
    folders.push(current);
  }
  return folders;
}

/**
 * Reads a configuration: YAML or JSON, or a module (`.ts`, `.mjs`) with the configuration as its default export.
 *
 * @throws UsageError when it is not there, cannot be read, or is of another kind
 */
export async function readConfigurationFile(path: string): Promise<WrittenConfiguration> {
  const file = shown(path);
  if (!existsSync(path)) throw new UsageError(`there is no configuration ${file}.`);
  const folder = dirname(resolve(path));
  switch (extname(path)) {
    case '.yaml':
    case '.yml':
    case '.json':
      return { ...readText(readFileSync(path, 'utf8'), file), folder };
    case '.ts':
    case '.mjs': {
      const value = plain(await loadModule(resolve(path), file), file);
      const place: Place = { file, at: () => place };
      return { value, place, folder };
    }
    default:
      throw new UsageError(
        `${file} is no configuration: its name must end in .yaml, .yml, .json, .ts or .mjs.`,
      );
  }
}

/** As a person would name it: from the working directory, unless that is longer. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near !== '' && near.length < path.length ? near : path;
}

/** YAML 1.2, where `off` is a word; for Kubernetes it would be false. */
function readText(text: string, file: string): Pick<WrittenConfiguration, 'value' | 'place'> {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    // What is missing at the end is said of the last line that is written.
    const line = Math.min(lineCounter.linePos(error.pos[0]).line, text.trimEnd().split('\n').length);
    throw new UsageError(`${file}:${line}: the configuration cannot be read: ${error.message}`);
  }
  const place = new FilePlace(file, new DocumentPositions({ text, startLine: 1 }));
  return { value: isNode(document.contents) ? plain(document.toJS(), file) : {}, place };
}

/** The value as JSON: a module may hold anything. */
function plain(value: unknown, file: string): Json {
  const text = jsonText(value);
  if (text === undefined) throw new UsageError(`${file} cannot be used: it is no map of settings.`);
  const copy: unknown = JSON.parse(text);
  const checked = checkParsed(copy, text);
  if (checked.problem !== undefined)
    throw new UsageError(`${file} cannot be used: ${checked.problem.reason}.`);
  return checked.value;
}

/** Undefined for what JSON cannot carry: functions, and what holds itself. */
function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** Loaded where there is such a file: most configurations are YAML. */
async function loadModule(path: string, file: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  try {
    const loader = createJiti(pathToFileURL(path).href, { fsCache: false, moduleCache: false });
    return await loader.import(path, { default: true });
  } catch (error) {
    throw new UsageError(`${file} cannot be loaded: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ''] = message.split('\n');
  return first.includes("'cdk8s-intents'")
    ? `${first}. Install cdk8s-intents where the configuration is, or take only its types (import type).`
    : first;
}
