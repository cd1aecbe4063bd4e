import { isDomainPolicy } from '../../compiler/domains/domain-policies';
import { policyResource } from '../../compiler/policy-resource';
import { isFormerOutput } from '../../compiler/present-policies';
import type { Resource } from '../../model/resource';
import type { IncrementalCompiler } from '../desired/incremental-compiler';
import { objectIn } from '../observed/owners';
import type { ObservedCluster } from '../observed/observed-cluster';
import { policyChange } from '../writes/policy-change';
import { policyWorkKey } from '../writes/work-key';

/** Where policies of namespaces are found. */
export interface PolicySources {
  readonly observed: ObservedCluster;
  readonly compiler: IncrementalCompiler;
  /** Whether what is there stays for now: the write that is due was refused, or somebody else has the policy. */
  readonly staysAsItIs: (workKey: string) => boolean;
}

/**
 * The policies of a namespace that the cluster has once the writes that are on their way have arrived: those of others,
 * and those of intents. What cannot be written counts as it is there.
 * Policies of intents by domain names are left out: they only open what is declared, to addresses that nobody knows here.
 */
export function policiesInEffect(sources: PolicySources, namespace: string): Resource[] {
  const ours = [...formerOutput(sources, namespace), ...wanted(sources, namespace)];
  return [...sources.compiler.othersPolicies(namespace), ...ours.filter((policy) => !isDomainPolicy(policy))];
}

/** Policies with marks of ours that nobody wants: what is not the controller's own, or cannot be deleted, stays. */
function* formerOutput(
  { observed, compiler, staysAsItIs }: PolicySources,
  namespace: string,
): Generator<Resource> {
  for (const { resource, writers } of observed.namespace(namespace)?.ofFacet('policies') ?? []) {
    const { group, kind, name } = resource;
    const key = objectIn(group, kind, name);
    if (!isFormerOutput(resource) || compiler.policy(namespace, key) !== undefined) continue;
    if (!writers.ours || staysAsItIs(policyWorkKey(namespace, key))) yield resource;
  }
}

/** Policies that intents want; of those that cannot be written what is there instead. */
function* wanted({ observed, compiler, staysAsItIs }: PolicySources, namespace: string): Generator<Resource> {
  const there = observed.namespace(namespace);
  for (const [key, policy] of compiler.unit(namespace)?.policies ?? []) {
    const present = there?.objects.get(key)?.resource;
    const isThere = present !== undefined && policyChange(policy.manifest, present.manifest).length === 0;
    // The object that is there is the same one in the next round.
    if (isThere) yield present;
    else if (!staysAsItIs(policyWorkKey(namespace, key))) yield policyResource(policy);
    else if (present !== undefined && isFormerOutput(present)) yield present;
  }
}
