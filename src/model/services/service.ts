import type { Place } from '../place';
import type { Labels, Resource } from '../resource';
import type { TransportProtocol } from '../workloads/workload';

export interface ServicePort {
  readonly name?: string | undefined;
  /** 1 to 65535. */
  readonly port: number;
  readonly protocol: TransportProtocol;
  /** Number, or the name of a container port; the Service port itself when the manifest gives none. */
  readonly targetPort: number | string;
  readonly nodePort?: number | undefined;
}

export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** `clusterIP: None`. */
  readonly headless: boolean;
  /** Absent for a Service without selector. */
  readonly selector?: Labels | undefined;
  readonly ports: readonly ServicePort[];
  readonly externalName?: string | undefined;
  readonly externalTrafficPolicy?: 'Cluster' | 'Local' | undefined;
  readonly loadBalancerSourceRanges: readonly string[];
  readonly externalIPs: readonly string[];
  readonly healthCheckNodePort?: number | undefined;
  readonly resource: Resource;
  readonly place: Place;
}
