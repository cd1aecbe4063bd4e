import { createRequire } from 'node:module';
import type { IgnoreComment } from '../checks/ignore';
import { buildCluster } from '../model/build-cluster';
import type { Cluster } from '../model/cluster';
import { sortFindings, type Finding } from '../model/finding';
import type { Resource } from '../model/resource';
import type { PolicySet } from '../policies/policy';
import { readPolicies } from '../policies/read-policies';
import { evaluate } from '../reachability/evaluate';
import type { Reachability, ReachabilityOptions } from '../reachability/reachability';
import type { AffectedWorkload } from '../reachability/reevaluation/affected';
import type * as reevaluation from '../reachability/reevaluation/reevaluate';
import { printFindings } from '../reports/findings/findings-text';
import { readManifestFiles, type ReadFilesOptions } from '../sources/files';
import { layOver } from '../sources/live/lay-over';
import { parseLivePath } from '../sources/live/live-path';
import { UsageError } from '../sources/usage-error';
import type { LiveFlags } from './live-options';
import { reachabilityOptions, type ModelFlags } from './model-options';
import { inOptionWords } from './option-words';
import type { Progress } from './progress';
import { readCluster } from './read-cluster';
import type { Terminal } from './terminal';

/** Manifests and what they mean. */
export interface Model {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
  readonly options: ReachabilityOptions;
  readonly reachability: Reachability;
  /** Where this was evaluated on top of another model: the workloads whose side can differ from what it is there. */
  readonly affected?: readonly AffectedWorkload[] | undefined;
  /** What is wrong with the input, and what verdicts do not cover. */
  readonly findings: readonly Finding[];
  /** Comments of the input that ask for findings to be left out. */
  readonly ignoreComments: readonly IgnoreComment[];
  /** Every file that was read, as places name it. */
  readonly files: readonly string[];
}

/** Documents that cannot be parsed: what they hold is not known, so no answer about the whole would be true. */
const UNREADABLE: readonly string[] = ['invalid-yaml', 'duplicate-key', 'excessive-yaml'];

/** Whether a document of the input could not be read. */
export function isIncomplete(findings: readonly Finding[]): boolean {
  return findings.some(({ id }) => UNREADABLE.includes(id));
}

/**
 * Reads the manifests and works out who can talk to whom.
 * @throws UsageError when a path or a document cannot be read
 */
export async function readModel(
  paths: readonly string[],
  flags: ModelFlags & LiveExtent & Pick<ReadFilesOptions, 'called'>,
  terminal: Terminal,
  progress: Progress,
): Promise<Model> {
  return modelOf(await readSources(paths, flags, terminal, progress), flags, progress);
}

/**
 * The same for manifests after a change, under the flags that `before` was read with: only what the change can reach is
 * evaluated.
 * @throws UsageError likewise
 */
export async function readModelAfter(
  before: Model,
  paths: readonly string[],
  flags: ModelFlags & LiveExtent & Pick<ReadFilesOptions, 'called'>,
  terminal: Terminal,
  progress: Progress,
): Promise<Model> {
  return modelAfter(before, await readSources(paths, flags, terminal, progress), flags, progress);
}

/** What objects mean: works out who can talk to whom. @param options instead of those that the flags say */
export function modelOf(
  sources: Sources,
  flags: ModelFlags,
  progress: Progress,
  options: ReachabilityOptions = reachabilityOptions(flags),
): Model {
  return modelFrom(sources, flags, options, (cluster, policies) => {
    progress.step(`evaluating ${cluster.workloads.length} workloads`);
    const reachability = evaluate(cluster, policies, options);
    workOutSides(cluster, reachability, progress);
    return { reachability };
  });
}

/** Loaded when a second model is read: most commands read one. */
function loadReevaluation(): typeof reevaluation {
  return createRequire(__filename)('../reachability/reevaluation/reevaluate') as typeof reevaluation;
}

