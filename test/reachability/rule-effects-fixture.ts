import { buildCluster } from '../../src/model/build-cluster';
import type { Policy, PolicySet } from '../../src/policies/policy';
import { policyId } from '../../src/policies/policy-id';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { Reachability } from '../../src/reachability/reachability';
import { ineffectiveRules } from '../../src/reachability/rule-effects';
import { resourcesOf } from '../policies/resource-fixture';
import { netpol, object, pod } from './world';

export const PODS = [
  pod('shop', 'web', 'app: web, tier: front'),
  pod('shop', 'orders', 'app: orders, tier: back'),
  pod('shop', 'ledger', 'app: ledger, tier: back'),
  pod('ops', 'agent', 'app: agent'),
].join('');

export function world(policies: string): { reachability: Reachability; policies: PolicySet } {
  const resources = resourcesOf(PODS + policies);
  const read = readPolicies(resources);
  expect(read.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return { reachability: evaluate(buildCluster(resources), read), policies: read };
}

/** `effect policy direction[rule] by policies`. */
export function effects(policies: string): string[] {
  return ineffectiveRules(world(policies).reachability).map(
    ({ effect, policy, direction, rule, by }) =>
      `${effect} ${policyId(policy)} ${direction}[${rule.index}] by ${by.map(policyId).join(', ')}`,
  );
}

export function calicoPolicy(selector: string): Policy {
  const [policy] = readPolicies(resourcesOf(global('g', '', `selector: ${selector},`))).calico;
  if (policy === undefined) throw new Error('no policy');
  return policy;
}

export const ingress = (name: string, rules: string, selector = '{}'): string =>
  netpol('shop', name, `podSelector: ${selector}, policyTypes: [Ingress], ingress: [${rules}]`);
export const global = (name: string, rules: string, rest = ''): string =>
  object(
    'projectcalico.org/v3',
    'GlobalNetworkPolicy',
    name,
    `namespaceSelector: 'projectcalico.org/name == "shop"', types: [Ingress], ${rest} ingress: [${rules}]`,
  );
export const from = (labels: string, ports = ''): string =>
  `{ from: [{ podSelector: { matchLabels: { ${labels} } } }]${ports === '' ? '' : `, ports: [${ports}]`} }`;
