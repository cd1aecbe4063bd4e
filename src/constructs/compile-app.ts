import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { readAppObject, type AppObject } from './app-objects';
import { readTree } from './app-tree';
import { addressRanges, checkApp } from './check-app';
import { compileOptions, type IntentsCompilerOptions } from './compiler-options';
import { exemptionFindings } from './exemption-findings';
import { labelApp } from './label-app';
import { writePolicies } from './policy-writer';
import { renderedNames } from './rendered-names';
import type { Rendering } from './rendering';
import { compile } from '../compiler/compile';
import { presentReachability } from '../compiler/present-policies';
import { readIntents } from '../intents/read-intents';
import { buildCluster } from '../model/build-cluster';
import type { Finding } from '../model/finding';
import { DEFAULT_POD_TEMPLATE_KINDS, type PodTemplateKinds } from '../model/pod-template';

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
  const compilation = compile(cluster, intents, {
    ...compileOptions(options),
    protectedServices: read.protectedServices,
    present: presentReachability(cluster, addressRanges(options)),
  });
  const labelled = labelApp(rendering, kinds, compilation, objects, findings);
  const written = writePolicies(compilation.policies, objects, findings);
  const finished = [...readAgain(rendering, objects, labelled), ...readWritten(rendering, written)];
  findings.push(...read.findings, ...compilation.findings);
  findings.push(
    ...checkApp({
      denies: tree.denies,
      options,
      kinds,
      compilation,
      compiled: cluster,
      resources: finished.flatMap((object) => object.resources),
    }),
  );
  const added = written.reduce((count, holder) => count + 1 + holder.node.children.length, 0);
  return { findings: unique(findings), constructs: tree.size + added, written };
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
