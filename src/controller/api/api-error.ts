/** One thing wrong with a field, as the API server says it. */
export interface ErrorCause {
  /** Path of the field, for example `spec.ingress[0].ports[0].port`. */
  readonly field?: string | undefined;
  readonly reason?: string | undefined;
  readonly message: string;
}

/** What a refusal of the API server says (`meta/v1` Status). */
export interface ApiErrorDetails {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** For example `NotFound`, `Conflict`, `Invalid`, `Expired`; empty when the answer gave none. */
  readonly reason: string;
  readonly message: string;
  readonly causes?: readonly ErrorCause[] | undefined;
  /** How long the server asks to wait, from `Retry-After` or `details.retryAfterSeconds`. */
  readonly retryAfterSeconds?: number | undefined;
}

/** The API server answered, and not with what was asked for. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly ErrorCause[];
  readonly retryAfterSeconds: number | undefined;

  constructor({ status, reason, message, causes = [], retryAfterSeconds }: ApiErrorDetails) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.causes = causes;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** Also: another manager owns the field (server-side apply), the object exists already, a precondition failed. */
  get isConflict(): boolean {
    return this.status === 409;
  }

  /** The resourceVersion or continue token is too old; list anew. */
  get isExpired(): boolean {
    return this.status === 410;
  }

  get isForbidden(): boolean {
    return this.status === 403;
  }

  /** Whether the same request may do better later: too many requests, or a server that is not well. */
  get isTransient(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** No answer came: no connection, a broken one, or silence for too long. Always worth another try. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** `ECONNREFUSED`, `ETIMEDOUT`, …; empty when there is none. */
  readonly code: string;

  constructor(message: string, code = '', options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Whether another try of the same request may succeed, with no change on our side. */
export function isWorthRetrying(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof ApiError && error.isTransient);
}
