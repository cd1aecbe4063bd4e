import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { BindAddress } from './bind-address';

/** A server that listens. */
export interface HttpListener {
  readonly port: number;
  /** Ends it: requests that are on their way are answered, idle connections are closed. */
  close(): Promise<void>;
}

/** A server with a certificate that may be exchanged while it runs. */
export interface SecureListener extends HttpListener {
  /** Connections from now on get this certificate. */
  exchange(pair: { readonly certificate: string; readonly key: string }): void;
}

/** Nobody who means well takes longer, and connections of others are not to pile up. */
const LIMITS = { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 60_000 };

/** How long requests that are on their way have at the end, in milliseconds. */
const GRACE = 2_000;

/** Listens without encryption: for probes and metrics. */
export async function listen(address: BindAddress, handler: RequestListener): Promise<HttpListener> {
  return listening(createServer(LIMITS, handler), address);
}

/** Listens with a certificate: for webhooks. TLS 1.2 at least, as API servers speak it. */
export async function listenSecurely(
  address: BindAddress,
  pair: { readonly certificate: string; readonly key: string },
  handler: RequestListener,
): Promise<SecureListener> {
  const server = createSecureServer(
    { ...LIMITS, cert: pair.certificate, key: pair.key, minVersion: 'TLSv1.2' },
    handler,
  );
  return {
    ...(await listening(server, address)),
    exchange: ({ certificate, key }) => {
      server.setSecureContext({ cert: certificate, key, minVersion: 'TLSv1.2' });
    },
  };
}

async function listening(server: Server | SecureServer, { host, port }: BindAddress): Promise<HttpListener> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
  });
  return {
    port: portOf(server.address()),
    close: () =>
      new Promise((resolve) => {
        // A connection over which nothing was ever asked does not count as idle, and would hold up the end for ever.
        const late = setTimeout(() => {
          server.closeAllConnections();
        }, GRACE);
        server.close(() => {
          clearTimeout(late);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
