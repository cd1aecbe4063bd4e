import { isJsonObject, type Json } from '../model/json';
import { measure } from './measure';

/** Why a document cannot be used. */
export interface ParseProblem {
  readonly id: 'invalid-yaml' | 'duplicate-key' | 'excessive-yaml';
  readonly reason: string;
  /** Line in the file, from 1; absent when only the document is known. */
  readonly line?: number | undefined;
}

/** The value of a document, or why there is none. */
export type ParseResult =
  | { readonly value: Json; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: ParseProblem };

/** Aliases may make a document larger than its text, but not without end. */
const SPARE_NODES = 1_000_000;

/**
 * What a parser made of a text, once it is known to be JSON that can be used.
 * @returns the value and how many keys it has, or the problem with it
 */
export function checkParsed(parsed: unknown, text: string): ParseResult & { readonly keys: number } {
  const size = measure(parsed, text.length + SPARE_NODES);
  if (size.problem !== undefined) return { problem: { id: 'excessive-yaml', reason: size.problem }, keys: 0 };
  return { value: toJson(parsed), keys: size.keys };
}

/** `measure` has seen every part of the value; here only its outermost type is left to tell. */
function toJson(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (isJsonList(value)) return value;
  return isJsonObject(value) ? value : null;
}

function isJsonList(value: unknown): value is Json[] {
  return Array.isArray(value);
}
