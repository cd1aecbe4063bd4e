import { Resolver } from 'node:dns/promises';

/** What DNS answers for a name. */
export interface LookedUp {
  /** IPv4 and IPv6; empty when there is no such name. */
  readonly addresses: readonly string[];
  /** Seconds for which the answer holds: the least of all. Absent without addresses. */
  readonly ttl?: number;
}

/** Asks DNS for the addresses of a name. Rejects when nobody answers: then nothing is known. */
export type LookUp = (name: string) => Promise<LookedUp>;

/** Codes by which a resolver says that there is no such name, or none of its addresses of that family. */
const NONE = new Set(['ENODATA', 'ENOTFOUND']);

/** Asks the resolvers that the system is set up with. */
export function systemLookUp(): LookUp {
  const resolver = new Resolver({ timeout: 5000, tries: 3 });
  return async (name) => {
    const answers = await Promise.all([
      orNone(resolver.resolve4(name, { ttl: true })),
      orNone(resolver.resolve6(name, { ttl: true })),
    ]);
    const records = answers.flat();
    const addresses = records.map(({ address }) => address);
    return records.length === 0
      ? { addresses }
      : { addresses, ttl: Math.min(...records.map(({ ttl }) => ttl)) };
  };
}

async function orNone<T>(answer: Promise<T[]>): Promise<T[]> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && NONE.has(String(error.code))) return [];
    throw error;
  }
}
