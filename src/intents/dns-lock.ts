import { isIP } from 'node:net';
import { isJsonObject, type Json, type JsonObject } from '../model/json';

/** Addresses of domain names at some day, kept in a file that is committed: what is compiled from it never changes by itself. */
export interface DnsLock {
  /** Days for which an answer is taken to hold. */
  readonly maxAgeDays: number;
  /** By name as {@link lockName} writes it. */
  readonly names: ReadonlyMap<string, LockedName>;
}

/** What one name led to. */
export interface LockedName {
  /** IPv4 and IPv6 addresses, sorted. Never empty. */
  readonly addresses: readonly string[];
  /** The day of the answer, as `2026-12-31` (UTC). */
  readonly resolved: string;
  /** Seconds for which the server of the name said that the answer holds: the least of all. Absent for pinned names. */
  readonly ttl?: number | undefined;
  /** Written by hand, and left alone by `intents dns-lock`: what no resolver can tell, such as a wildcard. */
  readonly pinned: boolean;
}

/** Default of {@link DnsLock.maxAgeDays}. */
export const MAX_AGE_DAYS = 30;

/** What is wrong with a lock file. */
export class DnsLockError extends Error {}

/** A domain as lock files have it: lower case, without the dot that ends an absolute name. */
export function lockName(domain: string): string {
  return domain.toLowerCase().replace(/\.$/, '');
}

/** @throws DnsLockError for anything that is not as {@link printDnsLock} writes it */
export function readDnsLock(content: Json): DnsLock {
  const lock = fieldsOf(content, 'the file', ['version', 'maxAgeDays', 'names']);
  if (lock['version'] !== 1)
    throw new DnsLockError(`version is ${printed(lock['version'])}, and only 1 is known`);
  const { maxAgeDays = MAX_AGE_DAYS } = lock;
  if (typeof maxAgeDays !== 'number' || !Number.isInteger(maxAgeDays) || maxAgeDays < 1)
    throw new DnsLockError(`maxAgeDays is ${printed(maxAgeDays)}, which is no number of days`);
  const names = fieldsOf(lock['names'] ?? {}, 'names');
  return {
    maxAgeDays,
    names: new Map(Object.entries(names).map(([name, entry]) => [lockName(name), readName(name, entry)])),
  };
}

function readName(name: string, entry: Json | undefined): LockedName {
  const {
    addresses,
    resolved,
    ttl,
    pinned = false,
  } = fieldsOf(entry, name, ['addresses', 'resolved', 'ttl', 'pinned']);
  if (!Array.isArray(addresses) || addresses.length === 0)
    throw new DnsLockError(`${name} has no list of addresses`);
  const texts = addresses.map((address) => {
    if (typeof address === 'string' && isIP(address) !== 0) return address;
    throw new DnsLockError(`${name} has ${printed(address)}, which is no address`);
  });
  if (typeof resolved !== 'string' || Number.isNaN(Date.parse(`${resolved}T00:00:00Z`)))
    throw new DnsLockError(
      `${name}: resolved is ${printed(resolved)}, which is no day as "2026-12-31" in quotes`,
    );
  if (ttl !== undefined && (typeof ttl !== 'number' || !(ttl >= 0)))
    throw new DnsLockError(`${name}: ttl is ${printed(ttl)}, which is no number of seconds`);
  if (typeof pinned !== 'boolean') throw new DnsLockError(`${name}: pinned is ${printed(pinned)}`);
  return {
    addresses: sortAddresses(texts),
    resolved,
    ...(ttl === undefined ? {} : { ttl }),
    pinned,
  };
}

/** The file of a lock: sorted, each once, so that only what has changed shows in a diff. */
export function printDnsLock({ maxAgeDays, names }: DnsLock): JsonObject {
  const sorted = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    version: 1,
    maxAgeDays,
    names: Object.fromEntries(
      sorted.map(([name, { addresses, resolved, ttl, pinned }]) => [
        name,
        {
          addresses: sortAddresses(addresses),
          resolved,
          ...(ttl === undefined ? {} : { ttl }),
          ...(pinned ? { pinned } : {}),
        },
      ]),
    ),
  };
}

/** IPv4 before IPv6, each once. */
export function sortAddresses(addresses: readonly string[]): string[] {
  return [...new Set(addresses)].sort((a, b) => isIP(a) - isIP(b) || (a < b ? -1 : a > b ? 1 : 0));
}

function fieldsOf(value: Json | undefined, what: string, known?: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw new DnsLockError(`${what} is ${printed(value)}, not a map`);
  const odd = Object.keys(value).find((key) => known !== undefined && !known.includes(key));
  if (odd !== undefined) throw new DnsLockError(`${what} has a field ${odd} that nobody knows`);
  return value;
}

function printed(value: Json | undefined): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 60);
}
