import type { Compilation, GeneratedPolicy } from './compilation';
import { isDomainPolicy } from './domains/domain-policies';
import { withDigest } from './policy-name';
import { policyResource } from './policy-resource';
import { isFormerOutput } from './present-policies';
import type { Finding } from '../model/finding';
import { isJsonObject } from '../model/json';
import type { Resource } from '../model/resource';
import { calicoFromNetworkPolicy } from '../policies/calico/from-network-policy';
import { printCalicoPolicy } from '../policies/calico/print-policy';
import { readNetworkPolicy } from '../policies/kubernetes/read-network-policy';

/** The kind of policy that is written: NetworkPolicy of Kubernetes, or of `projectcalico.org/v3`. */
export type Dialect = 'kubernetes' | 'calico';

/**
 * The compilation with its policies in a dialect. Those of Calico mean what Calico makes of the Kubernetes ones, so who
 * can talk to whom stays the same.
 *
 * @param present the objects that are there, of which none may have the name of a policy made here
 */
export function inDialect(
  compilation: Compilation,
  dialect: Dialect,
  present: readonly Resource[] = [],
): Compilation {
  if (dialect === 'kubernetes') return compilation;
  const policies = compilation.policies.map(toCalico);
  const { enforced } = compilation;
  return {
    ...compilation,
    policies,
    ...(enforced === undefined ? {} : { enforced: enforced.map(toCalico) }),
    findings: [...compilation.findings, ...takenNames(policies, present)],
  };
}

function toCalico(policy: GeneratedPolicy): GeneratedPolicy {
  if (isDomainPolicy(policy)) return policy;
  const { namespace, manifest } = policy;
  // What is written for one network plugin only is in its words already.
  if (manifest['apiVersion'] !== 'networking.k8s.io/v1') return policy;
  const name = calicoName(policy.name);
  const read = readNetworkPolicy(policyResource(policy), []);
  // What was made here is always read: the printer of drafts writes nothing that the API server refuses.
  if (read === undefined)
    throw new TypeError(`NetworkPolicy ${namespace}/${policy.name} cannot be read back`);
  const { apiVersion, kind, spec } = printCalicoPolicy(calicoFromNetworkPolicy({ ...read, name }));
  const metadata = isJsonObject(manifest['metadata']) ? manifest['metadata'] : {};
  return { ...policy, name, manifest: { apiVersion, kind, metadata: { ...metadata, name }, spec } };
}

/**
 * A name that every version of Calico takes: it has no dots, since what stands before one is taken for a tier
 * (calico-policy-model 1.4).
 */
function calicoName(name: string): string {
  return name.includes('.') ? withDigest(name.replaceAll('.', '-'), name) : name;
}

/** Policies of somebody else that bear a name of ours: applying both, one replaces the other. */
function takenNames(policies: readonly GeneratedPolicy[], present: readonly Resource[]): Finding[] {
  const ours = new Set(policies.map(({ namespace, name }) => `${namespace}/${name}`));
  return present.flatMap((resource): Finding[] => {
    const { group, kind, namespace = 'default', name, place } = resource;
    const key = `${namespace}/${name}`;
    if (group !== 'projectcalico.org' || kind !== 'NetworkPolicy') return [];
    if (!ours.has(key) || isFormerOutput(resource)) return [];
    return [
      {
        id: 'policy-name-taken',
        severity: 'error',
        message: `the name ${name} is that of a policy made from intents: applying both, one replaces the other, and calls that are declared may not work`,
        object: `NetworkPolicy.projectcalico.org/${key}`,
        place,
        mend: 'Rename this policy, or remove it if the intents say the same.',
      },
    ];
  });
}
