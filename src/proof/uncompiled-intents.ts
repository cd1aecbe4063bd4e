import { isFormerOutput, presentReachability } from '../compiler/present-policies';
import { compile } from '../compiler/compile';
import { readIntents } from '../intents/read-intents';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import { resourceId } from '../model/resource';
import type { ReachabilityOptions } from '../reachability/reachability';

/**
 * What to know before verdicts about a cluster are read: it has intents that call for policies, and none that intents
 * made, so verdicts are those of the other policies alone. Undefined where intents call for nothing, or were compiled.
 * Which of several policies is missing is for the check `policy-missing-for-intents` to say.
 */
export function uncompiledIntents(cluster: Cluster, options: ReachabilityOptions = {}): Finding | undefined {
  const { resources } = cluster;
  const declaring = resources.filter(({ kind }) => KINDS.includes(kind));
  const [first] = declaring;
  if (first === undefined || resources.some(isFormerOutput)) return undefined;
  const { intents, protectedServices } = readIntents(resources);
  const present = presentReachability(cluster, options);
  const { policies } = compile(cluster, intents, { protectedServices, present });
  if (policies.length === 0) return undefined;
  const others = declaring.length - 1;
  const rest = others === 0 ? '' : ` (and ${others} more)`;
  return {
    id: 'intents-not-compiled',
    severity: 'warning',
    message: `${resourceId(first)}${rest} declares calls, and no policy that was made from intents is in the input: what is judged are the other policies alone`,
    object: resourceId(first),
    place: first.place,
    mend: 'Give --compile, with the options that "intents compile" is given, or add the manifests that it wrote.',
  };
}

const KINDS: readonly string[] = ['ClientIntents', 'ProtectedService'];
