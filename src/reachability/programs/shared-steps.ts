import type { LaidPolicy } from './laid-policy';
import type { LaidProgram, LaidStep, LaidTier } from './laid-program';
import { policySteps } from './policy-steps';
import { MemoTable } from '../sets/memo-table';
import { StepTable, type Steps } from '../sets/steps';
import { Transfer } from './transfer';
import { SetVerdict, type FamilyVerdict } from './verdict';

/** Policies of one tier in order, all of which stand between two positions. */
interface Stretch {
  readonly policies: readonly LaidStep[];
  readonly low: number;
  readonly high: number;
}

/** Works programs out policy by policy, keeping what several of them have in common. */
export class SharedSteps {
  private readonly table: StepTable<Transfer>;
  /** What no policy at all does. */
  private readonly identity: Steps<Transfer>;
  private readonly open: Steps<FamilyVerdict>;
  private readonly closed: Steps<FamilyVerdict>;
  private readonly ofPolicy = new Map<LaidPolicy, Steps<Transfer>>();
  private readonly sequences = new MemoTable<Steps<Transfer>>();
  /** Where what passes is allowed, as it is when no tier follows. */
  private readonly settlements = new MemoTable<Steps<FamilyVerdict>>();

  /**
   * @param results makes the verdicts
   * @param policyCount positions of policies are below it
   */
  constructor(
    private readonly results: StepTable<FamilyVerdict>,
    private readonly policyCount: number,
  ) {
    this.table = new StepTable(results.size);
    this.identity = this.table.constant(Transfer.IDENTITY);
    this.open = results.constant(SetVerdict.ALL.forBoth);
    this.closed = results.constant(SetVerdict.NONE.forBoth);
  }

  /**
   * From the last tier to the first. When no tier follows a pod is allowed (calico-policy-model 5.3: its profile;
   * network-policy-semantics 2.2).
   */
  verdicts({ tiers }: LaidProgram): Steps<FamilyVerdict> {
    return tiers.reduceRight((next, tier) => this.ofTier(tier, next), this.open);
  }

  /** @param next what the tier after it says */
  private ofTier({ policies, endAction }: LaidTier, next: Steps<FamilyVerdict>): Steps<FamilyVerdict> {
    const whole = { policies, low: 0, high: this.policyCount };
    const isDenied = endAction === 'deny';
    if (next === this.open) return this.settle(whole, isDenied ? this.closed : next);
    return this.results.zip(
      this.sequence(whole),
      next,
      (transfer, { four: after }) => transfer.settle(isDenied ? SetVerdict.NONE : after, after).forBoth,
    );
  }

  /** The policies and then `rest`. Only the first of them need to be known as what they do by themselves. */
  private settle(stretch: Stretch, rest: Steps<FamilyVerdict>): Steps<FamilyVerdict> {
    if (stretch.policies.length <= 1) return this.before(this.sequence(stretch), rest);
    const [first, second] = halves(stretch);
    return this.before(this.sequence(first), this.settle(second, rest));
  }

  private before(steps: Steps<Transfer>, rest: Steps<FamilyVerdict>): Steps<FamilyVerdict> {
    if (steps === this.identity) return rest;
    return this.settlements.get(steps.id, rest.id, () =>
      this.results.zip(steps, rest, (transfer, { four }) => transfer.settle(four, SetVerdict.ALL).forBoth),
    );
  }

  /**
   * The policies one after the other. Halving positions, not lists, makes programs that differ in a few policies share
   * the rest.
   */
  private sequence(stretch: Stretch): Steps<Transfer> {
    const [only] = stretch.policies;
    if (only === undefined) return this.identity;
    if (stretch.policies.length === 1) return this.leaf(only.laid);
    const [first, second] = halves(stretch);
    return this.then(this.sequence(first), this.sequence(second));
  }

  private then(a: Steps<Transfer>, b: Steps<Transfer>): Steps<Transfer> {
    if (a === this.identity) return b;
    if (b === this.identity) return a;
    return this.sequences.get(a.id, b.id, () => this.table.zip(a, b, (left, right) => left.then(right)));
  }

  private leaf(laid: LaidPolicy): Steps<Transfer> {
    const known = this.ofPolicy.get(laid);
    if (known !== undefined) return known;
    const steps = policySteps(laid.pieces, this.table);
    this.ofPolicy.set(laid, steps);
    return steps;
  }
}

function halves({ policies, low, high }: Stretch): readonly [Stretch, Stretch] {
  const middle = (low + high) >>> 1;
  let split = 0;
  while (split < policies.length && (policies[split]?.position ?? high) < middle) split++;
  return [
    { policies: policies.slice(0, split), low, high: middle },
    { policies: policies.slice(split), low: middle, high },
  ];
}
