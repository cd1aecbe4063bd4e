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
  return new Parser(selector, meaning).whole();
}

const COMPARISONS = ['==', '!=', 'contains', 'startswith', 'endswith'];

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;

  constructor(
    private readonly selector: string,
    private readonly meaning: Meaning,
  ) {
    this.tokens = tokenize(selector);
  }

  whole(): Test {
    if (this.tokens.length === 0) return this.meaning.all ?? (() => true);
    const test = this.or();
    if (this.at !== this.tokens.length) throw this.error();
    return test;
  }

  private or(): Test {
    const operands = [this.and()];
    while (this.skip('||')) operands.push(this.and());
    return (labels) => operands.some((operand) => operand(labels));
  }

  private and(): Test {
    const operands = [this.unary()];
    while (this.skip('&&')) operands.push(this.unary());
    return (labels) => operands.every((operand) => operand(labels));
  }

  private unary(): Test {
    if (!this.skip('!')) return this.primary();
    const operand = this.unary();
    return (labels) => !operand(labels);
  }

  private primary(): Test {
    if (this.skip('all()')) return this.meaning.all ?? (() => true);
    if (this.skip('global()')) return this.meaning.global ?? (() => true);
    if (this.skip('(')) {
      const inner = this.or();
      this.take('sign', ')');
      return inner;
    }
    if (this.skip('has(')) {
      const key = this.take('label');
      this.take('sign', ')');
      return (labels) => labels(key) !== undefined;
    }
    const key = this.take('label');
    const operator = this.take('sign');
    if (operator === 'in' || operator === 'notin') return inSet(key, operator, this.values());
    if (!COMPARISONS.includes(operator)) throw this.error();
    return compare(key, operator, this.take('string'));
  }

  /** An empty set and a trailing comma are legal. */
  private values(): string[] {
    const found: string[] = [];
    this.take('sign', '{');
    while (!this.skip('}')) {
      found.push(this.take('string'));
      if (this.skip('}')) return found;
      this.take('sign', ',');
    }
    return found;
  }

  private skip(sign: string): boolean {
    const token = this.tokens[this.at];
    if (token?.type !== 'sign' || token.text !== sign) return false;
    this.at++;
    return true;
  }

  private take(type: Token['type'], text?: string): string {
    const token = this.tokens[this.at++];
    if (token === undefined || token.type !== type || (text !== undefined && token.text !== text))
      throw this.error();
    return token.text;
  }

  private error(): Error {
    return new Error(`not a selector: ${this.selector}`);
  }
}

function inSet(key: string, operator: 'in' | 'notin', set: readonly string[]): Test {
  return (labels) => {
    const value = labels(key);
    const member = value !== undefined && set.includes(value);
    return operator === 'in' ? member : !member;
  };
}

function compare(key: string, operator: string, wanted: string): Test {
  return (labels) => {
    const value = labels(key);
    if (operator === '!=') return value !== wanted;
    if (value === undefined) return false;
    if (operator === '==') return value === wanted;
    if (operator === 'contains') return value.includes(wanted);
    return operator === 'startswith' ? value.startsWith(wanted) : value.endsWith(wanted);
  };
}
