/** Looks a label up; undefined when it is not there. */
export type Lookup = (key: string) => string | undefined;

export type Test = (labels: Lookup) => boolean;

interface Meaning {
  /** What `all()` means where the selector stands (calico-policy-model 4.2 and 4.3). */
  readonly all?: Test;
  readonly global?: Test;
}

type Token = { readonly type: 'label' | 'string' | 'sign'; readonly text: string };

const OPERATOR = /^[ \t]*(contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)(?![A-Za-z0-9_./-])/;

/** Splits a selector by calico-policy-model 3.1. Operator words count only directly after a label. */
function tokenize(selector: string): Token[] {
  const tokens: Token[] = [];
  let rest = selector.replace(/^[ \t]+/, '');
  while (rest !== '') {
    const token = nextToken(rest, tokens.at(-1));
    tokens.push(token.token);
    rest = rest.slice(token.length).replace(/^[ \t]+/, '');
  }
  return tokens;
}

function nextToken(
  rest: string,
  previous: Token | undefined,
): { readonly token: Token; readonly length: number } {
  const operator = previous?.type === 'label' ? OPERATOR.exec(rest) : null;
  if (operator !== null)
    return {
      token: { type: 'sign', text: (operator[1] ?? '').replace(/[ \t]/g, '') },
      length: operator[0].length,
    };
  const sign = /^(has\(|all\([ \t]*\)|global\([ \t]*\)|==|!=|&&|\|\||[!(){},])/.exec(rest);
  if (sign !== null)
    return { token: { type: 'sign', text: sign[0].replace(/[ \t]/g, '') }, length: sign[0].length };
  const literal = /^("[^"]*"|'[^']*')/.exec(rest);
  if (literal !== null)
    return { token: { type: 'string', text: literal[0].slice(1, -1) }, length: literal[0].length };
  const label = /^[A-Za-z0-9_./-]{1,512}/.exec(rest);
  if (label !== null) return { token: { type: 'label', text: label[0] }, length: label[0].length };
  throw new Error(`not a selector: ${rest}`);
}

/** The meaning of a selector: calico-policy-model 3.2 (grammar) and 3.3 (semantics). Throws when it does not parse. */
export function parseSelector(selector: string, meaning: Meaning = {}): Test {
  const tokens = tokenize(selector);
  if (tokens.length === 0) return meaning.all ?? (() => true);
  let at = 0;
  const is = (text: string): boolean => tokens[at]?.type === 'sign' && tokens[at]?.text === text;
  const take = (type: Token['type'], text?: string): string => {
    const token = tokens[at++];
    if (token === undefined || token.type !== type || (text !== undefined && token.text !== text)) {
      throw new Error(`not a selector: ${selector}`);
    }
    return token.text;
  };
  const or = (): Test => {
    const operands = [and()];
    while (is('||')) operands.push((at++, and()));
    return (labels) => operands.some((operand) => operand(labels));
  };
  const and = (): Test => {
    const operands = [unary()];
    while (is('&&')) operands.push((at++, unary()));
    return (labels) => operands.every((operand) => operand(labels));
  };
  const unary = (): Test => {
    if (!is('!')) return primary();
    at++;
    const operand = unary();
    return (labels) => !operand(labels);
  };
  const primary = (): Test => {
    if (is('all()')) return (at++, meaning.all ?? (() => true));
    if (is('global()')) return (at++, meaning.global ?? (() => true));
    if (is('(')) {
      at++;
      const inner = or();
      take('sign', ')');
      return inner;
    }
    if (is('has(')) {
      at++;
      const key = take('label');
      take('sign', ')');
      return (labels) => labels(key) !== undefined;
    }
    const key = take('label');
    const operator = take('sign');
    return operator === 'in' || operator === 'notin'
      ? inSet(key, operator, values())
      : compare(key, operator, take('string'));
  };
  const values = (): string[] => {
    const found: string[] = [];
    take('sign', '{');
    while (!is('}')) {
      found.push(take('string'));
      if (!is('}')) take('sign', ',');
    }
    take('sign', '}');
    return found;
  };
  const inSet = (key: string, operator: 'in' | 'notin', set: readonly string[]): Test => {
    return (labels) => {
      const value = labels(key);
      const member = value !== undefined && set.includes(value);
      return operator === 'in' ? member : !member;
    };
  };
  const compare = (key: string, operator: string, wanted: string): Test => {
    if (!['==', '!=', 'contains', 'startswith', 'endswith'].includes(operator))
      throw new Error(`not a selector: ${selector}`);
    return (labels) => {
      const value = labels(key);
      if (operator === '!=') return value !== wanted;
      if (value === undefined) return false;
      if (operator === '==') return value === wanted;
      if (operator === 'contains') return value.includes(wanted);
      return operator === 'startswith' ? value.startsWith(wanted) : value.endsWith(wanted);
    };
  };
  const test = or();
  if (at !== tokens.length) throw new Error(`not a selector: ${selector}`);
  return test;
}
