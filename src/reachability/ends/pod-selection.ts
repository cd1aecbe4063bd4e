import type { EndClasses } from './end-class';
import { IndexSet } from '../sets/index-set';
import { holdersOf, LabelIndex, type Postings } from './label-index';
import type { Cluster } from '../../model/cluster';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import { selectorKey, type LabelSelector } from '../../model/label-selector';
import type { Labels } from '../../model/resource';
import {
  isSetByCalico,
  NAME_LABEL,
  NAMESPACE_LABEL,
  NAMESPACE_PREFIX,
  ORCHESTRATOR_LABEL,
  SERVICE_ACCOUNT_LABEL,
  SERVICE_ACCOUNT_PREFIX,
} from '../../policies/calico/scope';
import type { Selector } from '../../policies/calico/selector';
import { textHolds } from '../../policies/calico/selector-match';

/**
 * The pod classes that selectors match. Hosts are never among them (network-policy-semantics 2.1 item 13,
 * calico-policy-model 4.1).
 */
export interface PodSelection {
  /** Pods of one namespace that a podSelector matches; all of them without one. */
  inNamespace(namespace: string, pods: LabelSelector | undefined): IndexSet;
  /** Pods of one namespace with these labels as they are written, which is how Services select. */
  labelled(namespace: string, matchLabels: Labels): IndexSet;
  /** Pods of the matching namespaces that a podSelector matches; all of them without one. */
  inNamespaces(namespaces: LabelSelector, pods: LabelSelector | undefined): IndexSet;
  /** Pods that a Calico selector matches, over the labels of `policies/calico/entity-labels`. */
  calico(selector: Selector): IndexSet;
}

/** Looks the pods of a whole model up by their labels, each distinct selector once. */
export class IndexedSelection implements PodSelection {
  private readonly pods: LabelIndex;
  /** Without what Calico sets; seldom asked for. */
  private written: LabelIndex | undefined;
  private readonly namespaces: LabelIndex;
  private readonly namespaceNames: readonly string[];
  private keptAccounts: Accounts | undefined;
  private readonly kubernetesMemo = new Map<string, IndexSet>();
  private readonly namespaceMemo = new Map<string, IndexSet>();
  private readonly calicoMemo = new Map<string, IndexSet>();
  private readonly postings = new Map<string, Postings>();

  /** @param calicoLabels whether the selectors of Kubernetes see the labels that Calico sets, as its own do */
  constructor(
    private readonly cluster: Cluster,
    private readonly ends: EndClasses,
    private readonly calicoLabels: boolean,
  ) {
    const asCalico = calicoLabels ? (key: string) => this.setByCalico(key) : undefined;
    this.pods = new LabelIndex(
      ends.podClasses.map(({ labels }) => labels),
      asCalico,
    );
    this.namespaceNames = [
      ...new Set([...cluster.namespaces.keys(), ...ends.podClasses.map(({ namespace }) => namespace)]),
    ].sort();
    this.namespaces = new LabelIndex(
      this.namespaceNames.map((name) => namespaceLabels(cluster, name)),
      calicoLabels ? (key) => (key === NAME_LABEL ? this.namesOfNamespaces() : undefined) : undefined,
    );
  }

  inNamespace(namespace: string, pods: LabelSelector | undefined): IndexSet {
    const domain = this.ends.inNamespace(namespace);
    if (pods === undefined || domain.isEmpty) return domain;
    return this.select(pods, domain, namespace);
  }

  labelled(namespace: string, matchLabels: Labels): IndexSet {
    const selector = { matchLabels, matchExpressions: [] };
    if (!this.calicoLabels || !Object.keys(matchLabels).some(isSetByCalico))
      return this.inNamespace(namespace, selector);
    this.written ??= new LabelIndex(this.ends.podClasses.map(({ labels }) => labels));
    return this.written.select(selector, this.ends.inNamespace(namespace));
  }

  inNamespaces(namespaces: LabelSelector, pods: LabelSelector | undefined): IndexSet {
    const key = keyOf(namespaces);
    const domain = remember(this.namespaceMemo, key, () => this.podsOf(this.matchingNamespaces(namespaces)));
    return pods === undefined ? domain : this.select(pods, domain, `\u0000${key}`);
  }

  /** One label among the pods of one namespace is found sooner than remembered. @param name of the domain */
  private select(pods: LabelSelector, domain: IndexSet, name: string): IndexSet {
    if (domain.edges.length <= 2 && oneLabelOf(pods) !== undefined) return this.pods.select(pods, domain);
    return remember(this.kubernetesMemo, `${name}\u0000${keyOf(pods)}`, () => this.pods.select(pods, domain));
  }

  calico(selector: Selector): IndexSet {
    return remember(this.calicoMemo, JSON.stringify(selector), () => this.evaluate(selector));
  }

  private matchingNamespaces(selector: LabelSelector): IndexSet {
    return this.namespaces.select(selector, IndexSet.range(0, this.namespaceNames.length));
  }

  private podsOf(namespaces: IndexSet): IndexSet {
    const pods: IndexSet[] = [];
    for (const index of namespaces.members()) {
      pods.push(this.ends.inNamespace(this.namespaceNames[index] ?? ''));
    }
    return IndexSet.unionOf(pods);
  }

  private evaluate(selector: Selector): IndexSet {
    const all = this.ends.pods;
    switch (selector.type) {
      case 'all':
      case 'global':
        return all;
      case 'has':
        return holdersOf(this.postingsOf(selector.key));
      case 'compare':
        return this.compare(selector);
      case 'set': {
        const holders = holdersOf(this.postingsOf(selector.key), [...new Set(selector.values)]);
        return selector.operator === 'in' ? holders : all.subtract(holders);
      }
      case 'not':
        return all.subtract(this.calico(selector.operand));
      case 'and':
        return selector.operands.reduce((set, operand) => set.intersect(this.calico(operand)), all);
      case 'or':
        return IndexSet.unionOf(selector.operands.map((operand) => this.calico(operand)));
    }
  }

