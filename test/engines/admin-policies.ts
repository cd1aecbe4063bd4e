import type { AdminNetworkPolicyManifest, AdminPort, ClusterRule, Manifest } from '../oracle/manifest';
import { isClusterWide } from '../oracle/cluster-wide';
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

/**
 * Leaves out rules that name nodes or domains: kube-network-policies would need Node objects and a resolver for them. What
 * Calico makes of them is in its CNI profile.
 */
export function withoutNodePeers<Of extends World>(world: Of): Of {
  return { ...world, manifests: world.manifests.map(lean) };
}

function lean(manifest: Manifest): Manifest {
  if (!isClusterWide(manifest) || manifest.spec.egress === undefined) return manifest;
  const egress = manifest.spec.egress.filter(
    ({ to = [] }) => !to.some(({ nodes, domainNames }) => nodes !== undefined || domainNames !== undefined),
  );
  return manifest.kind === 'ClusterNetworkPolicy'
    ? { ...manifest, spec: { ...manifest.spec, egress } }
    : { ...manifest, spec: { ...manifest.spec, egress } };
}

/** An admin policy as Felix's client reads it: the API of its version has no domain names, so they are not there. */
export function withoutDomainNames(manifest: AdminNetworkPolicyManifest): AdminNetworkPolicyManifest {
  return changed(manifest, ({ to, ...rule }) => ({
    ...rule,
    ...(to === undefined ? {} : { to: to.map(({ domainNames: _, ...peer }) => peer) }),
  }));
}

function withRules<Of extends World>(world: Of, change: (rule: ClusterRule) => ClusterRule): Of {
  return {
    ...world,
    manifests: world.manifests.map((manifest) => (isAdmin(manifest) ? changed(manifest, change) : manifest)),
  };
}

/** Of the older version. */
export function isAdmin(manifest: Manifest): manifest is AdminNetworkPolicyManifest {
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
