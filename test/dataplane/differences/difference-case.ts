import type {
  Manifest,
  NetworkPolicyManifest,
  NetworkPolicySpec,
  PodManifest,
  PodSpec,
} from '../../oracle/manifest';
import type { CniProfile } from '../../../src/reachability/cni-profile';
import type { Manifest as WireManifest, Probe } from '../protocol';

/** One question on which network plugins can differ, with the smallest cluster that asks it. */
export interface DifferenceCase {
  readonly id: string;
  /** What is asked, as a line of the table. */
  readonly title: string;
  readonly theme: Theme;
  /** What the text of the API says: `open` where it leaves the answer to the network plugin. */
  readonly text: 'allow' | 'deny' | 'open';
  /** Where the text is, in a few words. */
  readonly source: string;
  readonly objects: readonly Manifest[];
  /** Objects that packets need and policies do not look at. */
  readonly beside?: readonly WireManifest[];
  readonly probe: Probe;
  /** The probe as a policy sees it, where that is not the same: behind a Service. */
  readonly judged?: Probe;
  /** Whether the table tells as whom the receiver sees the sender. */
  readonly showsSender?: boolean;
  /** Why the evaluator does not say what an engine does. Absent: it does. */
  readonly notModelled?: string;
  /** The finding that says so. */
  readonly finding?: string;
  /** The fields of the evaluator's CNI profiles that carry it, or why none does. */
  readonly profile: ProfileStand;
  /** What follows for whoever writes policies. */
  readonly follows: string;
}

/** Where the evaluator has a difference: fields of its CNI profiles, or the reason for having none. */
export type ProfileStand = readonly ProfileField[] | string;

export type ProfileField = Exclude<keyof CniProfile, 'name'>;

export type Theme =
  | 'Blocks of addresses'
  | 'Nodes and hosts'
  | 'Empty lists'
  | 'Protocols'
  | 'Ports by name'
  | 'Labels that Calico sets'
  | 'Policies of the whole cluster';

export const CLIENT = '10.244.1.5';
export const SERVER = '10.244.1.6';
export const OUTSIDE = '203.0.113.9';
/** The node of all pods; see `DEFAULT_NODE`. */
export const NODE = '192.168.100.1';
export const OTHER_NODE = '192.168.0.10';

export function pod(name: string, ips: readonly string[], spec: Partial<PodSpec> = {}): PodManifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name, labels: { app: name } },
    spec: { containers: [{ name: 'main', image: 'x' }], ...spec },
    status: { phase: 'Running', podIPs: ips.map((ip) => ({ ip })) },
  };
}

/** A namespace with a client and a server. */
export const SHOP: readonly Manifest[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
  pod('client', [CLIENT]),
  pod('server', [SERVER]),
];

/** The same with another server. */
export function shopWith(server: PodManifest): readonly Manifest[] {
  return [...SHOP.filter(({ metadata }) => metadata.name !== 'server'), server];
}

/** A NetworkPolicy for the pods with this label `app`. */
export function policyFor(app: string, spec: NetworkPolicySpec): NetworkPolicyManifest {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { namespace: 'shop', name: 'p' },
    spec: { podSelector: { matchLabels: { app } }, ...spec },
  };
}

export function tcp(from: string, to: string, port = 8080): Probe {
  return { from, to, protocol: 6, port };
}

export function udp(from: string, to: string, port: number): Probe {
  return { from, to, protocol: 17, port };
}

export function ping(from: string, to: string): Probe {
  return { from, to, protocol: 1, port: 8 * 256 };
}