/** The same after a change of `before`: only what the change can reach is evaluated. */
export function modelAfter(before: Model, sources: Sources, flags: ModelFlags, progress: Progress): Model {
  return modelFrom(sources, flags, before.options, (cluster, policies) => {
    progress.step('evaluating what has changed');
    const { reachability, affected, whole } = loadReevaluation().reevaluate(
      before.reachability,
      cluster,
      policies,
    );
    if (whole === undefined) return { reachability, affected };
    workOutSides(cluster, reachability, progress);
    return { reachability };
  });
}

function modelFrom(
  { resources, findings, ignoreComments, files }: Sources,
  { namespace }: ModelFlags,
  options: ReachabilityOptions,
  evaluated: (cluster: Cluster, policies: PolicySet) => Pick<Model, 'reachability' | 'affected'>,
): Model {
  const cluster = buildCluster(resources, namespace === undefined ? {} : { defaultNamespace: namespace });
  const policies = readPolicies(cluster.resources);
  const { reachability, affected } = evaluated(cluster, policies);
  return {
    ignoreComments,
    files,
    cluster,
    policies,
    options,
    reachability,
    affected,
    findings: sortFindings([
      ...findings,
      ...cluster.findings,
      ...policies.findings,
      ...reachability.findings.map(inOptionWords),
    ]),
  };
}

/** Objects of the input, and what was found while they were read. */
export interface Sources extends Pick<Model, 'ignoreComments' | 'files'> {
  readonly resources: readonly Resource[];
  readonly findings: readonly Finding[];
}

/** What of a live cluster is read besides. */
export interface LiveExtent {
  /** Whether Nodes are read too, which only flow logs are asked about. Default false. */
  readonly nodes?: boolean | undefined;
}

type SourceFlags = LiveFlags &
  LiveExtent &
  Pick<ModelFlags, 'namespace' | 'keepGoing'> &
  Pick<ReadFilesOptions, 'called'>;

/**
 * The objects that the paths stand for: files, folders, commits, standard input, or a live cluster (`context:NAME`).
 * Manifests beside a cluster count as applied to it.
 * @throws UsageError when a path or the cluster cannot be read, or a document and `keepGoing` is not set
 */
export async function readSources(
  paths: readonly string[],
  flags: SourceFlags,
  terminal: Pick<Terminal, 'stdin'>,
  progress: Progress,
): Promise<Sources> {
  const clusters = paths.flatMap((path) => parseLivePath(path) ?? []);
  const [cluster] = clusters;
  if (cluster === undefined) return readManifestSources(paths, flags, terminal, progress);
  if (clusters.length > 1) throw new UsageError('Only one cluster can be read at a time.');
  const files = paths.filter((path) => parseLivePath(path) === undefined);
  const written = readManifestSources(files, flags, terminal, progress);
  const live = await readCluster(cluster, flags, progress);
  return {
    ...written,
    resources: layOver(live.resources, written.resources),
    findings: [...written.findings, ...live.findings],
  };
}

function readManifestSources(
  paths: readonly string[],
  flags: SourceFlags,
  { stdin }: Pick<Terminal, 'stdin'>,
  progress: Progress,
): Sources {
  progress.step('reading manifests');
  const onRead = (documents: number): void => {
    progress.step(`reading manifests: ${documents} documents`);
  };
  const { namespace, keepGoing = false, called } = flags;
  const options = { defaultNamespace: namespace, stdin, onRead, called };
  const sources = readManifestFiles(paths, options);
  const unreadable = sources.findings.filter(({ id }) => UNREADABLE.includes(id));
  if (unreadable.length === 0 || keepGoing) return sources;
  const count = unreadable.length === 1 ? 'a document' : `${unreadable.length} documents`;
  throw new UsageError(`${count} of the input cannot be read.\n\n${printFindings(unreadable)}`);
}

/** The answers are kept, so asking for them one by one costs nothing more and lets a person see how far it is. */
function workOutSides({ workloads }: Cluster, reachability: Reachability, progress: Progress): void {
  const outside = { type: 'addresses', version: 4, first: 0n, last: 0n } as const;
  for (const [index, workload] of workloads.entries()) {
    progress.step('evaluating workloads:', index, workloads.length);
    reachability.side(workload, 'ingress', outside);
    reachability.side(workload, 'egress', outside);
  }
}
