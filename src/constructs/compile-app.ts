import { createRequire } from 'node:module';
import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { readAppObject, type AppObject } from './app-objects';
import { readTree } from './app-tree';
import { addressRanges, checkOutput } from '../proof/check-output';
import { compileOptions, type IntentsCompilerOptions } from '../compiler/compiler-options';
import { exemptionFindings } from './exemption-findings';
import { labelApp } from './label-app';
import { writePolicies } from './policy-writer';
import { renderedNames } from './rendered-names';
import type { Rendering } from './rendering';
import { denyObjects, denyResources, stageDenies, type DenyObject, type StagedDenies } from './staged-denies';
import { withoutIgnored } from '../checks/without-ignored';
import { compile } from '../compiler/compile';
import type { Compilation } from '../compiler/compilation';
import { presentReachability, type PresentReachability } from '../compiler/present-policies';
import type { DnsLock } from '../intents/dns-lock';
import { readIntents } from '../intents/read-intents';
import { buildCluster } from '../model/build-cluster';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import { DEFAULT_POD_TEMPLATE_KINDS, type PodTemplateKinds } from '../model/workloads/pod-template';
import type * as dnsLockFile from '../sources/dns-lock-file';

/** The parts of a compiler that live as long as the app. */
export interface CompilerParts {
  readonly app: IConstruct;
  readonly rendering: Rendering;
  readonly options: IntentsCompilerOptions;
}

/** What one compilation of the whole app came to. */
export interface AppCompilation {
  readonly findings: readonly Finding[];
  /** Constructs in the tree afterwards. */
  readonly constructs: number;
  /** Constructs that hold what was written, to take away before the next compilation. */
  readonly written: readonly IConstruct[];
  /** Default denies that are in shadow, to put back before the next compilation. */
  readonly staged?: StagedDenies | undefined;
}

/**
 * Compiles the intents of a finished tree: reads every object as it will be rendered, adds labels and policies, reads
 * what came of it, and proves it.
 */
export function compileApp(parts: CompilerParts): AppCompilation {
  const { app, rendering, options } = parts;
  const tree = readTree(app);
  const findings = tree.everywhere.flatMap(exemptionFindings);
  const objects = tree.objects.map((object) => readAppObject(rendering, object, findings));
  const resources = objects.flatMap((object) => object.resources);
  const kinds = podTemplateKinds(options);
  const read = readIntents(resources);
  const cluster = buildCluster(resources, { kinds });
  const nameOf = renderedNames(objects, cluster);
  const intents = [...tree.intents.map((made) => made._renderedIntents(nameOf)), ...read.intents];
  const denies = options.enforcement === undefined ? [] : denyObjects(objects);
  const compilation = compile(cluster, intents, {
    ...compileOptions(options),
    protectedServices: read.protectedServices,
    present: presentReachability(cluster, addressRanges(options)),
    ...presentInShadow(cluster, denies, options),
    dnsLock: options.dnsLock === undefined ? undefined : loadLock(options.dnsLock),
    externalAccess: tree.externalAccess.map((made) => made._renderedAccess(nameOf)),
    namespaceAccess: tree.namespaceAccess,
    today: options.today ?? new Date().toISOString().slice(0, 10),
  });
  const labelled = labelApp(rendering, kinds, compilation, objects, findings);
  const written = writePolicies(compilation.policies, objects, findings);
  const staged = stageIn(compilation, denies, cluster, findings);
  const kept = readAgain(rendering, objects, labelled).filter(({ object }) => !staged?.withdrawn.has(object));
  const standIns = (staged?.written ?? []).map((object) => readAppObject(rendering, object, []));
  const finished = [...kept, ...standIns, ...readWritten(rendering, written)];
  const output = finished.flatMap((object) => object.resources);
  findings.push(...read.findings, ...compilation.findings);
  findings.push(
    ...checkOutput({
      denies: tree.denies,
      options,
      kinds,
      compilation,
      compiled: cluster,
      resources: output,
      enforcedDenies: [...denyResources(denies)],
    }),
  );
  const withdrawn = (staged?.withdrawn.size ?? 0) - standIns.length;
  const added = written.reduce((count, holder) => count + 1 + holder.node.children.length, -withdrawn);
  const said = withoutIgnored(unique(findings), output);
  return { findings: said, constructs: tree.size + added, written, staged };
}

/** The policies that stay in the output whatever is in shadow: all but the default denies of the app. */
function presentInShadow(
  cluster: Cluster,
  denies: readonly DenyObject[],
  options: IntentsCompilerOptions,
): { readonly presentInShadow?: PresentReachability | undefined } {
  if (options.enforcement === undefined) return {};
  const staged = denyResources(denies);
  const resources = cluster.resources.filter((resource) => !staged.has(resource));
  return { presentInShadow: presentReachability({ ...cluster, resources }, addressRanges(options)) };
}

/** Loaded when there is a file to read: most apps have none. */
function loadLock(path: string): DnsLock {
  const source = createRequire(__filename)('../sources/dns-lock-file') as typeof dnsLockFile;
  return source.readDnsLockFile(path);
}

function stageIn(
  { staged }: Compilation,
  denies: readonly DenyObject[],
  cluster: Cluster,
  findings: Finding[],
): StagedDenies | undefined {
  return staged === undefined ? undefined : stageDenies(denies, staged, cluster, findings);
}

function podTemplateKinds(options: IntentsCompilerOptions): PodTemplateKinds {
  return (options.podTemplateKinds ?? []).reduce(
    (kinds, kind) => kinds.register(kind),
    DEFAULT_POD_TEMPLATE_KINDS,
  );
}

function readAgain(
  rendering: Rendering,
  objects: readonly AppObject[],
  changed: ReadonlySet<ApiObject>,
): AppObject[] {
  return objects.map((object) =>
    changed.has(object.object) ? readAppObject(rendering, object.object, []) : object,
  );
}

function readWritten(rendering: Rendering, written: readonly IConstruct[]): AppObject[] {
  return written
    .flatMap((holder) => holder.node.children.filter((child) => ApiObject.isApiObject(child)))
    .map((object) => readAppObject(rendering, object, []));
}

function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Map(
    findings.map((finding) => [[finding.id, finding.object, finding.message].join('\u0000'), finding]),
  );
  return [...seen.values()];
}
