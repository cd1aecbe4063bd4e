import http from 'node:http';
import https from 'node:https';
import { ConnectionError } from './api-error';
import { allowMany, type Clock } from './clock';

/** How to get in: what the server is asked with. */
export interface Access {
  /** Holds the connections and the certificates. */
  readonly agent: http.Agent;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
}

/** Where the API server is, and how to get in. */
export interface Connection {
  /** `https://host:port`, possibly with a path before that of the API. */
  readonly server: string;
  /** What people call it: the name of a context, or the address. */
  readonly name: string;
  /** The namespace to work in when none is given. */
  readonly namespace?: string | undefined;
  /** @param refused whether the last one was not taken any more (401), so a new one is needed */
  access(refused: boolean): Promise<Access>;
}

export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Silence, in milliseconds, after which the line counts as dead. */
  readonly idleMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Empty when the parts went to `onPart`. */
  readonly body: Buffer;
}

/**
 * Sends one request and takes the whole answer. Of an answer that is fine (200), the parts go to `onPart` as they come,
 * when it is given; what that throws ends the request.
 * @throws ConnectionError when no whole answer comes; the reason of the signal when that says to stop
 */
export function exchange(
  server: string,
  access: Access,
  request: HttpRequest,
  clock: Clock,
  onPart?: (part: Buffer) => void,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const url = new URL(server.replace(/\/+$/, '') + request.path);
    const { method, body, signal } = request;
    const sent = (url.protocol === 'http:' ? http : https).request(url, {
      method,
      agent: access.agent,
      headers: {
        ...request.headers,
        ...access.headers,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    });
    const stop = (): void => {
      sent.destroy(abortReason(signal));
    };
    const watchdog = new Watchdog(clock, request.idleMs, () => {
      sent.destroy(new ConnectionError(`${url.host} said nothing for ${request.idleMs} ms`, 'ETIMEDOUT'));
    });
    const settle = (): void => {
      watchdog.stop();
      signal?.removeEventListener('abort', stop);
    };
    let isAnswered = false;
    const fail = (error: Error): void => {
      settle();
      reject(
        signal?.aborted === true
          ? abortReason(signal)
          : connectionError(error, url, sent.reusedSocket && !isAnswered),
      );
    };
    if (signal !== undefined) allowMany(signal);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
    sent.on('error', fail);
    sent.on('response', (answer) => {
      isAnswered = true;
      const parts: Buffer[] = [];
      const take =
        answer.statusCode === 200 && onPart !== undefined ? onPart : (part: Buffer) => parts.push(part);
      answer.on('data', (part: Buffer) => {
        watchdog.feed();
        try {
          take(part);
        } catch (error) {
          answer.destroy(error instanceof Error ? error : new Error(String(error)));
        }
      });
      answer.on('error', fail);
      answer.on('end', () => {
        settle();
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) });
      });
    });
    sent.end(body);
  });
}

/** The request broke on a connection that had been kept open: nobody knows how long it was dead already. */
export const STALE_CONNECTION = 'STALE_CONNECTION';

function connectionError(error: Error, url: URL, reused: boolean): Error {
  if (error instanceof ConnectionError || error instanceof LineError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const isStale = reused && (code === 'ECONNRESET' || code === 'EPIPE');
  const words = error.message === '' ? code : error.message;
  return new ConnectionError(`${url.host}: ${words}`, isStale ? STALE_CONNECTION : code, { cause: error });
}

/** What came over the line is not what was asked for. */
export class LineError extends Error {
  override readonly name = 'LineError';
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('The request was stopped');
}

/** Bites when it is not fed for so long. One timer at a time, however often it is fed. */
class Watchdog {
  private fedAt: number;
  private forget: () => void;

  constructor(
    private readonly clock: Clock,
    private readonly patience: number,
    private readonly bite: () => void,
  ) {
    this.fedAt = clock.now();
    this.forget = clock.timer(patience, this.look);
  }

  feed(): void {
    this.fedAt = this.clock.now();
  }

  stop(): void {
    this.forget();
  }

  private readonly look = (): void => {
    const left = this.fedAt + this.patience - this.clock.now();
    if (left <= 0) this.bite();
    else this.forget = this.clock.timer(left, this.look);
  };
}
