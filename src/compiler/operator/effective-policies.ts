import {
  identityKey,
  identityOfName,
  identityOfTarget,
  isApiServer,
  type OperatorIdentity,
} from './operator-identity';
import type { ClientIntents } from '../../intents/client-intents';

/** What the operator makes one access policy of: a server with its callers, a client with its calls (4.1). */
export interface EffectivePolicy {
  readonly identity: OperatorIdentity;
  /** Declarations that call it. */
  readonly calledBy: readonly ClientIntents[];
  /** Declarations of which it is the client. */
  readonly calls: readonly ClientIntents[];
}

/**
 * One for each identity that is a client or a server inside the cluster, the API server left out
 * (otterize-operator 4.1). A server that intents name with and without its kind is two identities.
 */
export function effectivePolicies(intents: readonly ClientIntents[]): EffectivePolicy[] {
  const known = new Map<string, Gathered>();
  const of = (identity: OperatorIdentity): Gathered => {
    const key = identityKey(identity);
    const gathered = known.get(key) ?? { identity, calledBy: new Set(), calls: new Set() };
    known.set(key, gathered);
    return gathered;
  };
  for (const declaration of intents) {
    of(identityOfName(declaration.client)).calls.add(declaration);
    for (const target of declaration.targets) {
      const server = identityOfTarget(target);
      if (server !== undefined && !isApiServer(server)) of(server).calledBy.add(declaration);
    }
  }
  return [...known]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { identity, calledBy, calls }]) => ({ identity, calledBy: [...calledBy], calls: [...calls] }));
}

interface Gathered {
  readonly identity: OperatorIdentity;
  readonly calledBy: Set<ClientIntents>;
  readonly calls: Set<ClientIntents>;
}
