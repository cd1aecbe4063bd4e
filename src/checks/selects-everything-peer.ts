import type { Finding } from '../model/finding';
import { isJsonObject, printFieldPath, type FieldPath, type Json, type JsonObject } from '../model/json';
import { resourceId, type Resource } from '../model/resource';
import { CALICO_GROUP, CALICO_STORAGE_GROUP } from '../policies/calico/api-group';
import { DIRECTIONS } from '../policies/direction';
import type { Check } from './check';

/**
 * A list of peers or ports that is written down with nothing in it (network-policy-semantics 2.1 item 5). Only the
 * written form is taken up: leaving the field out is the usual way to say "everyone", and explicit forms such as
 * `namespaceSelector: {}` or 0.0.0.0/0 say so themselves.
 */
export const selectsEverythingPeer: Check = {
  id: 'selects-everything-peer',
  severity: 'warning',
  summary:
    'An empty list of peers or ports stands in a rule that allows, where it means everyone or every port.',
  run: ({ resources }) => resources.flatMap(resourceFindings),
};

function resourceFindings(resource: Resource): Finding[] {
  const { spec } = resource.manifest;
  if (!isJsonObject(spec)) return [];
  if (resource.kind === 'NetworkPolicy' && resource.group === 'networking.k8s.io')
    return kubernetesFindings(resource, spec);
  const calico = resource.group === CALICO_GROUP || resource.group === CALICO_STORAGE_GROUP;
  return calico && /^(Staged)?(Global)?NetworkPolicy$/.test(resource.kind)
    ? calicoFindings(resource, spec)
    : [];
}

function kubernetesFindings(resource: Resource, spec: JsonObject): Finding[] {
  return eachRule(spec).flatMap(({ rule, path, direction }) => {
    if (!Object.keys(rule).some((key) => isEmpty(rule[key]))) return [];
    const peers = direction === 'ingress' ? 'from' : 'to';
    return [
      ...emptyLists(
        resource,
        rule,
        path,
        [peers],
        direction === 'ingress'
          ? 'everyone may come in, from outside the cluster too'
          : 'every destination is open, outside the cluster too',
      ),
      ...emptyLists(resource, rule, path, ['ports'], 'every port and protocol is open'),
    ];
  });
}

function calicoFindings(resource: Resource, spec: JsonObject): Finding[] {
  return eachRule(spec)
    .filter(({ rule }) => rule.action === 'Allow')
    .flatMap(({ rule, path }) =>
      ['source', 'destination'].flatMap((side) => {
        const entity = rule[side];
        if (!isJsonObject(entity)) return [];
        return [
          ...emptyLists(resource, entity, [...path, side], ['nets'], 'it does not restrict who is meant'),
          ...emptyLists(resource, entity, [...path, side], ['ports'], 'every port is open'),
          ...emptyLists(
            resource,
            entity,
            [...path, side],
            ['selector', 'namespaceSelector'],
            'it does not restrict who is meant',
          ),
        ];
      }),
    );
}

function eachRule(
  spec: JsonObject,
): { rule: JsonObject; path: FieldPath; direction: 'ingress' | 'egress' }[] {
  const found: ReturnType<typeof eachRule> = [];
  for (const direction of DIRECTIONS) {
    const rules = spec[direction];
    if (!Array.isArray(rules)) continue;
    for (const [index, rule] of rules.entries()) {
      if (isJsonObject(rule)) found.push({ rule, path: ['spec', direction, index], direction });
    }
  }
  return found;
}

function emptyLists(
  resource: Resource,
  holder: JsonObject,
  path: FieldPath,
  keys: readonly string[],
  follows: string,
): Finding[] {
  return keys
    .filter((key) => Object.hasOwn(holder, key) && isEmpty(holder[key]))
    .map((key) => {
      const field = printFieldPath([...path, key]);
      return {
        id: selectsEverythingPeer.id,
        severity: selectsEverythingPeer.severity,
        message: `${field} is written but empty, which does not mean "nobody": ${follows}.`,
        object: resourceId(resource),
        place: resource.place.at([...path, key]),
        mend: `Fill in ${key}. When nobody is meant, remove the rule; when everyone is meant, remove the field.`,
      };
    });
}

function isEmpty(value: Json | undefined): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
