import type { Example } from './examples';
import { kindKey, type AccountIndex, type PodKind, type UnlistedAccount } from './pod-kind';
import { labelsKey } from './term';
import { unlistedWorkload } from '../ends/unlisted-pod';
import type { Cluster, ServiceAccount } from '../../model/cluster';
import { NAMESPACE_NAME_LABEL, type Namespace } from '../../model/namespace';
import { NOWHERE } from '../../model/place';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';

/** The namespace of an example: one of the manifests by its name, or another by its labels. */
export type Home = { readonly known: string } | { readonly unlisted: Example };

/** A workload that stands for a kind of pods, on one of the stages. */
export interface Actor {
  readonly stage: number;
  readonly workload: Workload;
}

/** At most so often the cluster is looked at with one name having other labels. */
const MOST_STAGES = 16;

/** Who plays together: no namespace and no account has two sets of labels there. */
class Stage {
  readonly namespaces = new Map<string, Namespace>();
  readonly accounts = new Map<string, ServiceAccount>();
  readonly workloads: Workload[] = [];

  admits(namespace: Namespace | undefined, account: ServiceAccount | undefined): boolean {
    const home = namespace === undefined ? undefined : this.namespaces.get(namespace.name);
    const own = account === undefined ? undefined : this.accounts.get(accountKey(account));
    return agree(home?.labels, namespace?.labels) && agree(own?.labels, account?.labels);
  }

  add(workload: Workload, namespace: Namespace | undefined, account: ServiceAccount | undefined): void {
    this.workloads.push(workload);
    if (namespace !== undefined) this.namespaces.set(namespace.name, namespace);
    if (account !== undefined) this.accounts.set(accountKey(account), account);
  }
}

/** Workloads that stand for kinds of pods that are not in the manifests, each made once. */
export class Actors {
  private readonly made = new Map<string, Actor>();
  private readonly names = new Map<string, string>();
  private readonly stages: Stage[] = [];

  constructor(
    private readonly cluster: Cluster,
    private readonly known: AccountIndex,
  ) {}

  /** Undefined where too many of them ask for one name with other labels. */
  at(home: Home, kind: PodKind): Actor | undefined {
    const place = 'known' in home ? home.known : ` ${labelsKey(home.unlisted.labels)}`;
    const key = `${place} ${kindKey(kind)}`;
    const made = this.made.get(key) ?? this.make(home, kind);
    if (made !== undefined) this.made.set(key, made);
    return made;
  }

  /** The cluster with the workloads of each stage in it. */
  casts(): Cluster[] {
    return this.stages.map((stage) => {
      const namespaces = new Map([...this.cluster.namespaces, ...stage.namespaces]);
      const workloads = [...this.cluster.workloads, ...stage.workloads];
      workloads.sort((a, b) => (a.id < b.id ? -1 : 1));
      const serviceAccounts = [...this.cluster.serviceAccounts, ...stage.accounts.values()];
      return { ...this.cluster, namespaces, workloads, serviceAccounts };
    });
  }

  private make(home: Home, kind: PodKind): Actor | undefined {
    const namespace = 'known' in home ? undefined : this.namespaceOf(home.unlisted);
    const name = namespace?.name ?? ('known' in home ? home.known : '');
    const { account, serviceAccount } = this.accountOf(name, kind.account);
    const stage = this.stageFor(namespace, account);
    if (stage === undefined) return undefined;
    const peer = { type: 'pod', namespace: name, labels: kind.labels, serviceAccount } as const;
    const workload = unlistedWorkload(peer, `unlisted ${this.made.size}`);
    this.stages[stage]?.add(workload, namespace, account);
    return { stage, workload };
  }

  private stageFor(
    namespace: Namespace | undefined,
    account: ServiceAccount | undefined,
  ): number | undefined {
    const free = this.stages.findIndex((stage) => stage.admits(namespace, account));
    if (free >= 0) return free;
    if (this.stages.length === MOST_STAGES) return undefined;
    return this.stages.push(new Stage()) - 1;
  }

  /** Of the name that the labels ask for, else of one that no namespace has: blanks are in no name. */
  private namespaceOf({ labels }: Example): Namespace {
    const name = labels[NAMESPACE_NAME_LABEL] ?? this.nameFor(labelsKey(labels));
    return { name, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name }, declared: true, place: NOWHERE };
  }

  /** An account of the manifests is as it is there. */
  private accountOf(
    namespace: string,
    asked: UnlistedAccount | undefined,
  ): { readonly serviceAccount: string; readonly account?: ServiceAccount } {
    if (asked === undefined) return { serviceAccount: 'any other' };
    const { labels, name = this.nameFor(` ${labelsKey(labels)}`) } = asked;
    if (this.known.has(namespace, name)) return { serviceAccount: name };
    return { serviceAccount: name, account: { namespace, name, labels, declared: true } };
  }

  private nameFor(key: string): string {
    const name = this.names.get(key) ?? `any other ${this.names.size}`;
    this.names.set(key, name);
    return name;
  }
}

function accountKey({ namespace, name }: ServiceAccount): string {
  return `${namespace} ${name}`;
}

function agree(a: Labels | undefined, b: Labels | undefined): boolean {
  return a === undefined || b === undefined || a === b || labelsKey(a) === labelsKey(b);
}
