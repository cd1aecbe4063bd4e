/** A name as the programs make it that rotate logs. */
interface Rotated {
  /** What the names of all files of the log have in common. */
  readonly log: string;
  /** Place in the order of time: the older, the smaller. */
  readonly age: readonly [older: number, stamp: string];
}

/** The file that is still written is the newest. */
const NEWEST = 2;

/**
 * `flows.log.2.gz` and `flows.log.1` (the higher, the older), `flows.log-20260131` and `0.log.20260131-120000`, and
 * `flows-2026-01-31T12-00-00.000.log` of Hubble's exporter.
 */
function rotated(name: string): Rotated {
  const bare = name.replace(/\.gz$/, '');
  const [, numbered, number] = /^(.+)\.(\d{1,6})$/.exec(bare) ?? [];
  if (numbered !== undefined && number !== undefined) return { log: numbered, age: [-Number(number), ''] };
  const [, dated, date] = /^(.+?)[.-](\d{4}-?\d\d-?\d\d(?:[-T_]?\d{2,6}(?:-\d\d){0,2})?)$/.exec(bare) ?? [];
  if (dated !== undefined && date !== undefined) return { log: dated, age: [1, date] };
  const [, begin, stamp, end] = /^(.+)-(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3})(\.[^.]+)?$/.exec(bare) ?? [];
  if (begin !== undefined && stamp !== undefined) return { log: `${begin}${end ?? ''}`, age: [1, stamp] };
  return { log: bare, age: [NEWEST, ''] };
}

/**
 * The same things, those of one log beside each other and the oldest first; logs in the order in which the first of them
 * came.
 *
 * @param nameOf folder and name of a thing
 */
export function sortRotated<T>(
  things: readonly T[],
  nameOf: (thing: T) => readonly [folder: string, name: string],
): T[] {
  const logs = new Map<string, { readonly thing: T; readonly age: Rotated['age'] }[]>();
  for (const thing of things) {
    const [folder, name] = nameOf(thing);
    const { log, age } = rotated(name);
    const key = `${folder}\u0000${log}`;
    const known = logs.get(key);
    if (known === undefined) logs.set(key, [{ thing, age }]);
    else known.push({ thing, age });
  }
  return [...logs.values()].flatMap((log) =>
    log.sort((a, b) => compareAges(a.age, b.age)).map(({ thing }) => thing),
  );
}

function compareAges(a: Rotated['age'], b: Rotated['age']): number {
  return a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);
}
