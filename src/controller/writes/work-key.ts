/** What a piece of work is about. */
export type WorkSubject =
  | { readonly type: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly type: 'namespace'; readonly name: string }
  /** `key` is `group/kind/name`. */
  | { readonly type: 'policy'; readonly namespace: string; readonly key: string }
  /** What is declared of workloads of the namespace is proved. */
  | { readonly type: 'proof'; readonly namespace: string }
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

export function proofKey(namespace: string): string {
  return `proof|${namespace}`;
}

/** Whether a key is about labels or policies, and so about what intents do; statuses and proofs only tell of it. */
export function isEffect(key: string): boolean {
  return !key.startsWith('intents|') && !isProof(key);
}

function isProof(key: string): boolean {
  return key.startsWith('proof|');
}

/** How many keys of each rank of {@link rankOf} are worked on at once: a proof keeps the processor busy. */
export const MOST_AT_ONCE: readonly (number | undefined)[] = [undefined, undefined, 1, undefined];

/**
 * What is done first, of what can be done: a policy isolates, so it goes before labels that only others wait for; whoever
 * reads a status can wait, and it says what was proved.
 */
export function rankOf(key: string): number {
  if (key.startsWith('pod|')) return 1;
  if (isProof(key)) return 2;
  return isEffect(key) ? 0 : 3;
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
    case 'proof':
      return { type, namespace };
    case 'intents': {
      const slash = rest.indexOf('/');
      const kind = rest.slice(0, slash) === 'ProtectedService' ? 'ProtectedService' : 'ClientIntents';
      return { type, namespace, kind, name: rest.slice(slash + 1) };
    }
    default:
      throw new TypeError(`${key} is no key of work`);
  }
}
