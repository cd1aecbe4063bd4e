import { compileRule, type RuleDraft } from './compile-rule';
import { servicePeers, serviceParts } from './calico-services';
import { calicoEntity, isUnrestricted } from './calico-entity';
import { bySourcePort } from './calico-source-ports';
import { calicoPortNames, calicoPorts } from './calico-ports';
import type { CompileContext } from './compile-context';
import type { PortLookup } from '../ends/named-ports';
import { intersect, mapFuzzy } from '../ends/peer-regions';
import type { PortMatch } from './port-match';
import { onlyFamily } from '../sets/region';
import type { Action, CompiledPolicy, CompiledRule } from './rule';
import { rulesOnDemand } from './rules-on-demand';
import type { CalicoAction, CalicoPolicy, CalicoRule, EntityRule } from '../../policies/calico/policy';
import { policyScope } from '../../policies/calico/scope';
import type { Direction } from '../../policies/direction';

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
    plain: false,
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
  const draft: RuleDraft = {
    index,
    action: ACTIONS[rule.action],
    place: rule.place,
    parts: partsOf(rule, direction, policy, context),
    names: namesFor(rule, policy, context),
    own: ownOf(rule, direction, policy, context),
  };
  return [compileRule(draft, direction)];
}

/** Port names are those of the rule, or, where it speaks of the endpoints of a Service, those of its target ports. */
function namesFor({ destination }: CalicoRule, policy: CalicoPolicy, context: CompileContext): PortLookup {
  if (destination.services !== undefined) return context.names.containers;
  return calicoPortNames(destination, policy, context);
}

function partsOf(
  rule: CalicoRule,
  direction: Direction,
  policy: CalicoPolicy,
  context: CompileContext,
): RuleDraft['parts'] {
  const side = direction === 'ingress' ? rule.source : rule.destination;
  const ports = calicoPorts(rule);
  const sources = direction === 'ingress' ? bySourcePort(rule, policy, context) : undefined;
  return entityParts(side, direction, ports, policy, context).map((part) => {
    const peers = mapFuzzy(part.peers, (region) => onlyFamily(region, rule.ipVersion));
    return { peers: sources === undefined ? peers : intersect(peers, sources), ports: part.ports };
  });
}

function entityParts(
  side: EntityRule,
  direction: Direction,
  ports: PortMatch,
  policy: CalicoPolicy,
  context: CompileContext,
): RuleDraft['parts'] {
  if (side.services === undefined) return [{ peers: calicoEntity(side, policy, context), ports }];
  if (direction === 'egress') return serviceParts(side.services, ports, policy, context);
  return [{ peers: servicePeers(side.services, policy, context), ports }];
}

/** The selected end itself, where the rule narrows it further: `destination` of ingress, `source` of egress rules. */
function ownOf(
  rule: CalicoRule,
  direction: Direction,
  policy: CalicoPolicy,
  context: CompileContext,
): RuleDraft['own'] {
  const side: EntityRule = direction === 'ingress' ? rule.destination : rule.source;
  const sources = direction === 'egress' ? bySourcePort(rule, policy, context) : undefined;
  // Services never stand on this side: no API takes them there (2.2 item 5).
  if (isUnrestricted(side)) return sources;
  const entity = calicoEntity(side, policy, context);
  return sources === undefined ? entity : intersect(entity, sources);
}
