import { isJsonObject } from '../model/json';
import { UnreadableError } from './flow-value';
import { TOO_LONG } from './line-faults';
import { LONGEST_LINE } from './line-splitter';

/** Takes the lines of one file out of what others put around them. */
export interface Unwrapping {
  /** The line itself; empty where its end comes later; undefined where it is not wrapped this way. */
  readonly unwrap: (line: string) => string | undefined;
  /** Whether a line is open whose end has not come. */
  readonly isOpen: () => boolean;
}

/** What others put around the lines of a log on its way. */
export interface Wrapping {
  /** For people; empty where there is none. */
  readonly title: string;
  /** For one file: parts of a line that came one by one are remembered, up to the length of a line. */
  readonly open: () => Unwrapping;
}

/** `2026-01-31T12:00:00.123456789Z ` */
const TIME = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) )`;

/** Lines that are always whole. */
function whole(unwrap: Unwrapping['unwrap']): Wrapping['open'] {
  const unwrapping = { unwrap, isOpen: () => false };
  return () => unwrapping;
}

function cut(pattern: string): Wrapping['open'] {
  const beginning = new RegExp(`^${pattern}`);
  return whole((line) => {
    const found = beginning.exec(line);
    return found === null ? undefined : line.slice(found[0].length);
  });
}

/** A line, or a part of one, as runtimes of containers write them. */
interface Part {
  /** With the space after it; empty where there is none. */
  readonly time: string;
  readonly text: string;
  /** `stdout` or `stderr`: parts of both may come in turn. */
  readonly stream: string;
  readonly isLast: boolean;
}

/** `… stdout F text` (Kubernetes, CRI logging format): `P` says that the rest of the line follows in the next one. */
const CRI = new RegExp(`^${TIME}(stdout|stderr) ([FP])(?::[^ ]*)? `);

function criPart(line: string): Part | undefined {
  const [head, time = '', stream = '', tag] = CRI.exec(line) ?? [];
  if (head === undefined) return undefined;
  return { time, stream, text: line.slice(head.length), isLast: tag === 'F' };
}

/** `{"log":"…\n","stream":"stdout","time":"…"}` of Docker: only the end of a line has the break. */
function dockerPart(line: string): Part | undefined {
  if (!line.startsWith('{"log":')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (!isJsonObject(value)) return undefined;
    const { log, time, stream } = value;
    if (typeof log !== 'string') return undefined;
    return {
      time: typeof time === 'string' ? `${time} ` : '',
      text: log.replace(/\r?\n$/, ''),
      stream: typeof stream === 'string' ? stream : '',
      isLast: log.endsWith('\n'),
    };
  } catch {
    return undefined;
  }
}

/** Puts the parts of a line together again. @param keepTime whether the time of its first part stands before it */
function joined(partOf: (line: string) => Part | undefined, keepTime: boolean): Wrapping['open'] {
  return () => {
    const open = new Map<string, string>();
    const unwrap = (line: string): string | undefined => {
      const part = partOf(line);
      if (part === undefined) return undefined;
      const { time, text, stream, isLast } = part;
      const known = open.get(stream);
      const all = known === undefined ? `${keepTime ? time : ''}${text}` : known + text;
      if (!isLast) {
        // What is too long already grows no more: it is said once, when its end is there.
        if (known === undefined || known.length <= LONGEST_LINE) open.set(stream, all);
        return '';
      }
      if (known !== undefined) open.delete(stream);
      if (all.length > LONGEST_LINE) throw new UnreadableError(TOO_LONG);
      return all;
    };
    return { unwrap, isOpen: () => open.size > 0 };
  };
}

const PREFIX = String.raw`\[pod\/[^\]\s]+\] `;

/** Every way that is known, none first. Where a format reads the time before its line, that is kept. */
export const WRAPPINGS: readonly [Wrapping, ...Wrapping[]] = [
  { title: '', open: whole((line) => line) },
  { title: 'in server-sent events', open: cut('data: ?') },
  { title: 'in a container log', open: joined(criPart, true) },
  { title: 'in a container log', open: joined(criPart, false) },
  { title: 'in a container log of Docker', open: joined(dockerPart, true) },
  { title: 'in a container log of Docker', open: joined(dockerPart, false) },
  { title: 'after the names of pods', open: cut(PREFIX) },
  { title: 'after the names of pods and times', open: cut(PREFIX + TIME) },
  { title: 'after times', open: cut(TIME) },
];
