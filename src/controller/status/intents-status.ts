import { condition, printConditions, type Condition } from './condition';
import type { IntentsOutcome, TargetOutcome } from '../desired/unit';
import { proofText } from '../proof/proof-text';
import type { Finding } from '../../model/finding';
import { isJsonObject, sameJson, type Json, type JsonObject } from '../../model/json';
import { listSome } from '../../model/list-some';

/** How far a policy that intents caused is in the cluster. */
export interface PolicyState {
  readonly namespace: string;
  readonly name: string;
  /** `conflict`: somebody else has one of that name, or sets it back again and again. */
  readonly state: 'applied' | 'pending' | 'failed' | 'conflict';
  /** Why, where it is not applied. */
  readonly message?: string | undefined;
}

/** What a status tells of. */
export interface IntentsFacts {
  readonly generation: number;
  /** Absent for an object that cannot be read. */
  readonly outcome: IntentsOutcome | undefined;
  /** Errors in the object itself, and what the compiler found to be wrong about it. */
  readonly findings: readonly Finding[];
  /** Policies that this object is a cause of. */
  readonly policies: readonly PolicyState[];
  /** Why pods of the client or a server could not be labelled; absent when they are. */
  readonly labelFailure?: string | undefined;
  /** What the proof has found about a target, by its place in the list. */
  readonly proofOf: (target: number) => readonly Finding[];
  /** What no proof can see, in a sentence; absent where that is nothing. */
  readonly blindSpot?: string | undefined;
  /** Whether nothing is written yet that isolates a workload. */
  readonly isShadowed: (workload: string) => boolean;
}

/** How many targets are as they should be, for columns of kubectl. */
export interface TargetCounts {
  readonly targets: number;
  readonly resolved: number;
  readonly enforced: number;
  readonly shadowed: number;
  readonly unsupported: number;
  readonly conflicts: number;
}

type Conditions = Readonly<
  Record<'Resolved' | 'Enforced' | 'Shadowed' | 'Unsupported' | 'Conflict', Condition>
>;

interface TargetState {
  readonly name: string;
  readonly conditions: Conditions;
}

/** The status of a ClientIntents, as the controller applies it. */
export function intentsStatus(facts: IntentsFacts, before: Json | undefined, now: string): JsonObject {
  const targets = (facts.outcome?.targets ?? []).map((target, index) =>
    targetState(target, facts, facts.proofOf(index)),
  );
  const counts = countsOf(targets);
  const conditions = summary(facts, targets, counts);
  const ready = conditions.find(({ type }) => type === 'Ready')?.status === 'True';
  const old = isJsonObject(before) ? before['conditions'] : undefined;
  return {
    upToDate: ready,
    observedGeneration: facts.generation,
    conditions: printConditions(conditions, old, facts.generation, now),
    counts: { ...counts },
    enforced: `${counts.enforced}/${counts.targets}`,
    targets: targets.map(({ name, conditions: own }) => ({
      target: name,
      conditions: Object.values(own).map(({ type, status, reason, message }) => ({
        type,
        status,
        reason,
        message,
      })),
    })),
  };
}

/** Whether a status has all that is wanted of it; fields of others do not count. */
export function sameStatus(wanted: JsonObject, present: Json | undefined): boolean {
  if (!isJsonObject(present)) return false;
  return Object.entries(wanted).every(([key, value]) => sameJson(value, present[key]));
}

function countsOf(targets: readonly TargetState[]): TargetCounts {
  const count = (type: keyof Conditions): number =>
    targets.filter(({ conditions }) => conditions[type].status === 'True').length;
  return {
    targets: targets.length,
    resolved: count('Resolved'),
    enforced: count('Enforced'),
    shadowed: count('Shadowed'),
    unsupported: count('Unsupported'),
    conflicts: count('Conflict'),
  };
}

function targetState(target: TargetOutcome, facts: IntentsFacts, proved: readonly Finding[]): TargetState {
  const resolved = resolvedCondition(target);
  const shadowed = shadowedCondition(target, facts);
  const conflict = conflictCondition(target, facts);
  return {
    name: target.name,
    conditions: {
      Resolved: resolved,
      Enforced: enforcedCondition(target, facts, { resolved, shadowed, conflict, proved }),
      Shadowed: shadowed,
      Unsupported: unsupportedCondition(target),
      Conflict: conflict,
    },
  };
}

