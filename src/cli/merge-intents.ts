import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readIntents } from '../intents/read-intents';
import type { Resource } from '../model/resource';
import { plural } from '../reports/words';
import { shownText } from '../reports/shown-text';
import { planFixes, writeFixes, type FixedFile } from '../sources/fix-files';
import { readManifestFiles } from '../sources/files';
import { UsageError } from '../sources/usage-error';
import type { DraftIntents } from '../traffic/calls/draft-intents';
import { intentsYaml } from '../traffic/output/intents-yaml';
import { mergeEdits, type PresentIntents } from '../traffic/output/merge-edits';
import { patchOf } from './mend-files';
import { writeAll, type Terminal } from './terminal';

/** Name of the file in a folder that objects for new clients go to. */
const NEW_FILE = 'observed-intents.yaml';

/** Intents of the input, and which of them are in the files that may be written. */
export function presentIntents(resources: readonly Resource[], merge: string | undefined): PresentIntents[] {
  const files = new Set(merge === undefined || !existsSync(merge) ? [] : readManifestFiles([merge]).files);
  return resources.flatMap((resource) => {
    const [intents] = resource.kind === 'ClientIntents' ? readIntents([resource]).intents : [];
    if (intents === undefined) return [];
    return [{ intents, resource, isInFiles: files.has(resource.place.file ?? '') }];
  });
}

/** @throws UsageError when it is neither a file nor a folder on disk */
export function checkMergePath(path: string): void {
  if (path === '-' || (path.includes(':') && !existsSync(path)))
    throw new UsageError(`--merge ${path} is no file on disk, so nothing can be written to it.`);
  if (!existsSync(path) && !/\.ya?ml$/.test(path))
    throw new UsageError(`--merge ${path} does not exist. Name a folder, or a file that ends in .yaml.`);
}

/**
 * Adds what was seen to the files: targets to the objects that are there, objects for clients that have none. What
 * people wrote, and their comments, stay as they are.
 *
 * @returns whether all of it could be added
 */
export async function mergeInto(
  merge: string,
  drafts: readonly DraftIntents[],
  present: readonly PresentIntents[],
  { dryRun, terminal }: { readonly dryRun: boolean; readonly terminal: Terminal },
): Promise<boolean> {
  const { edits, added, refused } = mergeEdits(drafts, present);
  const plan = planFixes(edits);
  const files = withNew(plan.files, merge, added);
  if (dryRun) await writeAll(terminal, files.map(patchOf));
  else writeFixes({ files });
  const verb = dryRun ? 'would add' : 'added';
  const lines = [
    ...files.map(({ disk }) => `${dryRun ? 'would write' : 'wrote'} ${disk}`),
    ...refused.map(({ draft, reason }) => `not added: targets of ${draft.client.id}: ${reason}`),
    ...plan.refused.map(
      ({ finding, reason }) => `not added: ${finding.object ?? ''}: ${finding.message}: ${reason}`,
    ),
    `${verb} ${plural(plan.fixed.length, 'target')} to intents that are there, and ${plural(added.length, 'new object')}`,
  ];
  terminal.err(lines.map((line) => `${shownText(line, 1000)}\n`).join(''));
  return refused.length + plan.refused.length === 0;
}

function withNew(
  fixed: readonly FixedFile[],
  merge: string,
  added: readonly DraftIntents[],
): readonly FixedFile[] {
  if (added.length === 0) return fixed;
  const disk = existsSync(merge) && statSync(merge).isDirectory() ? join(merge, NEW_FILE) : merge;
  const own = fixed.find((file) => file.disk === disk);
  const before = own?.before ?? (existsSync(disk) ? readFileSync(disk, 'utf8') : '');
  const start = own?.after ?? before;
  const text = [...intentsYaml(added)].join('');
  const isEmpty = start.trim() === '';
  const after = isEmpty ? text : `${start}${start.endsWith('\n') ? '' : '\n'}---\n${text}`;
  return [...fixed.filter((file) => file !== own), { disk, before, after }];
}
