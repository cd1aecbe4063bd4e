import {
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Edit } from '../model/fix';
import type { FieldPath } from '../model/json';
import type { FieldEdit } from './field-edit';
import { inlineText, itemText, keyText, scalarLike, type TextStyle } from './yaml-text';

/** A part of a text and what takes its place. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A document as text and as parsed, with source tokens kept. */
export interface EditedDocument {
  readonly text: string;
  readonly parsed: Document;
  readonly style: TextStyle;
}

/** Where and how an edit changes the text; undefined where it cannot be made without touching more. */
export function spliceOf(document: EditedDocument, { path, edit }: FieldEdit): Splice | undefined {
  const holder = nodeAt(document.parsed, path.slice(0, -1));
  const target = nodeAt(document.parsed, path);
  switch (edit.type) {
    case 'append':
      return isSeq(target) ? appended(document, target, edit) : undefined;
    case 'insert':
      return isMap(target) ? inserted(document, target, edit) : undefined;
    case 'replace':
      return replaced(document, target, edit);
    case 'remove':
      return removed(document, holder, path.at(-1));
  }
}

/** The node at a path; undefined behind an alias, which stands for a text in another place. */
function nodeAt(root: Document, path: FieldPath): Node | undefined {
  let node: Node | undefined = isNode(root.contents) ? root.contents : undefined;
  for (const step of path) {
    if (isSeq(node)) {
      const item: unknown = typeof step === 'number' ? node.items[step] : undefined;
      node = isNode(item) ? item : undefined;
    } else if (isMap(node)) {
      const value: unknown = node.items[pairIndex(node, step)]?.value;
      node = isNode(value) ? value : undefined;
    } else return undefined;
  }
  return isAlias(node) ? undefined : node;
}

function pairIndex(map: YAMLMap, key: string | number): number {
  return map.items.findIndex((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));
}

type EditOf<Type extends Edit['type']> = Extract<Edit, { readonly type: Type }>;

function appended(
  { text, style }: EditedDocument,
  list: YAMLSeq,
  { value, comment = [] }: EditOf<'append'>,
): Splice | undefined {
  const last: unknown = list.items.at(-1);
  if (!isNode(last)) return undefined;
  const end = endOf(last);
  if (end === undefined) return undefined;
  if (list.flow === true) return { start: end, end, text: `, ${inlineText(value, style)}` };
  const dash = dashOf(list, list.items.length - 1);
  if (dash === undefined) return undefined;
  const column = dash - lineStart(text, dash);
  const isInline = isCollection(last) && last.flow === true;
  const item = isInline
    ? `${' '.repeat(column)}- ${inlineText(value, style)}`
    : itemText(value, column, style);
  const at = lineEnd(text, end);
  const above = style.isJson ? [] : comment.map((line) => `${style.newline}${' '.repeat(column)}# ${line}`);
  return { start: at, end: at, text: `${above.join('')}${style.newline}${item}` };
}

function inserted(
  { text, style }: EditedDocument,
  map: YAMLMap,
  { key, value, before = [] }: EditOf<'insert'>,
): Splice | undefined {
  const next = map.items.find(({ key: one }) => isScalar(one) && before.includes(String(one.value)));
  const at = keyStart(next ?? map.items[0]);
  if (at === undefined) return undefined;
  const field = `${keyText(key, style)}: ${inlineText(value, style)}`;
  if (map.flow === true) return { start: at, end: at, text: `${field}, ` };
  const line = lineStart(text, at);
  const column = at - line;
  if (text.slice(line, at).trim() !== '') {
    return { start: at, end: at, text: `${field}${style.newline}${' '.repeat(column)}` };
  }
  const start = aboveComments(text, line, column);
  return { start, end: start, text: `${' '.repeat(column)}${field}${style.newline}` };
}

