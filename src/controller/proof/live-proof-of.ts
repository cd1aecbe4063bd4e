import { LiveProof } from './live-proof';
import { policiesInEffect } from './policies-in-effect';
import type { IncrementalCompiler } from '../desired/incremental-compiler';
import type { ObservedCluster } from '../observed/observed-cluster';
import type { Resource } from '../../model/resource';
import type { PolicySet } from '../../policies/policy';
import { readPolicies } from '../../policies/read-policies';
import type { CompileSettings } from '../../proof/compile-resources';

/** Of what a cluster is proved. */
export interface LiveProofParts {
  readonly observed: ObservedCluster;
  readonly compiler: IncrementalCompiler;
  readonly settings: CompileSettings;
  /** Whether the cluster serves policies of Calico, whose rules then hold for all others too. */
  readonly calico: boolean;
  /** Whether what is there of a policy stays for now ({@link policiesInEffect}). */
  readonly staysAsItIs: (workKey: string) => boolean;
}

/** A proof of what is declared in a cluster, under the policies that it will have. */
export function liveProofOf(parts: LiveProofParts): LiveProof {
  const { compiler, settings, calico } = parts;
  const { reachabilityOptions: options, options: compilerOptions } = settings;
  const cni = options.cni ?? (calico ? 'calico' : 'kubernetes');
  const shared = sharedPolicies(compiler);
  return new LiveProof({
    options: { ...options, cni },
    kubernetesApi: compilerOptions.kubernetesApi ?? [],
    unitOf: (namespace) => compiler.unit(namespace),
    podLabelsOf: (workload) => compiler.podLabelsOf(workload),
    namespaceOf: (name) => compiler.namespaceOf(name),
    servicesOf: (namespace) => compiler.objectsOf(namespace)?.cluster.services ?? [],
    serviceAccountsOf: (namespace) => compiler.objectsOf(namespace)?.cluster.serviceAccounts ?? [],
    endpointSlicesOf: (namespace) =>
      (compiler.objectsOf(namespace)?.cluster.resources ?? []).filter(({ kind }) => kind === 'EndpointSlice'),
    policiesOf: (namespace) => policiesInEffect(parts, namespace),
    get sharedPolicies() {
      return shared();
    },
  });
}

/** Read once for as long as their objects are the same. */
function sharedPolicies(compiler: IncrementalCompiler): () => PolicySet {
  let read: { readonly resources: readonly Resource[]; readonly policies: PolicySet } | undefined;
  return () => {
    const resources = compiler.sharedObjects;
    if (read?.resources !== resources) read = { resources, policies: readPolicies(resources) };
    return read.policies;
  };
}
