/**
 * Whether a text with `*` stands for another one: `*` is any letters but a slash, `**` any letters, and a `**` followed by
 * a slash may stand for nothing.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) compiled.set(pattern, (expression = compile(pattern)));
  return expression.test(text);
}

const compiled = new Map<string, RegExp>();

function compile(pattern: string): RegExp {
  // Stars beyond two say nothing more, and would make matching slow.
  const parts = pattern.replace(/\*{3,}/g, '**').split(/(\*\*\/|\*\*|\*)/);
  return new RegExp(`^${parts.map(partExpression).join('')}$`, 's');
}

function partExpression(part: string): string {
  if (part === '**/') return '(?:.*/)?';
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
