import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { UsageError } from './usage-error';
import { DnsLockError, printDnsLock, readDnsLock, type DnsLock } from '../intents/dns-lock';
import { isJsonObject } from '../model/json';

const HEAD = `# Addresses of domain names, for egress policies. Written by intents dns-lock; commit it.
# Entries with pinned: true are kept as they are.
`;

/**
 * Reads a lock file, YAML or JSON.
 *
 * @throws UsageError when it is not there, cannot be parsed, or is no lock file
 */
export function readDnsLockFile(path: string): DnsLock {
  const lock = tryDnsLockFile(path);
  if (lock !== undefined) return lock;
  throw new UsageError(`there is no lock file ${path}: write it with intents dns-lock --lock ${path}`);
}

/** The same; `undefined` when the file is not there. */
export function tryDnsLockFile(path: string): DnsLock | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const content: unknown = parse(readFileSync(path, 'utf8'));
    if (!isJsonObject(content)) throw new DnsLockError('it is no map');
    return readDnsLock(content);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} is no lock file of domain names: ${reason}`);
  }
}

/** Writes a lock file: JSON where its name ends so, else YAML. The same lock gives the same bytes. */
export function writeDnsLockFile(path: string, lock: DnsLock): void {
  const content = printDnsLock(lock);
  const text = path.endsWith('.json')
    ? `${JSON.stringify(content, undefined, 2)}\n`
    : HEAD + stringify(content, { lineWidth: 0 });
  // A reader meets the old file or the new one, never half of it.
  writeFileSync(`${path}.tmp`, text);
  renameSync(`${path}.tmp`, path);
}
