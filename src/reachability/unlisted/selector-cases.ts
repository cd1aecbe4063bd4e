import type { Budget } from './budget';
import { opposite, testHolds, type Case, type LabelTest, type Owner } from './term';
import type { LabelSelector } from '../../model/label-selector';
import { NAMESPACE_NAME_LABEL } from '../../model/namespace';
import type { Labels } from '../../model/resource';
import {
  NAME_LABEL,
  NAMESPACE_LABEL,
  NAMESPACE_PREFIX,
  ORCHESTRATOR_LABEL,
  SERVICE_ACCOUNT_LABEL,
  SERVICE_ACCOUNT_PREFIX,
} from '../../policies/calico/scope';
import type { Selector } from '../../policies/calico/selector';

/** Which label a key of a selector stands for; or the value that every pod has there. */
export type Meaning = { readonly owner: Owner; readonly key: string } | { readonly value: string };

/** A key as it is written on pods, or on their namespaces. */
export function written(owner: Owner): (key: string) => Meaning {
  return (key) => ({ owner, key });
}

const NAMESPACE_NAME: Meaning = { owner: 'namespace', key: NAMESPACE_NAME_LABEL };
const ACCOUNT_NAME: Meaning = { owner: 'account', key: NAME_LABEL };

/** A key as Calico's selectors see it on pods (calico-policy-model 4.1). */
export function asCalicoSees(key: string): Meaning {
  if (key === NAMESPACE_LABEL) return NAMESPACE_NAME;
  if (key === SERVICE_ACCOUNT_LABEL) return ACCOUNT_NAME;
  if (key === ORCHESTRATOR_LABEL) return { value: 'k8s' };
  if (key.startsWith(NAMESPACE_PREFIX)) return namespaceAsCalicoSees(key.slice(NAMESPACE_PREFIX.length));
  if (key.startsWith(SERVICE_ACCOUNT_PREFIX))
    return { owner: 'account', key: key.slice(SERVICE_ACCOUNT_PREFIX.length) };
  return { owner: 'pod', key };
}

/** A key as Calico's selectors see it on namespaces: it sets the name itself. */
export function namespaceAsCalicoSees(key: string): Meaning {
  return key === NAME_LABEL ? NAMESPACE_NAME : { owner: 'namespace', key };
}

/** At most so many cases are made of one selector. */
const MOST = 64;

/** The ways in which a Calico selector holds (or does not), each as requirements that hold together. */
export function casesOfSelector(
  selector: Selector,
  meaningOf: (key: string) => Meaning,
  budget: Budget,
  holds = true,
): readonly Case[] {
  switch (selector.type) {
    case 'all':
    case 'global':
      return holds ? [[]] : [];
    case 'not':
      return casesOfSelector(selector.operand, meaningOf, budget, !holds);
    case 'and':
    case 'or': {
      const operands = selector.operands.map((operand) => casesOfSelector(operand, meaningOf, budget, holds));
      if ((selector.type === 'or') === holds) return budget.keep(operands.flat(), MOST);
      return operands.reduce((met, cases) => budget.product(met, cases, MOST), [[]]);
    }
    default: {
      const test = testOf(selector);
      return single(selector.key, holds ? test : opposite(test), meaningOf);
    }
  }
}

function testOf(leaf: Extract<Selector, { readonly key: string }>): LabelTest {
  switch (leaf.type) {
    case 'has':
      return { type: 'has' };
    case 'set':
      return { type: leaf.operator === 'in' ? 'in' : 'not-in', values: leaf.values };
    case 'compare':
      if (leaf.operator === '==') return { type: 'in', values: [leaf.value] };
      if (leaf.operator === '!=') return { type: 'not-in', values: [leaf.value] };
      return { type: 'text', operator: leaf.operator, value: leaf.value, holds: true };
  }
}

/** The way in which a selector of Kubernetes holds; none where it asks for what cannot be. */
export function casesOfLabels(
  { matchLabels, matchExpressions }: LabelSelector,
  meaningOf: (key: string) => Meaning,
): readonly Case[] {
  const tests = [
    ...Object.entries(matchLabels).map(([key, value]) => ({ key, test: isOneOf([value]) })),
    ...matchExpressions.map(({ key, operator, values }) => ({ key, test: expressionTest(operator, values) })),
  ];
  return tests.reduce<readonly Case[]>(
    (met, { key, test }) => {
      const [added] = single(key, test, meaningOf);
      return added === undefined ? [] : met.map((terms) => [...terms, ...added]);
    },
    [[]],
  );
}

/** The labels as they are written, each with its value. */
export function caseOfWritten(labels: Labels): Case {
  return Object.entries(labels).map(([key, value]) => ({ owner: 'pod', key, test: isOneOf([value]) }));
}

/** One name of namespaces. */
export function inNamespace(name: string): Case {
  return [{ owner: 'namespace', key: NAMESPACE_NAME_LABEL, test: isOneOf([name]) }];
}

function expressionTest(
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist',
  values: readonly string[],
): LabelTest {
  switch (operator) {
    case 'In':
      return { type: 'in', values };
    case 'NotIn':
      return { type: 'not-in', values };
    case 'Exists':
      return { type: 'has' };
    case 'DoesNotExist':
      return { type: 'missing' };
  }
}

function isOneOf(values: readonly string[]): LabelTest {
  return { type: 'in', values };
}

function single(key: string, test: LabelTest, meaningOf: (key: string) => Meaning): readonly Case[] {
  const meaning = meaningOf(key);
  if ('value' in meaning) return testHolds(test, meaning.value) ? [[]] : [];
  return [[{ ...meaning, test }]];
}
