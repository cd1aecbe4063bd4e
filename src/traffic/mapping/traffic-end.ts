import type { StrangePod } from './pod-addresses';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** One end of observed traffic, as far as it is known. */
export type TrafficEnd =
  | { readonly type: 'workload'; readonly workload: Workload }
  /** The address of a Service, before it was translated: one of the workloads behind it, and nobody knows which. */
  | { readonly type: 'service'; readonly service: Service; readonly behind: readonly Workload[] }
  | StrangePod
  | { readonly type: 'node'; readonly address?: string | undefined }
  /** The health endpoint of a network plugin. */
  | { readonly type: 'health' }
  /** With its address where it is not that of its Service. */
  | { readonly type: 'api-server'; readonly address?: string | undefined }
  /** Not of the cluster: an address, a name, a named set of addresses, or nobody knows more. */
  | OutsideEnd;

/** An end outside the cluster. */
export interface OutsideEnd {
  readonly type: 'outside';
  readonly address?: string | undefined;
  /** What it was called by, where only that is known. */
  readonly domain?: string | undefined;
}

/** Why an end, or a whole record, is not mapped to what the manifests have. */
export type UnmappedReason =
  | 'no-end'
  | 'impossible-name'
  | 'pod-not-in-manifests'
  | 'several-workloads'
  | 'address-changed-hands'
  | 'address-at-another-time'
  | 'unknown-pod-address'
  | 'unknown-private-address'
  | 'service-not-in-manifests'
  | 'service-without-workloads'
  | 'service-port-unknown'
  | 'direction-unknown'
  | 'no-protocol'
  | 'no-time'
  | 'too-many-addresses'
  | 'too-many-pairs';

/** An end, or why it is not known, with what there was to go by. */
export type Located =
  | { readonly end: TrafficEnd; readonly doubts: number; readonly reason?: undefined }
  | { readonly end?: undefined; readonly reason: UnmappedReason; readonly text: string };

/** What makes a mapping less certain; several together as bits of a number. */
export const DOUBT = {
  /** The workload was told by the name of a pod, and the pattern in which controllers name pods. */
  podName: 1,
  /** The workload was told by labels. */
  labels: 2,
  /** Which end is the server was told by the numbers of ports, neither of which anybody declares. */
  portNumbers: 4,
  /** The address of a Service that several workloads are behind. */
  severalBehind: 8,
} as const;

/** What ends are called in lists: `shop/cart[Deployment]`, `Service shop/cart`, `203.0.113.7`. */
export function endName(end: TrafficEnd): string {
  switch (end.type) {
    case 'workload':
      return end.workload.id;
    case 'service':
      return `Service ${end.service.namespace}/${end.service.name}`;
    case 'pod':
      return `pod ${end.namespace}/${end.name}`;
    case 'node':
      return end.address === undefined ? 'a node' : `node ${end.address}`;
    case 'health':
      return 'the health endpoint of the network plugin';
    case 'api-server':
      return 'the Kubernetes API';
    case 'outside':
      return end.address ?? end.domain ?? 'outside the cluster';
  }
}
