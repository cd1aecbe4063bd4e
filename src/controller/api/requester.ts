import type { Json } from '../../model/json';
import { type ApiError, ConnectionError } from './api-error';
import type { ApiResource } from './api-resource';
import { sleep, type Clock, type Random } from './clock';
import { Slots } from './slots';
import { errorOfAnswer, parseJson } from './status';
import { DEFAULT_RATE, TokenBucket, type RateLimit } from './token-bucket';
import { exchange, STALE_CONNECTION, type Access, type Connection, type HttpAnswer } from './transport';

/** One request that has ended, for metrics. */
export interface RequestReport {
  /** As in RBAC, and `apply` for server-side apply. */
  readonly verb: string;
  /** Absent for paths that are no resource. */
  readonly resource?: ApiResource | undefined;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly milliseconds: number;
}

export interface RequesterOptions {
  readonly connection: Connection;
  readonly component: string;
  readonly rate?: RateLimit | undefined;
  readonly concurrency?: number | undefined;
  readonly idleMs?: number | undefined;
  readonly watchIdleMs?: number | undefined;
  readonly onRequest?: ((report: RequestReport) => void) | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ApiRequest {
  readonly verb: string;
  readonly resource?: ApiResource | undefined;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  /** The forms to answer in. Default: plain JSON. */
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How often a request that the server asked to send again is sent again, and the longest wait it may ask for. */
const MAX_RETRIES = 4;
const MAX_WAIT_SECONDS = 60;

const JSON_TYPE = 'application/json';

type OnPart = (part: Buffer) => void;

/** Sends requests at a rate, waits when the server asks for it, and gets in anew when it is no longer let in. */
export class Requester {
  private readonly bucket: TokenBucket;
  private readonly slots: Slots;

  constructor(private readonly options: RequesterOptions) {
    this.bucket = new TokenBucket(options.rate ?? DEFAULT_RATE, options.clock);
    this.slots = new Slots(options.concurrency ?? 32);
  }

  /** @throws ApiError for every status but 2xx; ConnectionError */
  async json(request: ApiRequest): Promise<Json> {
    const { body } = await this.withRetries(request);
    const value = parseJson(body.toString('utf8'));
    if (value !== undefined) return value;
    throw new ConnectionError('The API server answered with something that is not JSON', 'BAD_BODY');
  }

  /** For answers without an end; they take no slot. */
  async stream(request: ApiRequest, onPart: OnPart): Promise<void> {
    await this.withRetries(request, onPart);
  }

  private async withRetries(request: ApiRequest, onPart?: OnPart): Promise<HttpAnswer> {
    for (let tries = 0; ; tries++) {
      // While a request sleeps because the server asked for that, others have its place.
      const answer =
        onPart === undefined
          ? await this.slots.run(() => this.once(request))
          : await this.once(request, onPart);
      if (answer.status >= 200 && answer.status < 300) return answer;
      const error = errorOfAnswer(answer.status, answer.body.toString('utf8'), answer.headers['retry-after']);
      const seconds = secondsToWait(error);
      if (seconds === undefined || tries === MAX_RETRIES) throw error;
      const { clock, random } = this.options;
      await sleep(clock, (seconds + random() * Math.max(1, seconds / 2)) * 1000, request.signal);
      request.signal?.throwIfAborted();
    }
  }

  private async once(request: ApiRequest, onPart?: OnPart): Promise<HttpAnswer> {
    const answer = await this.send(request, false, onPart);
    return answer.status === 401 ? this.send(request, true, onPart) : answer;
  }

  private async send(request: ApiRequest, refused: boolean, onPart?: OnPart): Promise<HttpAnswer> {
    await this.bucket.take(request.signal);
    request.signal?.throwIfAborted();
    const access = await this.options.connection.access(refused);
    try {
      return await this.measured(request, access, onPart);
    } catch (error) {
      // A connection that the server had given up long ago: nothing arrived there. Creating twice is the one thing
      // that would show if something did.
      const isStale = error instanceof ConnectionError && error.code === STALE_CONNECTION;
      if (!isStale || request.method === 'POST' || request.signal?.aborted === true) throw error;
      return this.measured(request, access, onPart);
    }
  }

  private async measured(request: ApiRequest, access: Access, onPart?: OnPart): Promise<HttpAnswer> {
    const { connection, clock, onRequest, idleMs = 60_000, watchIdleMs = 90_000 } = this.options;
    const begun = clock.now();
    const report = (status: number): void => {
      onRequest?.({
        verb: request.verb,
        resource: request.resource,
        status,
        milliseconds: clock.now() - begun,
      });
    };
    try {
      const answer = await exchange(
        connection.server,
        access,
        {
          method: request.method,
          path: request.path,
          headers: this.headers(request),
          body: request.body,
          signal: request.signal,
          idleMs: onPart === undefined ? idleMs : watchIdleMs,
        },
        clock,
        onPart,
      );
      report(answer.status);
      return answer;
    } catch (error) {
      report(0);
      throw error;
    }
  }

  private headers({ accept, body, contentType = JSON_TYPE }: ApiRequest): Record<string, string> {
    return {
      accept: accept ?? JSON_TYPE,
      'user-agent': `cdk8s-intents/${this.options.component}`,
      ...(body === undefined ? {} : { 'content-type': contentType }),
    };
  }
}

/** Whether the server asks to send the request again, and when; client-go takes the same two as such an invitation. */
function secondsToWait({ status, retryAfterSeconds }: ApiError): number | undefined {
  if (retryAfterSeconds === undefined || retryAfterSeconds > MAX_WAIT_SECONDS) return undefined;
  return status === 429 || status === 503 ? retryAfterSeconds : undefined;
}
