import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readIntents } from '../intents/read-intents';
import { listSome } from '../model/list-some';
import { resourceId, type Resource } from '../model/resource';
import type { Workload } from '../model/workloads/workload';
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

export interface MergeOptions {
  /** Of the manifests. */
  readonly workloads: readonly Workload[];
  /** Whether what would change is printed, and nothing written. */
  readonly dryRun: boolean;
  readonly terminal: Terminal;
}

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
  { workloads, dryRun, terminal }: MergeOptions,
): Promise<boolean> {
  const { edits, added, refused, shared } = mergeEdits(drafts, present, workloads);
  const plan = planFixes(edits);
  const files = withNew(plan.files, merge, added);
  if (dryRun) await writeAll(terminal, files.map(patchOf));
  else writeFixes({ files });
  const verb = dryRun ? 'would add' : 'added';
  const lines = [
    ...files.map(({ disk }) => `${dryRun ? 'would write' : 'wrote'} ${disk}`),
    ...shared.map(({ draft, object, others }) => sharedLine(draft, object, others)),
    ...refused.map(({ draft, reason }) => `not added: targets of ${draft.client.id}: ${reason}`),
    ...plan.refused.map(
      ({ finding, reason }) => `not added: ${finding.object ?? ''}: ${finding.message}: ${reason}`,
    ),
    `${verb} ${plural(plan.fixed.length, 'target')} to intents that are there, and ${plural(added.length, 'new object')}`,
  ];
  terminal.err(lines.map((line) => `${shownText(line, 1000)}\n`).join(''));
  return refused.length + plan.refused.length === 0;
}

/** What was seen of one is allowed to others now: whoever merges has to know. */
function sharedLine(draft: DraftIntents, object: Resource, others: readonly Workload[]): string {
  const { client } = draft;
  const also = listSome(others.map(({ id }) => id));
  return `warning: ${resourceId(object)} names no kind, so what was seen of ${client.id} is declared for ${also} too: write kind: ${client.kind} in its workload, and an object of its own for each of the others`;
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
