/** A parsed Calico selector. `all()` and `global()` are kept apart: `global()` is special as an entity's namespaceSelector. */
export type Selector =
  | { readonly type: 'all' }
  | { readonly type: 'global' }
  | { readonly type: 'has'; readonly key: string }
  | {
      readonly type: 'compare';
      readonly key: string;
      readonly operator: '==' | '!=' | 'contains' | 'starts with' | 'ends with';
      readonly value: string;
    }
  | {
      readonly type: 'set';
      readonly key: string;
      readonly operator: 'in' | 'not in';
      readonly values: readonly string[];
    }
  | { readonly type: 'not'; readonly operand: Selector }
  | { readonly type: 'and' | 'or'; readonly operands: readonly Selector[] };
