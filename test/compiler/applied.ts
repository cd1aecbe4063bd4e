import type { Compilation } from '../../src/compiler/compilation';
import { addLabels } from '../../src/compiler/labels/label-object';
import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import { NOWHERE } from '../../src/model/place';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../src/model/workloads/pod-template';
import type { Labels, Resource } from '../../src/model/resource';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { Reachability } from '../../src/reachability/reachability';

/** The cluster as it is once what was compiled is applied: labels on pods and namespaces, policies beside the others. */
export function applied(
  cluster: Cluster,
  { podLabels, namespaceLabels, policies }: Compilation,
): { readonly cluster: Cluster; readonly reachability: Reachability } {
  const pods = new Map(podLabels.map(({ workload, labels }) => [workload.resource, labels]));
  const namespaces = new Map(
    namespaceLabels.flatMap(({ resource, labels }) =>
      resource === undefined ? [] : [[resource, labels] as const],
    ),
  );
  const labelled = cluster.resources.map((resource): Resource => {
    const template = DEFAULT_POD_TEMPLATE_KINDS.pathOf(resource.group, resource.kind) ?? [];
    const labels: Labels = pods.get(resource) ?? namespaces.get(resource) ?? {};
    return { ...resource, manifest: addLabels(resource.manifest, template, labels) };
  });
  const written = policies.map(({ namespace, name, manifest }): Resource => ({
    apiVersion: 'networking.k8s.io/v1',
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'NetworkPolicy',
    name,
    namespace,
    manifest,
    place: NOWHERE,
  }));
  const after = buildCluster([...labelled, ...written]);
  const read = readPolicies(after.resources);
  expect(read.findings).toEqual([]);
  return { cluster: after, reachability: evaluate(after, read) };
}