const IN_CLUSTER: readonly TargetOutcome['type'][] = ['workload', 'service'];

function resolvedCondition(target: TargetOutcome): Condition {
  const missing = target.findings.find(
    ({ id, severity }) => severity === 'error' || id === 'target-not-found',
  );
  if (missing !== undefined) return condition('Resolved', 'False', reasonOf(missing), sentence(missing));
  if (!IN_CLUSTER.includes(target.type))
    return condition('Resolved', 'True', 'Outside', 'It is outside of the cluster.');
  if (target.servers.length === 0)
    return condition('Resolved', 'False', 'NoPods', 'No pods are there that could be called.');
  return condition(
    'Resolved',
    'True',
    'Found',
    `It is ${listSome(
      target.servers.map(({ id }) => id),
      5,
    )}.`,
  );
}

function shadowedCondition(target: TargetOutcome, { isShadowed }: IntentsFacts): Condition {
  const shadowed = target.servers.filter(({ id }) => isShadowed(id)).map(({ id }) => id);
  return shadowed.length === 0
    ? condition('Shadowed', 'False', 'NotInShadow', 'Enforcement is on.')
    : condition(
        'Shadowed',
        'True',
        'EnforcementOff',
        `Nothing is written yet that isolates ${listSome(shadowed, 5)}.`,
      );
}

function unsupportedCondition(target: TargetOutcome): Condition {
  if (target.type === 'beyond-network')
    return condition(
      'Unsupported',
      'True',
      'BeyondNetwork',
      `${target.name} is beyond what a network policy can say.`,
    );
  const host = target.servers.filter(({ hostNetwork }) => hostNetwork).map(({ id }) => id);
  return host.length === 0
    ? condition('Unsupported', 'False', 'Supported', 'A network policy can say it.')
    : condition(
        'Unsupported',
        'True',
        'HostNetwork',
        `No policy for pods has an effect on ${listSome(host, 5)}, on the host network.`,
      );
}

function conflictCondition(target: TargetOutcome, { policies }: IntentsFacts): Condition {
  const conflict = policies.find(
    ({ state, namespace }) => state === 'conflict' && concerns(target, namespace),
  );
  return conflict === undefined
    ? condition('Conflict', 'False', 'NoConflict', 'Nobody else writes the same policies.')
    : condition(
        'Conflict',
        'True',
        'PolicyConflict',
        conflict.message ?? `NetworkPolicy ${conflict.namespace}/${conflict.name} is somebody else's.`,
      );
}

/** The policy that lets the target be called, or the one that lets the client out. */
function concerns({ namespace }: TargetOutcome, policyNamespace: string): boolean {
  return namespace === undefined || namespace === policyNamespace;
}

/** What else is known of a target when it is told whether it is enforced. */
interface TargetFacts {
  readonly resolved: Condition;
  readonly shadowed: Condition;
  readonly conflict: Condition;
  readonly proved: readonly Finding[];
}

function enforcedCondition(
  target: TargetOutcome,
  facts: IntentsFacts,
  { resolved, shadowed, conflict, proved }: TargetFacts,
): Condition {
  const not = (reason: string, message: string): Condition => condition('Enforced', 'False', reason, message);
  if (target.type === 'beyond-network')
    return not('Unsupported', 'It is beyond what a network policy can say.');
  if (resolved.status !== 'True') return not('NotResolved', resolved.message);
  if (conflict.status === 'True') return not('Conflict', conflict.message);
  if (facts.labelFailure !== undefined) return not('LabelsNotSet', facts.labelFailure);
  const policies = facts.policies.filter(({ namespace }) => concerns(target, namespace));
  const open = policies.find(({ state }) => state !== 'applied');
  if (open !== undefined)
    return not(
      open.state === 'failed' ? 'PolicyNotWritten' : 'Pending',
      open.message ?? `NetworkPolicy ${open.namespace}/${open.name} is about to be written.`,
    );
  const denied = proved.find(({ severity }) => severity === 'error');
  if (denied !== undefined) return not(reasonOf(denied), proofText(denied));
  if (shadowed.status === 'True') return not('EnforcementOff', shadowed.message);
  if (policies.length === 0 && IN_CLUSTER.includes(target.type))
    return not('NoPolicy', 'No policy can be made for it; the server is open, or cannot be isolated.');
  if (policies.length === 0)
    return not('NotRestricted', 'Nothing restricts where the client may go, so nothing has to be opened.');
  const by = listSome(
    policies.map(({ namespace, name }) => `${namespace}/${name}`),
    5,
  );
  const doubts = proved.map(({ message }) => ` ${message}.`).join('');
  return condition('Enforced', 'True', 'PolicyWritten', `It is let through by ${by}.${doubts}`);
}

