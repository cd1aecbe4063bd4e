import type { Diff } from './diff';

/** One manifest file, by its path from the folder that is compared. */
export interface DriftText {
  readonly name: string;
  readonly text: string;
}

/** A file, or an object of a live cluster, that is not the same on both sides. */
export type FileDrift =
  | {
      readonly change: 'changed';
      readonly name: string;
      /** The first line that differs, from 1; 0 for a live object. */
      readonly line: number;
      /** That line as it is committed and as it should be; absent where the file ends before it. */
      readonly committed?: string | undefined;
      readonly fresh?: string | undefined;
      /** Of a live object, instead of the line: the first field that differs, `spec.ingress[0].ports[0].port`. */
      readonly field?: string | undefined;
      /** The other fields of a live object that differ. */
      readonly moreFields?: readonly string[] | undefined;
      /** Only the ends of lines differ (CRLF and LF). */
      readonly lineEndings: boolean;
    }
  /** `missing`: it should be there and is not. `left-over`: it is there and should not. */
  | { readonly change: 'missing' | 'left-over'; readonly name: string };

/** What is committed against what should be. */
export interface Drift {
  /** What is compared, as it was given: `dist`. */
  readonly committed: string;
  /** With what: `a fresh synth`, or the path that was given. */
  readonly fresh: string;
  /** How many files there are on both sides together. */
  readonly compared: number;
  /** What is compared: files, or objects of a live cluster. Default files. */
  readonly unit?: 'file' | 'object' | undefined;
  /** Sorted by name. */
  readonly files: readonly FileDrift[];
  /** What it means for who can talk to whom, from what is committed to what should be. */
  readonly diff: Diff;
}

/** Files that differ, by name; texts are compared byte by byte. */
export function fileDrifts(committed: readonly DriftText[], fresh: readonly DriftText[]): FileDrift[] {
  const [old, young] = [committed, fresh].map(
    (files) => new Map(files.map(({ name, text }) => [name, text])),
  );
  const names = [...new Set([...committed, ...fresh].map(({ name }) => name))].sort();
  return names.flatMap((name): FileDrift[] => {
    const [was, is] = [old?.get(name), young?.get(name)];
    if (was === undefined) return [{ change: 'missing', name }];
    if (is === undefined) return [{ change: 'left-over', name }];
    return was === is ? [] : [changed(name, was, is)];
  });
}

function changed(name: string, was: string, is: string): FileDrift {
  const [old, young] = [was.split('\n'), is.split('\n')];
  const index = old.findIndex((line, at) => line !== young[at]);
  // All lines that there are agree: the fresh text goes on.
  const at = index < 0 ? old.length : index;
  return {
    change: 'changed',
    name,
    line: at + 1,
    committed: old[at],
    fresh: young[at],
    lineEndings: was.replaceAll('\r\n', '\n') === is.replaceAll('\r\n', '\n'),
  };
}

/** Whether anything is not as it should be. */
export function hasDrifted({ files, diff }: Drift): boolean {
  return files.length + diff.pairs.length + diff.isolation.length + diff.rolls.length > 0;
}

/** `dist is not what a fresh synth writes: 1 file differs, 2 are missing`. */
export function driftSummary(drift: Drift): string {
  const { committed, fresh, compared, files, unit = 'file' } = drift;
  if (!hasDrifted(drift)) return `${committed} is ${fresh}: ${compared} ${unit}${compared === 1 ? '' : 's'}`;
  const counts = (['changed', 'missing', 'left-over'] as const).map(
    (change) => [change, files.filter((file) => file.change === change).length] as const,
  );
  const said = counts.filter(([, count]) => count > 0).map(([change, count]) => counted(change, count, unit));
  return `${committed} is not ${fresh}: ${said.length === 0 ? `the same ${unit}s mean something else` : said.join(', ')}`;
}

function counted(change: FileDrift['change'], count: number, unit: 'file' | 'object'): string {
  const files = `${count} ${unit}${count === 1 ? '' : 's'}`;
  if (change === 'changed') return `${files} ${count === 1 ? 'differs' : 'differ'}`;
  return `${files} ${change === 'missing' ? 'missing' : 'left over'}`;
}

/** `differs from line 12`, `differs in spec.ingress and 2 more fields`, `missing`, `left over`. */
export function driftWords(file: FileDrift): string {
  if (file.change !== 'changed') return file.change === 'missing' ? 'missing' : 'left over';
  if (file.field !== undefined) {
    const more = file.moreFields?.length ?? 0;
    return `differs in ${file.field}${more === 0 ? '' : ` and ${more} more field${more === 1 ? '' : 's'}`}`;
  }
  return file.lineEndings ? 'differs in the ends of lines (CRLF and LF)' : `differs from line ${file.line}`;
}
