import type { NodeAddresses } from './node-addresses';
import type { PodAddresses } from './pod-addresses';
import type { ServiceAddresses } from './service-addresses';
import type { WorkloadNames } from './workload-names';
import type { ModelIndex } from '../../compiler/resolution/model-index';
import type { Cluster } from '../../model/cluster';

/** What is known of a cluster, to tell whose addresses and names these are. */
export interface Inventory {
  readonly cluster: Cluster;
  readonly index: ModelIndex;
  readonly names: WorkloadNames;
  readonly pods: PodAddresses;
  readonly services: ServiceAddresses;
  readonly nodes: NodeAddresses;
  /** Where the API server is, behind its Service; empty where nobody says. */
  readonly apiServer: ApiServerEndpoints;
  /** Namespaces of what runs the cluster. */
  readonly infrastructure: ReadonlySet<string>;
}

/** Addresses and ports of the API server, as it writes them down itself. */
export interface ApiServerEndpoints {
  readonly addresses: ReadonlySet<string>;
  readonly ports: readonly number[];
}
