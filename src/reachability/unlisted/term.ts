import type { Labels } from '../../model/resource';
import { textHolds, type TextOperator } from '../../policies/calico/selector-match';

/** Whose label is asked for: that of a pod, of its namespace or of its service account. */
export type Owner = 'pod' | 'namespace' | 'account';

/** What a selector asks of one label. */
export type LabelTest =
  | { readonly type: 'has' | 'missing' }
  /** `in`: there, with one of the values; `not-in`: missing, or with another value. */
  | { readonly type: 'in' | 'not-in'; readonly values: readonly string[] }
  /** `holds`: there, and the text is right; else: missing, or the text is not. */
  | {
      readonly type: 'text';
      readonly operator: TextOperator;
      readonly value: string;
      readonly holds: boolean;
    };

/** One requirement that a selector makes. */
export interface Term {
  readonly owner: Owner;
  readonly key: string;
  readonly test: LabelTest;
}

/** Requirements that hold together; none: every pod. */
export type Case = readonly Term[];

export function testHolds(test: LabelTest, value: string | undefined): boolean {
  switch (test.type) {
    case 'has':
      return value !== undefined;
    case 'missing':
      return value === undefined;
    case 'in':
      return value !== undefined && test.values.includes(value);
    case 'not-in':
      return value === undefined || !test.values.includes(value);
    case 'text':
      return test.holds === (value !== undefined && textHolds(test.operator, value, test.value));
  }
}

/** Whether the label has to be there. */
export function isPositive({ type, ...test }: LabelTest): boolean {
  return type === 'has' || type === 'in' || ('holds' in test && test.holds);
}

/** The test that holds just where this one does not. */
export function opposite(test: LabelTest): LabelTest {
  switch (test.type) {
    case 'has':
      return { type: 'missing' };
    case 'missing':
      return { type: 'has' };
    case 'in':
      return { type: 'not-in', values: test.values };
    case 'not-in':
      return { type: 'in', values: test.values };
    case 'text':
      return { ...test, holds: !test.holds };
  }
}

/** Equal for equal labels. */
export function labelsKey(labels: Labels): string {
  const entries = Object.entries(labels);
  return JSON.stringify(entries.length < 2 ? entries : entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
