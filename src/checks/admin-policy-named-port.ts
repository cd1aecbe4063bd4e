import type { Finding } from '../model/finding';
import type { ClusterWidePolicy, ClusterWideRule } from '../policies/cluster-network-policy/policy';
import type { Direction } from '../policies/direction';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

/** A port by name in a kind of policy whose implementations read it as every port (network-policy-api, v1alpha1). */
export const adminPolicyNamedPort: Check = {
  id: 'admin-policy-named-port',
  severity: 'warning',
  summary: 'An AdminNetworkPolicy names a port, and implementations take the name for every port.',
  run: ({ policies }) =>
    policies.clusterWide
      .filter(({ kind }) => kind !== 'ClusterNetworkPolicy')
      .flatMap((policy) =>
        (['ingress', 'egress'] as const).flatMap((direction) =>
          policy[direction].flatMap((rule) => ruleFindings(policy, rule, direction)),
        ),
      ),
};

function ruleFindings(policy: ClusterWidePolicy, rule: ClusterWideRule, direction: Direction): Finding[] {
  if (rule.ports === 'all') return [];
  return rule.ports.flatMap((port, index) =>
    port.type === 'name' ? [report(policy, rule, direction, port.name, index)] : [],
  );
}

const EFFECT: Readonly<Record<ClusterWideRule['action'], string>> = {
  Accept: 'allows every port of every pod',
  Deny: 'denies every port of every pod',
  Pass: 'passes every port of every pod on to the policies after it',
};

function report(
  policy: ClusterWidePolicy,
  rule: ClusterWideRule,
  direction: Direction,
  name: string,
  index: number,
): Finding {
  const end = direction === 'ingress' ? 'the pods of the subject' : 'the pods it reaches';
  return policyFinding(adminPolicyNamedPort, policy, {
    place: rule.place.at(['ports', index, 'namedPort']),
    message: `The rule is meant for the port that ${end} call ${JSON.stringify(name)}, and so the API reads it. But Calico 3.31 ignores the name: the rule ${EFFECT[rule.action]}. kube-network-policies 1.1.1 takes it for every port of a pod that declares the name. Verdicts follow the network plugin (cni).`,
    mend: 'Write the number of the port, as portNumber or portRange.',
  });
}
