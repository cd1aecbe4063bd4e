import { isCalicoPolicy } from './calico';
import { NAMESPACES } from './generate-cluster';
import type {
  CalicoPolicyManifest,
  CalicoPolicySpec,
  EndpointSliceManifest,
  Manifest,
  ServiceManifest,
} from './manifest';
import type { Random } from './random';

/** What clusters have seldom, made of what others have: Services of every sort, names that two kinds share, policies of hosts. */
export function withRarities(random: Random, manifests: readonly Manifest[]): Manifest[] {
  return manifests.flatMap((manifest): Manifest[] => {
    if (manifest.kind === 'Service') return oddService(random, manifest);
    if (isGlobal(manifest) && random.chance(0.12)) return [ofHosts(random, manifest)];
    return [manifest];
  });
}

/** Headless, ExternalName, without a selector, or with endpoints that somebody wrote. */
function oddService(random: Random, service: ServiceManifest): Manifest[] {
  const { selector, ...spec } = service.spec;
  const written = (): EndpointSliceManifest[] =>
    random.chance(0.25) ? [endpointSlice(random, service)] : [];
  switch (random.pick(['usual', 'usual', 'usual', 'headless', 'portless', 'external', 'bare'] as const)) {
    case 'usual':
      return [service, ...written()];
    case 'headless':
      return [{ ...service, spec: { ...service.spec, clusterIP: 'None' } }, ...written()];
    case 'portless':
      return [{ ...service, spec: { ...service.spec, clusterIP: 'None', ports: [] } }];
    case 'external':
      // Its selector means nothing, if there is one.
      return [
        {
          ...service,
          spec: {
            type: 'ExternalName',
            externalName: 'example.org',
            ports: spec.ports,
            ...(selector === undefined || random.chance(0.5) ? {} : { selector }),
          },
        },
        ...written(),
      ];
    case 'bare':
      return [{ ...service, spec: random.chance(0.5) ? spec : { ...spec, selector: {} } }, ...written()];
  }
}

/** As the controller of selectors writes it, or anybody else. */
function endpointSlice(
  random: Random,
  { metadata: { name, namespace = '' } }: ServiceManifest,
): EndpointSliceManifest {
  const managed = random.chance(0.4)
    ? { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' }
    : {};
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-x`, namespace, labels: { 'kubernetes.io/service-name': name, ...managed } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [random.pick(['10.244.1.6', '8.8.8.8'])], conditions: { ready: true } }],
    ports: [{ name: 'port-0', protocol: 'TCP', port: random.pick([80, 8080]) }],
  };
}

function isGlobal(manifest: Manifest): manifest is CalicoPolicyManifest {
  return manifest.kind === 'GlobalNetworkPolicy' || manifest.kind === 'StagedGlobalNetworkPolicy';
}

/** The policy with the fields that are about hosts: two of them keep it away from pods, the third does not. */
function ofHosts(random: Random, manifest: CalicoPolicyManifest): CalicoPolicyManifest {
  const { spec } = manifest;
  if (spec.stagedAction === 'Delete') return manifest;
  const form = random.pick(['forward', 'untracked', 'preDNAT'] as const);
  if (form === 'forward') return { ...manifest, spec: { ...spec, applyOnForward: true } };
  if (form === 'untracked') return { ...manifest, spec: { ...spec, applyOnForward: true, doNotTrack: true } };
  // Of ingress only.
  const { egress: _, ...rest } = spec;
  return { ...manifest, spec: { ...rest, types: ['Ingress'], applyOnForward: true, preDNAT: true } };
}

/** Another action for some staged policies, and the name of an enforced one for some that are new. */
export function withStagedActions(random: Random, manifests: readonly Manifest[]): Manifest[] {
  const enforced = manifests.filter(({ kind }) => /^(Global)?NetworkPolicy$/.test(kind));
  const taken = new Set(manifests.map(identity));
  return [...manifests, ...deletions(random, enforced, taken)].map((manifest) => {
    if (!isStaged(manifest) || manifest.spec.stagedAction !== undefined) return manifest;
    const acted = random.chance(0.4) ? withAction(random, manifest) : manifest;
    const rival = random.chance(0.3) ? rivalOf(acted, random.pick([...enforced, acted])) : acted;
    if (taken.has(identity(rival))) return acted;
    taken.add(identity(rival));
    return rival;
  });
}

type Staged = Extract<Manifest, { readonly spec: { readonly stagedAction?: unknown } }> & {
  readonly kind: `Staged${string}`;
};

function isStaged(manifest: Manifest): manifest is Staged {
  return manifest.kind.startsWith('Staged');
}

function withAction(random: Random, manifest: Staged): Manifest {
  const stagedAction = random.pick(['Ignore', 'Learn', 'Set'] as const);
  return manifest.kind === 'StagedKubernetesNetworkPolicy'
    ? { ...manifest, spec: { ...manifest.spec, stagedAction } }
    : { ...manifest, spec: { ...(manifest.spec satisfies CalicoPolicySpec), stagedAction } };
}

/** The staged policy under the name, and in the tier, of an enforced one of its kind, which it is to take the place of. */
function rivalOf(manifest: Manifest, enforced: Manifest): Manifest {
  const { metadata } = enforced;
  if (manifest.kind === 'StagedKubernetesNetworkPolicy')
    return enforced.apiVersion === 'networking.k8s.io/v1' ? { ...manifest, metadata } : manifest;
  if (!isCalicoPolicy(manifest) || !isCalicoPolicy(enforced) || manifest.kind !== `Staged${enforced.kind}`)
    return manifest;
  const { tier: _, ...spec } = manifest.spec;
  const { tier } = enforced.spec;
  return { ...manifest, metadata, spec: { ...spec, ...(tier === undefined ? {} : { tier }) } };
}

/** Of NetworkPolicies of Kubernetes; Calico's have theirs already. */
function deletions(random: Random, enforced: readonly Manifest[], taken: Set<string>): Manifest[] {
  return enforced.flatMap((manifest): Manifest[] => {
    if (manifest.apiVersion !== 'networking.k8s.io/v1' || !random.chance(0.25)) return [];
    const deletion: Manifest = {
      apiVersion: 'projectcalico.org/v3',
      kind: 'StagedKubernetesNetworkPolicy',
      metadata: manifest.metadata,
      spec: { stagedAction: 'Delete' },
    };
    taken.add(identity(deletion));
    return [deletion];
  });
}

function identity({ kind, metadata: { name, namespace = '' } }: Manifest): string {
  return `${kind} ${namespace}/${name}`;
}

/** Gives some workloads the name of another of their namespace, of another kind. */
export function withSharedNames(random: Random, manifests: readonly Manifest[]): Manifest[] {
  const taken = new Set(manifests.map(identity));
  const names = manifests.filter(isOwner).map(({ metadata: { name, namespace } }) => ({ name, namespace }));
  return manifests.map((manifest) => {
    if (!isOwner(manifest) || !random.chance(0.15)) return manifest;
    const { namespace = '' } = manifest.metadata;
    const others = names.filter((other) => other.namespace === namespace);
    const renamed = { ...manifest, metadata: { ...manifest.metadata, name: random.pick(others).name } };
    if (taken.has(identity(renamed)) || !(NAMESPACES as readonly string[]).includes(namespace))
      return manifest;
    taken.add(identity(renamed));
    return renamed;
  });
}

const OWNERS = ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob'];

function isOwner(manifest: Manifest): boolean {
  return OWNERS.includes(manifest.kind);
}
