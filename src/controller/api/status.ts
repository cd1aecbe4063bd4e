import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../model/json';
import { ApiError, type ErrorCause } from './api-error';

/** The error that a refusal stands for. `body` is whatever came, most often a `Status`. */
export function errorOfAnswer(status: number, body: string, retryAfter?: string): ApiError {
  const parsed = parseJson(body);
  const said = isJsonObject(parsed) ? parsed : {};
  const seconds = retryAfterSeconds(retryAfter) ?? secondsAt(said);
  const text = stringAt(said, 'message') ?? plainWords(body);
  return new ApiError({
    status,
    reason: stringAt(said, 'reason') ?? '',
    message: text === '' ? `The API server answered with status ${status}` : text,
    causes: causesOf(said),
    retryAfterSeconds: seconds,
  });
}

/** The error that the `Status` object of a watch stands for. */
export function errorOfStatus(status: JsonObject): ApiError {
  const code = status['code'];
  return errorOfAnswer(typeof code === 'number' ? code : 500, JSON.stringify(status));
}

/** JSON of a text; undefined when it is none. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** `Retry-After` in seconds. As a date it is not taken: no API server writes one. */
function retryAfterSeconds(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,6}$/.test(header.trim())) return undefined;
  return Number(header.trim());
}

function secondsAt(status: JsonObject): number | undefined {
  const seconds = jsonAt(status, ['details', 'retryAfterSeconds']);
  return typeof seconds === 'number' && seconds >= 0 ? seconds : undefined;
}

function causesOf(status: JsonObject): ErrorCause[] {
  const causes = jsonAt(status, ['details', 'causes']);
  if (!Array.isArray(causes)) return [];
  return causes.filter(isJsonObject).map((cause) => ({
    field: stringAt(cause, 'field'),
    reason: stringAt(cause, 'reason'),
    message: stringAt(cause, 'message') ?? '',
  }));
}

function stringAt(object: JsonObject, key: string): string | undefined {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Proxies answer with pages of HTML; the first line says enough. */
function plainWords(body: string): string {
  const text = body
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