  private compare({ key, operator, value }: Extract<Selector, { type: 'compare' }>): IndexSet {
    const postings = this.postingsOf(key);
    if (operator === '==') return holdersOf(postings, [value]);
    // != holds for a label that is missing (calico-policy-model 3.3).
    if (operator === '!=') return this.ends.pods.subtract(holdersOf(postings, [value]));
    const values = [...postings.keys()].filter((text) => textHolds(operator, text, value));
    return holdersOf(postings, values);
  }

  /** The labels Calico's index sees on pods (calico-policy-model 4.1): own keys cannot forge the inherited ones. */
  private postingsOf(key: string): Postings {
    const known = this.postings.get(key);
    if (known !== undefined) return known;
    const postings = this.computePostings(key);
    this.postings.set(key, postings);
    return postings;
  }

  private computePostings(key: string): Postings {
    return this.setByCalico(key) ?? this.pods.of(key);
  }

  /** Undefined for a label that Calico leaves as it is written. */
  private setByCalico(key: string): Postings | undefined {
    if (key === ORCHESTRATOR_LABEL) return new Map([['k8s', this.ends.pods]]);
    if (key === NAMESPACE_LABEL) return this.byNamespaceName();
    if (key === SERVICE_ACCOUNT_LABEL) return this.byAccountName();
    if (key.startsWith(NAMESPACE_PREFIX))
      return this.inheritedFromNamespace(key.slice(NAMESPACE_PREFIX.length));
    if (key.startsWith(SERVICE_ACCOUNT_PREFIX))
      return this.inheritedFromAccount(key.slice(SERVICE_ACCOUNT_PREFIX.length));
    return undefined;
  }

  private namesOfNamespaces(): Postings {
    return new Map(this.namespaceNames.map((name, index) => [name, IndexSet.single(index)]));
  }

  private byNamespaceName(): Postings {
    return new Map(this.namespaceNames.map((name) => [name, this.ends.inNamespace(name)]));
  }

  private byAccountName(): Postings {
    const sets = new Map<string, IndexSet[]>();
    for (const { name, pods } of this.accounts.all) {
      const list = sets.get(name) ?? [];
      list.push(pods);
      sets.set(name, list);
    }
    return new Map([...sets].map(([name, list]) => [name, IndexSet.unionOf(list)]));
  }

  private inheritedFromNamespace(key: string): Postings {
    if (key === NAME_LABEL) return this.byNamespaceName();
    return new Map([...this.namespaces.of(key)].map(([value, members]) => [value, this.podsOf(members)]));
  }

  private inheritedFromAccount(key: string): Postings {
    if (key === NAME_LABEL) return this.byAccountName();
    const { all, byLabel } = this.accounts;
    return new Map(
      [...byLabel.of(key)].map(([value, members]) => [
        value,
        IndexSet.unionOf([...members.members()].map((index) => all[index]?.pods ?? IndexSet.EMPTY)),
      ]),
    );
  }

  /** Few policies ask for service accounts. */
  private get accounts(): Accounts {
    if (this.keptAccounts !== undefined) return this.keptAccounts;
    const all = accountsOf(this.cluster, this.ends);
    this.keptAccounts = { all, byLabel: new LabelIndex(all.map(({ labels }) => labels)) };
    return this.keptAccounts;
  }
}

/** A namespace without a manifest has the name label only (network-policy-semantics 2.1 item 12). */
export function namespaceLabels(cluster: Cluster, name: string): Labels {
  return { ...cluster.namespaces.get(name)?.labels, [NAMESPACE_NAME_LABEL]: name };
}

interface AccountPods {
  readonly name: string;
  readonly labels: Labels;
  readonly pods: IndexSet;
}

interface Accounts {
  readonly all: readonly AccountPods[];
  /** The numbers of accounts are their places in {@link all}. */
  readonly byLabel: LabelIndex;
}

function accountsOf(cluster: Cluster, ends: EndClasses): AccountPods[] {
  const labels = new Map(
    cluster.serviceAccounts.map((account) => [`${account.namespace}\u0000${account.name}`, account.labels]),
  );
  const pods = new Map<string, { readonly name: string; readonly indexes: number[] }>();
  for (const { index, namespace, serviceAccount: name } of ends.podClasses) {
    const key = `${namespace}\u0000${name}`;
    const entry = pods.get(key) ?? { name, indexes: [] };
    entry.indexes.push(index);
    pods.set(key, entry);
  }
  return [...pods].map(([key, { name, indexes }]) => ({
    name,
    labels: labels.get(key) ?? {},
    pods: IndexSet.ofSorted(indexes),
  }));
}

/** The label of a selector that asks for one label and nothing else, as most do. */
function oneLabelOf({ matchLabels, matchExpressions }: LabelSelector): string | undefined {
  if (matchExpressions.length > 0) return undefined;
  const keys = Object.keys(matchLabels);
  return keys.length === 1 ? keys[0] : undefined;
}

/** As `selectorKey`, whose texts (JSON) never begin with a digit, but cheaper for one label. */
function keyOf(selector: LabelSelector): string {
  const label = oneLabelOf(selector);
  if (label === undefined) return selectorKey(selector);
  return `${label.length} ${label}${selector.matchLabels[label] ?? ''}`;
}

function remember(memo: Map<string, IndexSet>, key: string, compute: () => IndexSet): IndexSet {
  const known = memo.get(key);
  if (known !== undefined) return known;
  const result = compute();
  memo.set(key, result);
  return result;
}
