import type { Finding } from '../model/finding';
import type { CalicoPolicy } from '../policies/calico/policy';
import { DIRECTIONS, type Direction } from '../policies/direction';
import { policyId } from '../policies/policy-id';
import type { Check, CheckContext } from './check';
import { isolationGroups } from './isolation-groups';
import { policyFinding } from './policy-finding';

/**
 * Two policies of one tier and one order (or both without one) that decide about the same pods in opposite ways: their
 * names decide which comes first (calico-policy-model 5.2).
 */
export const calicoOrderTie: Check = {
  id: 'calico-order-tie',
  severity: 'info',
  summary:
    'Two Calico policies for the same pods have the same order, one allows and one denies: their names decide.',
  synth: false,
  run: (context) =>
    context.policies.calico.length < 2
      ? []
      : DIRECTIONS.flatMap((direction) => directionFindings(context, direction)),
};

function directionFindings({ cluster, reachability }: CheckContext, direction: Direction): Finding[] {
  const said = new Set<CalicoPolicy>();
  return isolationGroups(cluster, reachability, direction).flatMap(({ policies, workloads: [pod] }) => {
    const calico = policies.flatMap((policy) => ('order' in policy ? [policy] : []));
    return calico.flatMap((policy, index): Finding[] => {
      const before = calico[index - 1];
      if (before === undefined || pod === undefined || said.has(policy)) return [];
      if (before.tier !== policy.tier || before.order !== policy.order) return [];
      if (!areOpposed(before, policy, direction)) return [];
      said.add(policy);
      const order = Number.isFinite(policy.order) ? `order ${policy.order}` : 'no order';
      return [
        policyFinding(calicoOrderTie, policy, {
          place: policy.place.at(['spec', 'order']),
          message: `${policyId(before)} and this policy have ${order} in tier ${policy.tier}, select the same pods (${pod.id} among them) and decide in opposite ways: ${before.name} is asked first because of its name, and renaming one of them changes what is allowed.${earlierVersions(before, policy)}`,
          mend: 'Give the two different orders.',
        }),
      ];
    });
  });
}

/** Where the order of names is another up to Calico 3.31 (calico-policy-model 5.2; docs/cni-differences.md). */
function earlierVersions(before: CalicoPolicy, policy: CalicoPolicy): string {
  if (before.kind === policy.kind && before.namespace === policy.namespace) return '';
  return ' That is so from Calico 3.32 on; up to 3.31 names begin with the namespace, or for global policies with the tier, and it may be the other that is asked first.';
}

/** One has rules that allow, and the other rules that deny. */
function areOpposed(a: CalicoPolicy, b: CalicoPolicy, direction: Direction): boolean {
  const has = (policy: CalicoPolicy, wanted: string): boolean =>
    policy[direction].some(({ action }) => action === wanted);
  return (has(a, 'Allow') && has(b, 'Deny')) || (has(a, 'Deny') && has(b, 'Allow'));
}
