import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import type { Resource } from '../model/resource';
import type { Inventory } from '../traffic/mapping/inventory';
import { Observer, type Observed, type ObserveOptions } from '../traffic/mapping/observe';
import { takeInventory } from '../traffic/mapping/take-inventory';
import { readFlows, type ReadFile } from '../traffic/read-flows';
import { UsageError } from '../sources/usage-error';
import { askingForNodes, type FlowFlags, type Moment } from './flow-options';
import type { ModelFlags } from './model-options';
import type { Progress } from './progress';
import { readSources } from './read-model';
import { clockOf, stdinOf, type Terminal } from './terminal';

/** Flow logs, read and mapped. */
export interface Traffic {
  readonly observed: Observed;
  readonly files: readonly ReadFile[];
}

/** Whose addresses and names there are, and what was found while that was read. */
export interface ReadInventory {
  readonly inventory: Inventory;
  /** Of the snapshots: what of a live cluster could not be read is unknown to the inventory. */
  readonly findings: readonly Finding[];
}

/** Where a command is run, and how it says how far it is. */
interface Around {
  readonly terminal: Terminal;
  readonly progress: Progress;
}

/**
 * Whose addresses and names these are, by the manifests and the snapshots that are named.
 * @throws UsageError when a snapshot cannot be read, or has no object
 */
export async function readInventory(
  cluster: Cluster,
  flags: FlowFlags & ModelFlags,
  around: Around,
): Promise<ReadInventory> {
  const { podCidr, nodeCidr, clockSkew, infrastructure } = flags;
  const { resources, findings } = await readSnapshots(flags, around);
  const inventory = takeInventory(cluster, {
    snapshot: resources,
    podCidrs: podCidr,
    nodeCidrs: nodeCidr,
    ...(clockSkew === undefined ? {} : { clockSkew: clockSkew * 1_000 }),
    ...(infrastructure === undefined ? {} : { infrastructure }),
  });
  return { inventory, findings };
}

/** Objects of snapshots. They are not checked: only addresses and owners of what is there are of interest. */
async function readSnapshots(
  { snapshot = [], ...flags }: FlowFlags & ModelFlags,
  { terminal, progress }: Around,
): Promise<{ readonly resources: readonly Resource[]; readonly findings: readonly Finding[] }> {
  const resources: Resource[] = [];
  const findings: Finding[] = [];
  for (const path of snapshot) {
    progress.step('reading snapshots:', resources.length);
    const read = await readSources([path], askingForNodes(flags), terminal, progress);
    if (read.resources.length === 0) throw new UsageError(`the snapshot ${path} has no Kubernetes object.`);
    for (const resource of read.resources) resources.push(resource);
    findings.push(...read.findings);
  }
  return { resources, findings };
}

/**
 * Reads flow logs to their end, and keeps what is distinct in them.
 * @throws UsageError when a file cannot be read, or none of them is a flow log
 */
export async function readTraffic(
  paths: readonly string[],
  flags: FlowFlags,
  inventory: Inventory,
  { terminal, progress, ...options }: Around & Pick<ObserveOptions, 'groupOf' | 'coarseOf'>,
): Promise<Traffic> {
  const observer = new Observer(inventory, { window: windowOf(flags, terminal), ...options });
  const files: ReadFile[] = [];
  let source = 'unknown';
  await readFlows(
    paths,
    (item) => {
      observer.take(item, source);
    },
    {
      format: flags.format,
      stdin: stdinOf(terminal),
      onFile: (file) => {
        files.push(file);
        source = file.format ?? 'unknown';
      },
      onProgress: (done, total) => {
        progress.step(`reading flows: ${observer.taken} records, ${share(done, total)}`);
      },
    },
  );
  progress.clear();
  if (files.every(({ format }) => format === undefined))
    throw new UsageError(
      `${files.length === 0 ? 'no file was found' : files.map(({ file }) => file).join(', ')}: no flow log that is known. Name its format with --format, or see docs/commands/import.md for what is read.`,
    );
  return { observed: observer.observed(), files };
}

function share(done: number, total: number | undefined): string {
  const mega = (bytes: number): string => `${(bytes / 1_000_000).toFixed(0)} MB`;
  return total === undefined || total === 0
    ? mega(done)
    : `${Math.floor((100 * done) / total)} % of ${mega(total)}`;
}

function windowOf({ since, until }: FlowFlags, terminal: Terminal): NonNullable<ObserveOptions['window']> {
  const now = clockOf(terminal);
  const at = (moment: Moment | undefined): number | undefined =>
    moment === undefined ? undefined : 'at' in moment ? moment.at : now - moment.ago;
  return { since: at(since), until: at(until) };
}

/** @throws UsageError when standard input is to be two things */
export function checkStdin(...lists: readonly (readonly string[] | undefined)[]): void {
  const users = lists.filter((paths) => paths?.includes('-') === true);
  if (users.length > 1)
    throw new UsageError(
      'Standard input can hold the flows, the manifests or a snapshot, but only one of them.',
    );
}
