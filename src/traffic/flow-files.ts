import { readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../sources/usage-error';
import { sortRotated } from './rotated-names';

/** A file of a flow log; `-` is standard input. */
export interface FlowFile {
  readonly path: string;
  /** In bytes as it is on disk; undefined where nobody knows: standard input, a pipe. */
  readonly size?: number | undefined;
}

/**
 * The files to read, in order: those that were named, and in a folder all files in it and in the folders below, except
 * hidden ones. Files of one log that was rotated follow each other, the oldest first. A file that is reached twice is
 * read once.
 *
 * @throws UsageError when a path is not there, cannot be read, or is a folder without a file
 */
export function listFlowFiles(paths: readonly string[]): FlowFile[] {
  const found = new Map<string, FlowFile>();
  for (const path of paths) {
    const files = path === '-' ? [{ path }] : filesAt(path);
    if (files.length === 0) throw new UsageError(`${path} is a folder without a file in it.`);
    for (const file of files) {
      const identity = file.path === '-' ? '-' : attempt(file.path, () => realpathSync(file.path));
      if (!found.has(identity)) found.set(identity, file);
    }
  }
  return sortRotated([...found.values()], ({ path }) => [dirname(path), basename(path)]);
}

function filesAt(path: string): FlowFile[] {
  const stats = attempt(path, () => statSync(path));
  return stats.isDirectory() ? walk(path, new Set()) : [fileOf(path, stats)];
}

function fileOf(path: string, stats: Stats): FlowFile {
  return { path, size: stats.isFile() ? stats.size : undefined };
}

/** Links are followed; a folder that is reached again from inside itself is not entered again. */
function walk(folder: string, entered: Set<string>): FlowFile[] {
  const real = attempt(folder, () => realpathSync(folder));
  if (entered.has(real)) return [];
  entered.add(real);
  const names = attempt(folder, () => readdirSync(folder)).filter((name) => !name.startsWith('.'));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    const stats = attempt(path, () => statSync(path));
    if (stats.isDirectory()) return walk(path, entered);
    return stats.isFile() ? [fileOf(path, stats)] : [];
  });
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new UsageError(describe(path, error), { cause: error });
  }
}

/** Why a file cannot be read, in words. */
export function describe(path: string, error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `${path} does not exist.`;
  if (code === 'EACCES' || code === 'EPERM') return `${path} cannot be read: permission denied.`;
  return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
}
