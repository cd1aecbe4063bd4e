import type { Budget } from './budget';
import { examplesOf, type Example } from './examples';
import type { KnownNamespaces } from './known-namespaces';
import { labelsKey, testHolds, type Case, type Term } from './term';
import { IndexSet } from '../sets/index-set';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import type { ServiceAccount } from '../../model/cluster';
import { groupBy } from '../../model/group-by';
import { NAME_LABEL } from '../../policies/calico/scope';

/** The service account of pods that are not in the manifests. */
export interface UnlistedAccount extends Example {
  /** Absent: one that no policy names. */
  readonly name?: string | undefined;
}

/** Pods that are not in the manifests, by what policies ask of them at least. */
export interface PodKind extends Example {
  /** Absent: one that no policy speaks of. */
  readonly account?: UnlistedAccount | undefined;
}

/** A kind of pods with the namespaces in which policies speak of it. */
export interface PlacedKind {
  readonly kind: PodKind;
  /** Namespaces of the manifests. */
  known: IndexSet;
  /** Namespaces that are not, by their labels; the example without labels stands for those no policy speaks of. */
  readonly unlisted: Map<string, Example>;
}

/** What the solution of cases hangs on. */
export interface KindContext {
  readonly namespaces: KnownNamespaces;
  readonly accounts: AccountIndex;
  /** Values that policies name. */
  readonly mentioned: ReadonlySet<string>;
  readonly budget: Budget;
}

/** Equal for kinds that ask for the same. */
export function kindKey({ labels, account }: Pick<PodKind, 'labels' | 'account'>): string {
  const own = account === undefined ? '' : `${account.name ?? ''} ${labelsKey(account.labels)}`;
  return `${labelsKey(labels)} ${own}`;
}

/** The kinds of pods that are in any of the cases, each once. */
export function kindsOf(cases: readonly Case[], context: KindContext): Map<string, PlacedKind> {
  const kinds = new Map<string, PlacedKind>();
  for (const one of cases) addKinds(kinds, one, context);
  return kinds;
}

function addKinds(kinds: Map<string, PlacedKind>, terms: Case, context: KindContext): void {
  const of = (owner: Term['owner']): Term[] => terms.filter((term) => term.owner === owner);
  const [ofPod, ofNamespace, ofAccount] = [of('pod'), of('namespace'), of('account')];
  const known = context.namespaces.meeting(ofNamespace);
  const unlisted = unlistedNamespaces(ofNamespace, context);
  const pods = examplesOf(ofPod, context.mentioned, context.budget);
  for (const account of accountsOf(ofAccount, context)) {
    const with_ = known.subtract(context.accounts.refusing(account?.name, ofAccount, context.namespaces));
    for (const pod of pods) {
      const kind: PodKind = { ...pod, account };
      const key = kindKey(kind);
      const placed = kinds.get(key) ?? { kind, known: IndexSet.EMPTY, unlisted: new Map<string, Example>() };
      kinds.set(key, placed);
      placed.known = placed.known.union(with_);
      for (const example of unlisted) placed.unlisted.set(labelsKey(example.labels), example);
    }
  }
}

/** Namespaces that are not in the manifests have another name than those that are, and the label of it. */
function unlistedNamespaces(
  terms: readonly Term[],
  { namespaces, mentioned, budget }: KindContext,
): Example[] {
  const isOfName = ({ key }: Term): boolean => key === NAMESPACE_NAME_LABEL;
  if (terms.some((term) => isOfName(term) && term.test.type === 'missing')) return [];
  const asked = terms.filter((term) => !(isOfName(term) && term.test.type === 'has'));
  return examplesOf(asked, mentioned, budget).filter(({ labels }) => {
    const name = labels[NAMESPACE_NAME_LABEL];
    return name === undefined || !namespaces.has(name);
  });
}

/** Undefined: an account of which no policy says anything. */
function accountsOf(
  terms: readonly Term[],
  { mentioned, budget }: KindContext,
): readonly (UnlistedAccount | undefined)[] {
  if (terms.length === 0) return [undefined];
  if (terms.some(({ key, test }) => key === NAME_LABEL && test.type === 'missing')) return [];
  const asked = terms.filter(({ key, test }) => !(key === NAME_LABEL && test.type === 'has'));
  return examplesOf(asked, mentioned, budget).map((example) => {
    const { [NAME_LABEL]: name, ...labels } = example.labels;
    if (name === undefined && Object.keys(labels).length === 0) return undefined;
    return { name, labels, words: example.words };
  });
}

/** The service accounts of the manifests. */
export class AccountIndex {
  private readonly byName: ReadonlyMap<string, readonly ServiceAccount[]>;

  constructor(accounts: readonly ServiceAccount[]) {
    this.byName = groupBy(accounts, ({ name }) => name);
  }

  /** The namespaces in which the manifests have an account of the name. */
  namespacesOf(name: string, namespaces: KnownNamespaces): number[] {
    return this.named(name).flatMap(({ namespace }) => namespaces.numberOf(namespace) ?? []);
  }

  has(namespace: string, name: string): boolean {
    return this.named(name).some((account) => account.namespace === namespace);
  }

  /** Where an account of the name has other labels than these requirements ask for. */
  refusing(name: string | undefined, terms: readonly Term[], namespaces: KnownNamespaces): IndexSet {
    const asked = terms.filter(({ key }) => key !== NAME_LABEL);
    if (name === undefined || asked.length === 0) return IndexSet.EMPTY;
    const numbers = this.named(name)
      .filter(({ labels }) =>
        asked.some(({ key, test }) => !testHolds(test, Object.hasOwn(labels, key) ? labels[key] : undefined)),
      )
      .flatMap(({ namespace }) => namespaces.numberOf(namespace) ?? []);
    return IndexSet.of(numbers);
  }

  private named(name: string): readonly ServiceAccount[] {
    return this.byName.get(name) ?? [];
  }
}
