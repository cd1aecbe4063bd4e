import type { AdminNetworkPolicyManifest, AdminPort, ClusterRule, Manifest } from '../oracle/manifest';
import type { World } from './settled-world';

/**
 * Replaces named ports of AdminNetworkPolicies by a number. kube-network-policies v1.1.1 matches any port of a pod
 * that declares the name; network-policy-api means the port. What Calico does is in its CNI profile.
 */
export function withoutNamedAdminPorts<Of extends World>(world: Of): Of {
  return withRules(world, (rule) => {
    if (rule.ports === undefined) return rule;
    return { ...rule, ports: rule.ports.map((port) => (port.namedPort === undefined ? port : SOME_PORT)) };
  });
}

const SOME_PORT: AdminPort = { portNumber: { protocol: 'TCP', port: 8080 } };

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
