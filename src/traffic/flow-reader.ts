import { isJsonObject, type JsonObject } from '../model/json';
import { withoutMark, type Decision } from './decide-format';
import type { FlowItem, FlowPlace } from './flow-record';
import { UnreadableError } from './flow-value';
import type { Reader } from './formats/flow-format';
import { JsonValues } from './json-values';
import { FAULTS } from './line-faults';
import { LineSplitter, type LineFault } from './line-splitter';
import type { Unwrapping } from './wrapped-lines';

/** Takes what a line is read as. */
export type Emit = (item: FlowItem) => void;

/** Takes the bytes of one file, piece by piece. */
export interface FlowReader {
  readonly push: (chunk: Buffer) => void;
  /** The file is at its end. */
  readonly end: () => void;
}

/** A reader of one file as it was decided. Empty lines are nothing; every other line or value emits one item or more. */
export function openReader(decision: Decision, file: string, emit: Emit): FlowReader {
  const unwrapping = decision.wrapping.open();
  const read = lineReader(decision, unwrapping);
  let last = 1;
  const take = (text: string, line: number, fault: LineFault | undefined): void => {
    const place: FlowPlace = { file, line };
    last = line;
    try {
      if (fault !== undefined) throw new UnreadableError(FAULTS[fault]);
      const found = read(line === 1 ? withoutMark(text) : text, place);
      if ('kind' in found) emit(found);
      else for (const item of found) emit(item);
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error;
      emit(unreadable(error.message, place));
    }
  };
  const splitter = decision.layout === 'lines' ? new LineSplitter(take) : new JsonValues(take);
  return {
    push: (chunk) => {
      splitter.push(chunk);
    },
    end: () => {
      splitter.end();
      if (unwrapping.isOpen()) emit(unreadable(END_MISSING, { file, line: last }));
    },
  };
}

const END_MISSING = 'the end of a line that was written in parts is missing';

/** A line that cannot be understood. */
export function unreadable(reason: string, place: FlowPlace): FlowItem {
  return { kind: 'unreadable', reason, place };
}

function lineReader({ format, layout }: Decision, unwrapping: Unwrapping): Reader<string> {
  const unwrap = (line: string): string => (layout === 'lines' ? (unwrapping.unwrap(line) ?? line) : line);
  if (format.input === 'text') {
    const read = format.open();
    return (line, place) => {
      const text = unwrap(line);
      return isBlank(text) ? NOTHING : read(text, place);
    };
  }
  const read = format.open();
  const { otherLines } = format;
  return (line, place) => {
    const text = unwrap(line);
    if (isBlank(text)) return NOTHING;
    if (otherLines !== undefined && !text.trimStart().startsWith('{'))
      return { kind: 'skipped', reason: otherLines, place };
    return read(parse(text), place);
  };
}

const NOTHING: readonly FlowItem[] = [];

function isBlank(text: string): boolean {
  return text === '' || (text.charCodeAt(0) <= 0x20 && text.trim() === '');
}

function parse(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnreadableError('it is no JSON');
  }
  if (!isJsonObject(value)) throw new UnreadableError('it is no JSON object');
  return value;
}
