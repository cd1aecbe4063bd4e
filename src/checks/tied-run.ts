import type { Policy } from '../policies/policy';
import type { PolicyTies } from '../reachability/cni-profile';
import { areOpposed } from '../reachability/rules/opposed-actions';
import { tieOf } from '../reachability/rules/policy-tie';

const VERSIONS: readonly PolicyTies[] = ['stored-name', 'name-first'];

/** Of policies that decide the same: the last that was asked, and the one that each version would ask last. */
interface Alike {
  readonly actions: ReadonlySet<string>;
  last: Policy;
  readonly lastBy: Map<PolicyTies, { readonly policy: Policy; readonly tie: string }>;
}

/**
 * Policies of one tier and one order, in the order in which they are asked. Which of them are opposed to a later one is
 * known without a look at each: there are seven sets of actions at most.
 */
export class TiedRun {
  private readonly kinds = new Map<string, Alike>();

  /** @param actions what rules of the policy may decide; without any it is opposed to none */
  add(policy: Policy, actions: ReadonlySet<string>): void {
    const key = [...actions].sort().join(' ');
    const alike: Alike = this.kinds.get(key) ?? { actions, last: policy, lastBy: new Map() };
    this.kinds.set(key, alike);
    alike.last = policy;
    for (const version of VERSIONS) {
      const tie = tieOf(policy, version);
      const known = alike.lastBy.get(version);
      if (known === undefined || known.tie < tie) alike.lastBy.set(version, { policy, tie });
    }
  }

  /**
   * One of the policies so far with a rule that decides otherwise than one of these actions: one that a version of Calico
   * asks after the policy, if there is any; else the last, of the first such kind.
   */
  opposedTo(policy: Policy, actions: ReadonlySet<string>): Policy | undefined {
    const opposed = [...this.kinds.values()].filter((kind) => areOpposed([kind.actions, actions]));
    for (const version of VERSIONS) {
      const tie = tieOf(policy, version);
      for (const { lastBy } of opposed) {
        const known = lastBy.get(version);
        if (known !== undefined && known.tie > tie) return known.policy;
      }
    }
    return opposed[0]?.last;
  }
}
