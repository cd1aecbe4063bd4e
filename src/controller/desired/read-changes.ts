import type { IncrementalCompiler } from './incremental-compiler';
import {
  readNamespaceIntents,
  readNamespaceObjects,
  readNamespacePolicies,
} from '../observed/namespace-model';
import type { ObservedCluster } from '../observed/observed-cluster';

/** Hands what has changed in the cluster to the compiler, which then knows what to compile again. */
export function readChanges(observed: ObservedCluster, compiler: IncrementalCompiler): void {
  const { namespaces, shared } = observed.takeChanges();
  for (const [name, facets] of namespaces) {
    const namespace = observed.namespace(name);
    if (namespace === undefined) {
      compiler.remove(name);
      continue;
    }
    const isNew = compiler.objectsOf(name) === undefined;
    compiler.put(name, {
      ...(isNew || facets.has('objects') ? { objects: readNamespaceObjects(namespace) } : {}),
      ...(facets.has('policies') ? { policies: readNamespacePolicies(namespace) } : {}),
      ...(facets.has('intents') ? { intents: readNamespaceIntents(namespace) } : {}),
    });
  }
  if (shared) compiler.putShared(observed.shared);
}
