import {
  chmodSync,
  existsSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Finding } from '../model/finding';
import { placeOfEdit, type Edit } from '../model/fix';
import type { SourceDocument } from './document';
import { editDocument } from './edit-yaml';
import type { FieldEdit } from './field-edit';
import { FilePlace } from './positions';
import { UsageError } from './usage-error';

/** A file with its mends. */
export interface FixedFile {
  /** Where it lies. */
  readonly disk: string;
  readonly before: string;
  readonly after: string;
}

/** A finding that is not mended although it could be, and why. */
export interface RefusedFix {
  readonly finding: Finding;
  readonly reason: string;
}

/** What mending findings comes to; nothing is written yet. */
export interface FixPlan {
  readonly files: readonly FixedFile[];
  readonly fixed: readonly Finding[];
  readonly refused: readonly RefusedFix[];
}

/** A finding with its edits, all of them in one document. */
interface Mend {
  readonly finding: Finding;
  readonly document: SourceDocument;
  readonly edits: readonly FieldEdit[];
}

/**
 * Makes the edits that findings carry, in memory: in YAML and JSON, documents of any number in a file, items of a `List`
 * too. Each file is read anew; a finding of what has changed since, or cannot be written to, is refused.
 *
 * @throws UsageError when a file cannot be read any more
 */
export function planFixes(findings: readonly Finding[]): FixPlan {
  const byFile = new Map<string, Mend[]>();
  const refused: RefusedFix[] = [];
  for (const finding of findings) {
    if (finding.fix === undefined) continue;
    const located = locate(finding, finding.fix);
    if (typeof located === 'string') refused.push({ finding, reason: located });
    else groupOf(byFile, located.disk).push(located.mend);
  }
  const files: FixedFile[] = [];
  const fixed: Finding[] = [];
  for (const [disk, mends] of [...byFile].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = attempt(disk, () => readFileSync(disk, 'utf8'));
    const result = fixText(before, mends);
    if (result.text !== before) files.push({ disk, before, after: result.text });
    fixed.push(...result.fixed);
    refused.push(...result.refused);
  }
  return { files, fixed, refused };
}

/** Writes the files. A reader meets the old file or the new one, never half of it. */
export function writeFixes({ files }: Pick<FixPlan, 'files'>): void {
  for (const { disk, after } of files)
    attempt(disk, () => {
      replaceFile(disk, after);
    });
}

function locate(
  finding: Finding,
  fix: readonly Edit[],
): { readonly disk: string; readonly mend: Mend } | string {
  const edits: FieldEdit[] = [];
  let spot: { readonly document: SourceDocument; readonly disk: string } | undefined;
  for (const edit of fix) {
    const place = placeOfEdit(edit);
    if (!(place instanceof FilePlace)) return 'it is written in no file';
    const { document, disk, path } = place.written;
    if (disk === undefined) return `${place.file} is no file on disk that could be written`;
    if (spot !== undefined && spot.document !== document) return 'it takes changes in several documents';
    spot = { document, disk };
    edits.push({ path, edit });
  }
  if (spot === undefined) return 'it names no change';
  return { disk: spot.disk, mend: { finding, document: spot.document, edits } };
}

interface FixedText {
  readonly text: string;
  readonly fixed: readonly Finding[];
  readonly refused: readonly RefusedFix[];
}

function fixText(before: string, mends: readonly Mend[]): FixedText {
  const byDocument = new Map<SourceDocument, Mend[]>();
  for (const mend of mends) groupOf(byDocument, mend.document).push(mend);
  const documents = [...byDocument].sort(([a], [b]) => a.startLine - b.startLine);
  const [fixed, refused]: [Finding[], RefusedFix[]] = [[], []];
  const starts = lineStarts(before);
  let text = '';
  let done = 0;
  for (const [document, own] of documents) {
    const start = before.indexOf(document.text, Math.max(done, starts[document.startLine - 1] ?? 0));
    if (start < 0) {
      refused.push(
        ...own.map(({ finding }) => ({ finding, reason: 'the file has changed since it was read' })),
      );
      continue;
    }
    const result = fixDocument(document, own);
    text += before.slice(done, start) + result.text;
    done = start + document.text.length;
    fixed.push(...result.fixed);
    refused.push(...result.refused);
  }
  return { text: text + before.slice(done), fixed, refused };
}

function groupOf<Key, Item>(groups: Map<Key, Item[]>, key: Key): Item[] {
  const group = groups.get(key) ?? [];
  groups.set(key, group);
  return group;
}

/** All mends at once; where they do not go together, as many as do, found by halves. */
function fixDocument(document: SourceDocument, mends: readonly Mend[]): FixedText {
  let { text } = document;
  const made: Mend[] = [];
  const refused: RefusedFix[] = [];
  const take = (group: readonly Mend[]): void => {
    const result = editDocument(
      document,
      [...made, ...group].flatMap(({ edits }) => edits),
    );
    if (result.text !== undefined) {
      text = result.text;
      made.push(...group);
    } else if (group.length <= 1) {
      const { refusal: reason } = result;
      refused.push(...group.map(({ finding }) => ({ finding, reason })));
    } else {
      const half = Math.ceil(group.length / 2);
      take(group.slice(0, half));
      take(group.slice(half));
    }
  };
  take(mends);
  return { text, fixed: made.map(({ finding }) => finding), refused };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** A link stays one, and the file keeps its permissions. */
function replaceFile(disk: string, text: string): void {
  if (!existsSync(disk)) {
    writeFileSync(disk, text, { flag: 'wx' });
    return;
  }
  const path = realpathSync(disk);
  const fresh = `${path}.intents-${process.pid}.tmp`;
  try {
    writeFileSync(fresh, text, { flag: 'wx' });
    chmodSync(fresh, statSync(path).mode);
    renameSync(fresh, path);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be mended: ${reason}`, { cause: error });
  }
}
