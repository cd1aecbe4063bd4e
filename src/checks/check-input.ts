import { CHECKS, DEFAULT_CHECKS, runChecks, type Check } from '.';
import { compile } from '../compiler/compile';
import { presentReachability } from '../compiler/present-policies';
import { readIntents } from '../intents/read-intents';
import type { Cluster } from '../model/cluster';
import type { Finding } from '../model/finding';
import type { PolicySet } from '../policies/policy';
import { profileOf } from '../reachability/engine';
import type { Reachability, ReachabilityOptions } from '../reachability/reachability';

/** Manifests, read and evaluated. */
export interface CheckInput {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
  readonly reachability: Reachability;
  /** What the reachability was evaluated with. */
  readonly options: ReachabilityOptions;
}

/** Findings that checks take over from the compiler: without intents, say, no label is stale. */
const TAKEN_OVER: ReadonlySet<string> = new Set(CHECKS.map(({ id }) => id));

/** Findings of the compiler about what only its options can tell: whoever checks does not give them. */
const ASKS_FOR_OPTIONS: ReadonlySet<string> = new Set([
  'egress-to-host-network',
  'ingress-controller-unknown',
  'kubernetes-api-unknown',
  'webhook-callers-unknown',
]);

/**
 * What is found in manifests once they are read: in their intents, in compiling these beside the policies that are
 * there, and by checks. In no order, as others are to join them.
 *
 * @param checks default: those that run where nothing is configured
 */
export function checkInput(
  { cluster, policies, reachability, options }: CheckInput,
  checks: readonly Check[] = DEFAULT_CHECKS,
): readonly Finding[] {
  const { resources } = cluster;
  const { intents, protectedServices, findings } = readIntents(resources);
  const compilation = compile(cluster, intents, {
    protectedServices,
    present: presentReachability(cluster, options),
  });
  const calicoLabels = profileOf(policies, options).setsOwnLabels;
  return [
    ...findings,
    ...compilation.findings.filter(({ id }) => !TAKEN_OVER.has(id) && !ASKS_FOR_OPTIONS.has(id)),
    ...runChecks({ cluster, policies, resources, calicoLabels, reachability, compilation }, checks),
  ];
}
