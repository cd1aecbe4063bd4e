import { NOTHING, type Decision } from './decision';
import type { Effects } from './effects';
import { parseKey } from './work-key';
import type { Statuses } from '../status/statuses';

/** What is to be done about each key, as things are now. */
export class Decisions {
  constructor(
    private readonly effects: Effects,
    private readonly statuses: Statuses,
    /** Namespaces of which only a part is known, or nothing: nothing is decided there. */
    private readonly unseen: () => readonly string[] = () => [],
    /** Kinds of a namespace that may not be seen, without which nobody can tell how things are there. */
    private readonly unseenIn: (namespace: string) => readonly string[] = () => [],
  ) {}

  /** @throws Error of ours where an object is of a shape that nobody thought of */
  of(key: string): Decision {
    const subject = parseKey(key);
    if (subject.type === 'intents') {
      const kinds = this.unseenIn(subject.namespace);
      if (kinds.length > 0) return this.statuses.unseen(subject, kinds);
    }
    if (subject.type !== 'namespace' && this.unseen().includes(subject.namespace)) return NOTHING;
    switch (subject.type) {
      case 'pod':
        return this.effects.pod(subject.namespace, subject.name);
      case 'namespace':
        return this.effects.namespace(subject.name);
      case 'policy':
        return this.effects.policy(subject.namespace, subject.key);
      case 'proof':
        return NOTHING;
      case 'intents':
        return this.statuses.decide(subject.namespace, subject.kind, subject.name);
    }
  }

  /** Where nobody can decide, because of an error, there is something to do: the worker meets it, says so and tries again. */
  isDue(key: string): boolean {
    return this.tryTo(key)?.type !== 'nothing';
  }

  /** The same as {@link of}; undefined where that throws. */
  tryTo(key: string): Decision | undefined {
    try {
      return this.of(key);
    } catch {
      return undefined;
    }
  }
}
