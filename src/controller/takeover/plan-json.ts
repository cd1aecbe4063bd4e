import type { Finding } from '../../model/finding';
import { diffFields } from '../../reports/diff/diff-json';
import { findingsJson } from '../../reports/findings/finding-json';
import { printJson } from '../../reports/json-stream';
import type { PlanReport } from './plan-text';

/** The JSON of `intents controller --plan` (`docs/schema/controller-plan.v1.json`), in pieces. */
export function planJson(
  { plan, taken, refusal, diff }: PlanReport,
  findings: readonly Finding[],
): Generator<string> {
  return printJson([
    ['version', { value: 1 }],
    ...(refusal === undefined ? [] : [['refusal', { value: refusal }] as const]),
    ['policies', { items: plan.policies }],
    ['unchanged', { value: plan.unchanged }],
    ['labels', { items: plan.labels }],
    ['intents', { items: plan.intents }],
    ['takenOver', { items: taken }],
    ...diffFields(diff),
    ['findings', { value: findingsJson(findings) }],
  ]);
}
