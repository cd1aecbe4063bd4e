import { FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import { NOWHERE } from '../../model/place';
import type { Resource } from '../../model/resource';
import { readMetadata } from '../../model/read-metadata';
import { dnsLabelProblem } from '../../model/name-syntax';
import { bypassesApiServer, checkApiGroup } from './api-group';
import type { CalicoTier } from './policy';

/** Order that Calico's API server gives to a tier without one. */
const DEFAULT_ORDER = 1_000_000;

/**
 * The tiers Calico makes itself and nobody can delete (calico-policy-model, version map): those of 3.32 and later, and
 * the two for AdminNetworkPolicy of 3.29 to 3.31. A tier without policies changes nothing.
 */
export const BUILT_IN_TIERS: readonly CalicoTier[] = [
  { name: 'adminnetworkpolicy', order: 1_000, defaultAction: 'Pass', place: NOWHERE },
  { name: 'kube-admin', order: 1_000, defaultAction: 'Pass', place: NOWHERE },
  { name: 'default', order: DEFAULT_ORDER, defaultAction: 'Deny', place: NOWHERE },
  { name: 'baselineadminnetworkpolicy', order: 10_000_000, defaultAction: 'Pass', place: NOWHERE },
  { name: 'kube-baseline', order: 10_000_000, defaultAction: 'Pass', place: NOWHERE },
];

/** Built-in tiers of current versions: what an object leaves out about them is as it was. */
const KEPT: readonly string[] = ['default', 'kube-admin', 'kube-baseline'];

/** Reads a Tier (calico-policy-model 1.2, 2.5). Undefined when it has an error. */
export function readTier(resource: Resource, findings: Finding[]): CalicoTier | undefined {
  const root = FieldReader.of(resource, findings);
  const spec = root.object('spec');
  const { name } = readMetadata(root, dnsLabelProblem);
  checkApiGroup(root);
  const absent = bypassesApiServer(resource) ? Infinity : DEFAULT_ORDER;
  const builtIn = BUILT_IN_TIERS.find((tier) => tier.name === name);
  const filledIn = KEPT.includes(name) ? builtIn : undefined;
  const order = spec?.number('order') ?? filledIn?.order ?? absent;
  const defaultAction = readDefaultAction(spec) ?? filledIn?.defaultAction ?? 'Deny';
  spec?.rejectUnknown();
  const tier: CalicoTier = { name, order, defaultAction, place: resource.place };
  if (builtIn !== undefined) checkBuiltIn(root, tier, builtIn);
  return root.errorCount > 0 ? undefined : tier;
}

/** Every version pins the order of `default`; the rest is pinned by some, and others take it as written (2.5). */
function checkBuiltIn(root: FieldReader, tier: CalicoTier, builtIn: CalicoTier): void {
  if (tier.order === builtIn.order && tier.defaultAction === builtIn.defaultAction) return;
  const what = `the tier ${tier.name} is built in with order ${builtIn.order} and default action ${builtIn.defaultAction}`;
  const mend = 'Remove this object, and make a tier of another name.';
  if (tier.name === 'default' && tier.order !== builtIn.order) {
    root.problem(['spec'], `${what}; Calico refuses another order`, { mend });
    return;
  }
  const versions = tier.name.endsWith('adminnetworkpolicy') ? 'of 3.29 to 3.31' : 'from 3.32 on';
  root.problem(
    ['spec'],
    `${what}; Calico versions ${versions} refuse others, and the verdicts take it as written`,
    { id: 'refused-by-some-versions', severity: 'warning', mend },
  );
}

function readDefaultAction(spec: FieldReader | undefined): CalicoTier['defaultAction'] | undefined {
  const written = spec?.string('defaultAction');
  if (written === undefined || written === 'Deny' || written === 'Pass') return written;
  spec?.problem(['defaultAction'], `spec.defaultAction is ${JSON.stringify(written)}`, {
    mend: 'Write Deny or Pass.',
  });
  return undefined;
}
