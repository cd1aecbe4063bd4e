import type { Finding } from '../model/finding';
import type { CalicoPolicy, EntityRule } from '../policies/calico/policy';
import { NAMESPACE_LABEL } from '../policies/calico/scope';
import type { Selector } from '../policies/calico/selector';
import { leavesOf } from '../policies/calico/selector-rewrite';
import { allowedEgress, destinationPlace } from './calico-rule';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

const DNS_APPS: readonly string[] = ['kube-dns', 'coredns', 'node-local-dns'];

/** Anybody who may make a pod can give it the label of the cluster's DNS (calico-policy-model 6.2, flaws). */
export const dnsSelectorAnyNamespace: Check = {
  id: 'dns-selector-any-namespace',
  severity: 'warning',
  summary: 'A Calico rule allows egress to whatever wears the label of the DNS pods, in any namespace.',
  run: ({ policies }) => policies.calico.flatMap(policyFindings),
};

function policyFindings(policy: CalicoPolicy): Finding[] {
  return allowedEgress(policy)
    .filter(({ destination }) => isDns(destination) && reachesEveryNamespace(policy, destination))
    .map((rule) =>
      policyFinding(dnsSelectorAnyNamespace, policy, {
        place: destinationPlace(rule, 'selector'),
        message:
          `The rule for DNS has a selector and no namespace: it allows egress to every pod of the cluster that wears the label, ` +
          `and any tenant can put it on a pod of their own${policy.kind === 'GlobalNetworkPolicy' && rule.destination.namespaceSelector === undefined ? '; host endpoints and global network sets with the label match too' : ''}.`,
        mend: `Add namespaceSelector: projectcalico.org/name == "kube-system" beside the selector, or use services: { name: kube-dns, namespace: kube-system }.`,
      }),
    );
}

function isDns({ selector }: EntityRule): boolean {
  if (selector === undefined) return false;
  return leavesOf(selector).some((leaf) => {
    if (leaf.type === 'compare')
      return leaf.key === 'k8s-app' && leaf.operator === '==' && DNS_APPS.includes(leaf.value);
    return (
      leaf.type === 'set' &&
      leaf.key === 'k8s-app' &&
      leaf.operator === 'in' &&
      leaf.values.some((value) => DNS_APPS.includes(value))
    );
  });
}

/** In a namespaced policy a selector alone stays in the policy's namespace (4.3). */
function reachesEveryNamespace(
  policy: CalicoPolicy,
  { selector, namespaceSelector, serviceAccounts, nets }: EntityRule,
): boolean {
  if (nets.length > 0 || serviceAccounts !== undefined) return false;
  if (namespaceSelector !== undefined) return namespaceSelector.type === 'all';
  return policy.kind === 'GlobalNetworkPolicy' && !namesNamespace(selector);
}

function namesNamespace(selector: Selector | undefined): boolean {
  return (
    selector !== undefined &&
    leavesOf(selector).some(
      (leaf) => 'key' in leaf && (leaf.key === NAMESPACE_LABEL || leaf.key.startsWith('pcns.')),
    )
  );
}
