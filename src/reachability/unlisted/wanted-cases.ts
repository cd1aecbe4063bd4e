import type { Budget } from './budget';
import { isPositive, opposite, testHolds, type Case, type Term } from './term';
import type { Action } from '../rules/rule';

/** A rule as far as it tells pods apart. */
export interface CasedRule {
  readonly action: Action;
  readonly cases: readonly Case[];
}

/** The rules of one tier that concern a pod, in order. */
export interface CasedTier {
  readonly endAction: 'deny' | 'pass';
  readonly rules: readonly CasedRule[];
}

/** At most so many ways past the rules before are followed. */
const MOST_WAYS = 256;

/** At most so many cases of one pod and direction are looked at. */
const MOST = 4096;

/**
 * What other ends must have at least for anything to be open to them: for each rule that lets through, the labels that it
 * asks for, together with those without which a rule before it would have decided. So whatever is open to some pod is open
 * to one that has no more labels than one of these cases asks for, all of which that pod has too.
 */
export function wantedCases(tiers: readonly CasedTier[], budget: Budget): readonly Case[] {
  const wanted: Case[] = [];
  let ways: readonly Case[] = [[]];
  for (const { endAction, rules } of tiers) {
    const passed: Case[] = [];
    for (const { action, cases } of rules) {
      if (action === 'allow') wanted.push(...budget.product(ways, cases, MOST));
      else {
        if (action === 'pass') passed.push(...budget.product(ways, cases, MOST_WAYS));
        ways = waysPast(ways, cases, budget);
      }
    }
    ways = budget.keep(endAction === 'deny' ? passed : [...ways, ...passed], MOST_WAYS);
  }
  return budget.keep(distinct([...wanted, ...ways]), MOST);
}

/**
 * Ways on which the cases do not hold: what asks for labels to be missing is escaped by having them. What asks for labels
 * to be there is escaped by having no more than is needed.
 */
function waysPast(ways: readonly Case[], cases: readonly Case[], budget: Budget): readonly Case[] {
  let past = ways;
  for (const one of cases) {
    const escapes = one
      .filter(({ test }) => !isPositive(test))
      .map((term) => [{ ...term, test: opposite(term.test) }]);
    if (escapes.length === 0) continue;
    const added = past
      .filter((way) => !isPast(way, one))
      .flatMap((way) =>
        escapes.filter((escape) => !isPast(way, escape)).map((escape) => [...way, ...escape]),
      );
    past = budget.keep(distinct([...past, ...added]), MOST_WAYS);
  }
  return past;
}

/** Whether the case fails anyway for whoever has what the way asks for. */
function isPast(way: Case, one: Case): boolean {
  return one.some((term) => way.some((asked) => excludes(asked, term)));
}

function excludes(asked: Term, term: Term): boolean {
  if (asked.owner !== term.owner || asked.key !== term.key) return false;
  const { test } = asked;
  if (test.type === 'in') return test.values.every((value) => !testHolds(term.test, value));
  return test.type === 'has' && term.test.type === 'missing';
}

function distinct(cases: readonly Case[]): Case[] {
  return [...new Map(cases.map((one) => [JSON.stringify(one), one])).values()];
}
