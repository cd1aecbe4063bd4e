import type { Selector } from './selector';
import { parseSelector } from './selector-parser';
import { printSelector } from './selector-printer';
import { MAX_LABEL_KEY_LENGTH } from './selector-token';

/** Longest selector the API takes, in characters. */
export const MAX_SELECTOR_LENGTH = 1024;

/**
 * Builds Calico selectors that cannot be wrong: what the language, or Calico's handling of it, would refuse or
 * misread is refused at once with a RangeError that says why.
 *
 * ```ts
 * Sel.label('role').is('db').and(Sel.label('env').in(['prod', 'stage'])).toString();
 * // (role == "db" && env in {"prod", "stage"})
 * ```
 */
export const Sel = {
  /** A test of one label. */
  label: (key: string): SelectorLabel => new SelectorLabel(key),
  /** Everything that can carry labels. In a policy next to a namespaceSelector it means everything in a namespace. */
  all: (): SelectorBuilder => new SelectorBuilder({ type: 'all' }),
  /** Only as the whole namespaceSelector of a rule: what is in no namespace (host endpoints, global network sets). */
  global: (): SelectorBuilder => new SelectorBuilder({ type: 'global' }),
  /** Takes a selector written as text. */
  parse: (text: string): SelectorBuilder => {
    const result = parseSelector(text);
    if ('error' in result) {
      throw new RangeError(
        `${JSON.stringify(text)} is no Calico selector: ${result.error} (at ${result.offset}).`,
      );
    }
    return new SelectorBuilder(result.selector);
  },
} as const;

/** A selector that is known to be right. */
export class SelectorBuilder {
  constructor(readonly selector: Selector) {}

  /** Both hold. */
  and(other: SelectorBuilder): SelectorBuilder {
    return this.join('and', other);
  }

  /** One or both hold. */
  or(other: SelectorBuilder): SelectorBuilder {
    return this.join('or', other);
  }

  /** It does not hold. */
  not(): SelectorBuilder {
    const { selector } = this;
    return new SelectorBuilder(
      selector.type === 'not' ? selector.operand : { type: 'not', operand: selector },
    );
  }

  /**
   * The canonical text, as a manifest carries it.
   * @throws RangeError when it is longer than the API takes.
   */
  toString(): string {
    const text = printSelector(this.selector);
    if (text.length > MAX_SELECTOR_LENGTH) {
      throw new RangeError(
        `A Calico selector has at most ${MAX_SELECTOR_LENGTH} characters; this one has ${text.length}: ${text.slice(0, 60)}…`,
      );
    }
    return text;
  }

  private join(type: 'and' | 'or', other: SelectorBuilder): SelectorBuilder {
    const operands = [this.selector, other.selector].flatMap((selector) =>
      selector.type === type ? selector.operands : [selector],
    );
    return new SelectorBuilder({ type, operands });
  }
}

/** Tests of one label; see {@link Sel}. */
export class SelectorLabel {
  constructor(private readonly key: string) {
    if (!/^[A-Za-z0-9_./-]+$/.test(key) || key.length > MAX_LABEL_KEY_LENGTH) {
      throw new RangeError(
        `${JSON.stringify(key.slice(0, 80))} cannot be a label key in a Calico selector: 1 to ${MAX_LABEL_KEY_LENGTH} of A-Z a-z 0-9 _ . / -`,
      );
    }
  }

  /** The label is there with this value. */
  is(value: string): SelectorBuilder {
    return this.compare('==', value);
  }

  /** The label is missing, or has another value. Add `.and(label.exists())` where a missing one should not match. */
  isNot(value: string): SelectorBuilder {
    return this.compare('!=', value);
  }

  contains(value: string): SelectorBuilder {
    return this.compare('contains', value);
  }

  startsWith(value: string): SelectorBuilder {
    return this.compare('starts with', value);
  }

  endsWith(value: string): SelectorBuilder {
    return this.compare('ends with', value);
  }

  /** The label is there with one of the values. */
  in(values: readonly string[]): SelectorBuilder {
    return this.set('in', values);
  }

  /** The label is missing, or has none of the values. */
  notIn(values: readonly string[]): SelectorBuilder {
    return this.set('not in', values);
  }

  exists(): SelectorBuilder {
    return new SelectorBuilder({ type: 'has', key: this.key });
  }

  missing(): SelectorBuilder {
    return this.exists().not();
  }

  private compare(
    operator: '==' | '!=' | 'contains' | 'starts with' | 'ends with',
    value: string,
  ): SelectorBuilder {
    return checked({ type: 'compare', key: this.key, operator, value: literal(value) });
  }

  private set(operator: 'in' | 'not in', values: readonly string[]): SelectorBuilder {
    if (values.length === 0) {
      throw new RangeError(
        `${this.key} ${operator} {} matches ${operator === 'in' ? 'nothing' : 'everything'}: give at least one value.`,
      );
    }
    return checked({ type: 'set', key: this.key, operator, values: values.map(literal) });
  }
}

/** Brings the tree into the form that parsing its text gives, for example with sorted sets. */
function checked(selector: Selector): SelectorBuilder {
  return Sel.parse(printSelector(selector));
}

function literal(value: string): string {
  // Calico exchanges and counts these calls in the text of a selector, quotes or not.
  if (/all\(\)|global\(/.test(value)) {
    throw new RangeError(
      `Calico would take the value ${JSON.stringify(value)} for a call of all() or global().`,
    );
  }
  return value;
}
