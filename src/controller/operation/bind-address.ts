import { isIP } from 'node:net';

/** Where a server listens. */
export interface BindAddress {
  /** Absent: on every address, IPv6 and IPv4. */
  readonly host?: string | undefined;
  /** 0: any port that is free, for tests. */
  readonly port: number;
}

/**
 * Reads `:8080`, `127.0.0.1:8080`, `[::1]:8080` or a port alone; `0` alone is for no server at all.
 *
 * @returns undefined for what is none of these
 */
export function readBindAddress(text: string): BindAddress | 'off' | undefined {
  if (text === '0') return 'off';
  const [, bracketed, plain, digits = ''] = /^(?:(?:\[([^\]]*)\]|([^:]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port } : undefined;
  if (plain === undefined || plain === '') return { port };
  return isIP(plain) === 4 || plain === 'localhost' ? { host: plain, port } : undefined;
}
