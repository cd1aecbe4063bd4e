import type { Cluster } from '../model/cluster';
import type { PolicySet } from '../policies/policy';
import { pluginOf } from '../reachability/engine';
import { evaluate } from '../reachability/evaluate';
import type { Reachability, ReachabilityOptions } from '../reachability/reachability';

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
  if (old === young) return [before, after];
  return [evaluatedAs(before, old), evaluatedAs(after, young)];
}

/** The side that was not taken for Calico's is evaluated anew, and anything may differ. */
function evaluatedAs<T extends ComparedModel>(model: T, plugin: string | undefined): T {
  const { cluster, policies } = model;
  if (model.options.cni !== undefined || plugin === 'calico') return { ...model, affected: undefined };
  const options: ReachabilityOptions = { ...model.options, cni: 'calico' };
  return { ...model, affected: undefined, options, reachability: evaluate(cluster, policies, options) };
}
