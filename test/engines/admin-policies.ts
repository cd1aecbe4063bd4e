import type {
  AdminNetworkPolicyManifest,
  AdminPort,
  ClusterPeer,
  ClusterRule,
  Manifest,
} from '../oracle/manifest';
import type { World } from './settled-world';

/**
 * Replaces named ports of AdminNetworkPolicies by a number. kube-network-policies v1.1.1 matches any port of a pod
 * that declares the name, Calico v3.31 any port at all (not supported yet); network-policy-api means the port.
 */
export function withoutNamedAdminPorts<Of extends World>(world: Of): Of {
  return withRules(world, (rule) => {
    if (rule.ports === undefined) return rule;
    return { ...rule, ports: rule.ports.map((port) => (port.namedPort === undefined ? port : SOME_PORT)) };
  });
}

const SOME_PORT: AdminPort = { portNumber: { protocol: 'TCP', port: 8080 } };

/**
 * Writes peers that are whole namespaces as all pods of these namespaces, which is the same to network-policy-api.
 * To Calico v3.31 the former are NetworkSets of the namespaces as well.
 */
export function withPodPeers<Of extends World>(world: Of): Of {
  const rewrite = (peer: ClusterPeer): ClusterPeer => {
    const { namespaces, ...rest } = peer;
    if (namespaces === undefined) return peer;
    return { ...rest, pods: { namespaceSelector: namespaces, podSelector: {} } };
  };
  return withRules(world, ({ from, to, ...rule }) => ({
    ...rule,
    ...(from === undefined ? {} : { from: from.map(rewrite) }),
    ...(to === undefined ? {} : { to: to.map(rewrite) }),
  }));
}

function withRules<Of extends World>(world: Of, change: (rule: ClusterRule) => ClusterRule): Of {
  return {
    ...world,
    manifests: world.manifests.map((manifest) => (isAdmin(manifest) ? changed(manifest, change) : manifest)),
  };
}

function isAdmin(manifest: Manifest): manifest is AdminNetworkPolicyManifest {
  return manifest.apiVersion === 'policy.networking.k8s.io/v1alpha1';
}

function changed(
  manifest: AdminNetworkPolicyManifest,
  change: (rule: ClusterRule) => ClusterRule,
): AdminNetworkPolicyManifest {
  const { ingress, egress, ...spec } = manifest.spec;
  return {
    ...manifest,
    spec: {
      ...spec,
      ...(ingress === undefined ? {} : { ingress: ingress.map(change) }),
      ...(egress === undefined ? {} : { egress: egress.map(change) }),
    },
  };
}
