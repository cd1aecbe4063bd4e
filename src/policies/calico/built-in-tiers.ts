import type { FieldReader } from '../../model/field-reader';
import { NOWHERE } from '../../model/place';
import { bypassesApiServer } from './api-group';
import type { CalicoTier } from './policy';

/** Order of the tier `default`, and what Calico's API server gives to a tier without one. */
export const DEFAULT_TIER_ORDER = 1_000_000;

/**
 * The tiers Calico makes itself (calico-policy-model, version map): those of 3.32 and later, and the two for
 * AdminNetworkPolicy of 3.29 to 3.31. A tier without policies changes nothing.
 */
export const BUILT_IN_TIERS: readonly CalicoTier[] = [
  { name: 'adminnetworkpolicy', order: 1_000, defaultAction: 'Pass', place: NOWHERE },
  { name: 'kube-admin', order: 1_000, defaultAction: 'Pass', place: NOWHERE },
  { name: 'default', order: DEFAULT_TIER_ORDER, defaultAction: 'Deny', place: NOWHERE },
  { name: 'baselineadminnetworkpolicy', order: 10_000_000, defaultAction: 'Pass', place: NOWHERE },
  { name: 'kube-baseline', order: 10_000_000, defaultAction: 'Pass', place: NOWHERE },
];

/** What the rest of the input says about the version of Calico that enforces it all. */
export interface TierVersions {
  /** A ClusterNetworkPolicy is there, which Calico enforces from 3.32 on. */
  readonly fromCluster: boolean;
  /** An AdminNetworkPolicy or BaselineAdminNetworkPolicy is there, which Calico enforces up to 3.31. */
  readonly fromAdmin: boolean;
}

/** Nothing is known of the version. */
export const ANY_VERSION: TierVersions = { fromCluster: false, fromAdmin: false };

/**
 * The built-in tier that is there already when an object of its name is applied, so that what the object leaves out
 * stays as it is; undefined where the object makes a tier of its own, which the names of 3.29 to 3.31 do from 3.32 on.
 */
export function existingTier(name: string, { fromAdmin }: TierVersions): CalicoTier | undefined {
  return isOfAdminPolicies(name) && !fromAdmin ? undefined : builtInTier(name);
}

/**
 * Says what becomes of an object that makes a built-in tier another, as far as versions tell:
 *
 * - 3.29 to 3.31 refuse another order for `default`, `adminnetworkpolicy` and `baselineadminnetworkpolicy`, and take
 *   any default action (validateTier of libcalico-go's validator/v3 in v3.31); `kube-admin` and `kube-baseline` are
 *   tiers like any other there. Felix enforces what is stored: its converter of tiers and its filter of what is
 *   invalid look at neither.
 * - 3.32 and later refuse another order and default action for `default`, `kube-admin` and `kube-baseline`, in the
 *   storage API as well (calico-policy-model 2.5 and 1.1); the other two names are tiers like any other.
 *
 * What every version refuses that fits the rest of the input is an error; else the tier is taken as written.
 */
export function checkBuiltInTier(root: FieldReader, tier: CalicoTier, versions: TierVersions): void {
  const builtIn = builtInTier(tier.name);
  if (builtIn === undefined || (tier.order === builtIn.order && tier.defaultAction === builtIn.defaultAction))
    return;
  if (isOfAdminPolicies(tier.name)) checkTierOfAdminPolicies(root, tier, builtIn, versions);
  else checkCurrentTier(root, tier, builtIn, versions);
}

function checkCurrentTier(
  root: FieldReader,
  tier: CalicoTier,
  builtIn: CalicoTier,
  { fromCluster }: TierVersions,
): void {
  const elsewhere = tier.name === 'default' && tier.order !== builtIn.order;
  if (elsewhere && !bypassesApiServer(root.resource)) {
    refuse(root, builtIn, 'Calico refuses another order');
  } else if (fromCluster) {
    const stored = 'it keeps one that an older version has stored, with what that says';
    refuse(
      root,
      builtIn,
      `the Calico that enforces a ClusterNetworkPolicy (3.32 or later) refuses others; ${stored}`,
    );
  } else {
    warn(
      root,
      builtIn,
      'Calico versions from 3.32 on refuse others; those before take it, and so do the verdicts',
    );
  }
}

function checkTierOfAdminPolicies(
  root: FieldReader,
  tier: CalicoTier,
  builtIn: CalicoTier,
  { fromAdmin }: TierVersions,
): void {
  if (tier.order !== builtIn.order && !bypassesApiServer(root.resource)) {
    const versions = '3.29 to 3.31';
    if (fromAdmin)
      refuse(
        root,
        builtIn,
        `the Calico that enforces an AdminNetworkPolicy (${versions}) refuses another order`,
      );
    else
      warn(
        root,
        builtIn,
        `Calico versions of ${versions} refuse another order; to later ones it is a tier like any other, and so it is to the verdicts`,
      );
    return;
  }
  root.problem(
    ['spec'],
    `${isBuiltIn(builtIn)}, and this makes it order ${tier.order} and default action ${tier.defaultAction}, which Calico takes, and so do the verdicts: an AdminNetworkPolicy or BaselineAdminNetworkPolicy there decides otherwise than its API says`,
    { id: 'built-in-tier-changed', severity: 'warning', mend: MEND },
  );
}

const MEND = 'Remove this object, and make a tier of another name.';

function refuse(root: FieldReader, builtIn: CalicoTier, why: string): void {
  root.problem(['spec'], `${isBuiltIn(builtIn)}; ${why}`, { mend: MEND });
}

function warn(root: FieldReader, builtIn: CalicoTier, why: string): void {
  root.problem(['spec'], `${isBuiltIn(builtIn)}; ${why}`, {
    id: 'refused-by-some-versions',
    severity: 'warning',
    mend: MEND,
  });
}

function isBuiltIn({ name, order, defaultAction }: CalicoTier): string {
  return `the tier ${name} is built in with order ${order} and default action ${defaultAction}`;
}

function isOfAdminPolicies(name: string): boolean {
  return name.endsWith('adminnetworkpolicy');
}

function builtInTier(name: string): CalicoTier | undefined {
  return BUILT_IN_TIERS.find((tier) => tier.name === name);
}
