import { daysBetween } from '../exceptions/expiry';
import { intentFinding } from '../resolution/intent-finding';
import type { ClientIntents, InternetTarget, Target } from '../../intents/client-intents';
import { lockName, type DnsLock, type LockedName } from '../../intents/dns-lock';
import type { Finding } from '../../model/finding';

/** The domains of a target of which no address is known. */
export function unlockedDomains({ domains, locked = [] }: InternetTarget): readonly string[] {
  return domains.filter((domain) => !locked.includes(domain));
}

/** Intents with the addresses that a lock file has for their domains. */
export interface LockedIntents {
  readonly intents: readonly ClientIntents[];
  readonly findings: readonly Finding[];
}

/**
 * Adds the addresses of locked domains to the targets that name these. Answers that are older than the lock allows are used
 * all the same, and a warning says so: what is written must not depend on the day.
 *
 * @param today as `2026-12-31`; absent: nothing is said of age
 */
export function lockDomains(
  intents: readonly ClientIntents[],
  lock: DnsLock,
  today: string | undefined,
): LockedIntents {
  const findings: Finding[] = [];
  const lockTarget = (declaration: ClientIntents, target: Target): Target => {
    if (target.type !== 'internet') return target;
    const found = target.domains.flatMap((domain): Found[] => {
      const entry = lock.names.get(lockName(domain));
      return entry === undefined ? [] : [{ domain, entry }];
    });
    if (found.length === 0) return target;
    if (today !== undefined) findings.push(...stale(declaration, target, found, lock.maxAgeDays, today));
    const ips = new Set([...target.ips, ...found.flatMap(({ entry }) => entry.addresses)]);
    return { ...target, ips: [...ips], locked: found.map(({ domain }) => domain) };
  };
  return {
    intents: intents.map((declaration) => {
      const targets = declaration.targets.map((target) => lockTarget(declaration, target));
      return targets.every((target, index) => target === declaration.targets[index])
        ? declaration
        : { ...declaration, targets };
    }),
    findings,
  };
}

interface Found {
  readonly domain: string;
  readonly entry: LockedName;
}

function stale(
  declaration: ClientIntents,
  target: InternetTarget,
  found: readonly Found[],
  maxAgeDays: number,
  today: string,
): Finding[] {
  return found.flatMap(({ domain, entry }) => {
    const age = daysBetween(entry.resolved, today);
    if (entry.pinned || age <= maxAgeDays) return [];
    return [
      intentFinding(declaration, target.place, {
        id: 'dns-lock-stale',
        severity: 'warning',
        message: `the addresses of ${domain} in the lock file are ${age} days old (it allows ${maxAgeDays}): calls to new ones are refused, and old ones may belong to somebody else by now`,
        mend: 'Run intents dns-lock, and commit the file.',
      }),
    ];
  });
}
