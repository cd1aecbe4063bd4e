import { isJsonObject } from '../model/json';

/** What others put around the lines of a log on its way. */
export interface Wrapping {
  /** For people; empty where there is none. */
  readonly title: string;
  /** The line itself; undefined where it is not wrapped this way. */
  readonly unwrap: (line: string) => string | undefined;
}

/** `2026-01-31T12:00:00.123456789Z ` */
const TIME = String.raw`(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) )`;

function cut(pattern: string, keepTime: boolean): Wrapping['unwrap'] {
  const beginning = new RegExp(`^${pattern}`);
  return (line) => {
    const found = beginning.exec(line);
    if (found === null) return undefined;
    const rest = line.slice(found[0].length);
    return keepTime ? `${found[1] ?? ''}${rest}` : rest;
  };
}

/** `{"log":"…\n","stream":"stdout","time":"…"}` of Docker. */
function dockerLog(keepTime: boolean): Wrapping['unwrap'] {
  return (line) => {
    if (!line.startsWith('{"log":')) return undefined;
    try {
      const value: unknown = JSON.parse(line);
      if (!isJsonObject(value)) return undefined;
      const { log, time } = value;
      if (typeof log !== 'string') return undefined;
      return `${keepTime && typeof time === 'string' ? `${time} ` : ''}${log.replace(/\r?\n$/, '')}`;
    } catch {
      return undefined;
    }
  };
}

const CRI = `${TIME}(?:stdout|stderr) [FP] `;
const PREFIX = String.raw`\[pod\/[^\]\s]+\] `;

/** Every way that is known, none first. Where a format reads the time before its line, that is kept. */
export const WRAPPINGS: readonly Wrapping[] = [
  { title: '', unwrap: (line) => line },
  { title: 'in server-sent events', unwrap: cut('data: ?', false) },
  { title: 'in a container log', unwrap: cut(CRI, true) },
  { title: 'in a container log', unwrap: cut(CRI, false) },
  { title: 'in a container log of Docker', unwrap: dockerLog(true) },
  { title: 'in a container log of Docker', unwrap: dockerLog(false) },
  { title: 'after the names of pods', unwrap: cut(PREFIX, false) },
  { title: 'after the names of pods and times', unwrap: cut(PREFIX + TIME, false) },
  { title: 'after times', unwrap: cut(TIME, false) },
];
