import { ParsedPolicies } from './parsed-policies';
import type { Unit } from '../desired/unit';
import type { Cluster } from '../../model/cluster';
import type { Namespace } from '../../model/namespace';
import { resourceId, type Labels, type Resource } from '../../model/resource';
import type { ServiceAccount } from '../../model/cluster';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';
import type { OutOfModel, PolicySet } from '../../policies/policy';
import { evaluate } from '../../reachability/evaluate';
import type { Reachability, ReachabilityOptions } from '../../reachability/reachability';
import { reevaluate } from '../../reachability/reevaluation/reevaluate';

/** What a slice is made from. */
export interface SliceSources {
  readonly options: ReachabilityOptions;
  /** Labels that pods of a workload get because of intents. */
  podLabelsOf(workload: string): Labels;
  /** A namespace with the labels that it gets because of intents. */
  namespaceOf(name: string): Namespace;
  servicesOf(namespace: string): readonly Service[];
  serviceAccountsOf(namespace: string): readonly ServiceAccount[];
  /** EndpointSlices that somebody wrote by hand. */
  endpointSlicesOf(namespace: string): readonly Resource[];
  policiesOf(namespace: string): readonly Resource[];
  /** Policies that concern every namespace. */
  readonly sharedPolicies: PolicySet;
}

/** The sides of connections that can have changed: directions by id of the workload, or all of them. */
export type ChangedSides = ReadonlyMap<string, ReadonlySet<Direction>> | 'all';

/**
 * Who of one namespace lets whom in and goes where: its workloads that declared calls are about, the other ends of these,
 * and the policies that select pods of the namespace. What the other ends allow themselves, their own slices say.
 */
export class NamespaceSlice {
  /** What it was made from last. */
  unit: Unit;
  reachability: Reachability;
  /** Policies that may decide otherwise than was evaluated. */
  unread: readonly OutOfModel[] = [];
  private readonly policies = new ParsedPolicies();
  private labelled: ReadonlyMap<string, Labelled> = new Map();
  private sides: Map<string, Set<Direction>> | 'all' = 'all';
  private calls: ReadonlySet<string> = new Set();

  constructor(
    private readonly sources: SliceSources,
    unit: Unit,
  ) {
    this.unit = unit;
    const { cluster, policies } = this.read(unit);
    this.reachability = evaluate(cluster, policies, sources.options);
  }

  /** Roughly what it keeps in memory, in workloads and policies. */
  get weight(): number {
    return this.labelled.size + this.unit.policies.size;
  }

  /** What the namespace wants now, and the policies that are there now. */
  update(unit: Unit): void {
    const before = this.unread.map(({ resource }) => resourceId(resource)).join();
    const { cluster, policies } = this.read(unit);
    this.unit = unit;
    if (this.unread.map(({ resource }) => resourceId(resource)).join() !== before) this.sides = 'all';
    const { reachability, affected } = reevaluate(this.reachability, cluster, policies);
    this.reachability = reachability;
    if (this.sides === 'all') return;
    for (const { workload, directions } of affected) {
      const known = this.sides.get(workload.id) ?? new Set<Direction>();
      for (const direction of directions) known.add(direction);
      this.sides.set(workload.id, known);
    }
  }

  /** What has changed since this was last asked; everything the first time. */
  takeChanges(): ChangedSides {
    const { sides } = this;
    this.sides = new Map();
    return sides;
  }

  /** Calls that were not there when this was last asked, by what {@link callsOf} calls them. */
  takeNewCalls(names: ReadonlySet<string>): ReadonlySet<string> {
    const before = this.calls;
    this.calls = names;
    return new Set([...names].filter((name) => !before.has(name)));
  }

  /** A workload as it is in the slice, with its labels of intents. */
  workload(id: string): Workload | undefined {
    return this.labelled.get(id)?.labelled;
  }

  private read(unit: Unit): { readonly cluster: Cluster; readonly policies: PolicySet } {
    const { sources } = this;
    const before = this.labelled;
    const labelled = new Map<string, Labelled>();
    for (const workload of endsOf(unit))
      if (!labelled.has(workload.id)) labelled.set(workload.id, this.label(workload, before));
    this.labelled = labelled;
    const policies = this.policies.read(sources.policiesOf(unit.namespace), sources.sharedPolicies);
    this.unread = policies.outOfModel;
    return { cluster: this.cluster(policies), policies };
  }

  private cluster(policies: PolicySet): Cluster {
    const workloads = [...this.labelled.values()].map(({ labelled }) => labelled).sort(byId);
    const names = new Set(workloads.map(({ namespace }) => namespace));
    // Only rules of Calico speak of Services and of labels of accounts.
    const asked = policies.calico.length === 0 ? [] : [...names];
    return {
      namespaces: new Map([...names].map((name) => [name, this.sources.namespaceOf(name)])),
      workloads,
      services: asked.flatMap((name) => this.sources.servicesOf(name)),
      ingresses: [],
      serviceAccounts: asked.flatMap((name) => this.sources.serviceAccountsOf(name)),
      resources: asked.flatMap((name) => this.sources.endpointSlicesOf(name)),
      findings: [],
    };
  }

  /** The same object as before for what is the same, so that comparing two models costs little. */
  private label(workload: Workload, before: ReadonlyMap<string, Labelled>): Labelled {
    const labels = this.sources.podLabelsOf(workload.id);
    const known = before.get(workload.id);
    if (known?.workload === workload && known.labels === labels) return known;
    return { workload, labels, labelled: { ...workload, labels: { ...workload.labels, ...labels } } };
  }
}

interface Labelled {
  readonly workload: Workload;
  readonly labels: Labels;
  readonly labelled: Workload;
}

function* endsOf({ declared, outside }: Unit): Generator<Workload> {
  for (const { client, server } of declared) {
    yield client;
    yield server;
  }
  for (const { client } of outside) yield client;
}

function byId(a: Workload, b: Workload): number {
  return a.id < b.id ? -1 : 1;
}
