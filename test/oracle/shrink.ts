import type { Manifest, PodManifest, PodSpec } from './manifest';

/** Drops manifests, then parts of the policies left, one after another, as long as `fails` still holds. */
export function smaller(
  manifests: readonly Manifest[],
  fails: (manifests: readonly Manifest[]) => boolean,
): readonly Manifest[] {
  let best = manifests;
  for (let found: readonly Manifest[] | undefined = best; found !== undefined;) {
    best = found;
    found = candidates(best).find(fails);
  }
  return best;
}

/** Every way to make the manifests a little smaller, larger steps first. */
export function candidates(manifests: readonly Manifest[]): Manifest[][] {
  const whole = manifests.map((_, index) => manifests.filter((_other, at) => at !== index));
  const parts = manifests.flatMap((manifest, index) =>
    without(manifest.kind === 'Pod' ? {} : 'spec' in manifest ? manifest.spec : {}).flatMap((spec) => {
      const changed: unknown = { ...manifest, spec };
      return isManifest(changed) ? [manifests.map((other, at) => (at === index ? changed : other))] : [];
    }),
  );
  const pods = manifests.flatMap((manifest, index) =>
    manifest.kind === 'Pod'
      ? barer(manifest).map((pod) => manifests.map((other, at) => (at === index ? pod : other)))
      : [],
  );
  return [...whole, ...parts, ...pods];
}

/** Copies of a pod with one thing less that policies may look at; what every pod must have stays. */
function barer(pod: PodManifest): PodManifest[] {
  const { metadata, spec } = pod;
  const labels = Object.entries(metadata.labels ?? {});
  const { initContainers, serviceAccountName, ...bare } = spec;
  const account = serviceAccountName === undefined ? {} : { serviceAccountName };
  const containers = spec.containers.flatMap(({ ports = [], ...container }, index) =>
    ports.map((_, at) => {
      const fewer = { ...container, ports: ports.filter((_port, other) => other !== at) };
      return spec.containers.map((same, other) => (other === index ? fewer : same));
    }),
  );
  return [
    ...labels.map(([key]) => ({
      ...pod,
      metadata: { ...metadata, labels: Object.fromEntries(labels.filter(([other]) => other !== key)) },
    })),
    ...(initContainers === undefined ? [] : [{ ...pod, spec: { ...bare, ...account } }]),
    ...(serviceAccountName === undefined ? [] : [{ ...pod, spec: { ...bare, ...initOf(initContainers) } }]),
    ...containers.map((fewer) => ({ ...pod, spec: { ...spec, containers: fewer } })),
  ];
}

function initOf(initContainers: PodSpec['initContainers']): Pick<PodSpec, 'initContainers'> {
  return initContainers === undefined ? {} : { initContainers };
}

/** Copies of a value, each with one list item or field less, at any depth. */
function without(value: unknown): unknown[] {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    const dropped = items.map((_, index) => items.filter((_other, at) => at !== index));
    const deeper = items.flatMap((item, index) =>
      without(item).map((less) => items.map((other, at) => (at === index ? less : other))),
    );
    return [...dropped, ...deeper];
  }
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  const dropped = entries.map(([key]) => Object.fromEntries(entries.filter(([other]) => other !== key)));
  const deeper = entries.flatMap(([key, item]: [string, unknown]) =>
    without(item).map((less) => ({ ...value, [key]: less })),
  );
  return [...dropped, ...deeper];
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'kind' in value && 'spec' in value;
}
