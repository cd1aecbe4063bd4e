import type { CalicoPolicy, CalicoPort, CalicoRule } from './policy';
import type { ClusterWideRule } from '../cluster-network-policy/policy';
import type { NetworkPolicyRule } from '../kubernetes/network-policy';
import { isCalicoPolicy, type Policy } from '../policy';

/** A range of ports, both ends inclusive. */
interface Range {
  readonly first: number;
  readonly last: number;
}

/** Protocols that nft 1.0.6 knows the headers of, and can list such a rule with: ICMP, TCP, UDP, ESP, SCTP and the like. */
const KNOWN_TO_NFT = new Set([1, 2, 6, 17, 33, 50, 51, 58, 108, 132, 136]);

/**
 * Whether rules of the policy, as Calico writes them, are among those on which nft 1.0.6 ends itself
 * (test/dataplane/nft.dataplane.ts): a set of ports with a range and something else, as soon as such a rule takes the
 * place of another; and a Service beside a protocol that nft does not know, as soon as the rule is listed. With the second no
 * later change is enforced, with the first nothing is until Calico has started again (docs/cni-differences.md).
 */
export function mayEndNft(policy: Policy): boolean {
  if (isCalicoPolicy(policy)) return !policy.staged && rulesOf(policy).some(calicoRuleMayEnd);
  return [...policy.ingress, ...policy.egress].some((rule) => portsByProtocol(rule).some(isMixed));
}

function rulesOf({ ingress, egress }: CalicoPolicy): readonly CalicoRule[] {
  return [...ingress, ...egress];
}

function calicoRuleMayEnd({ protocol, source, destination }: CalicoRule): boolean {
  const onService = source.services !== undefined || destination.services !== undefined;
  if (onService && protocol !== undefined && !KNOWN_TO_NFT.has(protocol)) return true;
  return [source.ports, source.notPorts, destination.ports, destination.notPorts].some((ports) =>
    isMixed(ports.flatMap(numbers)),
  );
}

function numbers(port: CalicoPort): Range[] {
  return 'name' in port ? [] : [port];
}

/** Whether nft gets them as `{ 80, 100-110 }`; it takes a range by itself for none of a set. */
function isMixed(ports: readonly Range[]): boolean {
  return ports.length > 1 && ports.some(({ first, last }) => first < last);
}

/**
 * The ports of a rule of Kubernetes, one list for each protocol, as Calico's converter joins them (SimplifyPorts of
 * libcalico-go/lib/backend/k8s/conversion): 80 and 81 become one range.
 */
function portsByProtocol({ ports }: NetworkPolicyRule | ClusterWideRule): Range[][] {
  if (ports === 'all') return [];
  const lists = new Map<string, Range[]>();
  for (const port of ports) {
    const range = 'type' in port ? (port.type === 'range' ? port : undefined) : rangeOf(port);
    const { protocol = 'TCP' } = port;
    if (range !== undefined) lists.set(protocol, [...(lists.get(protocol) ?? []), range]);
  }
  return [...lists.values()].map(joined);
}

function rangeOf({ port, endPort }: { readonly port?: unknown; readonly endPort?: number | undefined }) {
  return typeof port === 'number' ? { first: port, last: endPort ?? port } : undefined;
}

/** In order, with those that meet or touch as one. */
function joined(ranges: readonly Range[]): Range[] {
  const result: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.first - b.first)) {
    const last = result[result.length - 1];
    if (last === undefined || range.first > last.last + 1) result.push(range);
    else result[result.length - 1] = { first: last.first, last: Math.max(last.last, range.last) };
  }
  return result;
}
