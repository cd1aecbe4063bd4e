import { printCidr } from '../../model/cidr';
import type { JsonObject } from '../../model/json';
import { printLabelSelector } from '../../model/label-selector';
import { printMetadata } from '../metadata';
import type {
  ClusterWidePeer,
  ClusterWidePods,
  ClusterWidePolicy,
  ClusterWidePort,
  ClusterWideRule,
} from './policy';

/** The policy as a manifest of its kind. */
export function printClusterWidePolicy(policy: ClusterWidePolicy): JsonObject {
  const { kind } = policy;
  const modern = kind === 'ClusterNetworkPolicy';
  return {
    apiVersion: `policy.networking.k8s.io/${modern ? 'v1alpha2' : 'v1alpha1'}`,
    kind,
    metadata: printMetadata(policy.name, undefined, {}),
    spec: {
      ...(modern ? { tier: policy.tier } : {}),
      ...(kind === 'BaselineAdminNetworkPolicy' ? {} : { priority: policy.priority }),
      subject: printPods(policy.subject),
      ...(policy.ingress.length === 0
        ? {}
        : { ingress: policy.ingress.map((rule) => printRule(rule, 'from', modern)) }),
      ...(policy.egress.length === 0
        ? {}
        : { egress: policy.egress.map((rule) => printRule(rule, 'to', modern)) }),
    },
  };
}

function printRule(rule: ClusterWideRule, peersField: 'from' | 'to', modern: boolean): JsonObject {
  const portsField = modern ? 'protocols' : 'ports';
  return {
    ...(rule.name === undefined ? {} : { name: rule.name }),
    action: rule.action === 'Accept' && !modern ? 'Allow' : rule.action,
    [peersField]: rule.peers.map(printPeer),
    ...(rule.ports === 'all'
      ? {}
      : { [portsField]: rule.ports.map(modern ? printProtocolItem : printPortItem) }),
  };
}

function printPods({ namespaceSelector, podSelector }: ClusterWidePods): JsonObject {
  const namespaces = printLabelSelector(namespaceSelector);
  return podSelector === undefined
    ? { namespaces }
    : { pods: { namespaceSelector: namespaces, podSelector: printLabelSelector(podSelector) } };
}

function printPeer(peer: ClusterWidePeer): JsonObject {
  switch (peer.type) {
    case 'pods':
      return printPods(peer.pods);
    case 'networks':
      return { networks: peer.cidrs.map(printCidr) };
    case 'nodes':
      return { nodes: printLabelSelector(peer.selector) };
    case 'domains':
      return { domainNames: [...peer.domains] };
  }
}

function printProtocolItem(port: ClusterWidePort): JsonObject {
  if (port.type === 'name') return { destinationNamedPort: port.name };
  const { first, last } = port;
  const destinationPort = first === last ? { number: first } : { range: { start: first, end: last } };
  return { [port.protocol.toLowerCase()]: { destinationPort } };
}

function printPortItem(port: ClusterWidePort): JsonObject {
  if (port.type === 'name') return { namedPort: port.name };
  const { protocol, first, last } = port;
  return first === last
    ? { portNumber: { protocol, port: first } }
    : { portRange: { protocol, start: first, end: last } };
}
