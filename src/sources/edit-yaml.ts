import { parseDocument as parseForEdit } from 'yaml';
import { sameJson } from '../model/json';
import type { SourceDocument } from './document';
import { distinctEdits, editedValue, type FieldEdit } from './field-edit';
import { parseDocument } from './parse-document';
import { spliceOf, type EditedDocument, type Splice } from './yaml-splices';

/** The text of a document after edits, or why it stays as it is. */
export type EditResult =
  | { readonly text: string; readonly refusal?: undefined }
  | { readonly text?: undefined; readonly refusal: string };

/**
 * Makes edits in the text of one YAML or JSON document. Comments, order, quotes and indentation stay: only the lines that
 * an edit is about change. What comes out is read again, and taken only when it means just what was intended.
 */
export function editDocument(document: SourceDocument, edits: readonly FieldEdit[]): EditResult {
  const { text } = document;
  const wanted = distinctEdits(edits);
  const edited = openDocument(text);
  if (edited === undefined) return { refusal: 'its YAML cannot be edited' };
  const splices = wanted.map((one) => spliceOf(edited, one));
  if (!splices.every((splice) => splice !== undefined)) {
    return { refusal: 'it is written in a way that is not edited, such as with an alias' };
  }
  const after = spliced(text, splices);
  if (after === undefined) return { refusal: 'two mends are about the same text' };
  return isAsMeant(document, wanted, after)
    ? { text: after }
    : { refusal: 'the edit would change something else too' };
}

function openDocument(text: string): EditedDocument | undefined {
  const options = {
    version: '1.1',
    keepSourceTokens: true,
    strict: false,
    uniqueKeys: false,
    logLevel: 'silent',
  } as const;
  try {
    const parsed = parseForEdit(text, options);
    const style = { isJson: isJson(text), newline: text.includes('\r\n') ? '\r\n' : '\n' };
    return parsed.errors.length > 0 ? undefined : { text, parsed, style };
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Undefined when two of them overlap. What is put in at one position comes in the order of the edits. */
function spliced(text: string, splices: readonly Splice[]): string | undefined {
  const ordered = splices
    .map((splice, index) => ({ ...splice, index }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
  let after = '';
  let done = 0;
  for (const { start, end, text: put } of ordered) {
    if (start < done) return undefined;
    after += text.slice(done, start) + put;
    done = end;
  }
  return after + text.slice(done);
}

function isAsMeant(document: SourceDocument, edits: readonly FieldEdit[], after: string): boolean {
  const before = parseDocument(document).value;
  const expected = before === undefined ? undefined : editedValue(before, edits);
  const { value } = parseDocument({ ...document, text: after });
  return expected !== undefined && value !== undefined && sameJson(expected, value);
}
