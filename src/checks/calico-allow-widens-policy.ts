import { OWN_POLICY_LABELS } from '../compiler/profiles/profile';
import type { Finding } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import type { CalicoPolicy } from '../policies/calico/policy';
import { DIRECTIONS, type Direction } from '../policies/direction';
import type { NetworkPolicy } from '../policies/kubernetes/network-policy';
import type { Policy } from '../policies/policy';
import { policyId } from '../policies/policy-id';
import { evaluate } from '../reachability/evaluate';
import type { Reachability } from '../reachability/reachability';
import type { Check, CheckContext } from './check';
import { policyFinding } from './policy-finding';

/** The tier in which Kubernetes NetworkPolicies are (calico-policy-model 5.1). */
const TIER = 'default';

/**
 * Allow rules of a GlobalNetworkPolicy in tier `default` hold for pods that a NetworkPolicy isolates too: both are in
 * one list, and the first rule that matches decides (calico-policy-model 5.3, issue 5940). Egress policies of the
 * compiler are passed over: they are made to add to such a policy.
 */
export const calicoAllowWidensPolicy: Check = {
  id: 'calico-allow-widens-policy',
  severity: 'warning',
  summary:
    'A GlobalNetworkPolicy in tier default allows what a NetworkPolicy that isolates the same pods does not.',
  run: (context) => DIRECTIONS.flatMap((direction) => findingsOf(context, direction)),
};

function findingsOf({ cluster, policies }: CheckContext, direction: Direction): Finding[] {
  const calico = policies.calico.filter((policy) => allows(policy, direction));
  const kubernetes = policies.kubernetes.filter(
    (policy) => policy.types.includes(direction) && !(direction === 'egress' && isOwn(policy)),
  );
  if (calico.length === 0 || kubernetes.length === 0) return [];
  const reachability = evaluate(cluster, { ...policies, kubernetes, calico, clusterWide: [] });
  const widened = widenedBy(cluster.workloads, reachability, direction);
  return calico.flatMap((policy) => report(policy, direction, widened.get(policy) ?? []));
}

function allows(policy: CalicoPolicy, direction: Direction): boolean {
  return (
    policy.kind === 'GlobalNetworkPolicy' &&
    policy.tier === TIER &&
    !policy.staged &&
    !policy.hostOnly &&
    policy.types.includes(direction) &&
    policy[direction].some(({ action }) => action === 'Allow')
  );
}

function isOwn({ labels }: NetworkPolicy): boolean {
  return OWN_POLICY_LABELS.some((label) => Object.hasOwn(labels, label));
}

/** A pod and the NetworkPolicies that isolate it beside a Calico policy. */
interface Widened {
  readonly workload: Workload;
  readonly isolating: readonly NetworkPolicy[];
}

function widenedBy(
  workloads: readonly Workload[],
  reachability: Reachability,
  direction: Direction,
): Map<Policy, Widened[]> {
  const widened = new Map<Policy, Widened[]>();
  for (const workload of workloads) {
    const policies = reachability.isolatedBy(workload, direction);
    const isolating = policies.filter((policy) => policy.kind === 'NetworkPolicy');
    if (isolating.length === 0) continue;
    for (const policy of policies) {
      if (policy.kind === 'NetworkPolicy') continue;
      const known = widened.get(policy) ?? [];
      known.push({ workload, isolating });
      widened.set(policy, known);
    }
  }
  return widened;
}

function report(policy: CalicoPolicy, direction: Direction, widened: readonly Widened[]): Finding[] {
  const worse = widened.find(({ isolating }) => !isolating.some((one) => opensAll(one, direction)));
  const example = worse ?? widened[0];
  const rule = policy[direction].find(({ action }) => action === 'Allow');
  if (example === undefined || rule === undefined) return [];
  const { workload, isolating } = example;
  const names = isolating.map(policyId).sort();
  const by =
    names.length > 1
      ? `${names[0] ?? ''} and ${names.length - 1} more isolate`
      : `${names[0] ?? ''} isolates`;
  const pods = widened.length > 1 ? `${workload.id} (one of ${widened.length} workloads)` : workload.id;
  return [
    policyFinding(calicoAllowWidensPolicy, policy, {
      severity: worse === undefined ? 'info' : 'warning',
      place: rule.place,
      message: `${by} ${pods} for ${direction}, but tier default is where NetworkPolicies are too, so what the rules of this policy allow gets through all the same${worse === undefined ? ' (the NetworkPolicy allows everything itself, so nothing is lost yet)' : ''}.`,
      mend: 'Put this policy into a tier behind default (a Tier of an order between 1000000 and 10000000): NetworkPolicies then decide about the pods that they isolate.',
    }),
  ];
}

/** A rule without peers and ports: the policy isolates nobody from anything. */
function opensAll(policy: NetworkPolicy, direction: Direction): boolean {
  return policy[direction].some(({ peers, ports }) => peers === 'any' && ports === 'all');
}
