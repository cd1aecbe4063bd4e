/** How a live cluster is written where a path is taken: `context:NAME`, or `context:` for the one that is chosen anyhow. */
const PREFIX = 'context:';

/** A cluster as a command line names it. */
export interface LivePath {
  /** Absent: that of `--context`, else the current one of the kubeconfig. */
  readonly context?: string | undefined;
}

/**
 * The cluster that a path stands for; undefined for every other path. A branch that is called `context` is still reached,
 * as `refs/heads/context:dist`.
 */
export function parseLivePath(path: string): LivePath | undefined {
  if (!path.startsWith(PREFIX)) return undefined;
  const context = path.slice(PREFIX.length);
  return context === '' ? {} : { context };
}
