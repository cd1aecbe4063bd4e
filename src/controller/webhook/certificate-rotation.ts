import { readCertificate, type CertificatePair, type CertificateSubject } from './serving-certificate';

/** Certificates of a webhook, as all replicas share them. */
export interface StoredCertificates {
  /** What is served. */
  readonly current: CertificatePair;
  /** What will be served once everybody trusts it. */
  readonly next?: CertificatePair | undefined;
  /** What was served before: a replica that has not noticed yet serves it for a while. A certificate without its key. */
  readonly previous?: string | undefined;
}

/** Where in its life a certificate is exchanged, in milliseconds. */
export interface RotationTimes {
  /** How long a certificate is valid. */
  readonly validity: number;
  /** How long before its end the next one is made. */
  readonly renewBefore: number;
  /**
   * How long the next one is trusted before it is served. API servers notice a new CA bundle within seconds; replicas read
   * the Secret every half minute.
   */
  readonly settle: number;
}

const DAY = 86_400_000;

/** Ninety days, renewed with thirty left: a month in which it may fail before anything breaks. */
export const DEFAULT_ROTATION: RotationTimes = {
  validity: 90 * DAY,
  renewBefore: 30 * DAY,
  settle: 3_600_000,
};

/** Clocks of machines differ; a certificate that is valid only from now on would not be yet for some. */
const BACKDATED = 3_600_000;

/** What a rotation is told. */
export interface RotationOptions {
  /** Names that the server is called by. */
  readonly names: readonly string[];
  readonly now: Date;
  readonly times?: RotationTimes;
  readonly makePair: (subject: CertificateSubject) => CertificatePair;
}

/**
 * What should be stored now: what is there, or the next step. A new certificate is trusted before it is served, and an old
 * one is trusted for as long as somebody may serve it, so that no request fails on the way. Every replica may take the step;
 * what there is decides, so that it is taken once.
 *
 * One that cannot be used at all (run out, not valid yet since a clock that was ahead has made it, of another name, not to be
 * read) is replaced at once.
 */
export function rotate(stored: StoredCertificates | undefined, options: RotationOptions): StoredCertificates {
  const { now, times = DEFAULT_ROTATION } = options;
  const current = stored === undefined ? undefined : usable(stored.current, options);
  if (stored === undefined || current === undefined) return { current: freshPair(options) };
  const next = stored.next === undefined ? undefined : usable(stored.next, options);
  if (stored.next === undefined || next === undefined) {
    if (current.notAfter.getTime() - now.getTime() > times.renewBefore)
      return stored.next === undefined ? stored : { ...withoutNext(stored) };
    return { ...stored, next: freshPair(options) };
  }
  const trustedFor = now.getTime() - (next.notBefore.getTime() + BACKDATED);
  if (trustedFor < times.settle) return stored;
  return { current: stored.next, previous: stored.current.certificate };
}

/** What clients are to trust: all that a replica may serve now or next. */
export function caBundle({ current, next, previous }: StoredCertificates): string {
  return [current.certificate, ...(next === undefined ? [] : [next.certificate]), previous ?? '']
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n')
    .concat('\n');
}

function freshPair({ names, now, times = DEFAULT_ROTATION, makePair }: RotationOptions): CertificatePair {
  return makePair({
    names,
    notBefore: new Date(now.getTime() - BACKDATED),
    notAfter: new Date(now.getTime() + times.validity),
  });
}

function usable(
  { certificate, key }: CertificatePair,
  { names, now }: RotationOptions,
): { readonly notBefore: Date; readonly notAfter: Date } | undefined {
  const facts = readCertificate(certificate);
  if (facts === undefined || !facts.belongsTo(key)) return undefined;
  if (facts.notAfter <= now || facts.notBefore > now) return undefined;
  return names.every((name) => facts.covers(name)) ? facts : undefined;
}

function withoutNext({ current, previous }: StoredCertificates): StoredCertificates {
  return { current, ...(previous === undefined ? {} : { previous }) };
}
