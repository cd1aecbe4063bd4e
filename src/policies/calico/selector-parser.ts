import type { Selector } from './selector';
import { byteSorted } from './selector-order';
import { tokenizeSelector, type SelectorError, type SelectorToken } from './selector-token';

/**
 * Deepest nesting of brackets that is read. A selector of 1024 characters, the longest the API takes, cannot reach
 * it; the limit keeps a hostile text from exhausting the stack.
 */
const MAX_DEPTH = 512;

/**
 * Reads a selector (calico-policy-model 3.2). A blank text is `all()`; whether an *absent* selector means the same
 * depends on the field and is not decided here.
 */
export function parseSelector(text: string): { readonly selector: Selector } | SelectorError {
  const tokens = tokenizeSelector(text);
  if ('error' in tokens) return tokens;
  if (tokens.length === 1) return { selector: { type: 'all' } };
  try {
    const parser = new Parser(tokens);
    const selector = parser.or(0);
    parser.expect('end', 'the selector should end here; combine terms with "&&" or "||"');
    return { selector };
  } catch (error) {
    if (error instanceof SyntaxFault) return { error: error.message, offset: error.offset };
    throw error;
  }
}

class SyntaxFault extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

class Parser {
  private at = 0;

  constructor(private readonly tokens: readonly SelectorToken[]) {}

  or(depth: number): Selector {
    return this.chain('or', '||', () => this.and(depth));
  }

  private and(depth: number): Selector {
    return this.chain('and', '&&', () => this.unary(depth));
  }

  private chain(type: 'and' | 'or', symbol: '&&' | '||', operand: () => Selector): Selector {
    const first = operand();
    if (this.peek().type !== symbol) return first;
    const operands = [first];
    while (this.peek().type === symbol) {
      this.at++;
      operands.push(operand());
    }
    return { type, operands };
  }

  /** An even number of `!` is none at all, an odd one is one. */
  private unary(depth: number): Selector {
    let negated = false;
    for (; this.peek().type === '!'; this.at++) negated = !negated;
    const operand = this.primary(depth);
    return negated ? { type: 'not', operand } : operand;
  }

  private primary(depth: number): Selector {
    const token = this.take();
    switch (token.type) {
      case 'all':
      case 'global':
        return { type: token.type };
      case 'has':
        return { type: 'has', key: token.value };
      case 'label':
        return this.test(token.value);
      case '(':
        return this.group(token.offset, depth);
      default:
        return fail('a label, has(…), all(), global(), "!" or "(" is expected here', token.offset);
    }
  }

  private group(offset: number, depth: number): Selector {
    if (depth >= MAX_DEPTH) return fail(`brackets are nested deeper than ${MAX_DEPTH}`, offset);
    const inner = this.or(depth + 1);
    this.expect(')', 'the bracket is not closed here; combine terms with "&&" or "||"');
    return inner;
  }

  private test(key: string): Selector {
    const token = this.take();
    if (token.type !== 'operator') {
      return fail(
        `the label ${key} needs an operator: ==, !=, contains, starts with, ends with, in, not in (or write has(${key}))`,
        token.offset,
      );
    }
    if (token.value === 'in' || token.value === 'not in') {
      return { type: 'set', key, operator: token.value, values: this.set(token.value) };
    }
    const value = this.take();
    if (value.type !== 'string') return fail(`${token.value} needs a value in quotes`, value.offset);
    return { type: 'compare', key, operator: token.value, value: value.value };
  }

  /** A trailing comma and an empty set are legal. */
  private set(operator: string): readonly string[] {
    this.expect('{', `${operator} needs a set: {"a", "b"}`);
    const values: string[] = [];
    while (this.peek().type !== '}') {
      const value = this.take();
      if (value.type !== 'string') fail('a set holds values in quotes, separated by commas', value.offset);
      else values.push(value.value);
      if (this.peek().type !== ',') break;
      this.at++;
    }
    this.expect('}', 'the set is closed by "}" and its values are separated by commas');
    return byteSorted(values);
  }

  expect(type: SelectorToken['type'], message: string): void {
    const token = this.take();
    if (token.type !== type) fail(message, token.offset);
  }

  private take(): SelectorToken {
    const token = this.peek();
    this.at++;
    return token;
  }

  private peek(): SelectorToken {
    return this.tokens[this.at] ?? { type: 'end', offset: 0 };
  }
}

function fail(message: string, offset: number): never {
  throw new SyntaxFault(message, offset);
}
