import { printCidr } from '../model/cidr';
import type { CalicoRule } from '../policies/calico/policy';
import { DIRECTIONS } from '../policies/direction';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

/**
 * A rule with `notNets` of one IP version never matches the other one, as it matches no packet for which no net is left
 * (calico-policy-model 5.5).
 */
export const calicoExclusionOneFamily: Check = {
  id: 'calico-exclusion-one-family',
  severity: 'info',
  summary: 'A Calico rule leaves out networks of one IP version, and so never matches the other version.',
  synth: false,
  run: ({ policies }) =>
    policies.calico.flatMap((policy) =>
      DIRECTIONS.filter((direction) => policy.types.includes(direction)).flatMap((direction) =>
        policy[direction].flatMap((rule) => {
          const side = sideOf(rule);
          if (side === undefined || policy[direction].some((other) => isTwin(rule, other))) return [];
          const { notNets } = rule[side];
          const version = notNets[0]?.version ?? 4;
          return [
            policyFinding(calicoExclusionOneFamily, policy, {
              place: rule.place.at([side, 'notNets']),
              message: `The rule leaves out ${notNets.map(printCidr).join(', ')} and says nothing of IPv${version === 4 ? 6 : 4}: it does not match IPv${version === 4 ? 6 : 4} at all, though it reads like "everything else".`,
              mend: `Add a rule of the same kind with notNets (or nets) of IPv${version === 4 ? 6 : 4}, or write ipVersion: ${version} when only that is meant.`,
            }),
          ];
        }),
      ),
    ),
};

/** The side with nothing but networks left out, all of one version. */
function sideOf(rule: CalicoRule): 'source' | 'destination' | undefined {
  if (rule.ipVersion !== undefined) return undefined;
  const nets = [rule.source.nets, rule.destination.nets].flat();
  if (nets.length > 0) return undefined;
  return (['source', 'destination'] as const).find((side) => rule[side].notNets.length > 0);
}

/** A rule with the same action that speaks of the other version. */
function isTwin(rule: CalicoRule, other: CalicoRule): boolean {
  if (other === rule || other.action !== rule.action) return false;
  const version = [rule.source, rule.destination].flatMap(({ notNets }) => notNets)[0]?.version;
  const nets = [other.source, other.destination].flatMap((side) => [...side.nets, ...side.notNets]);
  return nets.length === 0 || nets.some((net) => net.version !== version);
}
