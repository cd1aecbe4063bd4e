import { effectivePolicies, tierRanksOf } from '../rules/composition';
import { classKey } from '../ends/end-class';
import { droppedFromPods } from '../cni-profile';
import { profileOf } from '../engine';
import type { ReachabilityOptions } from '../reachability';
import { sameMeaning } from './same-meaning';
import type { Cluster, ServiceAccount } from '../../model/cluster';
import type { Namespace } from '../../model/namespace';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';
import { writtenEndpoints } from '../../model/services/written-endpoints';
import type { NetworkSet } from '../../policies/calico/policy';
import type { Policy, PolicySet } from '../../policies/policy';
import { policyId } from '../../policies/policy-id';

/** What is evaluated. */
export interface Model {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
  readonly options: ReachabilityOptions;
}

/** Something before and after; absent where it is not there. */
export interface Pair<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** How one model differs from another in what verdicts depend on. */
export interface ModelChange {
  readonly workloads: readonly Pair<Workload>[];
  /** Workloads that mean the same in another object: read again, or read elsewhere. */
  readonly movedWorkloads: readonly { readonly before: Workload; readonly after: Workload }[];
  /** Names of namespaces whose labels differ. */
  readonly namespaces: ReadonlySet<string>;
  /** Service accounts whose labels differ, as {@link accountKey}. */
  readonly accounts: ReadonlySet<string>;
  /** Services that differ, or for which other objects write endpoints out, as `namespace/name`. */
  readonly services: ReadonlySet<string>;
  readonly networkSets: readonly Pair<NetworkSet>[];
  readonly policies: readonly Pair<Policy>[];
  readonly movedPolicies: readonly { readonly before: Policy; readonly after: Policy }[];
  /** Names of tiers that stand elsewhere or end otherwise, are there now, or no longer. */
  readonly tiers: ReadonlySet<string>;
  /** Whether policies meet another network plugin: then nothing need be as it was. */
  readonly plugin: boolean;
}

/** A service account of a namespace. */
export function accountKey(namespace: string, name: string): string {
  return `${namespace}\u0000${name}`;
}

/** Compares objects by identity first: a model that shares its objects with the other is compared at next to no cost. */
export function changeBetween(before: Model, after: Model): ModelChange {
  const [workloads, movedWorkloads] = joined(
    before.cluster.workloads,
    after.cluster.workloads,
    ({ id }) => id,
    sameEnd,
  );
  const [policies, movedPolicies] = policyChanges(before, after);
  const account = ({ namespace, name }: ServiceAccount): string => accountKey(namespace, name);
  const accounts = differing(before.cluster.serviceAccounts, after.cluster.serviceAccounts, account, (a, b) =>
    sameMeaning(a.labels, b.labels),
  );
  const services = differing(before.cluster.services, after.cluster.services, serviceName, sameMeaning);
  return {
    workloads,
    movedWorkloads,
    namespaces: namespaceChanges(before.cluster.namespaces, after.cluster.namespaces),
    accounts: new Set(accounts.map(({ key }) => key)),
    services: new Set([...services.map(({ key }) => key), ...endpointChanges(before, after)]),
    networkSets: differing(before.policies.networkSets, after.policies.networkSets, setName, sameMeaning),
    policies,
    movedPolicies,
    tiers: tierChanges(before, after),
    plugin: pluginStateOf(before).some((state, index) => state !== pluginStateOf(after)[index]),
  };
}

/** What the network plugin does with whatever policies; equal parts are the same object. */
function pluginStateOf({ policies, options }: Model): readonly unknown[] {
  const profile = profileOf(policies, options);
  return [profile, droppedFromPods(profile, policies.felix)];
}

function tierChanges(before: Model, after: Model): Set<string> {
  const both = [before.policies.tiers, after.policies.tiers] as const;
  if (sameMeaning(...both)) return new Set();
  const rankOf = ({ policies, options }: Model): ((name: string) => unknown) =>
    tierRanksOf(policies, profileOf(policies, options));
  const [old, now] = [rankOf(before), rankOf(after)];
  const names = both.flat().map(({ name }) => name);
  return new Set(names.filter((name) => !sameMeaning(old(name), now(name))));
}

