import { isJsonObject } from '../model/json';
import { resourceId, type Resource } from '../model/resource';
import type { Check } from './check';

/**
 * `egress: []` without policyTypes reads like "no egress", and restricts none: without policyTypes a policy governs
 * egress only when it has an egress rule (network-policy-semantics 2.1 item 2).
 */
export const emptyEgressNotIsolating: Check = {
  id: 'empty-egress-not-isolating',
  severity: 'warning',
  summary: 'A policy has an empty list of egress rules and no policyTypes, so it does not restrict egress.',
  run: ({ resources }) =>
    resources.filter(hasEmptyEgress).map((resource) => ({
      id: emptyEgressNotIsolating.id,
      severity: emptyEgressNotIsolating.severity,
      object: resourceId(resource),
      place: resource.place.at(['spec', 'egress']),
      message:
        'spec.egress is an empty list and there are no policyTypes: a policy without policyTypes is about egress only when it has an egress rule, so its pods may open every connection.',
      mend: 'Write policyTypes: [Ingress, Egress] (or [Egress]) when egress is to be denied; else remove egress.',
    })),
};

function hasEmptyEgress({ group, kind, manifest: { spec } }: Resource): boolean {
  if (group !== 'networking.k8s.io' || kind !== 'NetworkPolicy' || !isJsonObject(spec)) return false;
  const { policyTypes, egress } = spec;
  const noTypes =
    policyTypes === undefined ||
    policyTypes === null ||
    (Array.isArray(policyTypes) && policyTypes.length === 0);
  return noTypes && Array.isArray(egress) && egress.length === 0;
}