/** Where the comments begin that stand directly above a line and in its indentation: they speak of it. */
function aboveComments(text: string, line: number, column: number): number {
  let start = line;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (text.slice(above, start).search(/\S/) !== column || text[above + column] !== '#') break;
    start = above;
  }
  return start;
}

function replaced(
  { text, style }: EditedDocument,
  target: Node | undefined,
  { value }: EditOf<'replace'>,
): Splice | undefined {
  const range = isScalar(target) ? target.range : undefined;
  if (!range) return undefined;
  const [start, end] = range;
  const before = text.slice(start, end);
  return before.includes('\n') ? undefined : { start, end, text: scalarLike(value, before, style) };
}

function removed(
  { text }: EditedDocument,
  holder: Node | undefined,
  step: string | number | undefined,
): Splice | undefined {
  if (isSeq(holder) && typeof step === 'number' && holder.items.length > 1) {
    const start = holder.flow === true ? nodeStart(holder.items[step]) : dashOf(holder, step);
    return holder.flow === true
      ? flowPart(holder.items, step, nodeStart, endOf)
      : wholeLines(text, start, endOf(holder.items[step]));
  }
  if (isMap(holder) && step !== undefined && holder.items.length > 1) {
    const index = pairIndex(holder, step);
    const pair = holder.items[index];
    if (pair === undefined) return undefined;
    return holder.flow === true
      ? flowPart(holder.items, index, keyStart, pairEnd)
      : wholeLines(text, keyStart(pair), pairEnd(pair));
  }
  return undefined;
}

/** From the end of what stands before it, so with the comma between; the first goes with the comma after it. */
function flowPart<Part>(
  parts: readonly Part[],
  index: number,
  startOf: (part: Part | undefined) => number | undefined,
  endOfPart: (part: Part | undefined) => number | undefined,
): Splice | undefined {
  const start = index === 0 ? startOf(parts[0]) : endOfPart(parts[index - 1]);
  const end = index === 0 ? startOf(parts[1]) : endOfPart(parts[index]);
  return start === undefined || end === undefined ? undefined : { start, end, text: '' };
}

/** The lines of something that stands alone on them. */
function wholeLines(text: string, from: number | undefined, to: number | undefined): Splice | undefined {
  if (from === undefined || to === undefined) return undefined;
  const start = lineStart(text, from);
  if (text.slice(start, from).trim() !== '') return undefined;
  const end = lineEnd(text, to);
  // With the newline before it, so that something else may still be put at its end.
  if (start > 0) return { start: lineEnd(text, start - 1), end, text: '' };
  const next = text.indexOf('\n', end);
  return { start, end: next < 0 ? text.length : next + 1, text: '' };
}

function dashOf(list: YAMLSeq, index: number): number | undefined {
  const { srcToken } = list;
  if (srcToken?.type !== 'block-seq') return undefined;
  // Comments between items are tokens of their own.
  const items = srcToken.items.filter(({ start }) => start.some(({ type }) => type === 'seq-item-ind'));
  return items[index]?.start.find(({ type }) => type === 'seq-item-ind')?.offset;
}

function nodeStart(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function keyStart(pair: Pair | undefined): number | undefined {
  return nodeStart(pair?.key);
}

function pairEnd(pair: Pair | undefined): number | undefined {
  return endOf(pair?.value) ?? endOf(pair?.key);
}

/** Where the text of a node ends, without what follows on its line. */
function endOf(node: unknown): number | undefined {
  if (!isNode(node)) return undefined;
  if (isMap(node) && node.flow !== true) return pairEnd(node.items.at(-1));
  if (isSeq(node) && node.flow !== true) return endOf(node.items.at(-1));
  const end = node.range?.[1];
  // The text of a block ends with the end of its last line.
  const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
  return end !== undefined && isBlock ? end - 1 : end;
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1;
}

/** Before the character, or the two, that end the line. */
function lineEnd(text: string, at: number): number {
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline;
  return text[end - 1] === '\r' ? end - 1 : end;
}
