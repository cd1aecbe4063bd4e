import type { Cluster } from '../model/cluster';
import type { PolicySet } from '../policies/policy';
import { pluginOf } from '../reachability/engine';
import { evaluate } from '../reachability/evaluate';
import type { CniProfileName, Reachability, ReachabilityOptions } from '../reachability/reachability';

/** What a comparison needs of a model. */
interface ComparedModel {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
  readonly options: ReachabilityOptions;
  readonly reachability: Reachability;
}

/**
 * Two models of one cluster as its network plugin sees both. Policies do not change which plugin there is: where only one
 * side has policies of Calico, these say what enforces the other too, or all that Calico does by itself would seem to come
 * with them. With `cni` given nothing changes.
 */
export function underSamePlugin<T extends ComparedModel>(before: T, after: T): readonly [T, T] {
  const [old, young] = [before, after].map(({ policies, options }) => pluginOf(policies, options));
  if (old === 'kubernetes' && young !== undefined)
    return [evaluatedAs(before, young), withoutAffected(after)];
  if (young === 'kubernetes' && old !== undefined) return [before, evaluatedAs(after, old)];
  return [before, after];
}

/** Evaluated anew, unless the plugin is given or stays: then anything may differ. */
function evaluatedAs<T extends ComparedModel>(model: T, cni: CniProfileName): T {
  const { cluster, policies, options } = model;
  if (options.cni !== undefined || pluginOf(policies, options) === cni) return model;
  const reachability = evaluate(cluster, policies, { ...options, cni });
  return withoutAffected({ ...model, options: { ...options, cni }, reachability });
}

function withoutAffected<T extends ComparedModel>(model: T): T {
  return { ...model, affected: undefined };
}
