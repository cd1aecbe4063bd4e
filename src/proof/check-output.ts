import type { IntentsCompilerOptions } from '../compiler/compiler-options';
import { runChecks, SYNTH_CHECKS } from '../checks';
import type { Compilation } from '../compiler/compilation';
import { isDomainPolicy } from '../compiler/domains/domain-policies';
import { NETWORK_PLUGINS } from '../compiler/domains/network-plugin';
import { buildCluster } from '../model/build-cluster';
import { givenCidr } from '../model/given-cidr';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import type { JsonObject } from '../model/json';
import type { PodTemplateKinds } from '../model/workloads/pod-template';
import type { Resource } from '../model/resource';
import type { PolicySet } from '../policies/policy';
import { readPolicies } from '../policies/read-policies';
import type { DenyClaim } from './proof';
import { prove } from './prove';
import { proveStaged } from './prove-staged';
import { profileOf } from '../reachability/engine';
import { evaluate } from '../reachability/evaluate';
import type { ReachabilityOptions } from '../reachability/reachability';

/** A finished app and what it was compiled from. */
export interface CheckedOutput {
  /** What the default denies of the app claim to cover. */
  readonly denies: readonly DenyClaim[];
  readonly options: IntentsCompilerOptions;
  /** What is known of the cluster. Default: the address ranges of `options`. */
  readonly reachabilityOptions?: ReachabilityOptions | undefined;
  readonly kinds: PodTemplateKinds;
  readonly compilation: Compilation;
  /** The model that it was compiled from. */
  readonly compiled: Cluster;
  /** Everything that will be written. */
  readonly resources: readonly Resource[];
  /** The default denies of the app as they are once everything is enforced, where enforcement is staged. */
  readonly enforcedDenies: readonly Resource[];
}

/** Reads the output as the API server will get it, runs the checks over it, and proves it. */
export function checkOutput(app: CheckedOutput): Finding[] {
  const { denies, options, kinds, compilation, compiled } = app;
  const resources = withoutDomainPolicies(app);
  const cluster = buildCluster(resources, { kinds, earlier: compiled });
  const policies = readPolicies(cluster.resources);
  const findings = [...cluster.findings, ...policies.findings];
  if (options.proof === 'off') return findings;
  const { reachabilityOptions = addressRanges(options) } = app;
  const reachability = evaluate(cluster, policies, reachabilityOptions);
  const { excess = 'warning', kubernetesApi } = options;
  const known = { cluster, policies, reachability, reachabilityOptions };
  const proof = prove({ ...known, compilation, kubernetesApi, denies, excess });
  const calicoLabels = profileOf(policies, reachabilityOptions).setsOwnLabels;
  const context = {
    cluster,
    policies,
    calicoLabels,
    reachability,
    compilation,
    ...examinedOf(app, policies),
  };
  const checked = [...findings, ...runChecks(context, SYNTH_CHECKS), ...proof.findings];
  return [...checked, ...checkStaged(app, cluster, proof.findings)];
}

/** What somebody wrote, for checks: the compiler makes no slips of the pen, and what it made is proved. */
function examinedOf(
  { compilation, resources }: CheckedOutput,
  policies: PolicySet,
): { readonly examined: PolicySet; readonly resources: readonly Resource[] } {
  const made = new Set(compilation.policies.map(keyOf));
  const isMade = (apiVersion: string, { kind, namespace = '', name }: NamedPolicy): boolean =>
    made.has(keyOf({ namespace, name, manifest: { apiVersion, kind } }));
  return {
    examined: {
      ...policies,
      kubernetes: policies.kubernetes.filter((policy) => !isMade('networking.k8s.io/v1', policy)),
      calico: policies.calico.filter((policy) => !isMade('projectcalico.org/v3', policy)),
    },
    resources: resources.filter((resource) => !made.has(keyOf(identityOf(resource)))),
  };
}

interface NamedPolicy {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

/** Policies for domain names are not evaluated: the evaluator knows no names, and the proof says which calls it leaves out. */
function withoutDomainPolicies({ compilation, resources }: CheckedOutput): readonly Resource[] {
  const domains = new Set(compilation.policies.filter(isDomainPolicy).map(keyOf));
  if (domains.size === 0) return resources;
  return resources.filter((resource) => !domains.has(keyOf(identityOf(resource))));
}

/** What will be once everything is enforced, and who loses access by it. */
function checkStaged(app: CheckedOutput, cluster: Cluster, written: readonly Finding[]): Finding[] {
  const { denies, options, compilation, enforcedDenies } = app;
  if (compilation.staged === undefined) return [];
  const { excess = 'warning', kubernetesApi } = options;
  const staged = new Set([...compilation.policies, ...enforcedDenies.map(identityOf)].map(keyOf));
  return proveStaged({
    cluster,
    compilation,
    others: withoutDomainPolicies(app).filter((resource) => !staged.has(keyOf(identityOf(resource)))),
    enforcedDenies,
    written,
    reachabilityOptions: app.reachabilityOptions ?? addressRanges(options),
    kubernetesApi,
    denies,
    excess,
  });
}

interface PolicyIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly manifest: JsonObject;
}

function identityOf({ namespace = '', name, manifest }: Resource): PolicyIdentity {
  return { namespace, name, manifest };
}

function keyOf({ namespace, name, manifest: { apiVersion, kind } }: PolicyIdentity): string {
  return JSON.stringify([apiVersion, kind, namespace, name]);
}

/**
 * Where pods and nodes are, as far as the app says.
 *
 * @throws Error when a range is no CIDR
 */
export function addressRanges({
  podCidrs = [],
  nodeCidrs = [],
  cni,
}: IntentsCompilerOptions): ReachabilityOptions {
  return {
    podCidrs: podCidrs.map((text) => givenCidr(text, 'IntentsCompiler: podCidrs')),
    nodeCidrs: nodeCidrs.map((text) => givenCidr(text, 'IntentsCompiler: nodeCidrs')),
    ...(cni === undefined ? {} : { cni: NETWORK_PLUGINS[cni].evaluatedAs }),
  };
}
