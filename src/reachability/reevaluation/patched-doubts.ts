import { Doubts } from '../doubts';
import { isFamilyBlind } from '../engine';
import { notePluginDoubts, PLUGIN_DOUBTS } from '../plugin-doubts';
import { compilePolicy } from '../rules/composition';
import type { PatchedEngine } from './patched-engine';
import { DIRECTIONS } from '../../policies/direction';
import type { Policy, PolicySet } from '../../policies/policy';

/**
 * What manifests leave open after a change: known from the base where the change cannot reach, found out for policies
 * that have come, and for those that select pods which the base does not have. Undefined where the change reaches
 * doubts of any policy: hosts and known addresses are met by blocks, and rules of Calico may tell IP versions apart for
 * some labels only.
 */
export function patchedDoubts(engine: PatchedEngine, policies: PolicySet): Doubts | undefined {
  if (!keepsGround(engine)) return undefined;
  const doubts = new Doubts();
  const { context, base } = engine;
  notePluginDoubts(doubts, policies, context.profile, context.podCidrs);
  const { gone, moved } = engine.policies.patch;
  const idle = withoutPods(engine);
  for (const [doubt, policy] of base.doubts.policies()) {
    if (PLUGIN_DOUBTS.has(doubt) || gone.has(policy) || idle.has(policy)) continue;
    doubts.add(doubt, moved.get(policy) ?? policy);
  }
  let keptUnknown: boolean | undefined;
  const unknown = (): boolean => (keptUnknown ??= hasPodsOfUnknownVersion(engine));
  for (const policy of looselyKnown(engine)) {
    const compiled = compilePolicy(policy, { ...context, doubts });
    // Looking at the rules of a policy notes what is open because of them.
    if (!isFamilyBlind(compiled) && unknown()) doubts.add('ip-version-open', policy);
  }
  return doubts;
}

/** Whether what is open because of a policy follows from the policy, and from whether it selects any pod. */
function keepsGround({ base, ends, familiesByLabels }: PatchedEngine): boolean {
  if (ends.dirty.isEmpty) return true;
  const old = [...ends.dirtyInBase.members()].flatMap((index) => base.ends.at(index) ?? []);
  return (
    !familiesByLabels &&
    [...old, ...ends.fresh.classes].every(({ host, addresses }) => !host && addresses.length === 0) &&
    ends.hasPodsOfUnknownAddress === base.ends.hasPodsOfUnknownAddress
  );
}

/** Policies of the base all of whose pods are others now, or gone; some may select pods again. */
function withoutPods({ base, ends }: PatchedEngine): ReadonlySet<Policy> {
  const idle = new Set<Policy>();
  for (const index of ends.dirtyInBase.members()) {
    const end = base.ends.at(index);
    if (end === undefined) continue;
    for (const direction of DIRECTIONS)
      for (const { compiled } of base.programs.of(end, direction)?.policies ?? [])
        if (compiled.subject.subtract(ends.dirtyInBase).isEmpty) idle.add(compiled.policy);
  }
  return idle;
}

/** Policies that the base does not have, and those that select pods which it does not have. */
function looselyKnown({ ends, policies }: PatchedEngine): ReadonlySet<Policy> {
  const found = new Set(policies.added.map(({ policy }) => policy));
  for (const index of ends.dirty.members()) {
    const end = ends.at(index);
    if (end === undefined || end.host) continue;
    for (const direction of DIRECTIONS)
      for (const { compiled } of policies.selecting(end, direction)) found.add(compiled.policy);
  }
  return found;
}

function hasPodsOfUnknownVersion(engine: PatchedEngine): boolean {
  return engine.ends.podClasses.some((end) => engine.maskOf(end) === 3);
}
