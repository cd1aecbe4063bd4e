import type { Command } from 'commander';
import { parseLivePath } from '../sources/live/live-path';
import { UsageError } from '../sources/usage-error';

/** Which cluster is meant, the same for every command that reads manifests. */
export interface LiveFlags {
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** What may stand where manifests are taken. */
export const PATHS_WORDS =
  'manifests: files, folders, <git-ref>:<path>, context:<name> for a live cluster, or - for standard input';

/** Declares {@link LiveFlags}. */
export function addLiveOptions(command: Command): Command {
  return command
    .option(
      '--context <name>',
      'read the live cluster of this context of the kubeconfig, with the manifests applied to it',
    )
    .option('--kubeconfig <file>', 'where the context is (default: KUBECONFIG, then ~/.kube/config)');
}

/** Whether a cluster is named, by `--context` or where a path is taken. */
export function namesCluster(paths: readonly string[], { context }: LiveFlags): boolean {
  return context !== undefined || paths.some((path) => parseLivePath(path) !== undefined);
}

/**
 * The paths that make one model, with the cluster of `--context` among them.
 * @throws UsageError when there is nothing to read
 */
export function withCluster(paths: readonly string[], flags: LiveFlags): readonly string[] {
  const isNamed = paths.some((path) => parseLivePath(path) !== undefined);
  if (flags.context !== undefined && !isNamed) return [`context:${flags.context}`, ...paths];
  if (paths.length === 0)
    throw new UsageError('name the manifests (files, folders, or -), or a live cluster with --context.');
  return paths;
}
