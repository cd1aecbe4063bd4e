import type { Finding } from './finding';
import type { GatewayApi } from './gateway-api/gateway-api';
import type { Ingress } from './services/ingress';
import type { Namespace } from './namespace';
import type { Labels, Resource } from './resource';
import type { Service } from './services/service';
import type { Workload } from './workloads/workload';

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  /** Whether the input has the object; false for one that only pods name. */
  readonly declared: boolean;
}

/** What there is: everything the compiler and the evaluator need to know of the input, and nothing they decide. */
export interface Cluster {
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Sorted by id. */
  readonly workloads: readonly Workload[];
  /** Sorted by namespace and name. */
  readonly services: readonly Service[];
  readonly ingresses: readonly Ingress[];
  /** Absent when nobody looked for it. */
  readonly gatewayApi?: GatewayApi | undefined;
  readonly serviceAccounts: readonly ServiceAccount[];
  /** All objects of the input in input order, those above included. */
  readonly resources: readonly Resource[];
  /** What was wrong or undecidable in the objects read so far. */
  readonly findings: readonly Finding[];
}
