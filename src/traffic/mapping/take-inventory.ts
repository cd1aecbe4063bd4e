import { canonicalAddress } from './canonical-address';
import type { ApiServerEndpoints, Inventory } from './inventory';
import { NodeAddresses } from './node-addresses';
import { PodAddresses } from './pod-addresses';
import { PodOwners, podsByName } from './pod-owners';
import { ServiceAddresses } from './service-addresses';
import { WorkloadNames } from './workload-names';
import { ModelIndex } from '../../compiler/resolution/model-index';
import type { Cidr } from '../../model/cidr';
import type { Cluster } from '../../model/cluster';
import { jsonAt, type Json } from '../../model/json';
import type { Resource } from '../../model/resource';

/** What the inventory is taken of besides the manifests. */
export interface InventoryOptions {
  /** Objects of the cluster as it was, at any number of moments. Default none. */
  readonly snapshot?: readonly Resource[] | undefined;
  /** Address ranges of pods, besides those that Nodes name. Default none. */
  readonly podCidrs?: readonly Cidr[] | undefined;
  /** Addresses of nodes, besides those of Nodes and Pods. Default none. */
  readonly nodeCidrs?: readonly Cidr[] | undefined;
  /** By how many milliseconds the clocks of the cluster and of the log may differ. Default 5000. */
  readonly clockSkew?: number | undefined;
  /** Namespaces of what runs the cluster. Default {@link INFRASTRUCTURE_NAMESPACES}. */
  readonly infrastructure?: readonly string[] | undefined;
}

/** Where what runs the cluster itself lives (Kubernetes, "Namespaces: initial namespaces"). */
export const INFRASTRUCTURE_NAMESPACES: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

const CLOCK_SKEW = 5_000;

/** Gathers whose addresses and names these are, from manifests and from the cluster as it was. */
export function takeInventory(cluster: Cluster, options: InventoryOptions = {}): Inventory {
  const { snapshot = [], podCidrs = [], nodeCidrs = [], clockSkew = CLOCK_SKEW } = options;
  const resources = [...cluster.resources, ...snapshot];
  const pods = resources.filter(({ kind, group }) => kind === 'Pod' && group === '');
  const owners = new PodOwners(cluster, resources);
  return {
    cluster,
    index: new ModelIndex(cluster),
    names: new WorkloadNames(cluster, podsByName(pods, owners)),
    pods: new PodAddresses(pods, owners, clockSkew),
    services: new ServiceAddresses(cluster, snapshot),
    nodes: new NodeAddresses(resources, { nodes: nodeCidrs, pods: podCidrs }),
    apiServer: apiServerEndpoints(resources),
    infrastructure: new Set(options.infrastructure ?? INFRASTRUCTURE_NAMESPACES),
  };
}

/** What the API server writes down of itself, in an EndpointSlice and an Endpoints object. */
function apiServerEndpoints(resources: readonly Resource[]): ApiServerEndpoints {
  const addresses = new Set<string>();
  const ports = new Set<number>();
  const add = (ip: Json | undefined): void => {
    const address = typeof ip === 'string' ? canonicalAddress(ip) : undefined;
    if (address !== undefined) addresses.add(address);
  };
  const addPorts = (list: readonly Json[]): void => {
    for (const item of list) {
      const port = jsonAt(item, ['port']);
      if (typeof port === 'number') ports.add(port);
    }
  };
  for (const { kind, name, namespace, manifest } of resources) {
    const service = jsonAt(manifest, ['metadata', 'labels', 'kubernetes.io/service-name']);
    if (namespace !== 'default' || (name !== 'kubernetes' && service !== 'kubernetes')) continue;
    if (kind === 'EndpointSlice') {
      for (const endpoint of listAt(manifest, ['endpoints'])) listAt(endpoint, ['addresses']).forEach(add);
      addPorts(listAt(manifest, ['ports']));
    }
    if (kind !== 'Endpoints') continue;
    for (const subset of listAt(manifest, ['subsets'])) {
      for (const address of listAt(subset, ['addresses'])) add(jsonAt(address, ['ip']));
      addPorts(listAt(subset, ['ports']));
    }
  }
  return { addresses, ports: [...ports].sort((a, b) => a - b) };
}

function listAt(value: Json, path: readonly string[]): readonly Json[] {
  const list = jsonAt(value, path);
  return Array.isArray(list) ? list : [];
}
