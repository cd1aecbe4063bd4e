import type { Finding } from '../model/finding';
import type { CalicoPolicy } from '../policies/calico/policy';
import { DIRECTIONS, type Direction } from '../policies/direction';
import { isCalicoPolicy, type Policy } from '../policies/policy';
import { policyId } from '../policies/policy-id';
import type { PolicyTies } from '../reachability/cni-profile';
import { orderOf, tierNameOf } from '../reachability/rules/composition';
import { tieOf } from '../reachability/rules/policy-tie';
import type { Check, CheckContext } from './check';
import { isolationGroups } from './isolation-groups';
import { policyFinding } from './policy-finding';
import { TiedRun } from './tied-run';

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

/** Two policies that are tied and opposed. */
interface Tie {
  readonly first: Policy;
  readonly later: Policy;
  /** Of a pod that both select. */
  readonly pod: string;
}

/** One for each policy of Calico, and that of a tie which versions of Calico break otherwise rather than another. */
function directionFindings({ cluster, reachability }: CheckContext, direction: Direction): Finding[] {
  const found = new Map<CalicoPolicy, Tie>();
  for (const { policies, workloads } of isolationGroups(cluster, reachability, direction)) {
    const [pod] = workloads;
    if (pod === undefined) continue;
    for (const { first, later } of tiesAmong(policies, direction)) {
      const one = isCalicoPolicy(later) ? later : isCalicoPolicy(first) ? first : undefined;
      if (one === undefined) continue;
      const known = found.get(one);
      if (known === undefined || (!isVersioned(known) && isVersioned({ first, later })))
        found.set(one, { first, later, pod: pod.id });
    }
  }
  return [...found].map(([one, { first, later, pod }]) => tieFinding(one, first, later, pod));
}

/** For each policy that is opposed to earlier ones of its tier and order, one of these. @param policies as they are asked */
function* tiesAmong(
  policies: readonly Policy[],
  direction: Direction,
): Generator<Pick<Tie, 'first' | 'later'>> {
  let run = new TiedRun();
  let last: Policy | undefined;
  for (const later of policies) {
    if (last !== undefined && !areTied(last, later)) run = new TiedRun();
    last = later;
    const actions = actionsOf(later, direction);
    const first = run.opposedTo(later, actions);
    if (first !== undefined) yield { first, later };
    run.add(later, actions);
  }
}

function tieFinding(one: CalicoPolicy, first: Policy, later: Policy, pod: string): Finding {
  const other = one === first ? later : first;
  const order = Number.isFinite(one.order) ? `order ${one.order}` : 'no order';
  const what = other.kind === 'NetworkPolicy' ? ' (as every NetworkPolicy has)' : '';
  const versioned = isVersioned({ first, later }) ? versionsOf(first, later) : undefined;
  return policyFinding(calicoOrderTie, one, {
    ...(versioned === undefined ? {} : { severity: 'warning' as const }),
    place: one.place.at(['spec', 'order']),
    message: `${policyId(other)} and this policy have ${order}${what} in tier ${one.tier}, select the same pods (${pod} among them) and decide otherwise: ${versioned ?? `${policyId(first)} is asked first because of its name, and renaming one of them changes what is allowed.`}`,
    mend: isCalicoPolicy(other) ? 'Give the two different orders.' : 'Give this policy another order.',
  });
}

/** Whether versions of Calico ask the two in different orders (docs/cni-differences.md). */
function isVersioned({ first, later }: Pick<Tie, 'first' | 'later'>): boolean {
  return firstBy('stored-name', first, later) !== firstBy('name-first', first, later);
}

function versionsOf(a: Policy, b: Policy): string {
  return `Calico up to 3.31 asks ${policyId(firstBy('stored-name', a, b))} first, which verdicts follow unless there is a ClusterNetworkPolicy; from 3.32 on it asks ${policyId(firstBy('name-first', a, b))} first.`;
}

function firstBy(ties: PolicyTies, a: Policy, b: Policy): Policy {
  return tieOf(a, ties) < tieOf(b, ties) ? a : b;
}

function areTied(a: Policy, b: Policy): boolean {
  return tierNameOf(a) === tierNameOf(b) && orderOf(a) === orderOf(b);
}

/** What rules may decide; to log decides nothing. */
function actionsOf(policy: Policy, direction: Direction): ReadonlySet<string> {
  if (policy.kind === 'NetworkPolicy') return new Set(policy[direction].map(() => 'Allow'));
  return new Set(
    policy[direction].flatMap(({ action }) =>
      action === 'Log' ? [] : [action === 'Accept' ? 'Allow' : action],
    ),
  );
}
