import { groupBy } from '../model/group-by';
import type { Finding } from '../model/finding';
import type { Fix } from '../model/fix';
import { selectorKey, selectsEverything } from '../model/label-selector';
import { printCidr } from '../model/cidr';
import { policyScope } from '../policies/calico/scope';
import { printSelector } from '../policies/calico/selector-printer';
import type { CalicoPolicy, CalicoRule } from '../policies/calico/policy';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
} from '../policies/kubernetes/network-policy';
import {
  allowedEgress,
  coversPort,
  coversProtocol,
  destinationPlace,
  entityKey,
  isAnyone,
  namesPort,
  TCP,
  UDP,
} from './calico-rule';
import type { Check } from './check';
import { policyFinding } from './policy-finding';

const DNS = 53;

/** DNS falls back to TCP for long answers (RFC 7766); a policy that lets only UDP through breaks it now and then. */
export const dnsUdpOnly: Check = {
  id: 'dns-udp-only',
  severity: 'warning',
  summary: 'Egress is restricted and DNS is allowed over UDP but not over TCP.',
  fixable: true,
  run: ({ examined }) => [...kubernetesFindings(examined.kubernetes), ...calicoFindings(examined.calico)],
};

const MESSAGE =
  'DNS is allowed over UDP port 53 only. Answers that do not fit into a UDP packet are asked for again over TCP, and fail: names with many addresses do not resolve, and only sometimes.';

function kubernetesFindings(policies: readonly NetworkPolicy[]): Finding[] {
  const egress = policies.filter(({ types }) => types.includes('egress'));
  const neighbours = groupBy(
    egress,
    ({ namespace, podSelector }) => `${namespace}/${selectorKey(podSelector)}`,
  );
  const everyPod = groupBy(
    egress.filter(({ podSelector }) => selectsEverything(podSelector)),
    ({ namespace }) => namespace,
  );
  return egress.flatMap((policy) => {
    const suspects = policy.egress.flatMap((rule, index) =>
      udpDnsPort(rule) === undefined ? [] : [{ rule, index }],
    );
    if (suspects.length === 0) return [];
    const same = neighbours.get(`${policy.namespace}/${selectorKey(policy.podSelector)}`) ?? [];
    const tcpPeers = [...same, ...(everyPod.get(policy.namespace) ?? [])]
      .flatMap((other) => other.egress)
      .filter(allowsTcpDns)
      .map(({ peers }) => peers);
    return suspects
      .filter(({ rule }) => !isCovered(rule.peers, tcpPeers))
      .map(({ rule }) =>
        policyFinding(dnsUdpOnly, policy, {
          place: rule.place.at(['ports', udpDnsPort(rule) ?? 0]),
          message: MESSAGE,
          mend: 'Add { protocol: TCP, port: 53 } to the ports of the rule.',
          fix: addsTcpDns(rule),
        }),
      );
  });
}

/** The index of the item for DNS over UDP; undefined when the rule has none. */
function udpDnsPort({ ports }: NetworkPolicyRule): number | undefined {
  if (ports === 'all') return undefined;
  const index = ports.findIndex(
    ({ protocol, port }) => protocol === 'UDP' && (port === DNS || port === 'dns'),
  );
  return index < 0 ? undefined : index;
}

/** A port by name is another at each pod, and its TCP sister may be called anything. */
function addsTcpDns(rule: NetworkPolicyRule): Fix | undefined {
  if (rule.ports === 'all' || rule.ports[udpDnsPort(rule) ?? 0]?.port !== DNS) return undefined;
  return [{ type: 'append', list: rule.place.at(['ports']), value: { protocol: 'TCP', port: DNS } }];
}

function allowsTcpDns({ ports }: NetworkPolicyRule): boolean {
  return ports === 'all' || ports.some(isTcpDns);
}

function isTcpDns({ protocol, port, endPort }: NetworkPolicyPort): boolean {
  if (protocol !== 'TCP') return false;
  if (typeof port === 'number') return port <= DNS && DNS <= (endPort ?? port);
  return port === undefined || port.startsWith('dns');
}

/** Whether every peer of a rule is among those that another rule lets through, by words alone. */
function isCovered(
  peers: NetworkPolicyRule['peers'],
  others: readonly NetworkPolicyRule['peers'][],
): boolean {
  if (others.includes('any')) return true;
  if (peers === 'any') return false;
  const known = others.flatMap((list) => (list === 'any' ? [] : list));
  const keys = new Set(known.map(peerKey));
  return peers.every((peer) => keys.has(peerKey(peer)) || known.some((other) => isWider(other, peer)));
}

/** All pods of all namespaces; or a block of all addresses, which may or may not hold pods, so nothing is claimed. */
function isWider(other: NetworkPolicyPeer, peer: NetworkPolicyPeer): boolean {
  if (other.type === 'ipBlock') return other.cidr.prefix === 0;
  const everyPod = other.podSelector === undefined || selectsEverything(other.podSelector);
  return (
    peer.type === 'pods' &&
    everyPod &&
    other.namespaceSelector !== undefined &&
    selectsEverything(other.namespaceSelector)
  );
}

function peerKey(peer: NetworkPolicyPeer): string {
  if (peer.type === 'ipBlock') return `${printCidr(peer.cidr)} ${peer.except.map(printCidr).join(' ')}`;
  const key = (selector: NonNullable<typeof peer.podSelector> | undefined): string =>
    selector === undefined ? '-' : JSON.stringify(selectorKey(selector));
  return `${key(peer.namespaceSelector)} ${key(peer.podSelector)}`;
}

function calicoFindings(policies: readonly CalicoPolicy[]): Finding[] {
  const byScope = groupBy(policies, scopeKey);
  return policies.flatMap((policy) => {
    const suspects = allowedEgress(policy).filter(
      (rule) => rule.protocol === UDP && namesPort(rule.destination.ports, DNS),
    );
    if (suspects.length === 0) return [];
    const tcpRules = [...(byScope.get(scopeKey(policy)) ?? []), ...(byScope.get('') ?? [])]
      .flatMap(allowedEgress)
      .filter(allowsTcp53);
    const wide = tcpRules.some(
      ({ destination }) => isAnyone(destination) || destination.nets.some(({ prefix }) => prefix === 0),
    );
    const keys = new Set(tcpRules.map(({ destination }) => entityKey(destination)));
    return suspects
      .filter(({ destination }) => !wide && !keys.has(entityKey(destination)))
      .map((rule) =>
        policyFinding(dnsUdpOnly, policy, {
          place: destinationPlace(rule, 'ports'),
          message: MESSAGE,
          mend: 'Add the same rule with protocol: TCP.',
        }),
      );
  });
}

function allowsTcp53(rule: CalicoRule): boolean {
  return coversProtocol(rule, TCP) && coversPort(rule.destination.ports, DNS);
}

/** Policies with the same key apply to the same endpoints; the empty key is every endpoint. */
function scopeKey(policy: CalicoPolicy): string {
  const scope = policyScope(policy);
  return scope === undefined ? '' : printSelector(scope);
}
