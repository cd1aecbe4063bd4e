import { escapedInQuotes } from './shown-text';

/** A list that is printed item by item, so that it never stands in memory whole. */
export type JsonItems = Iterable<unknown>;

/** A field of the outermost object: a small value, or a long list. */
export type JsonField = { readonly value: unknown } | { readonly items: JsonItems };

/** How many characters are handed on at once. */
const CHUNK = 64 * 1024;

/**
 * Prints an object with one field a line and the items of long lists one a line: readable, and comparable line by
 * line. Fields in the order given.
 */
export function* printJson(fields: Iterable<readonly [string, JsonField]>): Generator<string> {
  let text = '{';
  let separator = '\n';
  for (const [name, field] of fields) {
    text += `${separator}  ${JSON.stringify(name)}: `;
    separator = ',\n';
    if ('value' in field) text += indent(JSON.stringify(field.value, undefined, 2));
    else {
      let before = '[';
      for (const item of field.items) {
        text += `${before === '[' ? '[\n    ' : ',\n    '}${printItem(item)}`;
        before = ',';
        if (text.length < CHUNK) continue;
        yield escapedInQuotes(text);
        text = '';
      }
      text += before === '[' ? '[]' : '\n  ]';
    }
  }
  yield escapedInQuotes(`${text}\n}\n`);
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n  ');
}

/** Lists that many items share, such as the ports of pairs, as they were printed before. They never change. */
const PRINTED = new WeakMap<readonly unknown[], string>();

/** One line, with blanks as people write them. */
function printItem(value: unknown): string {
  if (Array.isArray(value)) return printList(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let text = '';
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) text += `${text === '' ? '{ ' : ', '}${quoted(key)}: ${printItem(item)}`;
  }
  return text === '' ? '{}' : `${text} }`;
}

/** Most texts that are kept. */
const MOST_QUOTED = 10_000;

/** Texts as they are printed: a list of pairs has few names, each of them very often. */
const QUOTED = new Map<string, string>();

function quoted(text: string): string {
  const known = QUOTED.get(text);
  if (known !== undefined) return known;
  const printed = JSON.stringify(text);
  if (QUOTED.size < MOST_QUOTED) QUOTED.set(text, printed);
  return printed;
}

function printList(list: readonly unknown[]): string {
  if (list.length === 0) return '[]';
  let text = PRINTED.get(list);
  if (text === undefined) PRINTED.set(list, (text = `[${list.map(printItem).join(', ')}]`));
  return text;
}
