import type { IntentsOutcome } from './unit';
import type { ClientIntents } from '../../intents/client-intents';

interface Known {
  readonly basis: readonly unknown[];
  readonly outcomes: ReadonlyMap<ClientIntents, IntentsOutcome>;
}

/**
 * What declarations mean, kept for as long as nothing has changed that they are resolved in: one that changes leaves the
 * others of its namespace as they are.
 */
export class KnownOutcomes {
  private readonly byNamespace = new Map<string, Known>();

  /**
   * The outcomes of the declarations of a namespace, in their order.
   *
   * @param basis everything that an outcome depends on besides the declaration; compared by identity
   * @param find works one out
   */
  of(
    namespace: string,
    declarations: readonly ClientIntents[],
    basis: readonly unknown[],
    find: (declaration: ClientIntents) => IntentsOutcome,
  ): ReadonlyMap<ClientIntents, IntentsOutcome> {
    const before = this.byNamespace.get(namespace);
    const known = before !== undefined && isSame(before.basis, basis) ? before.outcomes : undefined;
    const outcomes = new Map(
      declarations.map((declaration) => [declaration, known?.get(declaration) ?? find(declaration)]),
    );
    this.byNamespace.set(namespace, { basis, outcomes });
    return outcomes;
  }

  forget(namespace: string): void {
    this.byNamespace.delete(namespace);
  }
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}
