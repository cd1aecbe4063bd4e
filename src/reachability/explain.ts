import { FAMILIES, type Family } from './ends/address-space';
import { PROTOCOL } from './sets/connection-set';
import type { EndClass } from './ends/end-class';
import type { Engine } from './engine';
import { piecesFor } from './programs/own-pieces';
import type { OrderedPolicy, Program } from './programs/program-assignment';
import { byRivals } from './programs/rivals';
import type { Decision, DirectionExplanation, Verdict } from './reachability';
import type { Region } from './sets/region';
import type { FamilyMask } from './programs/verdict';
import type { Direction } from '../policies/direction';

/** One connection as one end sees it. */
export interface Question {
  readonly self: EndClass;
  readonly direction: Direction;
  /** Position of the other end. */
  readonly other: number;
  /** IP versions both ends may use. */
  readonly mask: FamilyMask;
  readonly protocol: number;
  readonly port: number;
}

/** Why one end's policies decide as the verdict says. */
export function explainSide(engine: Engine, question: Question, verdict: Verdict): DirectionExplanation {
  const program = engine.programs.of(question.self, question.direction);
  const isolated = program !== undefined && engine.programs.isolating(program).length > 0;
  const word = verdictWord(verdict, question.protocol, question.port);
  if (word === 'deny' && program !== undefined && isDropped(engine, question))
    return { verdict: word, isolated, decidedBy: [], dropped: true };
  const decisions =
    program === undefined
      ? []
      : familiesOf(question).flatMap((family) => decide(engine, program, question, family));
  return {
    verdict: word,
    isolated,
    decidedBy: withoutRepeats(decisions),
  };
}

/** From pods only: hosts have no program. */
function isDropped({ sides }: Engine, { direction, protocol, port }: Question): boolean {
  return direction === 'egress' && sides.dropped.contains(protocol, port);
}

export function verdictWord(
  { allowed, undecided }: Verdict,
  protocol: number,
  port: number,
): 'allow' | 'deny' | 'unknown' {
  if (allowed.contains(protocol, port)) return 'allow';
  return undecided.contains(protocol, port) ? 'unknown' : 'deny';
}

/** ICMP travels in IPv4 and ICMPv6 in IPv6; anything else in a version both ends speak. */
function familiesOf({ protocol, mask }: Question): readonly Family[] {
  if (protocol === PROTOCOL.icmp) return [4];
  if (protocol === PROTOCOL.icmpv6) return [6];
  return FAMILIES.filter((family) => (mask & (family === 4 ? 1 : 2)) !== 0);
}

function decide(engine: Engine, program: Program, question: Question, family: Family): Decision[] {
  const decisions: Decision[] = [];
  const passes: Decision[] = [];
  for (const tier of byTier(program)) {
    const outcome = decideTier(engine, tier, program, question, family);
    for (const decision of outcome.decisions)
      (decision.action === 'pass' ? passes : decisions).push(decision);
    if (outcome.final) break;
  }
  return decisions.length > 0 ? decisions : passes;
}

/** The policies of one tier, which are at least one. */
interface TierPolicies {
  readonly tier: number;
  readonly policies: OrderedPolicy[];
}

function byTier({ policies }: Program): TierPolicies[] {
  const tiers: TierPolicies[] = [];
  for (const policy of policies) {
    const last = tiers.at(-1);
    if (last?.tier === policy.tier) last.policies.push(policy);
    else tiers.push({ tier: policy.tier, policies: [policy] });
  }
  return tiers;
}

/** The first rule that matches for certain, with those before it that may match, or that may be asked instead. */
function decideTier(
  engine: Engine,
  tier: TierPolicies,
  program: Program,
  question: Question,
  family: Family,
): { readonly decisions: readonly Decision[]; readonly final: boolean } {
  const decisions: Decision[] = [];
  for (const rivals of byRivals(tier.policies, question.direction)) {
    const matches = rivals.flatMap(({ compiled }) => [
      ...upToSure(matchesOf(engine, compiled, program, question, family)),
    ]);
    decisions.push(...matches.map(({ decision }) => decision));
    const sure = matches.find((match) => match.sure)?.decision;
    if (sure === undefined) continue;
    if (sure.policy.kind !== 'NetworkPolicy') {
      const may = rivals.length > 1 ? matches.map(({ decision }) => decision) : [sure];
      return { decisions, final: may.every(({ action }) => action !== 'pass') };
    }
    // NetworkPolicies only add up: every one that allows is worth naming (network-policy-semantics 2.1 item 1).
    const others = tier.policies
      .filter((other) => other.compiled.policy.kind === 'NetworkPolicy')
      .flatMap((other) => [...matchesOf(engine, other.compiled, program, question, family)]);
    return { decisions: [...decisions, ...others.map(({ decision }) => decision)], final: true };
  }
  if (engine.programs.endAction(tier) === 'pass') return { decisions, final: false };
  const isolating = tier.policies.map(({ compiled: { policy } }): Decision => ({
    policy,
    action: 'deny',
    place: policy.place,
  }));
  return { decisions: [...decisions, ...isolating], final: true };
}

function* upToSure(matches: Iterable<Match>): Generator<Match> {
  for (const match of matches) {
    yield match;
    if (match.sure) return;
  }
}

interface Match {
  readonly decision: Decision;
  readonly sure: boolean;
}

function* matchesOf(
  engine: Engine,
  compiled: OrderedPolicy['compiled'],
  { direction, pod }: Program,
  { other, protocol, port }: Question,
  family: Family,
): Generator<Match> {
  for (const { rule, peers, connections } of piecesFor(compiled, direction, pod)) {
    if (!connections.contains(protocol, port) || !holds(engine, peers.possible, other, family)) continue;
    const { index, action, place } = rule;
    yield {
      decision: { policy: compiled.policy, rule: index, action, place },
      sure: holds(engine, peers.sure, other, family),
    };
  }
}

function holds({ layout }: Engine, region: Region, position: number, family: Family): boolean {
  const interval = layout.intervalAt(position);
  if (interval === undefined) return region.ends[family].contains(position);
  return region.outside[interval.family].contains(interval.index);
}

function withoutRepeats(decisions: readonly Decision[]): Decision[] {
  return decisions.filter(
    ({ policy, rule }, index) =>
      decisions.findIndex((other) => other.policy === policy && other.rule === rule) === index,
  );
}
