import { liveDrift } from '../sources/live/live-drift';
import type { Drift } from '../reports/diff/drift';
import { UsageError } from '../sources/usage-error';
import { compareModels, type Comparison } from './compare-models';
import type { ModelFlags } from './model-options';
import type { Progress } from './progress';
import { modelAfter, modelOf, readSources } from './read-model';
import type { Terminal } from './terminal';

/** A cluster against manifests, and what to do about it. */
export interface ComparedCluster {
  readonly drift: Drift;
  readonly comparison: Comparison;
  readonly mend: string;
}

/**
 * Compares a live cluster with the manifests that should be in it: object by object, and in who can talk to whom, from
 * the cluster as it is to the cluster once it is mended.
 */
export async function compareCluster(
  path: string,
  cluster: string,
  flags: ModelFlags,
  { terminal, progress }: { readonly terminal: Terminal; readonly progress: Progress },
): Promise<ComparedCluster> {
  const written = await readSources([path], flags, terminal, progress);
  if (written.resources.length === 0)
    throw new UsageError(
      `${path} has no Kubernetes object, so there is nothing to compare the cluster with.`,
    );
  const live = await readSources([cluster], flags, terminal, progress);
  const { objects, compared, mended } = liveDrift(written.resources, live.resources);
  const before = modelOf(live, flags, progress);
  const after = modelAfter(before, { ...written, resources: mended }, flags, progress);
  const comparison = compareModels({ before, after });
  const name = cluster.slice('context:'.length);
  const context = name === '' ? '' : ` --context ${name}`;
  const leftOver = objects.some(({ change }) => change === 'left-over');
  return {
    drift: {
      committed: name === '' ? 'The cluster' : `The cluster ${name}`,
      fresh: `what ${path} says`,
      unit: 'object',
      compared,
      files: objects,
      diff: comparison.diff,
    },
    comparison,
    mend: `To mend it, run "kubectl apply -f ${path}${context}"${leftOver ? ', and delete what is left over' : ''}.`,
  };
}
