import { FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import { NOWHERE } from '../../model/place';
import type { Resource } from '../../model/resource';
import { readMetadata } from '../metadata';
import { dnsLabelProblem } from '../name-syntax';
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

/** Tiers whose order and default action the API pins. */
const PINNED: readonly string[] = ['default', 'kube-admin', 'kube-baseline'];

/** Reads a Tier (calico-policy-model 1.2, 2.5). Undefined when it has an error. */
export function readTier(resource: Resource, findings: Finding[]): CalicoTier | undefined {
  const root = FieldReader.of(resource, findings);
  const spec = root.object('spec');
  const { name } = readMetadata(root, dnsLabelProblem);
  checkApiGroup(root);
  const absent = bypassesApiServer(resource) ? Infinity : DEFAULT_ORDER;
  const builtIn = PINNED.includes(name) ? BUILT_IN_TIERS.find((tier) => tier.name === name) : undefined;
  const order = spec?.number('order') ?? builtIn?.order ?? absent;
  const defaultAction = readDefaultAction(spec) ?? builtIn?.defaultAction ?? 'Deny';
  spec?.rejectUnknown();
  if (builtIn !== undefined && (builtIn.order !== order || builtIn.defaultAction !== defaultAction)) {
    root.problem(
      ['spec'],
      `the tier ${name} is built in with order ${builtIn.order} and default action ${builtIn.defaultAction}; Calico refuses others`,
      {
        mend: 'Remove this object, and make a tier of another name.',
      },
    );
  }
  return root.errorCount > 0 ? undefined : { name, order, defaultAction, place: resource.place };
}

function readDefaultAction(spec: FieldReader | undefined): CalicoTier['defaultAction'] | undefined {
  const written = spec?.string('defaultAction');
  if (written === undefined || written === 'Deny' || written === 'Pass') return written;
  spec?.problem(['defaultAction'], `spec.defaultAction is ${JSON.stringify(written)}`, {
    mend: 'Write Deny or Pass.',
  });
  return undefined;
}
