import { ModelIndex } from '../compiler/resolution/model-index';
import { groupBy } from '../model/group-by';
import type { Cluster } from '../model/cluster';
import { matches, selectorKey, type LabelSelector } from '../model/label-selector';
import type { Namespace } from '../model/namespace';
import type { Workload } from '../model/workloads/workload';
import type { NetworkPolicy, PodPeer } from '../policies/kubernetes/network-policy';
import { OperatorMadePods } from '../proof/operator-made-pods';
import { SeenLabels } from '../proof/seen-labels';

/** Whom selectors mean. Answers are kept: policies made from one template ask the same of a large cluster. */
export class Landscape {
  private static readonly known = [new WeakMap<Cluster, Landscape>(), new WeakMap<Cluster, Landscape>()];

  readonly index: ModelIndex;
  private readonly pods = new Map<string, readonly Workload[]>();
  private readonly spaces = new Map<string, readonly Namespace[]>();
  private readonly across = new Map<string, readonly Workload[]>();
  private madePods: OperatorMadePods | undefined;
  private labelled: ReadonlyMap<string, readonly Workload[]> | undefined;

  private constructor(
    readonly cluster: Cluster,
    private readonly seen: SeenLabels,
  ) {
    this.index = new ModelIndex(cluster);
  }

  /**
   * One for each cluster, shared by all checks.
   * @param calicoLabels whether selectors see the labels that Calico sets. Default no.
   */
  static of(cluster: Cluster, calicoLabels = false): Landscape {
    const memo = Landscape.known[calicoLabels ? 1 : 0];
    const known = memo?.get(cluster) ?? new Landscape(cluster, new SeenLabels(cluster, calicoLabels));
    memo?.set(cluster, known);
    return known;
  }

  /** Pods that operators make and no manifest has. */
  get operators(): OperatorMadePods {
    this.madePods ??= new OperatorMadePods(this.cluster);
    return this.madePods;
  }

  /** Workloads of a namespace that a selector matches, those on the host network and finished ones included. */
  selected(namespace: string, selector: LabelSelector): readonly Workload[] {
    return kept(this.pods, `${namespace}\u0000${selectorKey(selector)}`, () => {
      if (this.seen.differAt(selector))
        return this.index
          .inNamespace(namespace)
          .filter((workload) => matches(selector, this.seen.ofPods(workload)));
      const labelled = this.index.selected(namespace, selector.matchLabels);
      return selector.matchExpressions.length === 0
        ? labelled
        : labelled.filter(({ labels }) => matches(selector, labels));
    });
  }

  /** The workloads that a NetworkPolicy isolates. */
  subjects({ namespace, podSelector }: NetworkPolicy): readonly Workload[] {
    return this.selected(namespace, podSelector).filter(hasPodNetwork);
  }

  /** The namespaces that a selector matches. */
  namespaces(selector: LabelSelector): readonly Namespace[] {
    return kept(this.spaces, selectorKey(selector), () =>
      [...this.cluster.namespaces.values()].filter((namespace) =>
        matches(selector, this.seen.ofNamespace(namespace)),
      ),
    );
  }

  /** Workloads that a peer of a policy in this namespace means, those on the host network and finished ones included. */
  peers(namespace: string, { namespaceSelector, podSelector }: PodPeer): readonly Workload[] {
    const pods = podSelector ?? { matchLabels: {}, matchExpressions: [] };
    if (namespaceSelector === undefined) return this.selected(namespace, pods);
    return kept(this.across, JSON.stringify([selectorKey(namespaceSelector), selectorKey(pods)]), () =>
      this.namespaces(namespaceSelector).flatMap(({ name }) => this.selected(name, pods)),
    );
  }

  /** Workloads of any namespace with labels that `matchLabels` asks for; by the rarest of them. */
  anywhere(selector: LabelSelector): readonly Workload[] {
    if (this.seen.differAt(selector))
      return this.cluster.workloads.filter((workload) => matches(selector, this.seen.ofPods(workload)));
    this.labelled ??= groupByLabels(this.cluster.workloads);
    const lists = Object.entries(selector.matchLabels).map(
      ([key, value]) => this.labelled?.get(`${key}\u0000${value}`) ?? [],
    );
    const [first = []] = lists.sort((a, b) => a.length - b.length);
    return first.filter(({ labels }) => matches(selector, labels));
  }
}

/** Whether policies speak of the pods: they have a network of their own. */
export function hasPodNetwork({ hostNetwork, finished }: Workload): boolean {
  return !hostNetwork && !finished;
}

function groupByLabels(workloads: readonly Workload[]): ReadonlyMap<string, readonly Workload[]> {
  const pairs = workloads.flatMap((workload) =>
    Object.entries(workload.labels).map(([key, value]) => ({ workload, key: `${key}\u0000${value}` })),
  );
  const groups = groupBy(pairs, ({ key }) => key);
  return new Map([...groups].map(([key, list]) => [key, list.map(({ workload }) => workload)]));
}

function kept<T>(memo: Map<string, T>, key: string, make: () => T): T {
  const known = memo.get(key);
  if (known !== undefined) return known;
  const made = make();
  memo.set(key, made);
  return made;
}
