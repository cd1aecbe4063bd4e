import type { Cluster } from '../model/cluster';
import { matches, type LabelSelector } from '../model/label-selector';
import { hintedPodLabels, isOperatorKind } from '../model/workloads/operator-kinds';
import { resourceId, type Labels, type Resource } from '../model/resource';

interface MadePods {
  readonly resource: Resource;
  readonly namespace: string;
  readonly labels: Labels;
}

/** Pods that operators make from custom resources: not in the model, but a policy may well speak of them. */
export class OperatorMadePods {
  private readonly made: readonly MadePods[];

  constructor(cluster: Cluster) {
    const registered = new Set(cluster.workloads.map(({ resource }) => resource));
    this.made = cluster.resources
      .filter((resource) => isOperatorKind(resource.group, resource.kind) && !registered.has(resource))
      .map((resource) => ({
        resource,
        namespace: resource.namespace ?? 'default',
        labels: hintedPodLabels(resource),
      }));
  }

  /**
   * Names of the objects whose pods a selector may mean, as far as these objects tell; sorted.
   *
   * @param namespace where the pods are; undefined for any namespace
   */
  meantBy(selector: LabelSelector, namespace: string | undefined): readonly string[] {
    return this.made
      .filter((made) => namespace === undefined || made.namespace === namespace)
      .filter(({ labels }) => matches(selector, labels))
      .map(({ resource }) => resourceId(resource))
      .sort();
  }
}
