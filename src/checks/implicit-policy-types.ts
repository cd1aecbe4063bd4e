import { isJsonObject, type JsonObject } from '../model/json';
import { resourceId } from '../model/resource';
import type { Check } from './check';
import { writtenNetworkPolicies } from './policy-lists';

/**
 * Without policyTypes a policy isolates for ingress always, and for egress when it has an egress rule
 * (network-policy-semantics 2.1 item 2). For those who want it written.
 */
export const implicitPolicyTypes: Check = {
  id: 'implicit-policy-types',
  severity: 'info',
  summary: 'A NetworkPolicy has no policyTypes, so what it isolates depends on the rules it has.',
  optIn: true,
  fixable: true,
  synth: false,
  run: ({ resources }) =>
    writtenNetworkPolicies(resources).flatMap((resource) => {
      const { spec } = resource.manifest;
      if (!isJsonObject(spec) || spec.policyTypes !== undefined) return [];
      const types = typesOf(spec);
      const place = resource.place.at(['spec']);
      return [
        {
          id: implicitPolicyTypes.id,
          severity: implicitPolicyTypes.severity,
          object: resourceId(resource),
          place,
          message: `policyTypes is missing. It stands for ${types.join(' and ')} here, and whoever adds or removes an egress rule changes it unseen.`,
          mend: `Write policyTypes: [${types.join(', ')}].`,
          fix: [
            { type: 'insert', into: place, key: 'policyTypes', value: types, before: ['ingress', 'egress'] },
          ],
        },
      ];
    }),
};

function typesOf({ egress }: JsonObject): string[] {
  return Array.isArray(egress) && egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}
