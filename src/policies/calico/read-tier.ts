import { FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import type { Resource } from '../../model/resource';
import { readMetadata } from '../../model/read-metadata';
import { dnsLabelProblem } from '../../model/name-syntax';
import { bypassesApiServer, checkApiGroup } from './api-group';
import {
  ANY_VERSION,
  checkBuiltInTier,
  DEFAULT_TIER_ORDER,
  existingTier,
  type TierVersions,
} from './built-in-tiers';
import type { CalicoTier } from './policy';

/**
 * Reads a Tier (calico-policy-model 1.2, 2.5). Undefined when it has an error.
 *
 * @param versions what the rest of the input says about the version of Calico
 */
export function readTier(
  resource: Resource,
  findings: Finding[],
  versions: TierVersions = ANY_VERSION,
): CalicoTier | undefined {
  const root = FieldReader.of(resource, findings);
  const spec = root.object('spec');
  const { name } = readMetadata(root, dnsLabelProblem);
  checkApiGroup(root);
  const existing = existingTier(name, versions);
  const order = spec?.number('order') ?? absentOrder(root, existing);
  const defaultAction = readDefaultAction(spec) ?? existing?.defaultAction ?? 'Deny';
  spec?.rejectUnknown();
  const tier: CalicoTier = { name, order, defaultAction, place: resource.place };
  checkBuiltInTier(root, tier, versions);
  return root.errorCount > 0 ? undefined : tier;
}

/** Past the API server nothing writes an order, and Felix asks a tier that is stored without one last (1.2). */
function absentOrder(root: FieldReader, existing: CalicoTier | undefined): number {
  if (!bypassesApiServer(root.resource)) return existing?.order ?? DEFAULT_TIER_ORDER;
  if (existing === undefined) return Infinity;
  root.problem(
    ['spec'],
    `the tier ${existing.name} is written without an order: where the object is applied, the order of the tier that is there stays, ${existing.order}, and so the verdicts take it; where it is stored without one, Calico asks the tier last`,
    { id: 'calico-storage-api', severity: 'warning', mend: `Write order: ${existing.order}.` },
  );
  return existing.order;
}

function readDefaultAction(spec: FieldReader | undefined): CalicoTier['defaultAction'] | undefined {
  const written = spec?.string('defaultAction');
  if (written === undefined || written === 'Deny' || written === 'Pass') return written;
  spec?.problem(['defaultAction'], `spec.defaultAction is ${JSON.stringify(written)}`, {
    mend: 'Write Deny or Pass.',
  });
  return undefined;
}
