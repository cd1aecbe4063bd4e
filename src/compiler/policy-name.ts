import { createHash } from 'node:crypto';

const MAX_NAME = 253;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** A workload's name inside a policy name: `_` is `.` again, and a kind follows in lower case (otterize-operator 4.2). */
export function objectName(name: string, kind: string | undefined): string {
  const suffix = kind === undefined ? '' : `-${kind.toLowerCase()}`;
  return (name + suffix).replaceAll('_', '.');
}

/**
 * The name as the API server takes it: itself when it is a DNS subdomain of at most 253 characters, else the
 * nearest such text with a digest of the whole, so that two names that are cut alike stay apart.
 */
export function legalName(wanted: string): string {
  if (wanted.length <= MAX_NAME && SUBDOMAIN.test(wanted)) return wanted;
  return withDigest(wanted, wanted);
}

/** The name with a digest of `meaning` behind it, legal and at most 253 characters long. */
export function withDigest(name: string, meaning: string): string {
  const digest = createHash('sha256').update(meaning, 'utf8').digest('hex').slice(0, 10);
  const readable = name
    .toLowerCase()
    .replace(/[^-a-z0-9.]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/-*\.-*/g, '.')
    .slice(0, MAX_NAME - digest.length - 1)
    .replace(/^[-.]+|[-.]+$/g, '');
  return readable === '' ? `policy-${digest}` : `${readable}-${digest}`;
}
