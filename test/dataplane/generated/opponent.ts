import { withoutNodePeers } from '../../engines/admin-policies';
import { calicoObjects, forCalico } from '../../engines/calico-objects';
import { knownObjects } from '../../engines/kubernetes-objects';
import { FAMILIES, generate, type Family } from '../../oracle/generate';
import type { Manifest } from '../../oracle/manifest';
import type { CniProfileName } from '../../../src/reachability/reachability';
import { forNftables } from './nftables-rules';
import type { Manifest as WireManifest } from '../protocol';
import { ADDRESSING, seated, type Addressing, type SeatedCluster } from './seats';

/** An engine over packets, with what it can be asked. */
export interface Opponent {
  readonly engine: 'calico' | 'nfqueue';
  readonly cni: CniProfileName;
  readonly families: readonly Family[];
  /** Rewrites what the engine is known to get wrong or not to have: see `test/engines/README.md`. */
  readonly prepare: (cluster: SeatedCluster) => SeatedCluster;
  /** What the engine is given of the cluster; what it decides by is in it. */
  readonly objects: (cluster: SeatedCluster) => readonly WireManifest[];
}

export const OPPONENTS: readonly Opponent[] = [
  {
    engine: 'calico',
    cni: 'calico',
    families: FAMILIES.filter((family) => family !== 'cluster-wide'),
    prepare: (cluster) => forNftables(forCalico(cluster)),
    objects: (cluster) => {
      const hosts: readonly unknown[] = cluster.manifests.filter(isHost);
      return onTheWire(calicoObjects(cluster).filter((one) => !hosts.includes(one)));
    },
  },
  {
    engine: 'nfqueue',
    cni: 'kube-network-policies',
    families: ['kubernetes', 'cluster-wide', 'admin'],
    prepare: withoutNodePeers,
    objects: (cluster) => onTheWire(knownObjects(cluster).filter((one) => !isHost(one))),
  },
];

/** The cluster of a seed, ready for the engine; always the same for the same engine, family and seed. */
export function clusterOf({ prepare }: Opponent, family: Family, seed: number): SeatedCluster {
  const cluster = prepare(seated(generate(family, seed).manifests, addressingOf(seed)));
  return {
    ...cluster,
    manifests: cluster.manifests.map((manifest) => renamed(manifest, `-${String(seed)}`)),
  };
}

/**
 * Policies of one cluster have other names than those of the next, so that no rule takes the place of another: nft 1.0.6,
 * by which Felix speaks to the kernel, fails an assertion when it replaces a rule that has a set of port ranges.
 */
function renamed(manifest: Manifest, ending: string): Manifest {
  if (!isPolicy(manifest) || manifest.metadata.name === 'default') return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, name: `${manifest.metadata.name}${ending}` } };
}

function isPolicy({ kind }: Manifest): boolean {
  return kind.endsWith('Policy');
}

/** Half of the seeds have IPv4 only. */
export function addressingOf(seed: number): Addressing {
  const number = seed % 4;
  return ADDRESSING[number < 2 ? 0 : number - 1] ?? 'IPv4';
}

/** Pods on the host network of other nodes are hosts outside to a node. */
function isHost(object: Manifest): boolean {
  return object.kind === 'Pod' && object.spec.hostNetwork === true;
}

function onTheWire(objects: readonly unknown[]): readonly WireManifest[] {
  const copies: WireManifest[] = JSON.parse(JSON.stringify(objects));
  return copies;
}
