import type { FieldPath } from '../json';

/** A kind of object that makes pods, and where its pod template stands. */
export interface PodTemplateKind {
  /** API group; empty for the core group. */
  readonly group: string;
  readonly kind: string;
  /** Path from the object to the pod template (which has `metadata` and `spec`); empty when the object is the pod. */
  readonly path: FieldPath;
}

/** The kinds that count as workloads. Immutable: {@link register} gives a new value. */
export class PodTemplateKinds {
  private constructor(private readonly byKind: ReadonlyMap<string, PodTemplateKind>) {}

  static of(kinds: readonly PodTemplateKind[]): PodTemplateKinds {
    return new PodTemplateKinds(new Map(kinds.map((kind) => [keyOf(kind.group, kind.kind), kind])));
  }

  /** These kinds and one more, which replaces a registered one of the same group and kind. */
  register(kind: PodTemplateKind): PodTemplateKinds {
    return new PodTemplateKinds(new Map([...this.byKind, [keyOf(kind.group, kind.kind), kind]]));
  }

  /** Where objects of this kind keep their pod template; undefined when they make no pods as far as is known. */
  pathOf(group: string, kind: string): FieldPath | undefined {
    return this.byKind.get(keyOf(group, kind))?.path;
  }

  /** All kinds, in the order in which they were registered. */
  get kinds(): readonly PodTemplateKind[] {
    return [...this.byKind.values()];
  }
}

function keyOf(group: string, kind: string): string {
  return `${kind}.${group}`;
}

const TEMPLATE: FieldPath = ['spec', 'template'];

/**
 * The kinds of Kubernetes itself and Argo Rollouts. `extensions` is the group from which Deployments, DaemonSets and
 * ReplicaSets were served before Kubernetes 1.16: old manifests still carry it.
 */
export const DEFAULT_POD_TEMPLATE_KINDS: PodTemplateKinds = PodTemplateKinds.of([
  { group: 'apps', kind: 'Deployment', path: TEMPLATE },
  { group: 'apps', kind: 'StatefulSet', path: TEMPLATE },
  { group: 'apps', kind: 'DaemonSet', path: TEMPLATE },
  { group: 'apps', kind: 'ReplicaSet', path: TEMPLATE },
  { group: 'extensions', kind: 'Deployment', path: TEMPLATE },
  { group: 'extensions', kind: 'DaemonSet', path: TEMPLATE },
  { group: 'extensions', kind: 'ReplicaSet', path: TEMPLATE },
  { group: '', kind: 'ReplicationController', path: TEMPLATE },
  { group: 'batch', kind: 'Job', path: TEMPLATE },
  { group: 'batch', kind: 'CronJob', path: ['spec', 'jobTemplate', 'spec', 'template'] },
  { group: '', kind: 'Pod', path: [] },
  { group: 'argoproj.io', kind: 'Rollout', path: TEMPLATE },
]);
