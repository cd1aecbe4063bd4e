import type { ModelIndex } from '../resolution/model-index';
import type { JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';
import type { Workload } from '../../model/workloads/workload';
import type { Direction } from '../../policies/direction';
import { isVolatileLabel } from '../labels/own-labels';
import type { Enforcement } from './enforcement';

/** Which pods of a namespace a default deny is to isolate for now. */
export type DenyScope =
  | { readonly type: 'all' | 'none' }
  /** All of these must hold. */
  | { readonly type: 'some'; readonly expressions: readonly DenyExpression[] }
  /** No labels of pods tell the workloads apart. */
  | { readonly type: 'indistinct'; readonly workload: Workload };

/** One requirement of a label selector. */
export interface DenyExpression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn';
  /** Sorted, never empty. */
  readonly values: readonly string[];
}

/** What is staged of a namespace. */
export interface DenyStage {
  readonly index: ModelIndex;
  readonly enforcement: Enforcement;
  readonly withheld: Readonly<Record<Direction, ReadonlySet<Workload>>>;
  /** Labels that pods get. */
  readonly podLabels: ReadonlyMap<Workload, Labels>;
}

/** Labels that say what a pod is are taken before any other. */
const PREFERRED = ['app.kubernetes.io/name', 'app', 'k8s-app', 'name', 'app.kubernetes.io/component'];

/**
 * The pods that a default deny of a namespace isolates for some directions while workloads are in shadow. A namespace that
 * is enforced leaves out those in shadow by `NotIn`, so that pods nobody knows stay covered; one in shadow takes in those
 * that are enforced by `In`.
 */
export function denyScope(namespace: string, directions: readonly Direction[], stage: DenyStage): DenyScope {
  const isOpen = (workload: Workload): boolean =>
    directions.some((direction) => stage.withheld[direction].has(workload));
  const workloads = stage.index.inNamespace(namespace).filter(({ finished }) => !finished);
  const open = workloads.filter(isOpen);
  const denied = workloads.filter((workload) => !isOpen(workload) && !workload.hostNetwork);
  const labelsOf = (workload: Workload): Labels => ({
    ...workload.labels,
    ...stage.podLabels.get(workload),
  });
  const { enforcement } = stage;
  if (enforcement.ofNamespace(namespace) === 'enforce') {
    return open.length === 0 ? { type: 'all' } : without(open.map(named(labelsOf)), denied.map(labelsOf));
  }
  const enforced = denied.filter((workload) =>
    directions.every((direction) => enforcement.of(workload, direction) === 'enforce'),
  );
  return enforced.length === 0 ? { type: 'none' } : within(enforced.map(named(labelsOf)), open.map(labelsOf));
}

/** The same manifest for a part of its pods; absent for none of them. */
export function narrowDeny(manifest: JsonObject, scope: DenyScope): JsonObject | undefined {
  if (scope.type === 'all') return manifest;
  if (scope.type !== 'some') return undefined;
  const spec = manifest.spec;
  const matchExpressions = scope.expressions.map(({ key, operator, values }) => ({
    key,
    operator,
    values: [...values],
  }));
  return {
    ...manifest,
    spec: {
      ...(typeof spec === 'object' && !Array.isArray(spec) ? spec : {}),
      podSelector: { matchExpressions },
    },
  };
}

interface Labelled {
  readonly workload: Workload;
  readonly labels: Labels;
}

function named(labelsOf: (workload: Workload) => Labels): (workload: Workload) => Labelled {
  return (workload) => ({ workload, labels: labelsOf(workload) });
}

/** Leaves out each workload by one label that none of the others has. */
function without(left: readonly Labelled[], others: readonly Labels[]): DenyScope {
  const taken = new Set(others.flatMap((labels) => Object.entries(labels).map(pair)));
  const values = new Map<string, Set<string>>();
  for (const { workload, labels } of left) {
    const own = usable(labels).find((label) => !taken.has(pair(label)));
    if (own === undefined) return { type: 'indistinct', workload };
    const [key, value] = own;
    values.set(key, (values.get(key) ?? new Set<string>()).add(value));
  }
  const expressions = [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, set]) => ({ key, operator: 'NotIn' as const, values: [...set].sort() }));
  return { type: 'some', expressions };
}

/** Takes in the workloads by one label that all of them have, with values that none of the others has. */
function within(taken: readonly Labelled[], others: readonly Labels[]): DenyScope {
  const foreign = new Set(others.flatMap((labels) => Object.entries(labels).map(pair)));
  const [first] = taken;
  const keys = usable(first?.labels ?? {}).map(([key]) => key);
  for (const key of keys) {
    const values = taken.map(({ labels }) => (Object.hasOwn(labels, key) ? labels[key] : undefined));
    const known = values.filter((value) => value !== undefined);
    if (known.length < values.length || known.some((value) => foreign.has(pair([key, value])))) continue;
    return { type: 'some', expressions: [{ key, operator: 'In', values: [...new Set(known)].sort() }] };
  }
  return first === undefined ? { type: 'none' } : { type: 'indistinct', workload: first.workload };
}

/** Labels that may tell pods apart for good, the likely ones first. */
function usable(labels: Labels): (readonly [string, string])[] {
  const rank = (key: string): number => {
    const at = PREFERRED.indexOf(key);
    return at < 0 ? PREFERRED.length : at;
  };
  return Object.entries(labels)
    .filter(([key]) => !isVolatileLabel(key))
    .sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function pair([key, value]: readonly [string, string]): string {
  return `${key}\u0000${value}`;
}
