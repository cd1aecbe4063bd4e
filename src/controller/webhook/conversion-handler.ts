import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { CONVERSION_PATH } from './crd-conversion';
import { reviewConversion } from './conversion-review';
import { isJsonObject } from '../../model/json';

/** More than a page of the largest objects that an API server sends at once (500 objects of up to 1.5 MB are never real). */
const LARGEST_BODY = 64 * 1024 * 1024;

export interface ConversionHandlerOptions {
  readonly onReview?: (result: 'success' | 'failure') => void;
  /** Told of a mistake in here, for the log. */
  readonly onError?: (error: unknown) => void;
}

/** Answers `POST /convert`. */
export function conversionHandler({ onReview, onError }: ConversionHandlerOptions): RequestListener {
  return (request, response) => {
    void handle(request, response, onReview).catch((error: unknown) => {
      onError?.(error);
      if (!response.headersSent) answer(response, 500, { message: 'the conversion failed' });
    });
  };
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  onReview: ConversionHandlerOptions['onReview'],
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'https://localhost');
  if (request.method !== 'POST' || pathname !== CONVERSION_PATH) {
    request.resume();
    answer(response, 404, { message: `there is POST ${CONVERSION_PATH}` });
    return;
  }
  const body = await bodyOf(request);
  if (body === undefined) {
    answer(response, 413, { message: `more than ${LARGEST_BODY} bytes` });
    return;
  }
  const review = reviewConversion(parse(body));
  if (review === undefined) {
    onReview?.('failure');
    answer(response, 400, { message: 'this is no ConversionReview of apiextensions.k8s.io/v1' });
    return;
  }
  onReview?.(succeeded(review) ? 'success' : 'failure');
  answer(response, 200, review);
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST_BODY) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function succeeded({ response }: { readonly response?: unknown }): boolean {
  return (
    isJsonObject(response) && isJsonObject(response['result']) && response['result']['status'] === 'Success'
  );
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
