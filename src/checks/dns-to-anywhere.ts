import type { NetworkPolicyRule } from '../policies/kubernetes/network-policy';
import type { Check } from './check';
import { isOwnPolicy, peersOf, portsOf, rulesInForce } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

const DNS = 53;

/** DNS to any server there is: whoever runs one outside gets whatever is asked of it (intent-systems L9). */
export const dnsToAnywhere: Check = {
  id: 'dns-to-anywhere',
  severity: 'info',
  summary: 'A rule that is there for DNS opens port 53 of every server, outside the cluster too.',
  synth: false,
  run: ({ policies }) =>
    rulesInForce(policies.kubernetes, ['egress'])
      .filter(({ policy, rule }) => isForDns(rule) && isAnywhere(rule) && !isOwnPolicy(policy))
      .map(({ policy, rule }) =>
        policyFinding(dnsToAnywhere, policy, {
          place: rule.place.at([rule.peers === 'any' ? 'ports' : 'to']),
          message:
            'Port 53 is open to every address, not only to the DNS of the cluster: data can leave the cluster as names that are asked of a server outside.',
          mend: 'Name the DNS pods: namespaceSelector kubernetes.io/metadata.name: kube-system and podSelector k8s-app: kube-dns in one item of "to".',
        }),
      ),
};

function isForDns(rule: NetworkPolicyRule): boolean {
  const ports = portsOf(rule);
  return ports.length > 0 && ports.every(({ port, endPort }) => port === DNS && (endPort ?? DNS) === DNS);
}

function isAnywhere(rule: NetworkPolicyRule): boolean {
  return (
    rule.peers === 'any' ||
    peersOf(rule).some(
      (peer) => peer.type === 'ipBlock' && peer.cidr.prefix === 0 && peer.except.length === 0,
    )
  );
}
