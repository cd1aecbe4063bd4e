import { createRequire } from 'node:module';
import { isAbsolute } from 'node:path';
import type * as diffs from 'diff';
import { sortFindings, type Finding } from '../model/finding';
import { printPlace } from '../model/place';
import { planFixes, writeFixes, type FixedFile, type RefusedFix } from '../sources/fix-files';
import { writeAll, type Terminal } from './terminal';

/** A mend may bring another finding to light that can be mended too, but not without end. */
const MOST_PASSES = 10;

/**
 * Mends what can be mended, in the files, and says on standard error what was. Findings are asked for anew after each
 * time something was written.
 *
 * @returns what is left
 * @throws UsageError when a file cannot be written
 */
export async function mendFiles<Result extends { readonly findings: readonly Finding[] }>(
  run: () => Promise<Result>,
  terminal: Pick<Terminal, 'err'>,
): Promise<Result> {
  const fixed: Finding[] = [];
  const files = new Set<string>();
  for (let pass = 1; ; pass++) {
    const result = await run();
    const plan = planFixes(result.findings);
    if (plan.files.length === 0 || pass > MOST_PASSES) {
      terminal.err(said('fixed', fixed, plan.refused, files.size));
      return result;
    }
    writeFixes(plan);
    fixed.push(...plan.fixed);
    for (const { disk } of plan.files) files.add(disk);
  }
}

/** Prints what mending would change, as a patch; what cannot be mended, and a count, go to standard error. */
export async function showMends(findings: readonly Finding[], terminal: Terminal): Promise<void> {
  const { files, fixed, refused } = planFixes(findings);
  await writeAll(terminal, files.map(patchOf));
  terminal.err(said('would fix', fixed, refused, files.length));
}

/** As git writes it, so that `git apply` takes it. */
export function patchOf({ disk, before, after }: FixedFile): string {
  const { formatPatch, structuredPatch, FILE_HEADERS_ONLY } = createRequire(__filename)(
    'diff',
  ) as typeof diffs;
  const [old, young] = isAbsolute(disk) ? [disk, disk] : [`a/${disk}`, `b/${disk}`];
  return formatPatch(structuredPatch(old, young, before, after, undefined, undefined), FILE_HEADERS_ONLY);
}

function said(
  verb: string,
  fixed: readonly Finding[],
  refused: readonly RefusedFix[],
  files: number,
): string {
  const lines = [
    ...sortFindings(fixed).map((finding) => `${verb} ${nameOf(finding)}\n`),
    ...refused.map(({ finding, reason }) => `not fixed: ${nameOf(finding)}: ${reason}\n`),
  ];
  const count = fixed.length === 1 ? '1 finding' : `${fixed.length} findings`;
  const where = fixed.length === 0 ? '' : ` in ${files === 1 ? '1 file' : `${files} files`}`;
  return `${lines.join('')}${verb} ${count}${where}\n`;
}

function nameOf({ id, object, place }: Finding): string {
  return `${id}: ${[object, printPlace(place)].filter(Boolean).join(', ')}`;
}
