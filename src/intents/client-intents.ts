import type { Place } from '../model/place';
import type { TransportProtocol } from '../model/workloads/workload';

/** The one form into which all five API versions and the construct are read. */
export interface ClientIntents {
  readonly namespace: string;
  /** Name of the object (or the construct's id); for messages. */
  readonly name: string;
  readonly client: WorkloadName;
  readonly targets: readonly Target[];
  readonly place: Place;
}

/** A workload as intents name it. */
export interface WorkloadName {
  readonly namespace: string;
  readonly name: string;
  /** Absent: any kind of that name. */
  readonly kind?: string | undefined;
}

/** A port a target restricts itself to: number or name, TCP when nothing is said. */
export interface TargetPort {
  readonly port: number | string;
  readonly protocol: TransportProtocol;
}

export type Target =
  WorkloadTarget | ServiceTarget | KubernetesApiTarget | InternetTarget | BeyondNetworkTarget;

interface TargetBase {
  readonly place: Place;
}

/** Pods of a workload by identity. */
export interface WorkloadTarget extends TargetBase {
  readonly type: 'workload';
  readonly server: WorkloadName;
  /** Empty: every port. Given as the server's own (container) ports. */
  readonly ports: readonly TargetPort[];
  /** What the intent asks beyond the network: enforced at the network level only, and a finding says so. */
  readonly layer7: 'none' | 'http' | 'kafka';
}

/** Pods behind a Service, on its target ports. */
export interface ServiceTarget extends TargetBase {
  readonly type: 'service';
  readonly namespace: string;
  readonly name: string;
  /** Empty: every port of the Service. Given as Service ports (number or name). */
  readonly ports: readonly TargetPort[];
  readonly layer7: 'none' | 'http';
}

export interface KubernetesApiTarget extends TargetBase {
  readonly type: 'kubernetes-api';
}

export interface InternetTarget extends TargetBase {
  readonly type: 'internet';
  readonly domains: readonly string[];
  /** Addresses and CIDRs as written; with those of locked domains. */
  readonly ips: readonly string[];
  /** Domains whose addresses are among {@link ips}, because a lock file has them. Absent: none. */
  readonly locked?: readonly string[] | undefined;
  /** Empty: every port. */
  readonly ports: readonly TargetPort[];
}

/** Something no network policy can express: a finding says that it is not enforced at all. */
export interface BeyondNetworkTarget extends TargetBase {
  readonly type: 'beyond-network';
  readonly what: 'sql' | 'aws' | 'gcp' | 'azure';
  readonly name: string;
}

/** A ProtectedService: its workload is to be isolated even when nobody calls it. */
export interface ProtectedService {
  readonly namespace: string;
  readonly name: string;
  readonly server: WorkloadName;
  readonly place: Place;
}
