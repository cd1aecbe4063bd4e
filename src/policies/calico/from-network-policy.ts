import type { Direction } from '../direction';
import type {
  IpBlock,
  NetworkPolicy,
  NetworkPolicyPort,
  NetworkPolicyRule,
  PodPeer,
} from '../kubernetes/network-policy';
import type { CalicoPolicy, CalicoPort, CalicoRule, EntityRule } from './policy';
import { PROTOCOL_NUMBERS } from './protocol';
import { ORCHESTRATOR_LABEL } from './scope';
import type { Selector } from './selector';
import { selectsEverything, type LabelRequirement, type LabelSelector } from '../../model/label-selector';
import type { TransportProtocol } from '../../model/workloads/workload';

/** Where Calico puts Kubernetes policies among its own of tier `default` (calico-policy-model 5.1). */
const KUBERNETES_ORDER = 1000;

const ANYTHING: EntityRule = { nets: [], notNets: [], ports: [], notPorts: [] };

/**
 * A Kubernetes NetworkPolicy as Calico's own kind, with the meaning that Calico gives the former (calico-policy-model
 * 5.1): tier `default`, order 1000, one Allow rule for each protocol and peer.
 */
export function calicoFromNetworkPolicy(policy: NetworkPolicy): CalicoPolicy {
  const { namespace, name, labels, types, podSelector, place } = policy;
  const selector = selectorOf(podSelector);
  return {
    kind: 'CalicoNetworkPolicy',
    staged: false,
    namespace,
    name,
    labels,
    tier: 'default',
    order: KUBERNETES_ORDER,
    ...(selector === undefined ? {} : { selector }),
    types,
    ingress: policy.ingress.flatMap((rule) => rulesOf(rule, 'ingress')),
    egress: policy.egress.flatMap((rule) => rulesOf(rule, 'egress')),
    hostOnly: false,
    place,
  };
}

function rulesOf(rule: NetworkPolicyRule, direction: Direction): CalicoRule[] {
  const peers = rule.peers === 'any' ? [ANYTHING] : peersOf(rule.peers);
  return peers.flatMap((peer) =>
    portsOf(rule.ports).map(({ protocol, ports }): CalicoRule => {
      const own = { ...ANYTHING, ports };
      return {
        action: 'Allow',
        ...(protocol === undefined ? {} : { protocol }),
        source: direction === 'ingress' ? peer : ANYTHING,
        destination: direction === 'ingress' ? own : { ...peer, ports },
        http: false,
        place: rule.place,
      };
    }),
  );
}

/** Blocks of one family without exceptions share a rule, as a rule takes many nets, but not of both families. */
function peersOf(peers: readonly (PodPeer | IpBlock)[]): EntityRule[] {
  const blocks = peers.filter((peer) => peer.type === 'ipBlock');
  const plain = blocks.filter(({ except }) => except.length === 0);
  const together = ([4, 6] as const).flatMap((version): EntityRule[] => {
    const nets = plain.map(({ cidr }) => cidr).filter((cidr) => cidr.version === version);
    return nets.length === 0 ? [] : [{ ...ANYTHING, nets }];
  });
  const withExceptions = blocks
    .filter(({ except }) => except.length > 0)
    .map(({ cidr, except }): EntityRule => ({ ...ANYTHING, nets: [cidr], notNets: except }));
  const pods = peers.filter((peer) => peer.type === 'pods').map(podsOf);
  return [...pods, ...together, ...withExceptions];
}

/**
 * Pods only: without the orchestrator label, a NetworkSet with the labels of a client would be let in as well. In the
 * policy's own namespace when no other is named (calico-policy-model 4.3).
 */
function podsOf({ namespaceSelector, podSelector }: PodPeer): EntityRule {
  const isPod: Selector = { type: 'compare', key: ORCHESTRATOR_LABEL, operator: '==', value: 'k8s' };
  const labelled = podSelector === undefined ? [] : requirementsOf(podSelector);
  const namespaces =
    namespaceSelector === undefined
      ? undefined
      : (selectorOf(namespaceSelector) ?? ({ type: 'all' } satisfies Selector));
  return {
    ...ANYTHING,
    selector: labelled.length === 0 ? isPod : { type: 'and', operands: [isPod, ...labelled] },
    ...(namespaces === undefined ? {} : { namespaceSelector: namespaces }),
  };
}

/** `undefined` for a selector that selects everything, which Calico says by leaving it out. */
function selectorOf(selector: LabelSelector): Selector | undefined {
  if (selectsEverything(selector)) return undefined;
  const [first, ...more] = requirementsOf(selector);
  return first === undefined || more.length === 0 ? first : { type: 'and', operands: [first, ...more] };
}

function requirementsOf({ matchLabels, matchExpressions }: LabelSelector): Selector[] {
  const equal = Object.entries(matchLabels).map(([key, value]): Selector => ({
    type: 'compare',
    key,
    operator: '==',
    value,
  }));
  return [...equal, ...matchExpressions.map(requirementOf)];
}

function requirementOf({ key, operator, values }: LabelRequirement): Selector {
  switch (operator) {
    case 'In':
      return { type: 'set', key, operator: 'in', values };
    case 'NotIn':
      return { type: 'set', key, operator: 'not in', values };
    case 'Exists':
      return { type: 'has', key };
    case 'DoesNotExist':
      return { type: 'not', operand: { type: 'has', key } };
  }
}

interface ProtocolPorts {
  /** Absent: any. */
  readonly protocol?: number;
  /** Empty: every port. */
  readonly ports: readonly CalicoPort[];
}

/** A rule of Calico is about one protocol, and ports need one. */
function portsOf(ports: 'all' | readonly NetworkPolicyPort[]): ProtocolPorts[] {
  if (ports === 'all') return [{ ports: [] }];
  const byProtocol = new Map<TransportProtocol, NetworkPolicyPort[]>();
  for (const port of ports) byProtocol.set(port.protocol, [...(byProtocol.get(port.protocol) ?? []), port]);
  return [...byProtocol]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, same]): ProtocolPorts[] => {
      const protocol = PROTOCOL_NUMBERS[name];
      if (protocol === undefined) return [];
      const every = same.some(({ port }) => port === undefined);
      return [{ protocol, ports: every ? [] : same.flatMap(portOf) }];
    });
}

function portOf({ port, endPort }: NetworkPolicyPort): CalicoPort[] {
  if (port === undefined) return [];
  return [typeof port === 'string' ? { name: port } : { first: port, last: endPort ?? port }];
}
