import type { LabelRequirement, LabelSelector } from '../model/label-selector';

/** A label selector in words for a message: `app=web, tier in (a, b)`; `any` when it selects everything. */
export function selectorWords({ matchLabels, matchExpressions }: LabelSelector): string {
  const words = [
    ...Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`),
    ...matchExpressions.map(requirementWords),
  ];
  return words.length === 0 ? 'any' : words.join(', ');
}

function requirementWords({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(', ')})`;
    case 'NotIn':
      return `${key} not in (${values.join(', ')})`;
    case 'Exists':
      return `${key} is there`;
    case 'DoesNotExist':
      return `${key} is missing`;
  }
}
