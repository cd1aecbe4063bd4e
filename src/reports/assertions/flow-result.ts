import { printPlace, type Place } from '../../model/place';
import type { Finding } from '../../model/finding';
import type { OutOfModel } from '../../policies/policy';
import { DIRECTIONS } from '../../policies/direction';
import type { ExplainedFlow } from '../explain/explained-flow';
import { droppedWords } from '../../proof/dropped-wording';
import { decisionText } from '../explain/explain-text';

/** One expected flow, judged. */
export interface FlowResult {
  /** The question as asked, for the JSON: `from`, `to`, `port`, `protocol`. */
  readonly flow: Readonly<Record<string, unknown>>;
  /** The question in one line: `shop/frontend -> shop/cart TCP 7070`. */
  readonly title: string;
  readonly expect: 'allow' | 'deny';
  readonly explained: ExplainedFlow;
  /** Where the expectation is written. */
  readonly place: Place;
}

/** The outcome of a run, with what the verdicts do not cover. */
export interface TestOutcome {
  /** In the order asked. */
  readonly results: readonly FlowResult[];
  readonly findings: readonly Finding[];
  readonly outOfModel: readonly OutOfModel[];
}

/** Whether the verdict is what was expected; an undecided one never is. */
export function passes({ expect, explained }: FlowResult): boolean {
  return explained.explanation.verdict === expect;
}

/** Why a result failed, in lines: the verdict, what decides in each direction, what is missing or how to mend. */
export function failureLines(result: FlowResult): string[] {
  const { explained, expect, place } = result;
  const { verdict } = explained.explanation;
  const written = printPlace(place);
  const words = { allow: 'is allowed', deny: 'is denied', unknown: 'cannot be decided' };
  return [
    `${written === '' ? '' : `${written}: `}expected ${expect}, but it ${words[verdict]}`,
    ...(verdict === 'allow' || verdict === 'deny' ? deciders(explained, verdict) : []),
    ...(explained.reason === undefined ? [] : explained.reason.split('\n').map((line) => `because: ${line}`)),
    ...(explained.mend === undefined
      ? []
      : ['mend:', ...explained.mend.split('\n').map((line) => (line === '' ? '' : `  ${line}`))]),
  ];
}

/** For an allowed flow both directions let it through, and each that is isolated says by what. */
function deciders({ explanation, protocol, port }: ExplainedFlow, verdict: 'allow' | 'deny'): string[] {
  return [...DIRECTIONS].reverse().flatMap((direction) => {
    const { verdict: own, isolated, decidedBy, dropped } = explanation[direction];
    if (own !== verdict) return [];
    if (dropped === true) return [`${direction}: ${droppedWords(protocol, port)}`];
    if (!isolated) return verdict === 'allow' ? [`${direction}: no policy isolates`] : [];
    return decidedBy.map((decision) => `${direction}: ${decisionText(decision, direction)}`);
  });
}
