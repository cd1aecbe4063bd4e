import { readIntents } from '../../../src/intents/read-intents';
import { addLabels } from '../../../src/compiler/labels/label-object';
import { compile } from '../../../src/compiler/compile';
import type { Compilation, CompileOptions } from '../../../src/compiler/compilation';
import { policyResource } from '../../../src/compiler/policy-resource';
import { presentReachability } from '../../../src/compiler/present-policies';
import { buildCluster } from '../../../src/model/build-cluster';
import type { Cluster } from '../../../src/model/cluster';
import type { Finding } from '../../../src/model/finding';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../../src/model/workloads/pod-template';
import { readPolicies } from '../../../src/policies/read-policies';
import { prove } from '../../../src/proof/prove';
import { proveStaged } from '../../../src/proof/prove-staged';
import { evaluate } from '../../../src/reachability/evaluate';
import type { Reachability } from '../../../src/reachability/reachability';
import { readManifests } from '../../../src/sources/manifest';

export interface Staged {
  readonly compilation: Compilation;
  readonly cluster: Cluster;
  /** Under what is written. */
  readonly reachability: Reachability;
  /** Of the proof of what is written. */
  readonly proof: readonly Finding[];
  /** Of staged adoption. */
  readonly staged: readonly Finding[];
}

/** Compiles a YAML stream under some enforcement, applies what is written, and proves both. */
export function staged(yaml: string, options: CompileOptions): Staged {
  const read = readManifests(yaml, { file: 'all.yaml' });
  const intents = readIntents(read.resources);
  expect([...read.findings, ...intents.findings]).toEqual([]);
  const before = buildCluster(read.resources);
  const compilation = compile(before, intents.intents, {
    ...options,
    protectedServices: intents.protectedServices,
    present: presentReachability(before),
  });
  const labels = new Map(compilation.podLabels.map(({ workload, labels }) => [workload.resource, labels]));
  for (const { resource, labels: wanted } of compilation.namespaceLabels)
    if (resource !== undefined) labels.set(resource, wanted);
  const others = read.resources.map((resource) => ({
    ...resource,
    manifest: addLabels(
      resource.manifest,
      DEFAULT_POD_TEMPLATE_KINDS.pathOf(resource.group, resource.kind) ?? [],
      labels.get(resource) ?? {},
    ),
  }));
  const cluster = buildCluster([...others, ...compilation.policies.map(policyResource)]);
  const policies = readPolicies(cluster.resources);
  const reachability = evaluate(cluster, policies);
  const input = { cluster, denies: [] };
  const proof = prove({ ...input, policies, reachability, compilation }).findings;
  return {
    compilation,
    cluster,
    reachability,
    proof,
    staged: proveStaged({ ...input, compilation, others, enforcedDenies: [], written: proof }),
  };
}

/** A Namespace. */
export function namespace(name: string): string {
  return `
---
apiVersion: v1
kind: Namespace
metadata: { name: ${name} }
`;
}

/** ClientIntents of `client` (`name.namespace`) that call workloads. */
export function calls(client: string, ...servers: readonly string[]): string {
  const [name = '', home = 'shop'] = client.split('.');
  return `
---
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: ${name}, namespace: ${home} }
spec: { workload: { name: ${name} }, targets: [${servers.map((server) => `{ kubernetes: { name: ${server} } }`).join(', ')}] }
`;
}

/** A ProtectedService of namespace `shop`. */
export function protectedService(name: string): string {
  return `
---
apiVersion: k8s.otterize.com/v2beta1
kind: ProtectedService
metadata: { name: ${name}, namespace: shop }
spec: { name: ${name} }
`;
}

/** Names of what is written. */
export function written({ compilation }: Staged): string[] {
  return compilation.policies.map(({ namespace: home, name }) => `${home}/${name}`);
}
