import type { SourceDocument } from './document';

// A string that never ends is taken to the end of the text, so that hostile input is not searched again and again.
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$)/.source;
const TOKEN = new RegExp(`${STRING}|[{}[\\]\\n]`, 'gs');
const STRING_AND_COLON = new RegExp(`${STRING}(\\s*:)?`, 'gs');

/**
 * Takes a stream of JSON objects apart, one document each; undefined when the text is not just JSON objects, one after
 * the other. kubectl reads a file as JSON when it starts with `{`.
 */
export function splitJsonObjects(text: string): SourceDocument[] | undefined {
  const documents: SourceDocument[] = [];
  let depth = 0;
  let start = 0;
  let line = 1;
  let startLine = 1;
  for (const match of text.matchAll(TOKEN)) {
    const token = match[0];
    if (token === '\n') line++;
    if (token === '{' || token === '[') {
      if (depth === 0 && text.slice(start, match.index).trim() !== '') return undefined;
      if (depth === 0) [start, startLine] = [match.index, line];
      depth++;
    }
    if (token !== '}' && token !== ']') continue;
    depth--;
    if (depth < 0) return undefined;
    if (depth > 0) continue;
    documents.push({ text: text.slice(start, match.index + 1), startLine });
    start = match.index + 1;
  }
  return depth === 0 && text.slice(start).trim() === '' ? documents : undefined;
}

/** How many keys the text of a JSON value has, duplicates counted: `JSON.parse` keeps the last of them silently. */
export function countJsonKeys(text: string): number {
  let keys = 0;
  for (const match of text.matchAll(STRING_AND_COLON)) if (match[1] !== undefined) keys++;
  return keys;
}
