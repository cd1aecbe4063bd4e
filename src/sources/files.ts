import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../model/finding';
import type { Place } from '../model/place';
import type { Resource } from '../model/resource';
import { readManifests } from './manifest';
import { UsageError } from './usage-error';

export interface ReadFilesOptions {
  /** Namespace of namespaced objects that name none. Default `default`. */
  readonly defaultNamespace?: string | undefined;
  /** What `-` reads. Default: the process's standard input, to its end. */
  readonly stdin?: () => string;
  /** Told how many documents are read so far, of all files together: after every 1,000 and after each file. */
  readonly onRead?: (documents: number) => void;
}

export interface FileManifests {
  /** In the order of the paths, and inside a folder in the order of file names. */
  readonly resources: readonly Resource[];
  readonly findings: readonly Finding[];
  /** Every file that was read, as its place names it; `stdin` for `-`. */
  readonly files: readonly string[];
}

const MANIFEST = /\.(?:ya?ml|json)$/i;

/**
 * Reads manifests from files, from folders (with all folders below, except hidden ones and `node_modules`; only
 * `.yaml`, `.yml` and `.json`) and from standard input (`-`). A file that is reached twice is read once.
 *
 * @throws UsageError when a path is not there or cannot be read
 */
export function readManifestFiles(paths: readonly string[], options: ReadFilesOptions = {}): FileManifests {
  const resources: Resource[] = [];
  const findings: Finding[] = [];
  const files: string[] = [];
  const seen = new Set<string>();
  let documents = 0;
  for (const path of paths) {
    const found = path === '-' ? ['-'] : listManifests(path);
    if (found.length === 0) findings.push(emptyFolder(path));
    for (const file of found.filter((name) => isFirst(name, seen))) {
      const name = file === '-' ? 'stdin' : file;
      const text = file === '-' ? readStdin(options) : readText(file);
      const before = documents;
      const onRead = (ofThisFile: number): void => {
        documents = before + ofThisFile;
        options.onRead?.(documents);
      };
      const read = readManifests(text, { file: name, defaultNamespace: options.defaultNamespace, onRead });
      files.push(name);
      for (const resource of read.resources) resources.push(resource);
      for (const finding of read.findings) findings.push(finding);
    }
  }
  return { resources, findings, files };
}

/** The file itself, or the manifests of a folder sorted by path. */
function listManifests(path: string): string[] {
  return attempt(path, () => (statSync(path).isDirectory() ? walk(path, new Set()) : [path]));
}

/** Whether the file was not met before, under this or another name; remembers it. */
function isFirst(file: string, seen: Set<string>): boolean {
  const real = file === '-' ? file : attempt(file, () => realpathSync(file));
  if (seen.has(real)) return false;
  seen.add(real);
  return true;
}

/** Symbolic links are followed; a folder that is reached again from inside itself is not entered again. */
function walk(folder: string, entered: Set<string>): string[] {
  const real = realpathSync(folder);
  if (entered.has(real)) return [];
  entered.add(real);
  const names = readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'node_modules');
  const found = names.flatMap((name) => {
    const path = join(folder, name);
    const stats = attempt(path, () => statSync(path));
    if (stats.isDirectory()) return walk(path, entered);
    return stats.isFile() && MANIFEST.test(name) ? [path] : [];
  });
  return found.sort();
}

function readText(file: string): string {
  const bytes = attempt(file, () => readFileSync(file));
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not a text file in UTF-8.`);
  }
}

function readStdin({ stdin = () => readFileSync(0, 'utf8') }: ReadFilesOptions): string {
  return attempt('standard input', stdin);
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(describe(path, error), { cause: error });
  }
}

function describe(path: string, error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `${path} does not exist.`;
  if (code === 'EACCES' || code === 'EPERM') return `${path} cannot be read: permission denied.`;
  return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

function emptyFolder(path: string): Finding {
  const place: Place = { file: path, at: () => place };
  return {
    id: 'no-manifests',
    severity: 'warning',
    message: `${path} has no file that ends in .yaml, .yml or .json, so nothing is known from it`,
    place,
    mend: 'Check the path.',
  };
}
