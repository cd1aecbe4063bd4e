/** One word of a selector; `offset` counts UTF-16 units from the start of the text. */
export type SelectorToken = { readonly offset: number } & (
  | { readonly type: 'label' | 'string' | 'has'; readonly value: string }
  | { readonly type: 'operator'; readonly value: ComparisonWord | SetWord }
  | { readonly type: 'all' | 'global' | '(' | ')' | '{' | '}' | ',' | '!' | '&&' | '||' | 'end' }
);

export type ComparisonWord = '==' | '!=' | 'contains' | 'starts with' | 'ends with';
export type SetWord = 'in' | 'not in';

/** What is wrong with a text that is no selector, and where. */
export interface SelectorError {
  readonly error: string;
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
}

/** Longest label key the language takes. */
export const MAX_LABEL_KEY_LENGTH = 512;

const LABEL = /[A-Za-z0-9_./-]+/y;
const BLANKS = /[ \t]*/y;
/** Words that are operators, but only right after a label and before something that is no label. */
const OPERATOR_WORD = /(contains|starts[ \t]*with|ends[ \t]*with|not[ \t]*in|in)(?![A-Za-z0-9_./-])/y;
const SYMBOL = /&&|\|\||==|!=|[(){},!]/y;
const FUNCTION = /(has|all|global)\(/y;
const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['=', 'a single "=" is no operator: write "=="'],
  ['&', 'a single "&" is no operator: write "&&"'],
  ['|', 'a single "|" is no operator: write "||"'],
  ['\n', 'a line break may stand only inside quotes (a YAML block "|" adds one at the end: use ">-")'],
  ['\r', 'a line break may stand only inside quotes'],
  ['\u201c', 'typographic quotes are no quotes: write "'],
  ['\u201d', 'typographic quotes are no quotes: write "'],
]);

/** Takes a selector text apart (calico-policy-model 3.1). */
export function tokenizeSelector(text: string): readonly SelectorToken[] | SelectorError {
  const tokens: SelectorToken[] = [];
  let afterLabel = false;
  for (let at = skipBlanks(text, 0); at < text.length;) {
    const step = nextToken(text, at, afterLabel);
    if ('error' in step) return step;
    tokens.push(step.token);
    afterLabel = step.token.type === 'label';
    at = skipBlanks(text, step.end);
  }
  tokens.push({ type: 'end', offset: text.length });
  return tokens;
}

interface Step {
  readonly token: SelectorToken;
  readonly end: number;
}

function nextToken(text: string, at: number, afterLabel: boolean): Step | SelectorError {
  const first = text.charAt(at);
  if (first === '"' || first === "'") return stringToken(text, at, first);
  const word = afterLabel ? matchAt(OPERATOR_WORD, text, at) : undefined;
  if (word !== undefined) {
    return { token: { type: 'operator', value: operatorOf(word), offset: at }, end: at + word.length };
  }
  const call = matchAt(FUNCTION, text, at);
  if (call !== undefined) return functionToken(text, at, call);
  const label = matchAt(LABEL, text, at);
  if (label !== undefined) return labelStep(label, at);
  const symbol = matchAt(SYMBOL, text, at);
  if (symbol !== undefined) return { token: symbolToken(symbol, at), end: at + symbol.length };
  return { error: SPECIAL.get(first) ?? `unexpected character ${JSON.stringify(first)}`, offset: at };
}

function labelStep(label: string, at: number): Step | SelectorError {
  if (label.length > MAX_LABEL_KEY_LENGTH) {
    return {
      error: `a label key has at most ${MAX_LABEL_KEY_LENGTH} characters, this one has ${label.length}`,
      offset: at,
    };
  }
  return { token: { type: 'label', value: label, offset: at }, end: at + label.length };
}

function stringToken(text: string, at: number, quote: string): Step | SelectorError {
  const close = text.indexOf(quote, at + 1);
  if (close < 0) return { error: `the quote ${quote} is never closed`, offset: at };
  return { token: { type: 'string', value: text.slice(at + 1, close), offset: at }, end: close + 1 };
}

/** `has(key)`, `all()` and `global()` are single words: the bracket is glued to the name. */
function functionToken(text: string, at: number, call: string): Step | SelectorError {
  const name = call.slice(0, -1);
  const inside = skipBlanks(text, at + call.length);
  const label = name === 'has' ? matchAt(LABEL, text, inside) : '';
  if (label === undefined) return { error: 'has( takes one label key without quotes', offset: inside };
  if (label.length > MAX_LABEL_KEY_LENGTH) return labelStep(label, inside);
  const close = skipBlanks(text, inside + label.length);
  if (text.charAt(close) !== ')') {
    return {
      error:
        name === 'has'
          ? 'has( takes one label key and is closed by ")"'
          : `${name}( takes nothing and is closed by ")"`,
      offset: close,
    };
  }
  const token: SelectorToken =
    name === 'has'
      ? { type: 'has', value: label, offset: at }
      : { type: name === 'all' ? 'all' : 'global', offset: at };
  return { token, end: close + 1 };
}

function operatorOf(word: string): ComparisonWord | SetWord {
  if (word.startsWith('starts')) return 'starts with';
  if (word.startsWith('ends')) return 'ends with';
  if (word.startsWith('not')) return 'not in';
  return word === 'in' ? 'in' : 'contains';
}

function symbolToken(symbol: string, offset: number): SelectorToken {
  switch (symbol) {
    case '==':
    case '!=':
      return { type: 'operator', value: symbol, offset };
    case '(':
    case ')':
    case '{':
    case '}':
    case ',':
    case '!':
    case '&&':
      return { type: symbol, offset };
    default:
      return { type: '||', offset };
  }
}

function skipBlanks(text: string, at: number): number {
  return at + (matchAt(BLANKS, text, at)?.length ?? 0);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
