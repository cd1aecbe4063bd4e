import type { Manifest } from './manifest';
import type { End, Endpoint } from './pods';
import type { AddressOptions, Addresses, Choose, Precision } from './worlds';

/** IP protocol numbers by their names in policies. */
export const PROTOCOLS: Readonly<Record<string, number>> = {
  ICMP: 1,
  TCP: 6,
  UDP: 17,
  ICMPv6: 58,
  SCTP: 132,
  UDPLite: 136,
};

/** The first packet of a connection, after the DNAT of Services: port is the pod's own. */
export interface Packet {
  readonly from: End;
  readonly to: End;
  /** IP protocol number. */
  readonly protocol: number;
  /** Destination port; of protocols that have ports. */
  readonly port?: number;
  /** Of protocols 1 and 58. */
  readonly icmp?: { readonly type: number; readonly code: number };
}

/** A packet in one world: ends looked up, unknown facts settled. */
export interface Flow {
  readonly packet: Packet;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly addresses: Addresses;
  readonly choose: Choose;
  readonly precision: Precision;
  /** Either answer to a question of a rule: the same whenever it is asked, or (as agreed) each time anew. */
  readonly doubt: (fact: string) => boolean;
  readonly manifests: readonly Manifest[];
  /** Whether Calico enforces the policies. */
  readonly calico: boolean;
  /** Whether kube-network-policies 1.1.1 does, with what it makes of them (docs/cni-differences.md). */
  readonly engine: boolean;
  /** What is known of pod and node addresses. */
  readonly options: AddressOptions;
}

export type Way = 'ingress' | 'egress';

/**
 * Whether the destination pod declares the port under this name; host-network pods and addresses never do. Init
 * containers that end before the pod serves count for Calico only (calico-policy-model 5.5), and sidecars not for
 * kube-network-policies.
 */
export function declaresPort(
  to: Endpoint,
  name: string,
  protocol: number,
  port: number | undefined,
  of: 'containers' | 'running' | 'all',
  doubt: Flow['doubt'],
): boolean {
  if (to.type !== 'pod' || to.hostNetwork) return false;
  if (to.portsUnknown) return mayDeclare(to.key, name, protocol, port, doubt);
  const running = to.ports.filter((port) => of !== 'containers' || !to.sidecarPorts.includes(port));
  return [...running, ...(of === 'all' ? to.initPorts : [])].some(
    (own) => own.name === name && own.number === port && PROTOCOLS[own.protocol] === protocol,
  );
}

/** Nobody knows what a pod that is in no manifest declares: any port under the name, or none. */
export function mayDeclare(
  pod: string,
  name: string,
  protocol: number,
  port: number | undefined,
  doubt: Flow['doubt'],
): boolean {
  const isTransport = [PROTOCOLS['TCP'], PROTOCOLS['UDP'], PROTOCOLS['SCTP']].includes(protocol);
  return isTransport && port !== undefined && port > 0 && doubt(`${pod} declares ${name} of ${protocol}`);
}
