import { unsure, compileRule, type RuleDraft } from './compile-rule';
import { servicePeers, serviceParts } from './calico-services';
import { calicoEntity, isUnrestricted } from './calico-entity';
import { calicoPorts } from './calico-ports';
import type { CompileContext } from './compile-context';
import { mapFuzzy } from './peer-regions';
import { onlyFamily } from './region';
import type { Action, CompiledPolicy, CompiledRule } from './rule';
import { rulesOnDemand } from './rules-on-demand';
import type { CalicoAction, CalicoPolicy, CalicoRule, EntityRule } from '../policies/calico/policy';
import { policyScope } from '../policies/calico/scope';
import type { Direction } from '../policies/direction';

const ACTIONS: Readonly<Record<Exclude<CalicoAction, 'Log'>, Action>> = {
  Allow: 'allow',
  Deny: 'deny',
  Pass: 'pass',
};

/** A Calico NetworkPolicy or GlobalNetworkPolicy, as pods meet it (calico-policy-model 4.2, 5.3 and 5.5). */
export function compileCalicoPolicy(policy: CalicoPolicy, context: CompileContext): CompiledPolicy {
  const scope = policyScope(policy);
  return {
    policy,
    subject: scope === undefined ? context.ends.pods : context.pods.calico(scope),
    directions: policy.types,
    rules: rulesOnDemand((direction) =>
      policy[direction].flatMap((rule, index) => compile(rule, index, direction, policy, context)),
    ),
  };
}

/** Log never ends the walk and is no match (5.5): nothing remains of it. */
function compile(
  rule: CalicoRule,
  index: number,
  direction: Direction,
  policy: CalicoPolicy,
  context: CompileContext,
): CompiledRule[] {
  if (rule.action === 'Log') return [];
  if (rule.http) context.doubts.add('http-not-enforced', policy);
  const draft: RuleDraft = {
    index,
    action: ACTIONS[rule.action],
    place: rule.place,
    parts: partsOf(rule, direction, policy, context),
    own: ownOf(rule, direction, policy, context),
  };
  return [compileRule(draft, direction, context.names)];
}

function partsOf(
  rule: CalicoRule,
  direction: Direction,
  policy: CalicoPolicy,
  context: CompileContext,
): RuleDraft['parts'] {
  const side = direction === 'ingress' ? rule.source : rule.destination;
  const ports = calicoPorts(rule);
  const entity = calicoEntity(side, policy, context);
  const parts =
    side.services === undefined
      ? [{ peers: entity, ports }]
      : direction === 'ingress'
        ? [{ peers: servicePeers(side.services, policy, context), ports }]
        : serviceParts(side.services, ports, policy, context);
  const open = rule.source.ports.length + rule.source.notPorts.length > 0;
  if (open) context.doubts.add('source-ports-open', policy);
  return parts.map((part) => {
    const peers = mapFuzzy(part.peers, (region) => onlyFamily(region, rule.ipVersion));
    return { peers: open ? unsure(peers) : peers, ports: part.ports };
  });
}

/** The selected end itself, where the rule narrows it further: `destination` of ingress, `source` of egress rules. */
function ownOf(
  rule: CalicoRule,
  direction: Direction,
  policy: CalicoPolicy,
  context: CompileContext,
): RuleDraft['own'] {
  const side: EntityRule = direction === 'ingress' ? rule.destination : rule.source;
  if (side.services !== undefined) return servicePeers(side.services, policy, context);
  return isUnrestricted(side) ? undefined : calicoEntity(side, policy, context);
}
