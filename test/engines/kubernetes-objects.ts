import type { Manifest, PodManifest } from '../oracle/manifest';
import type { World } from './settled-world';

const KNOWN: readonly string[] = [
  'v1 Namespace',
  'v1 Pod',
  'networking.k8s.io/v1 NetworkPolicy',
  'policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy',
  'policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy',
  'policy.networking.k8s.io/v1alpha1 BaselineAdminNetworkPolicy',
];

/** The objects that `kube-network-policies` knows; others do not touch Kubernetes policies. */
export function knownObjects(world: World): Manifest[] {
  return world.manifests.filter(({ apiVersion, kind }) => KNOWN.includes(`${apiVersion} ${kind}`));
}

/** The same, with sidecars as containers. */
export function kubernetesObjects(world: World): Manifest[] {
  return knownObjects(world).map((manifest) =>
    manifest.kind === 'Pod' ? withoutSidecars(manifest) : manifest,
  );
}

/** The engine looks for named ports in containers only, but a sidecar's port is a port of the pod just as well. */
function withoutSidecars(pod: PodManifest): PodManifest {
  const { initContainers = [], containers, ...spec } = pod.spec;
  const sidecars = initContainers
    .filter(({ restartPolicy }) => restartPolicy === 'Always')
    .map(({ name, image, ports }) => ({ name, image, ...(ports === undefined ? {} : { ports }) }));
  return { ...pod, spec: { ...spec, containers: [...containers, ...sidecars] } };
}
