import { jobOwner, replicaSetOwner } from './pod-name';
import type { Cluster } from '../../model/cluster';
import { isJsonObject, jsonAt, type JsonObject } from '../../model/json';
import type { Resource } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import { workloadId } from '../../model/workloads/read-workload';

interface Reference {
  readonly kind: string;
  readonly name: string;
}

/** Workloads by the names of their pods, as {@link podName} makes keys; `several` where pods of two had one name. */
export type PodsByName = ReadonlyMap<string, Workload | 'several'>;

/** The key of a pod. */
export function podName(namespace: string, name: string): string {
  return `${namespace}\u0000${name}`;
}

/** The pods that a snapshot knows the owners of. */
export function podsByName(pods: readonly Resource[], owners: PodOwners): PodsByName {
  const found = new Map<string, Workload | 'several'>();
  for (const pod of pods) {
    const workload = owners.of(pod);
    if (workload === undefined) continue;
    const key = podName(pod.namespace ?? 'default', pod.name);
    const known = found.get(key);
    found.set(key, known === undefined || known === workload ? workload : 'several');
  }
  return found;
}

/** Follows pods to the workload of the manifests that they belong to. */
export class PodOwners {
  private readonly workloads: ReadonlyMap<string, Workload>;
  private readonly owners = new Map<string, Reference>();

  /** @param resources where ReplicaSets and Jobs between a pod and its workload are looked for */
  constructor({ workloads }: Cluster, resources: readonly Resource[]) {
    this.workloads = new Map(workloads.map((workload) => [workload.id, workload]));
    for (const { kind, name, namespace = 'default', manifest } of resources) {
      const owner = controllerOf(manifest);
      if (owner !== undefined) this.owners.set(workloadId(namespace, name, kind), owner);
    }
  }

  /**
   * The workload of a pod. First as the model has it: a pod unlike its template is a workload of its own there. Then by
   * its owners, one after the other; a ReplicaSet or a Job that is not in the input by its name. A pod that the model has
   * by itself only because of what is not in the input belongs to the workload above that.
   */
  of({ name, namespace = 'default', manifest }: Resource): Workload | undefined {
    const own = this.workloads.get(workloadId(namespace, name, 'Pod'));
    let reference = controllerOf(manifest);
    if (reference === undefined) return own;
    const hash = labelOf(manifest, 'pod-template-hash');
    let isGap = false;
    for (let steps = 0; reference !== undefined && steps < 8; steps++) {
      const workload = this.workloads.get(workloadId(namespace, reference.name, reference.kind));
      // A pod that stays on its own although its owner is there does so for a reason.
      if (workload !== undefined) return isGap ? workload : (own ?? workload);
      const above = this.owners.get(workloadId(namespace, reference.name, reference.kind));
      isGap ||= above === undefined;
      reference = above ?? this.aboveByName(namespace, reference, hash);
    }
    return own;
  }

  private aboveByName(
    namespace: string,
    { kind, name }: Reference,
    hash: string | undefined,
  ): Reference | undefined {
    if (kind === 'Job') {
      const cronJob = jobOwner(name);
      return cronJob === undefined ? undefined : { kind: 'CronJob', name: cronJob };
    }
    const deployment = kind === 'ReplicaSet' ? replicaSetOwner(name, hash) : undefined;
    if (deployment === undefined) return undefined;
    const isRollout = this.workloads.has(workloadId(namespace, deployment, 'Rollout'));
    return { kind: isRollout ? 'Rollout' : 'Deployment', name: deployment };
  }
}

function controllerOf(manifest: JsonObject): Reference | undefined {
  const references = jsonAt(manifest, ['metadata', 'ownerReferences']);
  if (!Array.isArray(references)) return undefined;
  const controller = references.find((one) => isJsonObject(one) && one.controller === true);
  const [kind, name] = [jsonAt(controller, ['kind']), jsonAt(controller, ['name'])];
  return typeof kind === 'string' && typeof name === 'string' ? { kind, name } : undefined;
}

function labelOf(manifest: JsonObject, key: string): string | undefined {
  const value = jsonAt(manifest, ['metadata', 'labels', key]);
  return typeof value === 'string' ? value : undefined;
}
