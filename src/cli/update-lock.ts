import type { LookUp } from './look-up';
import { daysBetween } from '../compiler/exceptions/expiry';
import { MAX_AGE_DAYS, sortAddresses, type DnsLock, type LockedName } from '../intents/dns-lock';
import type { Finding } from '../model/finding';
import { NOWHERE } from '../model/place';

/** What a lock is made anew from. */
export interface LockInput {
  readonly before: DnsLock | undefined;
  /** Sorted, each once. */
  readonly names: readonly string[];
  /** Default: what the lock has. */
  readonly maxAgeDays: number | undefined;
  /** As `2026-12-31`. */
  readonly today: string;
  /** Whether the lock is only looked at: then it is said which answers are old. */
  readonly check: boolean;
  readonly lookUp: LookUp;
}

/** How the addresses of a name differ from what the lock had. */
export interface LockChange {
  readonly name: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** A lock with fresh answers. */
export interface LockUpdate {
  readonly lock: DnsLock;
  /** Names with other addresses than before, new and dropped names among them; sorted. */
  readonly changes: readonly LockChange[];
  /** Whether an answer of the old lock is older than it allows. */
  readonly stale: boolean;
  readonly findings: readonly Finding[];
}

/** Answers that hold for less than this many seconds come from a server that hands out others all the time. */
const SHORT_TTL = 60;

/** How many names are asked for at a time. */
const AT_ONCE = 8;

/** Looks every name up, one answer for each, and compares. A name without an answer keeps the addresses that it had. */
export async function updateLock(input: LockInput): Promise<LockUpdate> {
  const { before, names, today, lookUp } = input;
  const findings: Finding[] = [];
  const fresh = new Map<string, LockedName>();
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE);
    const entries = await Promise.all(
      some.map((name) => refresh(name, before?.names.get(name), today, lookUp, findings)),
    );
    entries.forEach((entry, index) => {
      const name = some[index];
      if (entry !== undefined && name !== undefined) fresh.set(name, entry);
    });
  }
  const maxAgeDays = input.maxAgeDays ?? before?.maxAgeDays ?? MAX_AGE_DAYS;
  const old = [...(before?.names ?? [])].filter(
    ([, { resolved, pinned }]) => !pinned && daysBetween(resolved, today) > maxAgeDays,
  );
  if (input.check) findings.push(...old.map(([name, { resolved }]) => isOld(name, resolved, maxAgeDays)));
  return {
    lock: { maxAgeDays, names: fresh },
    changes: changesOf(before?.names ?? new Map<string, LockedName>(), fresh),
    stale: old.length > 0,
    findings: findings.sort((a, b) => (a.message < b.message ? -1 : 1)),
  };
}

async function refresh(
  name: string,
  known: LockedName | undefined,
  today: string,
  lookUp: LookUp,
  findings: Finding[],
): Promise<LockedName | undefined> {
  if (known?.pinned === true) return known;
  if (name.includes('*')) {
    findings.push(wildcard(name));
    return known;
  }
  try {
    const { addresses, ttl } = await lookUp(name);
    if (addresses.length === 0) {
      findings.push(noAddress(name, known));
      return known;
    }
    if (ttl !== undefined && ttl < SHORT_TTL) findings.push(shortLived(name, ttl));
    return {
      addresses: sortAddresses(addresses),
      resolved: today,
      ...(ttl === undefined ? {} : { ttl }),
      pinned: false,
    };
  } catch (error) {
    findings.push(noAnswer(name, error, known));
    return known;
  }
}

function changesOf(
  before: ReadonlyMap<string, LockedName>,
  after: ReadonlyMap<string, LockedName>,
): LockChange[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((name) => {
    const old = before.get(name)?.addresses ?? [];
    const now = after.get(name)?.addresses ?? [];
    const added = now.filter((address) => !old.includes(address));
    const removed = old.filter((address) => !now.includes(address));
    return added.length + removed.length === 0 ? [] : [{ name, added, removed }];
  });
}

function keeps(known: LockedName | undefined): string {
  return known === undefined ? 'it is not in the lock' : `the lock keeps the addresses of ${known.resolved}`;
}

function wildcard(name: string): Finding {
  return {
    id: 'dns-lock-wildcard',
    severity: 'error',
    message: `${name} stands for names that nobody can list, so it cannot be looked up`,
    place: NOWHERE,
    mend: 'Name the hosts that are called, write an entry with pinned: true by hand, or use a network plugin that knows domains (cni).',
  };
}

function noAddress(name: string, known: LockedName | undefined): Finding {
  return {
    id: 'dns-lock-no-address',
    severity: 'error',
    message: `DNS has no address for ${name}; ${keeps(known)}`,
    place: NOWHERE,
    mend: 'Correct the name, or remove the target.',
  };
}

function noAnswer(name: string, error: unknown, known: LockedName | undefined): Finding {
  return {
    id: 'dns-lock-no-answer',
    severity: 'error',
    message: `Nobody answers for ${name} (${error instanceof Error ? error.message : String(error)}); ${keeps(known)}`,
    place: NOWHERE,
    mend: 'Try again, from where DNS works.',
  };
}

function shortLived(name: string, ttl: number): Finding {
  return {
    id: 'dns-lock-short-ttl',
    severity: 'warning',
    message: `The addresses of ${name} hold for ${ttl} seconds only: it is likely to hand out others before long, which the policies then refuse`,
    place: NOWHERE,
    mend: 'Ask its operator for the ranges it uses and write them as ips, or use a network plugin that knows domains (cni).',
  };
}

function isOld(name: string, resolved: string, maxAgeDays: number): Finding {
  return {
    id: 'dns-lock-stale',
    severity: 'warning',
    message: `The addresses of ${name} are of ${resolved}, older than the ${maxAgeDays} days that the lock allows`,
    place: NOWHERE,
    mend: 'Run intents dns-lock, and commit the file.',
  };
}
