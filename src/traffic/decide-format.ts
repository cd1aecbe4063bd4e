import { isJsonObject, type JsonObject } from '../model/json';
import { UnreadableError } from './flow-value';
import { ALL_FORMATS } from './formats/all-formats';
import type { FlowFormat, FormatChoice, JsonFormat } from './formats/flow-format';
import { JsonValues } from './json-values';
import { LineSplitter } from './line-splitter';
import { WRAPPINGS, type Wrapping } from './wrapped-lines';

/** How much of a file is looked at, in bytes. */
export const HEAD_LENGTH = 256 * 1024;

/** No more lines (or values) are looked at. */
const MOST_LINES = 50;

/** How a file is to be read. */
export interface Decision {
  readonly format: FlowFormat;
  /** One record a line, or JSON laid out in any other way. */
  readonly layout: 'lines' | 'values';
  readonly wrapping: Wrapping;
}

const [NOT_WRAPPED] = WRAPPINGS;

/**
 * Decides by the beginning of a file (at most {@link HEAD_LENGTH} bytes) how it is to be read: as the format that knows
 * the most of its lines. Undefined where none knows any; with a format that was asked for, that one is taken then.
 */
export function decideFormat(head: Buffer, isWhole: boolean, choice: FormatChoice): Decision | undefined {
  const formats = ALL_FORMATS.filter(({ name }) => choice === 'auto' || name === choice);
  const lines = linesOf(head, isWhole);
  const candidates = [...readAsLines(lines, formats), ...readAsValues(head, formats)];
  let best: Candidate | undefined;
  for (const candidate of candidates) if (candidate.known > (best?.known ?? 0)) best = candidate;
  return best ?? (choice === 'auto' ? undefined : asAskedFor(head, formats));
}

interface Candidate extends Decision {
  /** How many lines it knows. */
  readonly known: number;
}

/** The first lines that are not empty. The last one may have been cut off by the end of the head. */
function linesOf(head: Buffer, isWhole: boolean): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((text, _, fault) => {
    if (lines.length < MOST_LINES && fault === undefined && text.trim() !== '') lines.push(withoutMark(text));
  });
  splitter.push(head);
  if (isWhole) splitter.end();
  return lines;
}

/** Without the byte order mark that some put before UTF-8. */
export function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function readAsLines(lines: readonly string[], formats: readonly FlowFormat[]): Candidate[] {
  return WRAPPINGS.flatMap((wrapping) => {
    const { unwrap } = wrapping.open();
    const texts = lines.flatMap((line) => unwrap(line) ?? []);
    const values = texts.map(parseObject).filter((value) => value !== undefined);
    return formats.map((format): Candidate => {
      const known =
        format.input === 'text'
          ? texts.filter((text) => knows(() => format.recognises(text))).length
          : values.filter((value) => knows(() => format.recognises(value))).length;
      return { format, layout: 'lines', wrapping, known };
    });
  });
}

function readAsValues(head: Buffer, formats: readonly FlowFormat[]): Candidate[] {
  if (!/^[{[]/.test(firstCharacter(head))) return [];
  const values: JsonObject[] = [];
  const splitter = new JsonValues((text) => {
    const value = values.length < MOST_LINES ? parseObject(text) : undefined;
    if (value !== undefined) values.push(value);
  });
  splitter.push(head);
  return formats
    .filter((format): format is JsonFormat => format.input === 'json')
    .map((format) => {
      const known = values.filter((value) => knows(() => format.recognises(value))).length;
      return { format, layout: 'values', wrapping: NOT_WRAPPED, known };
    });
}

function knows(question: () => boolean): boolean {
  try {
    return question();
  } catch (error) {
    if (error instanceof UnreadableError) return false;
    throw error;
  }
}

/** The object that a text is as JSON; undefined where it is none. */
function parseObject(text: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function firstCharacter(head: Buffer): string {
  return withoutMark(head.toString('utf8', 0, 1_024))
    .trimStart()
    .slice(0, 1);
}

/** Of the forms of a format, JSON where the file begins like it. */
function asAskedFor(head: Buffer, formats: readonly FlowFormat[]): Decision | undefined {
  const first = firstCharacter(head);
  const wanted = first === '{' || first === '[' ? 'json' : 'text';
  const format = formats.find(({ input }) => input === wanted) ?? formats[0];
  if (format === undefined) return undefined;
  const layout = format.input === 'json' && first === '[' ? 'values' : 'lines';
  return { format, layout, wrapping: NOT_WRAPPED };
}

/** The decision in words: `Cilium Hubble JSON in a container log`. */
export function printDecision({ format, wrapping }: Decision): string {
  return wrapping.title === '' ? format.title : `${format.title} ${wrapping.title}`;
}
