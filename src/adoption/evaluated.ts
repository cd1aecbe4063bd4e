import { ModelIndex } from '../compiler/resolution/model-index';
import { buildCluster } from '../model/build-cluster';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import type { Resource } from '../model/resource';
import { readPolicies } from '../policies/read-policies';
import { evaluate } from '../reachability/evaluate';
import type { Reachability, ReachabilityOptions } from '../reachability/reachability';

/** Objects and who can talk to whom under the policies among them. */
export interface Evaluated {
  readonly cluster: Cluster;
  readonly index: ModelIndex;
  readonly reachability: Reachability;
  readonly findings: readonly Finding[];
}

/** What the objects and the evaluation of them depend on. */
export interface EvaluationSettings {
  readonly defaultNamespace?: string | undefined;
  readonly reachabilityOptions: ReachabilityOptions;
}

export function evaluated(
  resources: readonly Resource[],
  { defaultNamespace, reachabilityOptions }: EvaluationSettings,
): Evaluated {
  const cluster = buildCluster(resources, defaultNamespace === undefined ? {} : { defaultNamespace });
  const policies = readPolicies(cluster.resources);
  const reachability = evaluate(cluster, policies, reachabilityOptions);
  return {
    cluster,
    index: new ModelIndex(cluster),
    reachability,
    findings: [...cluster.findings, ...policies.findings],
  };
}