function summary(facts: IntentsFacts, targets: readonly TargetState[], counts: TargetCounts): Condition[] {
  const of = (type: keyof Conditions): readonly TargetState[] =>
    targets.filter(({ conditions }) => conditions[type].status === 'True');
  const client = facts.findings.find(({ severity }) => severity === 'error');
  const unresolved = targets.filter(({ conditions }) => conditions.Resolved.status !== 'True');
  const state = (type: 'Shadowed' | 'Unsupported' | 'Conflict', yes: string, no: string): Condition => {
    const [first] = of(type);
    return first === undefined
      ? condition(type, 'False', no, `None of ${counts.targets} targets.`)
      : condition(
          type,
          'True',
          yes,
          `${of(type).length} of ${counts.targets} targets. ${first.name}: ${first.conditions[type].message}`,
        );
  };
  const [missing] = unresolved;
  return [
    readyCondition(facts, targets, client),
    missing === undefined
      ? condition('Resolved', 'True', 'AllFound', `All of ${counts.targets} targets.`)
      : condition(
          'Resolved',
          'False',
          'NotFound',
          `${unresolved.length} of ${counts.targets} targets lead to nothing. ${missing.name}: ${missing.conditions.Resolved.message}`,
        ),
    condition(
      'Enforced',
      counts.enforced === counts.targets ? 'True' : 'False',
      counts.enforced === counts.targets ? 'AllEnforced' : 'NotAll',
      `${counts.enforced} of ${counts.targets} targets.${facts.blindSpot === undefined ? '' : ` ${facts.blindSpot}`}`,
    ),
    state('Shadowed', 'EnforcementOff', 'NotInShadow'),
    state('Unsupported', 'BeyondNetwork', 'Supported'),
    state('Conflict', 'PolicyConflict', 'NoConflict'),
  ];
}

/** Reasons for which a target is not enforced, and all is as it should be. */
const FINE: ReadonlySet<string> = new Set([
  'PolicyWritten',
  'Unsupported',
  'EnforcementOff',
  'NotRestricted',
  'NoPolicy',
]);

/** Ready: all that follows from the object is in the cluster, whether or not it isolates anybody yet. */
function readyCondition(
  facts: IntentsFacts,
  targets: readonly TargetState[],
  client: Finding | undefined,
): Condition {
  const not = (reason: string, message: string): Condition => condition('Ready', 'False', reason, message);
  if (facts.outcome === undefined)
    return not('Invalid', client === undefined ? 'It declares nothing that can be read.' : sentence(client));
  if (client !== undefined) return not(reasonOf(client), sentence(client));
  const open = targets.find(({ conditions }) => !FINE.has(conditions.Enforced.reason));
  if (open !== undefined)
    return not(open.conditions.Enforced.reason, `${open.name}: ${open.conditions.Enforced.message}`);
  if (facts.labelFailure !== undefined) return not('LabelsNotSet', facts.labelFailure);
  const waiting = facts.policies.find(({ state }) => state !== 'applied');
  if (waiting !== undefined)
    return not(
      'Pending',
      waiting.message ?? `NetworkPolicy ${waiting.namespace}/${waiting.name} is about to be written.`,
    );
  return condition('Ready', 'True', 'InEffect', 'All that follows from it is in the cluster.');
}

/** `TargetNotFound` of `target-not-found`. */
export function reasonOf({ id }: Finding): string {
  return id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

export function sentence({ message, mend }: Finding): string {
  return mend === '' ? message : `${message}. ${mend}`;
}
