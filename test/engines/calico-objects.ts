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
import { isBackend, podOf, servicePortsAt } from '../oracle/pods';
import type { World } from './settled-world';

/**
 * Rewrites a world so that Calico v3.31 accepts it and every version understands the same by it; the evaluator gets
 * the rewritten world too.
 *
 * - Policies of other tiers than `default` are named `<tier>.<name>` (calico-policy-model 1.4).
 * - No two policies of a tier share an order: what decides between equals has changed in v3.32 (5.2).
 * - A rule with ports names a protocol: the validator of v3.31 wants that of named ports too.
 * - ClusterNetworkPolicies are left out, as v3.31 does not know the kind.
 */
export function forCalico<Of extends World>(world: Of): Of {
  const unbounded = new Set<string>();
  const manifests = world.manifests.flatMap((manifest, index): Manifest[] => {
    if (manifest.kind === 'ClusterNetworkPolicy') return [];
    if (!isCalicoPolicy(manifest)) return [manifest];
    return [accepted(manifest, index, unbounded)];
  });
  return { ...world, manifests };
}

function accepted(policy: CalicoPolicyManifest, index: number, unbounded: Set<string>): CalicoPolicyManifest {
  const { order, ingress, egress, ...spec } = policy.spec;
  const { tier = 'default' } = spec;
  const name = tier === 'default' ? policy.metadata.name : `${tier}.${policy.metadata.name}`;
  const metadata = { ...policy.metadata, name };
  if (spec.stagedAction === 'Delete') return { ...policy, metadata };
  // One policy of each tier keeps its missing order; it is the last either way.
  const keepsNone = order === undefined && !unbounded.has(tier);
  if (keepsNone) unbounded.add(tier);
  return {
    ...policy,
    metadata,
    spec: {
      ...spec,
      ...(keepsNone ? {} : { order: (order ?? 1_000_000) + (index + 1) / 1000 }),
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
      // A staged policy decides nothing, and the kind needs no support for that.
      return manifest.kind === 'StagedKubernetesNetworkPolicy' ? [] : [manifest];
    }),
  ];
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
