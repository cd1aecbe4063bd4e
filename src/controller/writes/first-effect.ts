import type { GateContext } from './gates';
import { firstOf } from './first-of';
import { isInert, isThere } from './inert-policy';
import { labelledPolicies, type IsolatingPolicy, type LabelledPolicies } from './labelled-policies';
import { policyChange } from './policy-change';
import { hasAll } from './selector-labels';
import { namespaceKey, podKey, policyWorkKey } from './work-key';
import { isJsonObject, jsonAt, sameJson, type JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';
import { labelsOf } from '../observed/observed-object';
import type { ObservedNamespace } from '../observed/observed-namespace';
import type { Workload } from '../../model/workloads/workload';

/** Labels that a pod must not have before some other work is done. */
export interface HeldLabels {
  readonly on: string;
  readonly keys: ReadonlySet<string>;
}

/**
 * Whether a policy has no effect where it is written now: its own selector goes by labels of intents that no pod of the
 * namespace carries. It may then come before all labels, and what makes it take effect is held back instead
 * ({@link heldLabels}). What it says is that of Kubernetes: a policy isolates the pods that its `podSelector` selects,
 * and no others (NetworkPolicy API, "podSelector").
 *
 * Not where it replaces one that selects other pods: these would be open between the two.
 */
export function isWithoutEffect(context: GateContext, namespace: string, key: string): boolean {
  const unit = context.compiler.unit(namespace);
  const there = context.observed.namespace(namespace);
  if (unit === undefined || there === undefined) return false;
  const policies = labelledPolicies(unit);
  const policy = policies.get(key);
  return (
    policy !== undefined &&
    policies.isPlain &&
    takesEffectByLabel(policy, there) &&
    context.comesLate?.(namespace, key) !== true
  );
}

function takesEffectByLabel({ key, subject, manifest }: IsolatingPolicy, there: ObservedNamespace): boolean {
  if (Object.keys(subject).length === 0 || there.isCarried(subject)) return false;
  const present = there.objects.get(key);
  return (
    present === undefined ||
    isInert(present.resource.manifest) ||
    sameSubject(present.resource.manifest, manifest)
  );
}

/** Whether two policies isolate the same pods, in the same directions. */
export function sameSubject(a: JsonObject, b: JsonObject): boolean {
  const of = (manifest: JsonObject): JsonObject => {
    const spec = isJsonObject(manifest['spec']) ? manifest['spec'] : {};
    return { selector: spec['podSelector'] ?? null, types: spec['policyTypes'] ?? null };
  };
  return sameJson(of(a), of(b));
}

/**
 * The labels that would make policies isolate the pods of a workload for the first time, while these policies are not all
 * there or those whom they are to let in do not carry their labels yet.
 *
 * Where one pod carries such a label already the policies have their effect: one that comes later gets it at once.
 *
 * @param labels all labels of intents that pods of the workload are to have
 */
export function heldLabels(
  context: GateContext,
  there: ObservedNamespace,
  workload: Workload,
  labels: Labels,
): HeldLabels | undefined {
  const unit = context.compiler.unit(there.name);
  if (unit === undefined) return undefined;
  const policies = labelledPolicies(unit);
  const starting = startingPolicies(policies, there, labels).filter(
    ({ key }) => context.comesLate?.(there.name, key) !== true,
  );
  if (starting.length === 0) return undefined;
  const on =
    unwritten(context, there, starting) ??
    unlabelledPeers(context, policies, starting) ??
    unwritten(context, there, policies.selectingUnlabelled(workload.labels));
  if (on === undefined) return undefined;
  return { on, keys: new Set(starting.flatMap(({ subject }) => Object.keys(subject))) };
}

/** Policies that would isolate pods with these labels, and isolate none yet. */
export function startingPolicies(
  policies: LabelledPolicies,
  there: ObservedNamespace,
  labels: Labels,
): readonly IsolatingPolicy[] {
  if (!policies.isPlain) return [];
  return policies.selecting(labels).filter((policy) => takesEffectByLabel(policy, there));
}

/**
 * What a new policy waits for that takes effect as it is written. Its pods may be isolated from then on, so others whom
 * they are to be called by must be let in at nearly the same time: all labels that go with that come first, and a policy
 * that lets nobody in comes after those that do. Of several that let somebody in one has to be the first
 * ({@link import('./joint-start').JointStart}).
 */
export function beforeTakingEffect(context: GateContext, namespace: string, key: string): string | undefined {
  const unit = context.compiler.unit(namespace);
  const there = context.observed.namespace(namespace);
  if (unit === undefined || there === undefined || isThere(there, key)) return undefined;
  const policies = labelledPolicies(unit);
  const policy = policies.get(key);
  if (policy === undefined) return undefined;
  return firstOf(selectedBy(policy, policies), (workload) => {
    const beside = [
      ...policies.selecting(unit.podLabels.get(workload.id) ?? {}),
      ...policies.selectingUnlabelled(workload.labels),
    ].filter((other) => other !== policy && !isThere(there, other.key));
    return (
      unwritten(
        context,
        there,
        policies.isPlain ? beside.filter((other) => takesEffectByLabel(other, there)) : [],
      ) ??
      unlabelledPeers(context, policies, beside) ??
      (letsIn(policy) ? undefined : unwritten(context, there, beside.filter(letsIn)))
    );
  });
}

function selectedBy({ subject, manifest }: IsolatingPolicy, policies: LabelledPolicies): readonly Workload[] {
  const { workloads } = policies.unit;
  if (Object.keys(subject).length > 0)
    return policies.workloadsWith(subject).flatMap((id) => workloads.get(id) ?? []);
  const selected = jsonAt(manifest, ['spec', 'podSelector', 'matchLabels']);
  return [...workloads.values()].filter(({ labels }) => isSelected(labels, selected));
}

function letsIn({ manifest }: IsolatingPolicy): boolean {
  return jsonAt(manifest, ['spec', 'ingress']) !== undefined;
}

function isSelected(labels: Labels, selected: ReturnType<typeof jsonAt>): boolean {
  if (!isJsonObject(selected)) return true;
  return Object.entries(selected).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
}

function unwritten(
  context: GateContext,
  there: ObservedNamespace,
  policies: readonly IsolatingPolicy[],
): string | undefined {
  for (const { key, manifest } of policies) {
    const work = policyWorkKey(there.name, key);
    if (!context.isUnsettled(work)) continue;
    const present = there.objects.get(key);
    if (present === undefined || policyChange(manifest, present.resource.manifest).length > 0) return work;
  }
  return undefined;
}

function unlabelledPeers(
  context: GateContext,
  policies: LabelledPolicies,
  letIn: readonly IsolatingPolicy[],
): string | undefined {
  for (const { namespaces, peers } of letIn) {
    const blocker =
      unlabelledNamespace(context, policies.unit.namespaceLabels, namespaces) ??
      firstOf(peers, (wanted) => unlabelledPods(context, policies, wanted));
    if (blocker !== undefined) return blocker;
  }
  return undefined;
}

/** The first namespace that is yet to get labels which are asked for. */
export function unlabelledNamespace(
  { observed, isUnsettled }: GateContext,
  wantedOn: ReadonlyMap<string, Labels>,
  selectors: readonly Labels[],
): string | undefined {
  for (const wanted of selectors)
    for (const [name, labels] of wantedOn) {
      if (!hasAll(labels, wanted)) continue;
      const there = observed.namespace(name)?.namespace;
      const key = namespaceKey(name);
      if (there !== undefined && !hasAll(labelsOf(there), wanted) && isUnsettled(key)) return key;
    }
  return undefined;
}

/** A pod that is yet to get labels which are asked for. */
export function unlabelledPods(
  context: GateContext,
  policies: LabelledPolicies,
  wanted: Labels,
): string | undefined {
  return firstOf(policies.workloadsWith(wanted), (workload) => unlabelledPod(context, workload, wanted));
}

/** The last of them: it is likely to be labelled last, and then nothing is left to wait for. */
export function unlabelledPod(
  { observed, isUnsettled }: GateContext,
  workload: string,
  wanted: Labels,
): string | undefined {
  const namespace = workload.slice(0, workload.indexOf('/'));
  let last: string | undefined;
  for (const pod of observed.namespace(namespace)?.podsOf(workload) ?? []) {
    if (hasAll(labelsOf(pod), wanted)) continue;
    const key = podKey(namespace, pod.resource.name);
    if (isUnsettled(key)) last = key;
  }
  return last;
}
