import { append } from '../model/group-by';
import type { Cluster } from '../model/cluster';
import { NAMESPACE_NAME_LABEL, type Namespace } from '../model/namespace';
import { NOWHERE } from '../model/place';
import type { Labels } from '../model/resource';
import type { Workload } from '../model/workloads/workload';
import type { Policy, PolicySet } from '../policies/policy';
import { evaluate } from '../reachability/evaluate';
import type { Reachability, ReachabilityOptions } from '../reachability/reachability';
import { unlistedWorkload } from '../reachability/ends/unlisted-pod';
import { strangerKey, strangersOfPolicy, type Stranger } from '../reports/explain/stranger';

/** An example of pods that are not in the manifests, and the workload that stands for it. */
export interface PlacedStranger {
  readonly stranger: Stranger;
  readonly workload: Workload;
}

/** The servers that some policies isolate, together with examples of the pods that their ingress rules speak of. */
export class StrangerModel {
  readonly reachability: Reachability;
  private readonly strangers = new Map<Policy, readonly PlacedStranger[]>();
  private readonly placed = new Map<string, PlacedStranger>();
  private readonly namespaces: Map<string, Namespace>;

  constructor(
    private readonly cluster: Cluster,
    policies: PolicySet,
    options: ReachabilityOptions,
    openers: ReadonlyMap<Policy, readonly Workload[]>,
  ) {
    this.namespaces = new Map(cluster.namespaces);
    const worn = new WornLabels(cluster);
    for (const policy of openers.keys()) {
      const examples = strangersOfPolicy({ ...policy, egress: [] }).map((one) => this.inNamespace(one));
      const unknown = examples.filter((one) => !worn.bySome(one));
      this.strangers.set(policy, [...new Set(unknown.map((one) => this.place(one)))]);
    }
    const servers = new Set([...openers.values()].flat());
    const hosts = cluster.workloads.filter((workload) => workload.hostNetwork && !servers.has(workload));
    const actors = [...this.placed.values()].map(({ workload }) => workload);
    const workloads = [...servers, ...hosts, ...actors].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.reachability = evaluate({ ...cluster, namespaces: this.namespaces, workloads }, policies, options);
  }

  /** The examples of a policy, without repeats. */
  strangersOf(policy: Policy): readonly PlacedStranger[] {
    return this.strangers.get(policy) ?? [];
  }

  /** In the namespace that its labels name, where the manifests have that. */
  private inNamespace(stranger: Stranger): Stranger {
    const { namespaceLabels } = stranger;
    const name = Object.hasOwn(namespaceLabels, NAMESPACE_NAME_LABEL)
      ? namespaceLabels[NAMESPACE_NAME_LABEL]
      : undefined;
    if (stranger.namespace !== undefined || name === undefined || !this.cluster.namespaces.has(name))
      return stranger;
    return { ...stranger, namespace: name, namespaceLabels: {} };
  }

  private place(stranger: Stranger): PlacedStranger {
    const key = strangerKey(stranger);
    const known = this.placed.get(key);
    if (known !== undefined) return known;
    const namespace = stranger.namespace ?? this.addNamespace(stranger.namespaceLabels);
    const { labels, serviceAccount } = stranger;
    const peer = { type: 'pod', namespace, labels, serviceAccount } as const;
    const placed = { stranger, workload: unlistedWorkload(peer, `stranger ${this.placed.size}`) };
    this.placed.set(key, placed);
    return placed;
  }

  /** Of the name that the labels ask for, else of one that no manifest can have: it has blanks. */
  private addNamespace(labels: Labels): string {
    const asked = Object.hasOwn(labels, NAMESPACE_NAME_LABEL) ? labels[NAMESPACE_NAME_LABEL] : undefined;
    const name = asked ?? `any other ${this.placed.size}`;
    const all = { [NAMESPACE_NAME_LABEL]: name, ...labels };
    this.namespaces.set(name, { name, labels: all, declared: true, place: NOWHERE });
    return name;
  }
}

/** Which labels the pods of the manifests wear. */
class WornLabels {
  private readonly byLabel = new Map<string, Workload[]>();

  constructor(private readonly cluster: Cluster) {
    for (const workload of cluster.workloads)
      for (const label of Object.entries(workload.labels)) append(this.byLabel, label.join('='), workload);
  }

  /** Whether the pods that an example stands for have labels, and a workload of the manifests is one of them. */
  bySome({ namespace, namespaceLabels, labels }: Stranger): boolean {
    const [first, ...rest] = Object.entries(labels);
    if (first === undefined) return false;
    return (this.byLabel.get(first.join('=')) ?? []).some(
      (workload) =>
        rest.every(([key, value]) => Object.hasOwn(workload.labels, key) && workload.labels[key] === value) &&
        (namespace === undefined || workload.namespace === namespace) &&
        this.isIn(workload, namespaceLabels),
    );
  }

  private isIn(workload: Workload, wanted: Labels): boolean {
    const labels = this.cluster.namespaces.get(workload.namespace)?.labels ?? {};
    return Object.entries(wanted).every(
      ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
    );
  }
}
