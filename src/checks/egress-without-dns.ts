import type { Finding } from '../model/finding';
import type {
  NetworkPolicy,
  NetworkPolicyPort,
  NetworkPolicyRule,
} from '../policies/kubernetes/network-policy';
import type { Check } from './check';
import { isolationGroups, type IsolationGroup } from './isolation-groups';
import { isOwnPolicy, peersOf, someOf } from './kubernetes-rules';
import { policyFinding } from './policy-finding';

/** 53 is where clients ask; DNS pods of OpenShift listen on the other (calico-policy-model 6.3). */
const DNS: readonly number[] = [53, 5353];

/**
 * Egress to other pods is open and port 53 for UDP is not: pods call each other by name, and no name resolves
 * (network-policy-semantics 2.1 item 20). Pods that policies of other kinds isolate are left out, and so are those
 * that may call address blocks only.
 */
export const egressWithoutDns: Check = {
  id: 'egress-without-dns',
  severity: 'warning',
  summary: 'Egress of pods is restricted to some pods, and nothing lets them ask for names.',
  synth: false,
  run: ({ cluster, reachability }) => {
    const seen = new Set<NetworkPolicy>();
    return isolationGroups(cluster, reachability, 'egress').flatMap((group) => groupFinding(group, seen));
  },
};

function groupFinding({ policies, workloads }: IsolationGroup, seen: Set<NetworkPolicy>): Finding[] {
  const kubernetes = policies.flatMap((policy) => (policy.kind === 'NetworkPolicy' ? [policy] : []));
  if (kubernetes.length < policies.length) return [];
  const rules = kubernetes.flatMap(({ egress }) => egress);
  if (!rules.some(callsPods) || rules.some(mayBeDns)) return [];
  const policy = kubernetes.find((one) => one.egress.some(callsPods) && !isOwnPolicy(one));
  if (policy === undefined || seen.has(policy)) return [];
  seen.add(policy);
  return [
    policyFinding(egressWithoutDns, policy, {
      place: policy.place.at(['spec', 'egress']),
      message: `${someOf(workloads.map(({ id }) => id))} may call some pods and nobody on port 53: names of Services do not resolve, so calls fail though their ports are open.`,
      mend: 'Add an egress rule for UDP and TCP port 53 to the DNS of the cluster (namespace kube-system, k8s-app: kube-dns).',
    }),
  ];
}

function callsPods(rule: NetworkPolicyRule): boolean {
  return peersOf(rule).some(({ type }) => type === 'pods');
}

/** A rule for every port counts where it may mean the DNS; one for pods of the own namespace does not. */
function mayBeDns(rule: NetworkPolicyRule): boolean {
  if (rule.ports !== 'all') return rule.ports.some(isDns);
  return (
    rule.peers === 'any' ||
    rule.peers.some((peer) => peer.type === 'ipBlock' || peer.namespaceSelector !== undefined)
  );
}

function isDns({ protocol, port, endPort }: NetworkPolicyPort): boolean {
  if (protocol !== 'UDP') return false;
  return typeof port !== 'number' || DNS.some((one) => port <= one && one <= (endPort ?? port));
}
