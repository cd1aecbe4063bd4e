import type { Diff } from '../../reports/diff/diff';
import type { DiffSides } from '../../reports/diff/diff-reason';
import { diffText } from '../../reports/diff/diff-text';
import { PLAIN, type Style } from '../../reports/style';
import type { ControllerPlan, PlannedLabels, PlannedPolicy } from './plan';
import type { PlannedIntents } from './planned-intents';
import type { TakenPolicy } from './take-over';

/** A plan with what it means. */
export interface PlanReport {
  readonly plan: ControllerPlan;
  /** Policies whose fields are taken over from an operator. */
  readonly taken: readonly TakenPolicy[];
  /** Why the controller would not start; absent when nothing is against it. */
  readonly refusal?: string | undefined;
  readonly diff: Diff;
  readonly sides: DiffSides;
}

const SIGNS: Readonly<Record<PlannedPolicy['action'], string>> = { create: '+', change: '~', delete: '-' };

/** Nobody is shut out for a moment, and nothing is open for one (docs/controller.md, "In which order it writes"). */
const ORDER =
  '\nIn this order: new policies that select nobody yet, labels that let callers in, labels that isolate, the other\n' +
  'policies; then policies and labels that nobody wants any more; finalizers and statuses of intents last\n';

/** Whether the controller would write anything that changes who can talk to whom. */
export function hasPlans({ policies, labels }: ControllerPlan): boolean {
  return policies.length + labels.length > 0;
}

/** The plan for a terminal: objects, labels, then connections. */
export function* planText(
  { plan, taken, refusal, diff, sides }: PlanReport,
  style: Style = PLAIN,
): Generator<string> {
  yield `${style.bold(planSummary(plan))}\n`;
  if (refusal !== undefined) yield `\n${style.bad('The controller would refuse to start.')} ${refusal}\n`;
  if (plan.policies.length > 0) yield '\nPolicies\n';
  for (const policy of plan.policies) yield policyLine(policy, style);
  if (plan.labels.length > 0) yield '\nLabels (pods keep running)\n';
  for (const labels of plan.labels) yield* labelLines(labels, style);
  yield* intentsLines(plan.intents);
  if (hasPlans(plan)) yield ORDER;
  if (taken.length > 0) {
    const from = [...new Set(taken.flatMap((policy) => policy.from))].sort().join(', ');
    const count = taken.length === 1 ? '1 policy' : `${taken.length} policies`;
    yield `\nTaken over as they stand: ${count}, until now of the field manager ${from}\n`;
  }
  yield '\nWhat that means: ';
  yield* diffText(diff, sides, style);
}

/** `The controller would create 2 policies, change 1 and label 7 objects; 12 policies are as they should be`. */
export function planSummary({ policies, labels, unchanged }: ControllerPlan): string {
  const count = (wanted: PlannedPolicy['action']): number =>
    policies.filter(({ action }) => action === wanted).length;
  const parts = (['create', 'change', 'delete'] as const)
    .map((action) => ({ action, number: count(action) }))
    .filter(({ number }) => number > 0)
    .map(({ action, number }) => `${action} ${number} ${number === 1 ? 'policy' : 'policies'}`);
  const objects = labels.reduce((sum, one) => sum + one.objects, 0);
  if (objects > 0) parts.push(`change the labels of ${objects} ${objects === 1 ? 'object' : 'objects'}`);
  const kept = `${unchanged} ${unchanged === 1 ? 'policy is' : 'policies are'} as wanted`;
  return parts.length === 0
    ? `The controller would change nothing: ${kept}`
    : `The controller would ${parts.join(', ')}; ${kept}`;
}

function policyLine({ action, object, fields }: PlannedPolicy, style: Style): string {
  const line = `${SIGNS[action]} ${object}${fields.length === 0 ? '' : `  ${fields.join(', ')}`}`;
  const colour = action === 'create' ? style.good : action === 'delete' ? style.bad : style.warn;
  return `  ${colour(line)}\n`;
}

function* intentsLines(intents: readonly PlannedIntents[]): Generator<string> {
  if (intents.length === 0) return;
  yield '\nIntents (who can talk to whom stays as it is)\n';
  for (const { object, finalizer, ready } of intents) {
    const parts = [
      ...(finalizer ? ['a finalizer'] : []),
      ...(ready === undefined ? [] : [ready.before === undefined ? 'a status' : 'another status']),
    ];
    yield `  ${object}  gets ${parts.join(' and ')}\n`;
    if (ready !== undefined && ready.after !== (ready.before ?? 'True'))
      yield `      Ready: ${ready.after}, ${ready.reason}: ${ready.message}\n`;
  }
}

function* labelLines({ owner, objects, set, removed }: PlannedLabels, style: Style): Generator<string> {
  const pods = owner.startsWith('Namespace/') ? '' : `  ${objects} ${objects === 1 ? 'pod' : 'pods'}`;
  yield `  ${owner}${pods}\n`;
  for (const [key, value] of Object.entries(set)) yield `      ${style.good(`+ ${key}=${value}`)}\n`;
  for (const key of removed) yield `      ${style.bad(`- ${key}`)}\n`;
}
