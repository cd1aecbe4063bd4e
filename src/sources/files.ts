import { createRequire } from 'node:module';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { IgnoreComment } from '../checks/ignore';
import type { Finding } from '../model/finding';
import type { Place } from '../model/place';
import type { Resource } from '../model/resource';
import type * as gitTree from './git-tree';
import { readManifests } from './manifest';
import { isManifestName, isPassedOver, type ManifestFile } from './manifest-file';
import { UsageError } from './usage-error';

export interface ReadFilesOptions {
  /** Namespace of namespaced objects that name none. Default `default`. */
  readonly defaultNamespace?: string | undefined;
  /** What `-` reads. Default: the process's standard input, to its end. */
  readonly stdin?: () => string;
  /** Told how many documents are read so far, of all files together: after every 1,000 and after each file. */
  readonly onRead?: (documents: number) => void;
  /** What a file is called in places and findings. Default: its path, as it was given or found. */
  readonly called?: ((path: string) => string) | undefined;
}

export interface FileManifests {
  /** In the order of the paths, and inside a folder in the order of file names. */
  readonly resources: readonly Resource[];
  readonly findings: readonly Finding[];
  /** Every file that was read, as its place names it; `stdin` for `-`. */
  readonly files: readonly string[];
  /** Comments that ask for findings to be left out. */
  readonly ignoreComments: readonly IgnoreComment[];
}

/**
 * Reads manifests from files, from folders (with all folders below, except hidden ones and `node_modules`; only
 * `.yaml`, `.yml` and `.json`), from standard input (`-`) and from commits (`<git-ref>:<path>`, where no file has that
 * name). A file that is reached twice is read once.
 *
 * @throws UsageError when a path is not there or cannot be read
 */
export function readManifestFiles(paths: readonly string[], options: ReadFilesOptions = {}): FileManifests {
  const resources: Resource[] = [];
  const findings: Finding[] = [];
  const files: string[] = [];
  const ignoreComments: IgnoreComment[] = [];
  const seen = new Set<string>();
  let documents = 0;
  for (const path of paths) {
    const found = listManifests(path, options);
    findings.push(...found.findings);
    if (found.files.length === 0) findings.push(nothingIn(path, 'no file that ends in .yaml, .yml or .json'));
    const before = { files: files.length, said: resources.length + findings.length };
    for (const file of found.files) {
      if (seen.has(file.identity)) continue;
      seen.add(file.identity);
      const earlier = documents;
      const onRead = (ofThisFile: number): void => {
        documents = earlier + ofThisFile;
        options.onRead?.(documents);
      };
      const { defaultNamespace } = options;
      const name = options.called?.(file.name) ?? file.name;
      const read = readManifests(decode(file), { file: name, disk: file.disk, defaultNamespace, onRead });
      files.push(name);
      for (const resource of read.resources) resources.push(resource);
      for (const finding of read.findings) findings.push(finding);
      for (const comment of read.ignoreComments) ignoreComments.push(comment);
    }
    const isRead = found.files.length > 0 && files.length - before.files === found.files.length;
    if (isRead && resources.length + findings.length === before.said)
      findings.push(nothingIn(path === '-' ? 'stdin' : path, 'no Kubernetes object'));
  }
  return { resources, findings, files, ignoreComments };
}

/**
 * The text of one file: on disk, of a commit (`<git-ref>:<path>`), or of standard input (`-`).
 *
 * @throws UsageError when it is not there, is a folder, or cannot be read
 */
export function readTextFile(path: string, options: Pick<ReadFilesOptions, 'stdin'> = {}): string {
  if (path === '-') return readStdin(options);
  const git = gitPathOf(path);
  if (git === undefined) return decode(onDisk(path));
  const { files } = loadGitTree().gitFiles(git);
  const file = files.find(({ name }) => name === path.replace(/\/+$/, ''));
  if (file === undefined) throw new UsageError(`${path} is a folder: name the files in it.`);
  return decode(file);
}

/** A manifest file as text. */
export interface TextFile {
  /** Its path from the folder that was asked for, with forward slashes; empty where the file itself was asked for. */
  readonly name: string;
  readonly text: string;
}

/**
 * The manifest files of a folder, on disk or of a commit, as text: the same ones that {@link readManifestFiles} reads,
 * sorted by name. Of a path that is a file, that one.
 *
 * @throws UsageError when the path is not there or a file cannot be read
 */
export function readTextFiles(path: string): TextFile[] {
  return listManifests(path, {})
    .files.map((file) => ({ name: nameIn(path, file.name), text: decode(file) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function nameIn(folder: string, name: string): string {
  // The root of a commit ends with a colon, and its files follow without a slash.
  const below = folder.endsWith(':') ? name.slice(folder.length) : relative(folder, name);
  return below.replaceAll('\\', '/');
}

interface Listed {
  readonly files: readonly ManifestFile[];
  readonly findings: readonly Finding[];
}

/** The file itself, or the manifests of a folder sorted by path. */
function listManifests(path: string, options: ReadFilesOptions): Listed {
  if (path === '-') {
    const read = (): Uint8Array => Buffer.from(readStdin(options), 'utf8');
    return { files: [{ name: 'stdin', identity: '-', read }], findings: [] };
  }
  const git = gitPathOf(path);
  if (git !== undefined) return loadGitTree().gitFiles(git);
  const found = attempt(path, () => (statSync(path).isDirectory() ? walk(path, new Set()) : [path]));
  return { files: found.map(onDisk), findings: [] };
}

/** A path inside a commit. A file that is there counts as one, whatever its name looks like. */
function gitPathOf(path: string): gitTree.GitPath | undefined {
  return path.includes(':') && !existsSync(path) ? loadGitTree().parseGitPath(path) : undefined;
}

/** Loaded when a path is no file: most runs need no git, and starting programs is a large module. */
function loadGitTree(): typeof gitTree {
  return createRequire(__filename)('./git-tree') as typeof gitTree;
}

function onDisk(path: string): ManifestFile {
  return {
    name: path,
    disk: path,
    get identity() {
      return attempt(path, () => realpathSync(path));
    },
    read: () => attempt(path, () => readFileSync(path)),
  };
}

/** Symbolic links are followed; a folder that is reached again from inside itself is not entered again. */
function walk(folder: string, entered: Set<string>): string[] {
  const real = realpathSync(folder);
  if (entered.has(real)) return [];
  entered.add(real);
  const names = readdirSync(folder).filter((name) => !isPassedOver(name));
  const found = names.flatMap((name) => {
    const path = join(folder, name);
    const stats = attempt(path, () => statSync(path));
    if (stats.isDirectory()) return walk(path, entered);
    return stats.isFile() && isManifestName(name) ? [path] : [];
  });
  return found.sort();
}

function decode(file: ManifestFile): string {
  const bytes = file.read();
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file.name} is not a text file in UTF-8.`);
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
  if (code === 'EISDIR') return `${path} is a folder: name the files in it.`;
  if (code === 'EACCES' || code === 'EPERM') return `${path} cannot be read: permission denied.`;
  return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}

/** Silence would look like a cluster in which nothing is wrong. */
function nothingIn(path: string, what: string): Finding {
  const place: Place = { file: path, at: () => place };
  return {
    id: 'no-manifests',
    severity: 'warning',
    message: `${path} has ${what}, so nothing is known from it`,
    place,
    mend: 'Check the path.',
  };
}
