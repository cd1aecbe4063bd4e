import type { DenyClaim } from './proof';
import type { Severity } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import type { Policy } from '../policies/policy';

/** How bad it is that policies let somebody reach a server whom no intent declares. */
export type ExcessSeverity = (server: Workload, openedBy: readonly Policy[]) => Severity;

/**
 * The rule, from the first that applies:
 *
 * 1. A server that an intent or a way in from outside speaks of: as bad as the app says (`excess`). That metrics of it are
 *    scraped or that the API server calls it does not count: it tells nothing of its other callers.
 * 2. A server under one of the app's own default denies: as bad as the app says, when a policy that the app writes
 *    itself opens it. Policies that came with a file (their place has one) are those of whoever published it: they
 *    mean what they let in, and are named as a note.
 * 3. Any other server: somebody else's policies alone protect it, and what they let in is not held against them.
 */
export function excessSeverity(
  severity: Severity,
  denies: readonly DenyClaim[],
  isDeclared: (server: Workload) => boolean,
): ExcessSeverity {
  const claims = denies.filter(({ directions }) => directions.includes('ingress'));
  const covered = new Set(claims.flatMap(({ namespace }) => namespace ?? []));
  const wide = claims.filter(({ namespace }) => namespace === undefined);
  const isCovered = ({ namespace, hostNetwork }: Workload): boolean =>
    !hostNetwork && (covered.has(namespace) || wide.some(({ exempt = [] }) => !exempt.includes(namespace)));
  return (server, openedBy) => {
    if (isDeclared(server)) return severity;
    const cameWithFile = openedBy.every(({ place }) => place.file !== undefined || place.live !== undefined);
    return isCovered(server) && !cameWithFile ? severity : 'info';
  };
}
