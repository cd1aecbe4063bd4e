import { printCidr } from '../../model/cidr';
import type { JsonObject } from '../../model/json';
import { printLabelSelector } from '../../model/label-selector';
import type { Direction } from '../direction';
import { printMetadata } from '../metadata';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
} from './network-policy';

/**
 * The policy as a manifest, keys in the usual order, `policyTypes` always written. A rule whose peers or ports are
 * an empty list allows nothing and is left out: written down, its empty list would allow everything.
 */
export function printNetworkPolicy(policy: NetworkPolicy): JsonObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: printMetadata(policy.name, policy.namespace, policy.labels),
    spec: printNetworkPolicySpec(policy),
  };
}

/** The `spec` alone. */
export function printNetworkPolicySpec(
  policy: Pick<NetworkPolicy, 'podSelector' | 'types' | 'ingress' | 'egress'>,
): JsonObject {
  return {
    podSelector: printLabelSelector(policy.podSelector),
    policyTypes: (['ingress', 'egress'] as const)
      .filter((direction) => policy.types.includes(direction))
      .map((direction) => (direction === 'ingress' ? 'Ingress' : 'Egress')),
    ...printRules('ingress', policy.ingress),
    ...printRules('egress', policy.egress),
  };
}

function printRules(direction: Direction, rules: readonly NetworkPolicyRule[]): JsonObject {
  const printed = rules
    .filter(({ peers, ports }) => peers.length > 0 && ports.length > 0)
    .map(({ peers, ports }): JsonObject => ({
      ...(peers === 'any' ? {} : { [direction === 'ingress' ? 'from' : 'to']: peers.map(printPeer) }),
      ...(ports === 'all' ? {} : { ports: ports.map(printPort) }),
    }));
  return printed.length === 0 ? {} : { [direction]: printed };
}

function printPeer(peer: NetworkPolicyPeer): JsonObject {
  if (peer.type === 'ipBlock') {
    const except = peer.except.length === 0 ? {} : { except: peer.except.map(printCidr) };
    return { ipBlock: { cidr: printCidr(peer.cidr), ...except } };
  }
  const { namespaceSelector, podSelector } = peer;
  return {
    ...(namespaceSelector === undefined ? {} : { namespaceSelector: printLabelSelector(namespaceSelector) }),
    ...(podSelector === undefined ? {} : { podSelector: printLabelSelector(podSelector) }),
  };
}

function printPort({ protocol, port, endPort }: NetworkPolicyPort): JsonObject {
  return {
    protocol,
    ...(port === undefined ? {} : { port }),
    ...(endPort === undefined ? {} : { endPort }),
  };
}