/** Only rules of Calico ask for them, and to find them takes a look at every object. */
function endpointChanges(before: Model, after: Model): string[] {
  const [old, now] = [before.cluster.resources, after.cluster.resources];
  if (old === now || before.policies.calico.length + after.policies.calico.length === 0) return [];
  const [a, b] = [writtenEndpoints(old), writtenEndpoints(now)];
  return [...oneOf(a.any, b.any), ...oneOf(a.besideSelector, b.besideSelector)];
}

/** What is in one of the two sets only. */
function oneOf(a: ReadonlySet<string>, b: ReadonlySet<string>): string[] {
  return [...[...a].filter((item) => !b.has(item)), ...[...b].filter((item) => !a.has(item))];
}

function serviceName({ namespace, name }: Service): string {
  return `${namespace}/${name}`;
}

function setName({ namespace = '', name }: NetworkSet): string {
  return `${namespace}/${name}`;
}

/** Whether no policy tells the two apart. */
function sameEnd(a: Workload, b: Workload): boolean {
  return a.finished === b.finished && classKey(a) === classKey(b);
}

/** A namespace that nobody declares has no labels but its name, which it always has. */
function namespaceChanges(
  before: ReadonlyMap<string, Namespace>,
  after: ReadonlyMap<string, Namespace>,
): Set<string> {
  const changed = new Set<string>();
  if (before === after) return changed;
  const labels = (namespace: Namespace | undefined, name: string): unknown => ({
    ...namespace?.labels,
    'kubernetes.io/metadata.name': name,
  });
  const compare = (name: string, a: Namespace | undefined, b: Namespace | undefined): void => {
    if (!sameMeaning(labels(a, name), labels(b, name))) changed.add(name);
  };
  before.forEach((namespace, name) => {
    const other = after.get(name);
    if (other !== namespace) compare(name, namespace, other);
  });
  after.forEach((namespace, name) => {
    if (!before.has(name)) compare(name, undefined, namespace);
  });
  return changed;
}

function policyChanges(
  before: Model,
  after: Model,
): [Pair<Policy>[], { readonly before: Policy; readonly after: Policy }[]] {
  if (before.policies === after.policies) return [[], []];
  const list = ({ policies, options }: Model): Policy[] =>
    effectivePolicies(policies, profileOf(policies, options), options.staged ?? false);
  return joined(list(before), list(after), policyKey, sameMeaning);
}

/** A NetworkPolicy of Kubernetes and one of Calico may share their name. */
function policyKey(policy: Policy): string {
  return `${policy.kind} ${policyId(policy)}`;
}

interface Difference<T> extends Pair<T> {
  readonly key: string;
}

function differing<T extends object>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
  same: (a: T, b: T) => boolean,
): Difference<T>[] {
  return joined(before, after, keyOf, same)[0];
}

/** Pairs what is not the very same object in both lists by its key: what differs, and what has only moved. */
function joined<T extends object>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (item: T) => string,
  same: (a: T, b: T) => boolean,
): [Difference<T>[], { readonly before: T; readonly after: T }[]] {
  const [gone, come] = withoutCommon(before, after);
  const byKey = new Map<string, T>();
  const changed: Difference<T>[] = [];
  for (const item of come) {
    const key = keyOf(item);
    // Names are given once; what has the name of another is new, whatever that is.
    if (byKey.has(key)) changed.push({ key, before: undefined, after: item });
    else byKey.set(key, item);
  }
  const moved: { readonly before: T; readonly after: T }[] = [];
  for (const item of gone) {
    const key = keyOf(item);
    const other = byKey.get(key);
    byKey.delete(key);
    if (other !== undefined && same(item, other)) moved.push({ before: item, after: other });
    else changed.push({ key, before: item, after: other });
  }
  for (const [key, item] of byKey) changed.push({ key, before: undefined, after: item });
  return [changed, moved];
}

/** What only one of the lists has. Lists that differ in a few places share their beginning and their end. */
function withoutCommon<T extends object>(before: readonly T[], after: readonly T[]): [T[], T[]] {
  if (before === after) return [[], []];
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let [end, otherEnd] = [before.length, after.length];
  while (end > start && otherEnd > start && before[end - 1] === after[otherEnd - 1]) {
    end--;
    otherEnd--;
  }
  const [gone, come] = [before.slice(start, end), after.slice(start, otherEnd)];
  if (gone.length === 0 || come.length === 0) return [gone, come];
  const [old, fresh] = [new Set(gone), new Set(come)];
  return [gone.filter((item) => !fresh.has(item)), come.filter((item) => !old.has(item))];
}
