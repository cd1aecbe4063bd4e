import type { IConstruct } from 'constructs';
import type { DenyClaim } from '../proof/proof';

const claims = new WeakMap<IConstruct, DenyClaim>();

/** Notes what a construct claims to deny, for the proof. */
export function claimDeny(construct: IConstruct, claim: DenyClaim): void {
  claims.set(construct, claim);
}

/** The claim of a construct; absent when it makes none. */
export function denyClaimOf(construct: IConstruct): DenyClaim | undefined {
  return claims.get(construct);
}
