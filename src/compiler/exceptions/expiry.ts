import type { ExternalAccess } from './external-access';
import type { Finding } from '../../model/finding';

/** How many days before the end it begins to be said. */
export const NOTICE_DAYS = 14;
const DAY = 86_400_000;

/** Whether a text is a day of the calendar as `2026-12-31`. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Days from one day to another, negative when the other is before it. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

/**
 * An error for an exception that has run out, a warning for one that soon will. What it opens stays in the output all the
 * same: what is written must not depend on the day.
 */
export function expiryFindings(access: ExternalAccess, today: string): Finding[] {
  const { expires, owner, reason, name, namespace, place } = access;
  if (expires === 'never') return [];
  const left = daysBetween(today, expires);
  if (left > NOTICE_DAYS) return [];
  const object = `ExternalAccess/${namespace}/${name}`;
  const asked = `Ask ${owner} whether it is still needed: remove it, or give it a new day.`;
  if (left < 0) {
    return [
      {
        id: 'external-access-expired',
        severity: 'error',
        message: `The exception ${name} ended on ${expires} (${owner}: ${reason})`,
        object,
        place,
        mend: asked,
      },
    ];
  }
  const when = left === 0 ? 'today' : left === 1 ? 'tomorrow' : `in ${left} days`;
  return [
    {
      id: 'external-access-expires-soon',
      severity: 'warning',
      message: `The exception ${name} ends ${when}, on ${expires} (${owner}: ${reason}); from the day after, the synth fails`,
      object,
      place,
      mend: asked,
    },
  ];
}
