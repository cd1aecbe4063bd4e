import type { IncrementalCompiler } from './incremental-compiler';
import {
  readNamespaceIntents,
  readNamespaceObjects,
  readNamespacePolicies,
} from '../observed/namespace-model';
import type { ModelFacet, ObservedCluster } from '../observed/observed-cluster';
import type { ObservedNamespace } from '../observed/observed-namespace';

/**
 * Hands what has changed in the cluster to the compiler, which then knows what to compile again.
 *
 * @param onError told of a namespace that cannot be read; it stays as it was, and is read again when something in it changes
 */
export function readChanges(
  observed: ObservedCluster,
  compiler: IncrementalCompiler,
  onError?: (namespace: string, error: unknown) => void,
): void {
  const { namespaces, shared } = observed.takeChanges();
  for (const [name, facets] of namespaces) {
    const namespace = observed.namespace(name);
    if (namespace === undefined) {
      compiler.remove(name);
      continue;
    }
    try {
      put(compiler, namespace, facets);
    } catch (error) {
      if (onError === undefined) throw error;
      observed.keepUnread(name, facets);
      onError(name, error);
    }
  }
  if (shared) compiler.putShared(observed.shared);
}

function put(
  compiler: IncrementalCompiler,
  namespace: ObservedNamespace,
  facets: ReadonlySet<ModelFacet>,
): void {
  const { name } = namespace;
  const isNew = compiler.objectsOf(name) === undefined;
  compiler.put(name, {
    ...(isNew || facets.has('objects') ? { objects: readNamespaceObjects(namespace) } : {}),
    ...(facets.has('policies') ? { policies: readNamespacePolicies(namespace) } : {}),
    ...(facets.has('intents') ? { intents: readNamespaceIntents(namespace) } : {}),
  });
}
