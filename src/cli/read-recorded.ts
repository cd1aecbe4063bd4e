import type { Finding } from '../model/finding';
import type { RecordedAccesses } from '../proof/isolation-impact';
import { recordedAccesses } from '../traffic/calls/recorded-accesses';
import type { Observed } from '../traffic/mapping/observe';
import { fileLines } from '../traffic/output/import-text';
import { countLines, unmappedLines } from '../traffic/output/other-traffic';
import { coarseByPolicies, groupByPolicies } from '../traffic/replay/address-groups';
import type { Models } from './compare-models';
import type { FlowFlags } from './flow-options';
import type { ModelFlags } from './model-options';
import type { Progress } from './progress';
import { readInventory, readTraffic, type Traffic } from './read-traffic';
import type { Terminal } from './terminal';

/** Who was seen to call whom, and what was found while snapshots were read. */
export interface Recorded {
  readonly accesses: RecordedAccesses;
  readonly findings: readonly Finding[];
  /** What of the logs says nothing of a caller because it cannot be read or mapped; each a line, none when all is. */
  readonly leftOut: readonly string[];
  /** Whether callers are missing, as the logs have more different ones than are kept apart. */
  readonly isIncomplete: boolean;
}

/** Who was seen to call whom, before a change. */
export async function readRecorded(
  flows: readonly string[],
  { before, after }: Models,
  flags: FlowFlags & ModelFlags,
  around: { readonly terminal: Terminal; readonly progress: Progress },
): Promise<Recorded> {
  const { inventory, findings } = await readInventory(before.cluster, flags, around);
  const models = [before.reachability, after.reachability];
  const grouping = { groupOf: groupByPolicies(models), coarseOf: coarseByPolicies(models) };
  const { observed, files } = await readTraffic(flows, flags, inventory, { ...around, ...grouping });
  return {
    accesses: recordedAccesses(observed, inventory),
    findings,
    leftOut: leftOutOf(observed, files),
    isIncomplete: observed.passedNotKept > 0,
  };
}

function leftOutOf(observed: Observed, files: Traffic['files']): string[] {
  const unknown = fileLines(files.filter(({ format }) => format === undefined));
  const unmapped = unmappedLines(observed);
  if (unknown.length + unmapped.length === 0) return [];
  return [
    ...unknown,
    ...countLines(observed),
    ...(unmapped.length === 0 ? [] : ['Not mapped, and so not counted among the callers:']),
    ...unmapped.map((line) => `  ${line}`),
  ];
}
