import { casesOfRule, type PeerContext } from './peer-cases';
import type { Case } from './term';
import type { CasedRule, CasedTier } from './wanted-cases';
import type { Engine } from '../engine';
import type { OrderedPolicy, Program } from '../programs/program-assignment';
import { portNamesOfRule } from '../../policies/port-names';
import type { Direction } from '../../policies/direction';

/** What the rules of one policy and direction say of other ends. */
interface ReadPolicy {
  readonly rules: readonly CasedRule[];
  readonly portNames: readonly string[];
}

/** The rules of programs, as far as they tell other ends apart; each policy is read once. */
export class CasedPrograms {
  /** Values of labels that any rule read so far names. */
  readonly mentioned = new Set<string>();
  private readonly read = new Map<string, ReadPolicy>();

  constructor(
    private readonly engine: Engine,
    private readonly context: PeerContext,
  ) {}

  /** Tier by tier, in order of evaluation; none for an end that no policy concerns. */
  tiers(program: Program | undefined): CasedTier[] {
    const tiers: { readonly tier: number; readonly endAction: 'deny' | 'pass'; rules: CasedRule[] }[] = [];
    for (const policy of program?.policies ?? []) {
      let last = tiers[tiers.length - 1];
      if (last?.tier !== policy.tier) {
        last = { tier: policy.tier, endAction: this.engine.programs.endAction(policy), rules: [] };
        tiers.push(last);
      }
      last.rules.push(...this.readPolicy(policy, program?.direction ?? 'ingress').rules);
    }
    return tiers;
  }

  /** The names under which rules ask for ports of other ends: those of egress. */
  portNames(program: Program | undefined): readonly string[] {
    if (program?.direction !== 'egress') return [];
    const names = program.policies.flatMap((policy) => this.readPolicy(policy, 'egress').portNames);
    return [...new Set(names)].sort();
  }

  private readPolicy(ordered: OrderedPolicy, direction: Direction): ReadPolicy {
    const key = `${direction} ${ordered.position}`;
    const known = this.read.get(key);
    if (known !== undefined) return known;
    const { policy, rules } = ordered.compiled;
    const cased = rules(direction).map(({ action, index }) => {
      const cases = casesOfRule(policy, direction, index, this.context);
      for (const one of cases) this.mention(one);
      return { action, cases };
    });
    const portNames = rules(direction).flatMap(({ index }) => portNamesOfRule(policy, direction, index));
    const read = { rules: cased, portNames };
    this.read.set(key, read);
    return read;
  }

  private mention(one: Case): void {
    for (const { test } of one)
      if (test.type === 'in' || test.type === 'not-in')
        for (const value of test.values) this.mentioned.add(value);
  }
}
