import {
  beforeTakingEffect,
  isWithoutEffect,
  unlabelledNamespace,
  unlabelledPod,
  unlabelledPods,
} from './first-effect';
import { firstOf } from './first-of';
import { isInert } from './inert-policy';
import { labelledPolicies } from './labelled-policies';
import { hasAll, labelsSpokenOf, selectorLabels } from './selector-labels';
import { podKey, policyWorkKey } from './work-key';
import type { IncrementalCompiler } from '../desired/incremental-compiler';
import { isFormerOutput } from '../../compiler/present-policies';
import type { JsonObject } from '../../model/json';
import type { Labels } from '../../model/resource';
import type { ObservedCluster } from '../observed/observed-cluster';
import { labelsOf, type ObservedObject } from '../observed/observed-object';
import { policyChange } from './policy-change';

/** What is known when the order of writes is decided. */
export interface GateContext {
  readonly observed: ObservedCluster;
  readonly compiler: IncrementalCompiler;
  /** Whether work on a key is still to be done, and is not held up by a failure. */
  readonly isUnsettled: (key: string) => boolean;
  readonly hasFailed: (key: string) => boolean;
  /** Whether work on `key` waits, over whatever steps, for `on`. */
  readonly waitsFor: (key: string, on: string) => boolean;
  /** Whether a new policy is written after the labels that it takes effect by. Default: none is. */
  readonly comesLate?: (namespace: string, key: string) => boolean;
  /** Namespaces that are to be kept and may not be seen ({@link heldBack}). Default: none. */
  readonly unseen?: () => readonly string[];
}

/**
 * The work that has to be done before a policy is written: labels of the pods that it selects or lets in. A policy that is
 * there before them shuts out whom it is to let in; one that has no effect before them ({@link isWithoutEffect}) does not.
 */
export function beforePolicy(
  context: GateContext,
  namespace: string,
  key: string,
  manifest: JsonObject,
): string | undefined {
  const unit = context.compiler.unit(namespace);
  if (unit === undefined || isWithoutEffect(context, namespace, key)) return undefined;
  const { pods, namespaces } = selectorLabels(manifest);
  const policies = labelledPolicies(unit);
  return (
    unlabelledNamespace(context, unit.namespaceLabels, namespaces) ??
    (manifest['apiVersion'] === 'networking.k8s.io/v1'
      ? firstOf(pods, (wanted) => unlabelledPods(context, policies, wanted))
      : firstOf(unit.podLabels, ([workload, labels]) =>
          firstOf(spokenOf(labels, manifest), (wanted) => unlabelledPod(context, workload, wanted)),
        )) ??
    beforeTakingEffect(context, namespace, key)
  );
}

/** Selectors of Calico are texts: there, whatever label the policy speaks of is waited for. */
function spokenOf(labels: Labels, manifest: JsonObject): readonly Labels[] {
  return [...labelsSpokenOf(manifest)].flatMap((key) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return value === undefined ? [] : [{ [key]: value }];
  });
}

/**
 * The work that has to be done before a policy is deleted: the policies of its namespace that may stand in for it, and the
 * labels by which they select its pods. One that cannot be written holds it up where both select the same pods, which would
 * be open without either.
 */
export function beforeDeletion(context: GateContext, old: ObservedObject): string | undefined {
  const { namespace = 'default' } = old.resource;
  const there = context.observed.namespace(namespace);
  for (const [key, policy] of context.compiler.unit(namespace)?.policies ?? []) {
    const work = policyWorkKey(namespace, key);
    const present = there?.objects.get(key);
    if (present !== undefined && policyChange(policy.manifest, present.resource.manifest).length === 0)
      continue;
    if (context.isUnsettled(work)) return work;
    const isMissing = present === undefined || isInert(present.resource.manifest);
    if (isMissing && context.hasFailed(work) && overlap(context, namespace, old, policy.manifest))
      return work;
  }
  return unlabelledSubject(context, namespace, old);
}

/** A pod that the policy selects, and that others are to select by labels which it does not carry yet. */
function unlabelledSubject(
  { compiler, observed, isUnsettled }: GateContext,
  namespace: string,
  old: ObservedObject,
): string | undefined {
  const there = observed.namespace(namespace);
  const selected = matchLabelsOf(old.resource.manifest) ?? {};
  for (const pod of there?.pods.values() ?? []) {
    const key = podKey(namespace, pod.resource.name);
    if (!isUnsettled(key) || !hasAll(labelsOf(pod), selected)) continue;
    const root = there?.rootOf(pod);
    if (root !== undefined && !hasAll(labelsOf(pod), compiler.podLabelsOf(root.id))) return key;
  }
  return undefined;
}

function overlap(context: GateContext, namespace: string, old: ObservedObject, made: JsonObject): boolean {
  const [before, after] = [matchLabelsOf(old.resource.manifest), matchLabelsOf(made)];
  if (before === undefined || after === undefined) return true;
  const there = context.observed.namespace(namespace);
  for (const pod of there?.pods.values() ?? []) {
    const root = there?.rootOf(pod);
    const labels = labelsOf(pod);
    const later = root === undefined ? labels : { ...labels, ...context.compiler.podLabelsOf(root.id) };
    if (hasAll(labels, before) && hasAll(later, after)) return true;
  }
  return false;
}

function matchLabelsOf({ spec }: JsonObject): Labels | undefined {
  const [first] = selectorOf(spec);
  return first;
}

function selectorOf(spec: JsonObject[string]): Labels[] {
  if (typeof spec !== 'object' || spec === null || Array.isArray(spec)) return [];
  const selector = spec['podSelector'];
  if (typeof selector !== 'object' || selector === null || Array.isArray(selector)) return [];
  const labels = selector['matchLabels'];
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return [];
  const texts = Object.entries(labels).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return [Object.fromEntries(texts)];
}

/**
 * The work that has to be done before a label is taken off: policies that go by it and are to go, or to go by it no more.
 * Without the label they would shut out, or leave open, pods that they are still about.
 *
 * @param unsettled keys of policies that are to be written or deleted
 */
export function beforeUnlabelling(
  { observed, compiler }: Pick<GateContext, 'observed' | 'compiler'>,
  label: string,
  unsettled: Iterable<{ readonly namespace: string; readonly key: string }>,
): string | undefined {
  for (const { namespace, key } of unsettled) {
    const present = observed.namespace(namespace)?.objects.get(key);
    if (present === undefined || !isFormerOutput(present.resource)) continue;
    if (!labelsSpokenOf(present.resource.manifest).has(label)) continue;
    const wanted = compiler.policy(namespace, key);
    if (wanted === undefined || !labelsSpokenOf(wanted.manifest).has(label))
      return policyWorkKey(namespace, key);
  }
  return undefined;
}
