import { IN_MANIFESTS, type SourceWords } from './source-words';
import type { WorkloadName } from '../../intents/client-intents';
import { workloadMatches, workloadName } from '../../intents/identity';
import type { Cluster } from '../../model/cluster';
import { append, groupBy } from '../../model/group-by';
import type { Labels } from '../../model/resource';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

const EMPTY: readonly Workload[] = [];

/** Finds workloads by the name intents give them and by their labels, and Services by name, without walking the model. */
export class ModelIndex {
  private workloadsByName: ReadonlyMap<string, readonly Workload[]> | undefined;
  private workloadsByNamespace: ReadonlyMap<string, readonly Workload[]> | undefined;
  private servicesByName: ReadonlyMap<string, Service> | undefined;
  private servicesByNamespace: ReadonlyMap<string, readonly Service[]> | undefined;
  private readonly byLabel = new Map<string, ReadonlyMap<string, readonly Workload[]>>();

  /** Each way in is made when it is first taken: most questions take only one. */
  constructor(
    readonly cluster: Cluster,
    /** For what is said of what is not in it. */
    readonly source: SourceWords = IN_MANIFESTS,
  ) {}

  /** The workloads an intent means by a name, sorted by id. */
  named(wanted: WorkloadName): readonly Workload[] {
    return this.anyKind(wanted).filter((workload) => workloadMatches(wanted, workload));
  }

  /** The workloads of that namespace and name, whatever their kind. */
  anyKind({ namespace, name }: WorkloadName): readonly Workload[] {
    this.workloadsByName ??= groupBy(this.cluster.workloads, (workload) => {
      const own = workloadName(workload);
      return pair(own.namespace, own.name);
    });
    const exact = this.workloadsByName.get(pair(namespace, name));
    return exact ?? this.workloadsByName.get(pair(namespace, name.replaceAll('.', '_'))) ?? EMPTY;
  }

  /** The workloads of a namespace, sorted by id. */
  inNamespace(namespace: string): readonly Workload[] {
    this.workloadsByNamespace ??= groupBy(this.cluster.workloads, (workload) => workload.namespace);
    return this.workloadsByNamespace.get(namespace) ?? EMPTY;
  }

  service(namespace: string, name: string): Service | undefined {
    this.servicesByName ??= new Map(
      this.cluster.services.map((service) => [pair(service.namespace, service.name), service]),
    );
    return this.servicesByName.get(pair(namespace, name));
  }

  servicesIn(namespace: string): readonly Service[] {
    this.servicesByNamespace ??= groupBy(this.cluster.services, (service) => service.namespace);
    return this.servicesByNamespace.get(namespace) ?? [];
  }

  /** The workloads of a namespace whose pods have all of these labels; every one of them when there are no labels. */
  selected(namespace: string, labels: Labels): readonly Workload[] {
    const wanted = Object.entries(labels);
    if (wanted.length === 0) return this.inNamespace(namespace);
    const index = this.labelsOf(namespace);
    const postings = wanted.map(([key, value]) => index.get(pair(key, value)) ?? EMPTY);
    const rarest = postings.reduce((a, b) => (b.length < a.length ? b : a));
    return wanted.length === 1 ? rarest : rarest.filter((workload) => hasLabels(workload.labels, wanted));
  }

  private labelsOf(namespace: string): ReadonlyMap<string, readonly Workload[]> {
    const known = this.byLabel.get(namespace);
    if (known !== undefined) return known;
    const index = new Map<string, Workload[]>();
    for (const workload of this.inNamespace(namespace)) {
      for (const [key, value] of Object.entries(workload.labels)) append(index, pair(key, value), workload);
    }
    this.byLabel.set(namespace, index);
    return index;
  }
}

function hasLabels(labels: Labels, wanted: readonly (readonly [string, string])[]): boolean {
  return wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/** Two strings as one key; no name or label holds the separator. */
function pair(a: string, b: string): string {
  return `${a}\u0000${b}`;
}
