import { policiesToKeep, proveAdoption, type AdoptionProof } from './adoption-proof';
import { policiesAboutAbsent } from './absent-peers';
import { deriveCalls } from './derive-calls';
import { dnsResidue } from './dns-residue';
import { evaluated, type Evaluated, type EvaluationSettings } from './evaluated';
import { isolationObjects } from './isolation-objects';
import { oneSidedRules } from './one-sided';
import type { Residue, SystemName } from './residue';
import { sortOut, type SortedInput } from './sort-out';
import { withIntents, type CompiledObjects } from './with-intents';
import { writeIntents } from './write-intents';
import type { CompileOptions } from '../compiler/compilation';
import { comparePlaces } from '../compiler/resolution/intent-order';
import { objectResource } from './object-resource';
import { sortFindings, type Finding } from '../model/finding';
import type { JsonObject } from '../model/json';
import { printPlace } from '../model/place';
import { resourceId, type Resource } from '../model/resource';

/** How a tree is adopted. */
export interface AdoptSettings extends EvaluationSettings {
  /** What the intents are compiled with for the proof; egress follows the default denies that are written. */
  readonly options: CompileOptions;
  /** Whether the operator that enforces the ClientIntents of the input restricts egress. Default false, as its own. */
  readonly operatorEgress?: boolean | undefined;
}

/** What says the same as the input, and what it does not say. */
export interface Adoption {
  /** ClientIntents, then what isolates, then policies that are kept. */
  readonly objects: readonly JsonObject[];
  /** Sorted by place. */
  readonly residue: readonly Residue[];
  readonly systems: readonly SystemName[];
  /** Workloads that the proof is about. */
  readonly workloads: number;
  /** Sorted. */
  readonly findings: readonly Finding[];
}

/**
 * Writes the intents that say what Otterize's objects, accessPolicies of nais and skiperator, Packages of UDS and
 * NetworkPolicies say, and proves by the evaluator that who can talk to whom stays the same. What those systems would
 * enforce is the one side (intent-systems A2, C1, C2; otterize-operator), the compiled intents are the other. A policy
 * that no intent can replace is kept as it is; whatever differs all the same is listed.
 */
export function adopt(resources: readonly Resource[], settings: AdoptSettings): Adoption {
  const findings: Finding[] = [];
  const input = sortOut(resources, findings);
  const others = evaluated([...input.base, ...input.policies], settings);
  const before = enforced(input, others, settings);
  const calls = deriveCalls(others);
  const written = writeIntents(calls, input.reading.targets, others, input.intents.filter(isClientIntents));
  const isolation = isolationObjects(others, written.called);
  const objects = [
    ...sortObjects(written.objects),
    ...input.intents.filter((resource) => !isClientIntents(resource)).map(({ manifest }) => manifest),
    ...isolation.objects,
  ];
  const absent = policiesAboutAbsent(input.policies, others);
  const { after, proof, kept } = proveWithKept({ input, before, objects, absent }, settings);
  return {
    objects: [...besideKept(objects, kept), ...kept.map(({ manifest }) => manifest)],
    residue: sortResidue([
      ...input.reading.residue,
      ...written.residue,
      ...isolation.residue,
      ...kept.map((policy) => keptPolicy(policy, absent.get(policy) ?? [])),
      ...proof.residue,
      ...dnsResidue(before, after),
      ...oneSidedRules(input.reading.rules, others),
    ]),
    systems: input.systems,
    workloads: before.cluster.workloads.length,
    findings: sortFindings([...findings, ...before.findings, ...after.said.filter(isNoResidue)]),
  };
}

/** What is enforced today: the policies, and beside them what the operator makes of ClientIntents. */
function enforced(input: SortedInput, others: Evaluated, settings: AdoptSettings): Evaluated {
  if (input.intents.length === 0) return others;
  const egress = settings.operatorEgress === true ? 'always' : 'off';
  const options: CompileOptions = { ...settings.options, profile: 'otterize', strictOtterize: true, egress };
  return withIntents([...input.base, ...input.policies, ...input.intents], options, settings);
}

interface Sides {
  readonly input: SortedInput;
  readonly before: Evaluated;
  readonly objects: readonly JsonObject[];
  /** Policies that are kept whatever the proof says, for it does not know whom they are about. */
  readonly absent: ReadonlyMap<Resource, readonly string[]>;
}

interface Proved {
  readonly after: CompiledObjects;
  readonly proof: AdoptionProof;
  readonly kept: readonly Resource[];
}

/** Keeps the policies that let through what would be cut; a kept one adds only what was there. */
function proveWithKept({ input, before, objects, absent }: Sides, settings: AdoptSettings): Proved {
  const operator = settings.operatorEgress === true && input.intents.length > 0;
  const options: CompileOptions = { ...settings.options, egress: operator ? 'always' : 'if-blocked' };
  const attempt = (kept: readonly Resource[]): Proved => {
    const made = besideKept(objects, kept).map(objectResource);
    const after = withIntents([...input.base, ...kept, ...made], options, settings);
    return { after, proof: proveAdoption(before, after), kept };
  };
  const first = attempt(input.policies.filter((policy) => absent.has(policy)));
  const more = new Set(policiesToKeep(before, first.proof.pairs, input.policies));
  const kept = input.policies.filter((policy) => absent.has(policy) || more.has(policy));
  return kept.length === first.kept.length ? first : attempt(kept);
}

/** A policy that is kept keeps its name; a default deny of that name gets another. */
function besideKept(objects: readonly JsonObject[], kept: readonly Resource[]): JsonObject[] {
  const taken = new Set(kept.map(({ namespace = 'default', name }) => `${namespace}/${name}`));
  return objects.map((object) => {
    const { kind, namespace = 'default', name } = objectResource(object);
    if (kind !== 'NetworkPolicy' || !taken.has(`${namespace}/${name}`)) return object;
    return { ...object, metadata: { name: `${name}-by-intents`, namespace } };
  });
}

/** A domain in intents that were written here is in the residue already. */
function isNoResidue({ id, place }: Finding): boolean {
  return id !== 'domain-not-enforced' || printPlace(place) !== '';
}

function keptPolicy(policy: Resource, absent: readonly string[]): Residue {
  const more = absent.length > 3 ? ` and ${absent.length - 3} more` : '';
  if (absent.length > 0)
    return {
      kind: 'kept',
      system: 'NetworkPolicy',
      object: resourceId(policy),
      place: policy.place,
      message: `this policy is about ${absent.slice(0, 3).join(', ')}${more}, which are not in the input, so no intent says what it lets through; it stays as it is`,
      mend: 'Add their manifests to the input and adopt anew, or leave it beside the intents.',
    };
  return {
    kind: 'kept',
    system: 'NetworkPolicy',
    object: resourceId(policy),
    place: policy.place,
    message:
      'this policy lets through what the intents do not say, such as everybody, addresses that call, or what their version has no words for; it stays as it is',
    mend: 'Leave it beside the intents, or say the same with an ExternalAccess.',
  };
}

function isClientIntents({ kind }: Resource): boolean {
  return kind === 'ClientIntents';
}

function sortObjects(objects: readonly JsonObject[]): JsonObject[] {
  const keyOf = (object: JsonObject): string => {
    const { namespace = 'default', name } = objectResource(object);
    return `${namespace}\u0000${name}`;
  };
  return [...objects].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function sortResidue(residue: readonly Residue[]): Residue[] {
  const keyOf = ({ object, message }: Residue): string => `${object}\u0000${message}`;
  return [...residue].sort((a, b) => comparePlaces(a.place, b.place) || (keyOf(a) < keyOf(b) ? -1 : 1));
}
