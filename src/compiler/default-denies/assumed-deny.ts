import { defaultDenyPolicies } from './default-deny';
import { nearest } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import { NOWHERE } from '../../model/place';
import type { PodTemplateKinds } from '../../model/workloads/pod-template';
import type { Resource } from '../../model/resource';

/** The name of the policies that stand for a default deny which is in the cluster and not in the manifests. */
const ASSUMED_NAME = 'assumed-default-deny';

/**
 * The default deny of ingress that a cluster is known to have, as one policy for each namespace with pods. They are for the
 * model only and are never written.
 *
 * @param exempt namespaces that it leaves out
 */
export function assumedDefaultDeny(
  resources: readonly Resource[],
  exempt: readonly string[],
  kinds: PodTemplateKinds,
): { readonly resources: readonly Resource[]; readonly findings: readonly Finding[] } {
  const pods = resources.filter(({ group, kind }) => kinds.pathOf(group, kind) !== undefined);
  const namespaces = [...new Set(pods.map(({ namespace = 'default' }) => namespace))].sort();
  const known = [...new Set([...namespaces, ...resources.flatMap(namespacesOf)])].sort();
  return {
    resources: namespaces.filter((name) => !exempt.includes(name)).map(denyOf),
    findings: exempt.filter((name) => !known.includes(name)).map((name) => unknownNamespace(name, known)),
  };
}

function namespacesOf({ group, kind, name, namespace }: Resource): string[] {
  if (group === '' && kind === 'Namespace') return [name];
  return namespace === undefined ? [] : [namespace];
}

function denyOf(namespace: string): Resource {
  const [made] = defaultDenyPolicies({ namespace });
  return {
    apiVersion: 'networking.k8s.io/v1',
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'NetworkPolicy',
    namespace,
    name: ASSUMED_NAME,
    manifest: { ...made, metadata: { name: ASSUMED_NAME, namespace } },
    place: NOWHERE,
  };
}

function unknownNamespace(name: string, known: readonly string[]): Finding {
  const near = nearest(name, known);
  return {
    id: 'exempt-unknown-namespace',
    severity: near === undefined ? 'info' : 'warning',
    message: `${JSON.stringify(name)} is exempt from the default deny, but nothing of the input is in a namespace of that name`,
    place: NOWHERE,
    mend: near === undefined ? 'Leave it out.' : `Did you mean ${near}?`,
  };
}
