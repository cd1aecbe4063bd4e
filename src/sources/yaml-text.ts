import { stringify } from 'yaml';
import { isJsonObject, type Json } from '../model/json';

/** How new text is to be written. */
export interface TextStyle {
  /** JSON wants quotes everywhere. */
  readonly isJson: boolean;
  /** What ends a line of the file. */
  readonly newline: string;
}

/** A value on one line, in braces and brackets where it has parts. */
export function inlineText(value: Json, style: TextStyle): string {
  const text = (part: Json): string => inlineText(part, style);
  if (Array.isArray(value)) return `[${value.map(text).join(', ')}]`;
  if (!isJsonObject(value)) return scalarText(value, style);
  const fields = Object.entries(value).map(([key, part]) => `${keyText(key, style)}: ${text(part ?? null)}`);
  return style.isJson ? `{${fields.join(', ')}}` : `{ ${fields.join(', ')} }`;
}

/** A key as it stands before its colon. */
export function keyText(key: string, style: TextStyle): string {
  return scalarText(key, style);
}

/** An item of a list in lines of its own, its fields below each other. @param column where its dash stands */
export function itemText(value: Json, column: number, style: TextStyle): string {
  const indent = ' '.repeat(column);
  if (!isJsonObject(value)) return `${indent}- ${inlineText(value, style)}`;
  const fields = Object.entries(value).map(
    ([key, part]) => `${keyText(key, style)}: ${inlineText(part ?? null, style)}`,
  );
  return fields.map((field, index) => `${indent}${index === 0 ? '- ' : '  '}${field}`).join(style.newline);
}

/** A text or a number; quoted where YAML would take it for something else. */
export function scalarText(value: string | number | boolean | null, { isJson }: TextStyle): string {
  return isJson ? JSON.stringify(value) : stringify(value, { version: '1.1', lineWidth: 0 }).trimEnd();
}

/** A text in the quotes of what it replaces; a number without any. */
export function scalarLike(value: string | number, before: string, style: TextStyle): string {
  const quote = before.charAt(0);
  const text = String(value);
  const isPlain = typeof value === 'string' && /^[-\w./:]*$/.test(text);
  return isPlain && (quote === '"' || quote === "'") ? `${quote}${text}${quote}` : scalarText(value, style);
}
