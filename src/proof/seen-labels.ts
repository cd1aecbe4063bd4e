import type { Cluster } from '../model/cluster';
import type { LabelSelector } from '../model/label-selector';
import { NAMESPACE_NAME_LABEL, type Namespace } from '../model/namespace';
import type { Labels } from '../model/resource';
import type { Workload } from '../model/workloads/workload';
import { podEntityLabels } from '../policies/calico/entity-labels';
import { isSetByCalico, NAME_LABEL } from '../policies/calico/scope';

/**
 * The labels that selectors of Kubernetes policies see: those that are written or, where Calico enforces, with those that it
 * sets itself in their place (calico-policy-model 4.1 and 5.1).
 */
export class SeenLabels {
  private readonly namespaces = new Map<Namespace, Labels>();
  private accounts: ReadonlyMap<string, Labels> | undefined;

  /** @param calicoLabels whether Calico enforces */
  constructor(
    private readonly cluster: Cluster,
    private readonly calicoLabels: boolean,
  ) {}

  /** Whether a podSelector asks for labels that are not seen as they are written. */
  differAt({ matchLabels, matchExpressions }: LabelSelector): boolean {
    if (!this.calicoLabels) return false;
    return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)].some(isSetByCalico);
  }

  ofPods({ labels, namespace, serviceAccount }: Workload): Labels {
    if (!this.calicoLabels) return labels;
    const own = this.cluster.namespaces.get(namespace)?.labels ?? {};
    return podEntityLabels({
      labels,
      namespace,
      namespaceLabels: { ...own, [NAMESPACE_NAME_LABEL]: namespace },
      serviceAccount,
      serviceAccountLabels: this.accountLabels.get(`${namespace}/${serviceAccount}`) ?? {},
    });
  }

  ofNamespace(namespace: Namespace): Labels {
    if (!this.calicoLabels) return namespace.labels;
    const seen = this.namespaces.get(namespace) ?? { ...namespace.labels, [NAME_LABEL]: namespace.name };
    this.namespaces.set(namespace, seen);
    return seen;
  }

  private get accountLabels(): ReadonlyMap<string, Labels> {
    this.accounts ??= new Map(
      this.cluster.serviceAccounts.map(({ namespace, name, labels }) => [`${namespace}/${name}`, labels]),
    );
    return this.accounts;
  }
}
