import { load, YAMLException } from 'js-yaml';
import { isJsonObject, type Json } from '../model/json';
import { splitJsonObjects, countJsonKeys } from './json-text';
import type { SourceDocument } from './document';
import { KUBECTL_SCHEMA } from './kubectl-schema';
import { MAX_DEPTH, measure } from './measure';
import { applyMergeKeys, MergeError, unshare } from './merge-keys';

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

/** A map or list counts twice in js-yaml's depth. Its types do not know `maxDepth` yet. */
const LOAD_OPTIONS = { schema: KUBECTL_SCHEMA, maxDepth: 2 * MAX_DEPTH };

/** Parses one document with the meaning that kubectl gives it, quickly and without positions. */
export function parseDocument(document: SourceDocument): ParseResult {
  const json = parseJson(document.text);
  if (json !== undefined) {
    const size = measure(json, document.text.length + SPARE_NODES);
    if (size.problem !== undefined) return { problem: { id: 'excessive-yaml', reason: size.problem } };
    // With a duplicate key the slow way below finds its line.
    if (size.keys === countJsonKeys(document.text)) return { value: json };
  }
  return parseYaml(document);
}

function parseJson(text: string): Json | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return toJson(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function parseYaml({ text, startLine }: SourceDocument): ParseResult {
  try {
    const loaded: unknown = load(text, LOAD_OPTIONS);
    const size = measure(loaded, text.length + SPARE_NODES);
    if (size.problem !== undefined) return { problem: { id: 'excessive-yaml', reason: size.problem } };
    const value = toJson(loaded);
    if (value === undefined) return { value: null };
    const merged = text.includes('<<') ? applyMergeKeys(value) : value;
    return { value: text.includes('&') ? unshare(merged) : merged };
  } catch (error) {
    return { problem: problemOf(error, startLine) };
  }
}

/** `measure` has seen every part of the value; here only its outermost type is left to tell. */
function toJson(value: unknown): Json | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  if (isJsonList(value)) return value;
  return isJsonObject(value) ? value : undefined;
}

function isJsonList(value: unknown): value is Json[] {
  return Array.isArray(value);
}

function problemOf(error: unknown, startLine: number): ParseProblem {
  if (error instanceof YAMLException) {
    const line = lineOf(error.mark, startLine);
    if (error.reason === 'duplicated mapping key') {
      return {
        id: 'duplicate-key',
        reason: 'a key is written twice in one map, and one of the two would be lost',
        line,
      };
    }
    if (error.reason.includes('exceeded maxDepth')) {
      return { id: 'excessive-yaml', reason: `it is nested more than ${MAX_DEPTH} levels deep`, line };
    }
    return { id: 'invalid-yaml', reason: error.reason, line };
  }
  if (error instanceof MergeError) return { id: 'invalid-yaml', reason: error.message };
  if (error instanceof RangeError) return { id: 'excessive-yaml', reason: 'it is nested too deeply' };
  throw error;
}

/** The types of js-yaml promise a mark, but an error about the whole text has none. */
function lineOf(mark: { readonly line: number } | undefined, startLine: number): number | undefined {
  return mark === undefined ? undefined : startLine + mark.line;
}

/** Documents of a text that starts with `{`: a stream of JSON objects; undefined when it is not that. */
export function jsonDocuments(text: string): SourceDocument[] | undefined {
  const documents = /^\s*\{/.test(text) ? splitJsonObjects(text) : undefined;
  return documents?.every(({ text: part }) => parseJson(part) !== undefined) === true ? documents : undefined;
}
