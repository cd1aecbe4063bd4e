/** What a piece of work is about. */
export type WorkSubject =
  | { readonly type: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly type: 'namespace'; readonly name: string }
  /** `key` is `group/kind/name`. */
  | { readonly type: 'policy'; readonly namespace: string; readonly key: string }
  | {
      readonly type: 'intents';
      readonly namespace: string;
      readonly kind: 'ClientIntents' | 'ProtectedService';
      readonly name: string;
    };

export function podKey(namespace: string, name: string): string {
  return `pod|${namespace}|${name}`;
}

export function namespaceKey(name: string): string {
  return `namespace|${name}`;
}

export function policyWorkKey(namespace: string, key: string): string {
  return `policy|${namespace}|${key}`;
}

export function intentsKey(
  namespace: string,
  kind: 'ClientIntents' | 'ProtectedService',
  name: string,
): string {
  return `intents|${namespace}|${kind}/${name}`;
}

/** Whether a key is about labels or policies, and so about what intents do; statuses only tell of it. */
export function isEffect(key: string): boolean {
  return !key.startsWith('intents|');
}

/**
 * What is done first, of what can be done: a policy isolates, so it goes before labels that only others wait for; whoever
 * reads a status can wait.
 */
export function rankOf(key: string): number {
  if (key.startsWith('pod|')) return 1;
  return isEffect(key) ? 0 : 2;
}

/** @throws TypeError for what none of the functions above has made */
export function parseKey(key: string): WorkSubject {
  const [type, namespace = '', rest = ''] = key.split('|');
  switch (type) {
    case 'pod':
      return { type, namespace, name: rest };
    case 'namespace':
      return { type, name: namespace };
    case 'policy':
      return { type, namespace, key: rest };
    case 'intents': {
      const slash = rest.indexOf('/');
      const kind = rest.slice(0, slash) === 'ProtectedService' ? 'ProtectedService' : 'ClientIntents';
      return { type, namespace, kind, name: rest.slice(slash + 1) };
    }
    default:
      throw new TypeError(`${key} is no key of work`);
  }
}
