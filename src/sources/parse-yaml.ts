import { load, YAMLException } from 'js-yaml';
import type { SourceDocument } from './document';
import { KUBECTL_SCHEMA } from './kubectl-schema';
import { MAX_DEPTH } from './measure';
import { applyMergeKeys, MergeError, unshare } from './merge-keys';
import { checkParsed, type ParseProblem, type ParseResult } from './parse-result';

/** A map or list counts twice in js-yaml's depth. Its types do not know `maxDepth` yet. */
const LOAD_OPTIONS = { schema: KUBECTL_SCHEMA, maxDepth: 2 * MAX_DEPTH };

/** Parses YAML with the meaning that kubectl gives it. */
export function parseYaml(document: SourceDocument): ParseResult {
  const { text } = document;
  try {
    const checked = checkParsed(load(text, LOAD_OPTIONS), text);
    if (checked.problem !== undefined) return checked;
    const merged = text.includes('<<') ? applyMergeKeys(checked.value) : checked.value;
    return { value: text.includes('&') ? unshare(merged) : merged };
  } catch (error) {
    return { problem: problemOf(error, document) };
  }
}

function problemOf(error: unknown, document: SourceDocument): ParseProblem {
  if (error instanceof YAMLException) {
    const line = lineOf(error.mark, document);
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

/**
 * The types of js-yaml promise a mark, but an error about the whole text has none. What is missing at the end is said
 * of the last line that is written: js-yaml counts one more.
 */
function lineOf(
  mark: { readonly line: number } | undefined,
  { text, startLine }: SourceDocument,
): number | undefined {
  if (mark === undefined) return undefined;
  const last = text.trimEnd().split('\n').length - 1;
  return startLine + Math.min(mark.line, last);
}
