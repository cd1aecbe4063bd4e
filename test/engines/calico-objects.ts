import type {
  CalicoEntity,
  CalicoPolicyManifest,
  CalicoRule,
  Manifest,
  PodManifest,
  ServiceManifest,
  TierManifest,
} from '../oracle/manifest';
import { isCalicoPolicy } from '../oracle/calico';
import { isAdmin, withoutDomainNames } from './admin-policies';
import { isBackend, podOf, servicePortsAt } from '../oracle/pods';
import type { World } from './settled-world';

/**
 * Rewrites a world so that Calico v3.31 accepts it; the evaluator gets the rewritten world too. Equal orders stay: by
 * what decides between them (5.2) the two have to agree as well.
 *
 * - Policies of other tiers than `default` are named `<tier>.<name>` (calico-policy-model 1.4).
 * - A rule with ports names a protocol: the validator of v3.31 wants that of named ports too.
 * - ClusterNetworkPolicies are left out, as v3.31 does not know the kind.
 */
export function forCalico<Of extends World>(world: Of): Of {
  const manifests = world.manifests.flatMap((manifest): Manifest[] => {
    if (manifest.kind === 'ClusterNetworkPolicy') return [];
    return [isCalicoPolicy(manifest) ? accepted(manifest) : manifest];
  });
  return { ...world, manifests };
}

function accepted(policy: CalicoPolicyManifest): CalicoPolicyManifest {
  const { ingress, egress, ...spec } = policy.spec;
  const { tier = 'default' } = spec;
  const name = tier === 'default' ? policy.metadata.name : `${tier}.${policy.metadata.name}`;
  return {
    ...policy,
    metadata: { ...policy.metadata, name },
    spec: {
      ...spec,
      ...(ingress === undefined ? {} : { ingress: ingress.map(withProtocol) }),
      ...(egress === undefined ? {} : { egress: egress.map(withProtocol) }),
    },
  };
}

function withProtocol(rule: CalicoRule): CalicoRule {
  if (rule.protocol !== undefined || !(hasPorts(rule.source) || hasPorts(rule.destination))) return rule;
  return { ...rule, protocol: 'TCP' };
}

function hasPorts(entity: CalicoEntity = {}): boolean {
  return (entity.ports ?? []).length > 0 || (entity.notPorts ?? []).length > 0;
}

/** The world's objects as Calico's datastore holds them: Services become EndpointSlices. */
export function calicoObjects(world: World): unknown[] {
  const used = new Set(world.manifests.filter(isCalicoPolicy).map(({ spec }) => spec.tier));
  const written = new Set(
    world.manifests.filter(({ kind }) => kind === 'Tier').map(({ metadata }) => metadata.name),
  );
  return [
    ...LATER_TIERS.filter(({ metadata: { name } }) => used.has(name) && !written.has(name)),
    ...world.manifests.flatMap((manifest): unknown[] => {
      if (manifest.kind === 'Service') return endpointSlices(manifest, world);
      // The controller's are those made here.
      if (isOfController(manifest)) return [];
      if (isAdmin(manifest)) return [withoutDomainNames(manifest)];
      // A staged policy decides nothing, and the kind needs no support for that.
      return manifest.kind === 'StagedKubernetesNetworkPolicy' ? [] : [manifest];
    }),
  ];
}

function isOfController({ kind, metadata: { labels = {} } }: Manifest): boolean {
  return (
    kind === 'EndpointSlice' &&
    labels['endpointslice.kubernetes.io/managed-by'] === 'endpointslice-controller.k8s.io'
  );
}

/** Built in from v3.32; v3.31 takes them as anybody's tiers. */
const LATER_TIERS: readonly TierManifest[] = (
  [
    ['kube-admin', 1000],
    ['kube-baseline', 10_000_000],
  ] as const
).map(([name, order]) => ({
  apiVersion: 'projectcalico.org/v3',
  kind: 'Tier',
  metadata: { name },
  spec: { order, defaultAction: 'Pass' },
}));

/**
 * What the EndpointSlice controller would write: a slice for each pod, as named ports may differ between pods, and each
 * IP version.
 */
function endpointSlices(service: ServiceManifest, world: World): unknown[] {
  const pods = world.manifests.filter((manifest): manifest is PodManifest => manifest.kind === 'Pod');
  return pods.flatMap((manifest) => {
    const pod = podOf(world.manifests, manifest);
    if (!isBackend(service, pod)) return [];
    return pod.addresses.map((address) => {
      const addressType = address.includes(':') ? 'IPv6' : 'IPv4';
      return {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          namespace: service.metadata.namespace,
          name: `${service.metadata.name}-${manifest.metadata.name}-${addressType.toLowerCase()}`,
          labels: { 'kubernetes.io/service-name': service.metadata.name },
        },
        addressType,
        endpoints: [{ addresses: [address], conditions: { ready: true } }],
        ports: servicePortsAt(service, pod).map(({ protocol, number }, index) => ({
          name: `port-${String(index)}`,
          protocol,
          port: number,
        })),
      };
    });
  });
}
