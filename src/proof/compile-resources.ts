import { assumedDefaultDeny } from '../compiler/default-denies/assumed-deny';
import type { Compilation, GeneratedPolicy } from '../compiler/compilation';
import { compile } from '../compiler/compile';
import { inDialect, type Dialect } from '../compiler/dialect';
import { withoutFormerLabels } from '../compiler/labels/former-labels';
import { labelObjects } from '../compiler/labels/labelled-objects';
import { policyResource } from '../compiler/policy-resource';
import { isFormerOutput, presentReachability } from '../compiler/present-policies';
import { checkOutput } from './check-output';
import { compileOptions, type IntentsCompilerOptions } from '../compiler/compiler-options';
import type { DnsLock } from '../intents/dns-lock';
import { readIntents, type ReadIntents } from '../intents/read-intents';
import { buildCluster } from '../model/build-cluster';
import { distinctFindings, type Finding } from '../model/finding';
import { NOWHERE } from '../model/place';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../model/workloads/pod-template';
import { keyOf, ownedBy } from '../model/owned-objects';
import { resourceId, type Resource } from '../model/resource';
import type { ReachabilityOptions } from '../reachability/reachability';
import type { ObjectSource } from '../compiler/resolution/source-words';

/** How objects are compiled. */
export interface CompileSettings {
  readonly options: IntentsCompilerOptions;
  readonly reachabilityOptions: ReachabilityOptions;
  /** What the lock file of `options` says. Default: no addresses of domain names are known. */
  readonly dnsLock?: DnsLock | undefined;
  readonly dialect: Dialect;
  /** Namespaces that a default deny of the cluster leaves out; absent: no such deny is assumed. */
  readonly assumedDeny?: { readonly exempt: readonly string[] } | undefined;
  /** Whether the objects are left out of the output, so that the labels they have now stay on them. Default false. */
  readonly policiesOnly?: boolean | undefined;
  /** Where the objects are from, in what findings say. Default `manifests`. */
  readonly source?: ObjectSource | undefined;
  /** Namespace of objects that name none. Default `default`. */
  readonly defaultNamespace?: string | undefined;
}

/** What is to be applied, and what was found. */
export interface CompiledResources {
  /** Namespaces and workloads whose labels differ from the input, Namespaces first, else in the order of the input. */
  readonly changed: readonly Resource[];
  readonly policies: readonly GeneratedPolicy[];
  /** The objects as they are once this is applied: with new labels, without what intents made before, with the policies. */
  readonly resources: readonly Resource[];
  /** Sorted, each once. */
  readonly findings: readonly Finding[];
}

/** Compiles the intents of objects, and proves the outcome. Pure: what the options name by a path is given beside them. */
export function compileResources(input: readonly Resource[], settings: CompileSettings): CompiledResources {
  const { options, reachabilityOptions, dnsLock, dialect, assumedDeny, defaultNamespace } = settings;
  const kinds = DEFAULT_POD_TEMPLATE_KINDS;
  const { resources: plain, unlabelled } = withoutFormerLabels(input, kinds);
  const assumed =
    assumedDeny === undefined
      ? { resources: [], findings: [] }
      : assumedDefaultDeny(plain, assumedDeny.exempt, kinds);
  const cluster = buildCluster([...plain, ...assumed.resources], {
    kinds,
    ...(defaultNamespace === undefined ? {} : { defaultNamespace }),
  });
  const read = readIntents(cluster.resources);
  const compilation = inDialect(
    compile(cluster, read.intents, {
      ...compileOptions(options),
      ...(dnsLock === undefined ? {} : { dnsLock }),
      protectedServices: read.protectedServices,
      source: settings.source,
      present: presentReachability(cluster, reachabilityOptions),
    }),
    dialect,
    cluster.resources,
  );
  const labelled = labelObjects(cluster.resources, unlabelled, kinds, compilation, {
    written: settings.policiesOnly !== true,
  });
  // Running pods of a workload whose template gets other labels are replaced by others that have them.
  const replaced = ownedBy(labelled.resources, new Set(labelled.changed.map(keyOf)));
  const stays = labelled.resources.filter((resource) => !isFormerOutput(resource) && !replaced.has(resource));
  const resources = [...stays, ...compilation.policies.map(policyResource)];
  const checked = checkOutput({
    denies: [],
    options,
    reachabilityOptions,
    kinds,
    compilation,
    compiled: cluster,
    resources,
    // Default denies in manifests are somebody's own, and stay as they are.
    enforcedDenies: [],
  });
  return {
    changed: [...labelled.changed].sort((a, b) => rank(a) - rank(b)),
    policies: compilation.policies,
    resources,
    findings: distinctFindings([
      ...assumed.findings,
      ...cluster.findings,
      ...read.findings,
      ...compilation.findings.filter(({ id }) => id !== 'namespace-not-declared'),
      ...labelled.findings,
      ...staleOutput(cluster.resources, compilation),
      ...(declaresNothing(read) ? [NO_INTENTS] : []),
      ...checked,
    ]),
  };
}

function rank({ group, kind }: Resource): number {
  return group === '' && kind === 'Namespace' ? 0 : 1;
}

/** Nothing is there to be read. What was read and refused has findings of its own, which say so better. */
function declaresNothing({ intents, protectedServices, findings }: ReadIntents): boolean {
  return intents.length + protectedServices.length + findings.length === 0;
}

const NO_INTENTS: Finding = {
  id: 'no-intents',
  severity: 'warning',
  message: 'The input has no ClientIntents and no ProtectedService, so nothing is declared',
  place: NOWHERE,
  mend: 'Add the files with ClientIntents to the paths.',
};

/** Policies that intents made once and do not make any more. They are not in the output, but may be in the cluster. */
function staleOutput(resources: readonly Resource[], { policies }: Compilation): Finding[] {
  const made = new Set(policies.map((policy) => policyKey(policyResource(policy))));
  return resources
    .filter((resource) => isFormerOutput(resource) && !made.has(policyKey(resource)))
    .map((resource) => ({
      id: 'stale-policy',
      severity: 'warning',
      message: `${resourceId(resource)} was made from intents that are not there any more; the output is without it, and the proof as well`,
      object: resourceId(resource),
      place: resource.place,
      mend: `Remove it from the manifests, and from the cluster: kubectl delete ${resource.kind.toLowerCase()}.${resource.group} -n ${resource.namespace ?? 'default'} ${resource.name}.`,
    }));
}

function policyKey({ group, kind, namespace = 'default', name }: Resource): string {
  return [group, kind, namespace, name].join('/');
}
