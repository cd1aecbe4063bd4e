import { evaluated, type Evaluated, type EvaluationSettings } from './evaluated';
import type { Compilation, CompileOptions } from '../compiler/compilation';
import { compile } from '../compiler/compile';
import { withoutFormerLabels } from '../compiler/labels/former-labels';
import { labelObjects } from '../compiler/labels/labelled-objects';
import { policyResource } from '../compiler/policy-resource';
import { presentReachability } from '../compiler/present-policies';
import { readIntents } from '../intents/read-intents';
import { buildCluster } from '../model/build-cluster';
import type { Finding } from '../model/finding';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../model/workloads/pod-template';
import type { Resource } from '../model/resource';

/** The objects as they are once the intents among them are compiled and applied. */
export interface CompiledObjects extends Evaluated {
  readonly compilation: Compilation;
  /** Of the intents and of the compiler. */
  readonly said: readonly Finding[];
}

/** Compiles the intents among the objects, and evaluates what comes of it. */
export function withIntents(
  resources: readonly Resource[],
  options: CompileOptions,
  settings: EvaluationSettings,
): CompiledObjects {
  const kinds = DEFAULT_POD_TEMPLATE_KINDS;
  const { resources: plain, unlabelled } = withoutFormerLabels(resources, kinds);
  const { defaultNamespace, reachabilityOptions } = settings;
  const cluster = buildCluster(
    plain,
    defaultNamespace === undefined ? { kinds } : { kinds, defaultNamespace },
  );
  const read = readIntents(cluster.resources);
  const compilation = compile(cluster, read.intents, {
    ...options,
    protectedServices: read.protectedServices,
    present: presentReachability(cluster, reachabilityOptions),
  });
  const labelled = labelObjects(cluster.resources, unlabelled, kinds, compilation);
  const after = evaluated([...labelled.resources, ...compilation.policies.map(policyResource)], settings);
  const said = compilation.findings.filter(({ id }) => id !== 'namespace-not-declared');
  return { ...after, compilation, said: [...read.findings, ...said] };
}
