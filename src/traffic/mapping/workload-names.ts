import { podName, type PodsByName } from './pod-owners';
import { jobOwner, possibleOwners, possibleOwnersOfPrefix, replicaSetOwner } from './pod-name';
import type { Cluster } from '../../model/cluster';
import { append } from '../../model/group-by';
import { WORKLOAD_NAME_ANNOTATION } from '../../intents/identity';
import type { Workload } from '../../model/workloads/workload';

/** A workload found, or why none was: `none` has that name, or `several` have. */
export type Named = Workload | 'none' | 'several';

/** A log names few pods many times; of one that names many, not all are kept. */
const MOST_REMEMBERED = 20_000;
/** No name of Kubernetes is as long; a log may have any. */
const LONGEST_KEY = 600;

/** Finds workloads by the names that flow logs have: of the workload, of its ReplicaSet, of one of its pods. */
export class WorkloadNames {
  private readonly byName = new Map<string, Workload[]>();
  private readonly byNamespace = new Map<string, Workload[]>();
  private readonly found = new Map<string, Named>();

  /** @param pods whose owners a snapshot knows. Default: none */
  constructor(
    cluster: Cluster,
    private readonly pods: PodsByName = new Map(),
  ) {
    for (const workload of cluster.workloads) {
      append(this.byName, keyOf(workload.namespace, workload.name), workload);
      append(this.byNamespace, workload.namespace, workload);
      const override = workload.annotations[WORKLOAD_NAME_ANNOTATION];
      if (override !== undefined && override !== workload.name)
        append(this.byName, keyOf(workload.namespace, override), workload);
    }
  }

  /** A workload by its name. A ReplicaSet or a Job that is not in the manifests stands for the controller above it. */
  workload(namespace: string, name: string, kind?: string): Named {
    return this.remembered(`workload ${kind ?? ''}\u0000${namespace}/${name}`, () =>
      this.findWorkload(namespace, name, kind),
    );
  }

  private findWorkload(namespace: string, name: string, kind: string | undefined): Named {
    const named = this.byName.get(keyOf(namespace, name)) ?? [];
    const exact = kind === undefined ? named : named.filter((workload) => workload.kind === kind);
    const [first] = exact;
    if (first !== undefined) return exact.length === 1 ? first : 'several';
    const deployment =
      kind === undefined || kind === 'ReplicaSet' ? replicaSetOwner(name, undefined) : undefined;
    const cronJob = kind === undefined || kind === 'Job' ? jobOwner(name) : undefined;
    return this.oneOf(namespace, [
      ...(deployment === undefined ? [] : [{ name: deployment, kinds: ['Deployment', 'Rollout'] }]),
      ...(cronJob === undefined ? [] : [{ name: cronJob, kinds: ['CronJob'] }]),
    ]);
  }

  /** The workload that a pod belongs to, as a snapshot has it. */
  knownPod(namespace: string, pod: string): Named {
    return this.pods.get(podName(namespace, pod)) ?? 'none';
  }

  /** The workload that a pod belongs to, by the name of the pod: only one that the manifests have. */
  ofPod(namespace: string, pod: string): Named {
    return this.remembered(`pod ${namespace}/${pod}`, () => {
      const bare = (this.byName.get(keyOf(namespace, pod)) ?? []).filter(({ kind }) => kind === 'Pod');
      const [own] = bare;
      return own ?? this.oneOf(namespace, possibleOwners(pod));
    });
  }

  /** The same, of pods whose names begin so. */
  ofPrefix(namespace: string, prefix: string): Named {
    return this.remembered(`prefix ${namespace}/${prefix}`, () =>
      this.oneOf(namespace, possibleOwnersOfPrefix(prefix)),
    );
  }

  /** The one workload of the namespace all of whose pod labels are among these. */
  labelled(namespace: string, labels: ReadonlyMap<string, string>): Named {
    if (labels.size === 0) return 'none';
    const matching = (this.byNamespace.get(namespace) ?? []).filter((workload) => {
      const wanted = Object.entries(workload.labels);
      return wanted.length > 0 && wanted.every(([key, value]) => labels.get(key) === value);
    });
    const [only] = matching;
    return only === undefined ? 'none' : matching.length === 1 ? only : 'several';
  }

  private oneOf(
    namespace: string,
    owners: readonly { readonly name: string; readonly kinds: readonly string[] }[],
  ): Named {
    const found = new Set<Workload>();
    for (const { name, kinds } of owners) {
      for (const workload of this.byName.get(keyOf(namespace, name)) ?? [])
        if (kinds.includes(workload.kind)) found.add(workload);
    }
    const [only] = found;
    return only === undefined ? 'none' : found.size === 1 ? only : 'several';
  }

  private remembered(key: string, find: () => Named): Named {
    const known = this.found.get(key);
    if (known !== undefined) return known;
    if (key.length > LONGEST_KEY) return find();
    if (this.found.size >= MOST_REMEMBERED) this.found.clear();
    const found = find();
    this.found.set(key, found);
    return found;
  }
}

function keyOf(namespace: string, name: string): string {
  return `${namespace}\u0000${name}`;
}
