import type { Finding } from '../model/finding';
import type { CalicoPolicy } from '../policies/calico/policy';
import { DIRECTIONS, type Direction } from '../policies/direction';
import { isCalicoPolicy, type Policy } from '../policies/policy';
import { policyId } from '../policies/policy-id';
import { orderOf, tierNameOf } from '../reachability/rules/composition';
import { tieOf } from '../reachability/rules/policy-tie';
import type { Check, CheckContext } from './check';
import { isolationGroups } from './isolation-groups';
import { policyFinding } from './policy-finding';

/**
 * Two policies of one tier and one order (or both without one) that decide about the same pods in opposite ways: their
 * names decide which comes first (calico-policy-model 5.2). A NetworkPolicy has order 1000 in `default` (5.1). A warning
 * where versions of Calico ask the two in different orders.
 */
export const calicoOrderTie: Check = {
  id: 'calico-order-tie',
  severity: 'info',
  summary: 'Two policies for the same pods have the same order in Calico and decide otherwise: names decide.',
  synth: false,
  run: (context) =>
    context.policies.calico.length === 0
      ? []
      : DIRECTIONS.flatMap((direction) => directionFindings(context, direction)),
};

function directionFindings({ cluster, reachability }: CheckContext, direction: Direction): Finding[] {
  const said = new Set<CalicoPolicy>();
  return isolationGroups(cluster, reachability, direction).flatMap(({ policies, workloads: [pod] }) =>
    policies.flatMap((later, index): Finding[] => {
      const first = policies[index - 1];
      if (first === undefined || pod === undefined) return [];
      const one = isCalicoPolicy(later) ? later : isCalicoPolicy(first) ? first : undefined;
      if (one === undefined || said.has(one) || !areTied(first, later)) return [];
      if (!areOpposed(first, later, direction)) return [];
      said.add(one);
      return [tieFinding(one, first, later, pod.id)];
    }),
  );
}

function tieFinding(one: CalicoPolicy, first: Policy, later: Policy, pod: string): Finding {
  const other = one === first ? later : first;
  const order = Number.isFinite(one.order) ? `order ${one.order}` : 'no order';
  const what = other.kind === 'NetworkPolicy' ? ' (as every NetworkPolicy has)' : '';
  const versioned = dependsOnVersion(first, later);
  return policyFinding(calicoOrderTie, one, {
    ...(versioned === undefined ? {} : { severity: 'warning' as const }),
    place: one.place.at(['spec', 'order']),
    message: `${policyId(other)} and this policy have ${order}${what} in tier ${one.tier}, select the same pods (${pod} among them) and decide otherwise: ${versioned ?? `${policyId(first)} is asked first because of its name, and renaming one of them changes what is allowed.`}`,
    mend: isCalicoPolicy(other) ? 'Give the two different orders.' : 'Give this policy another order.',
  });
}

/** Which of the two versions of Calico ask first, where they do not agree (docs/cni-differences.md). */
function dependsOnVersion(a: Policy, b: Policy): string | undefined {
  const firstBy = (ties: 'stored-name' | 'name-first'): Policy => (tieOf(a, ties) < tieOf(b, ties) ? a : b);
  const [earlier, since] = [firstBy('stored-name'), firstBy('name-first')];
  return earlier === since
    ? undefined
    : `Calico up to 3.31 asks ${policyId(earlier)} first, which verdicts follow unless there is a ClusterNetworkPolicy; from 3.32 on it asks ${policyId(since)} first.`;
}

function areTied(a: Policy, b: Policy): boolean {
  return tierNameOf(a) === tierNameOf(b) && orderOf(a) === orderOf(b);
}

/** Whether a rule of one may decide otherwise than a rule of the other. */
function areOpposed(a: Policy, b: Policy, direction: Direction): boolean {
  const [one, other] = [actions(a, direction), actions(b, direction)];
  return one.some((action) => other.some((opposite) => opposite !== action));
}

/** What rules may decide; to log decides nothing. */
function actions(policy: Policy, direction: Direction): string[] {
  if (policy.kind === 'NetworkPolicy') return policy[direction].map(() => 'Allow');
  return policy[direction].flatMap(({ action }) =>
    action === 'Log' ? [] : [action === 'Accept' ? 'Allow' : action],
  );
}
