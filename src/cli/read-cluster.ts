import { createRequire } from 'node:module';
import type * as openLiveModule from '../sources/live/open-live';
import type * as readLiveModule from '../sources/live/read-live';
import type { LivePath } from '../sources/live/live-path';
import type { LiveFlags } from './live-options';
import type { Progress } from './progress';

/** What a run has read: two sides of a comparison are to be of one moment. */
const read = new WeakMap<Progress, Map<string, Promise<readLiveModule.LiveObjects>>>();

/** Reads the cluster that a path names, once for each run of a command. */
export function readCluster(
  path: LivePath,
  flags: ClusterFlags,
  progress: Progress,
): Promise<readLiveModule.LiveObjects> {
  const ofRun = read.get(progress) ?? new Map<string, Promise<readLiveModule.LiveObjects>>();
  read.set(progress, ofRun);
  const key = path.context ?? flags.context ?? '';
  const objects = ofRun.get(key) ?? readNow(path, flags, progress);
  ofRun.set(key, objects);
  return objects;
}

type ClusterFlags = LiveFlags & {
  readonly namespace?: string | undefined;
  /** Whether Nodes are read too. Default false. */
  readonly nodes?: boolean | undefined;
};

/** What talks to clusters is loaded only now. */
async function readNow(
  path: LivePath,
  flags: ClusterFlags,
  progress: Progress,
): Promise<readLiveModule.LiveObjects> {
  const load = createRequire(__filename);
  const { openLive } = load('../sources/live/open-live') as typeof openLiveModule;
  const { readLive } = load('../sources/live/read-live') as typeof readLiveModule;
  progress.step('reading the cluster');
  const { api, context } = await openLive({
    context: path.context ?? flags.context,
    kubeconfig: flags.kubeconfig,
  });
  return readLive(api, {
    context,
    namespace: flags.namespace,
    nodes: flags.nodes,
    onRead: (kinds, of) => {
      progress.step('reading the cluster, kinds:', kinds, of);
    },
  });
}
