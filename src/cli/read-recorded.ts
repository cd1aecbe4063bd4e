import type { Finding } from '../model/finding';
import type { RecordedAccesses } from '../proof/isolation-impact';
import { recordedAccesses } from '../traffic/calls/recorded-accesses';
import { groupByPolicies } from '../traffic/replay/address-groups';
import type { Models } from './compare-models';
import type { FlowFlags } from './flow-options';
import type { ModelFlags } from './model-options';
import type { Progress } from './progress';
import { readInventory, readTraffic } from './read-traffic';
import type { Terminal } from './terminal';

/** Who was seen to call whom, and what was found while snapshots were read. */
export interface Recorded {
  readonly accesses: RecordedAccesses;
  readonly findings: readonly Finding[];
}

/** Who was seen to call whom, before a change. */
export async function readRecorded(
  flows: readonly string[],
  { before, after }: Models,
  flags: FlowFlags & ModelFlags,
  around: { readonly terminal: Terminal; readonly progress: Progress },
): Promise<Recorded> {
  const { inventory, findings } = await readInventory(before.cluster, flags, around);
  const groupOf = groupByPolicies([before.reachability, after.reachability]);
  const { observed } = await readTraffic(flows, flags, inventory, { ...around, groupOf });
  return { accesses: recordedAccesses(observed, inventory), findings };
}
