import { AddressRanges } from './address-ranges';
import { canonicalAddress } from './canonical-address';
import { addressBits, parseAddress, parseCidr, printAddress, type Cidr } from '../../model/cidr';
import { jsonAt, type Json } from '../../model/json';
import type { Resource } from '../../model/resource';

/** Addresses by which Calico's tunnels know a node (projectcalico.org annotations of Nodes). */
const TUNNEL_ANNOTATIONS = [
  'projectcalico.org/IPv4IPIPTunnelAddr',
  'projectcalico.org/IPv4VXLANTunnelAddr',
  'projectcalico.org/IPv6VXLANTunnelAddr',
  'projectcalico.org/IPv4WireguardInterfaceAddr',
];

/** What belongs to nodes, and what nodes give to pods. */
export class NodeAddresses {
  /** Addresses of nodes one by one: of the nodes themselves, of their tunnels, and where they stand in the ranges of pods. */
  private readonly single = new Set<string>();
  private readonly ranges: AddressRanges;
  /** The ranges that pods get addresses of, as far as they are known. */
  readonly podRanges: AddressRanges;

  /** @param resources Nodes and Pods among them @param given ranges that somebody named */
  constructor(
    resources: readonly Resource[],
    given: { readonly nodes: readonly Cidr[]; readonly pods: readonly Cidr[] },
  ) {
    const pods = [...given.pods];
    for (const resource of resources) {
      if (resource.group !== '') continue;
      if (resource.kind === 'Node') this.addNode(resource, pods);
      if (resource.kind === 'Pod') this.addHostOf(resource);
    }
    this.ranges = new AddressRanges(given.nodes);
    this.podRanges = new AddressRanges(pods);
  }

  /** Whether the address is one of a node. */
  has(ip: string): boolean {
    return this.single.has(ip) || this.ranges.has(ip);
  }

  /** Every address that is known one by one, as blocks. */
  get blocks(): readonly Cidr[] {
    return [...this.single].sort().flatMap((ip) => {
      const { address } = parseAddress(ip);
      if (address === undefined) return [];
      return [{ version: address.version, base: address.value, prefix: addressBits(address.version) }];
    });
  }

  private add(value: Json | undefined): void {
    const ip = typeof value === 'string' ? canonicalAddress(value) : undefined;
    if (ip !== undefined) this.single.add(ip);
  }

  private addNode({ manifest }: Resource, pods: Cidr[]): void {
    const addresses = jsonAt(manifest, ['status', 'addresses']);
    for (const item of Array.isArray(addresses) ? addresses : []) this.add(jsonAt(item, ['address']));
    for (const key of TUNNEL_ANNOTATIONS) this.add(jsonAt(manifest, ['metadata', 'annotations', key]));
    const list = jsonAt(manifest, ['spec', 'podCIDRs']);
    for (const text of new Set([
      jsonAt(manifest, ['spec', 'podCIDR']),
      ...(Array.isArray(list) ? list : []),
    ])) {
      const { cidr } = typeof text === 'string' ? parseCidr(text, { hostBits: 'mask' }) : {};
      if (cidr === undefined) continue;
      pods.push(cidr);
      // The bridge or the tunnel of the node has the first addresses of its range: what it sends to pods comes from there.
      if (cidr.prefix < addressBits(cidr.version) - 1) this.addFirst(cidr);
    }
  }

  private addFirst({ version, base }: Cidr): void {
    for (const value of [base, base + 1n]) this.single.add(printAddress(version, value));
  }

  private addHostOf({ manifest }: Resource): void {
    this.add(jsonAt(manifest, ['status', 'hostIP']));
    const list = jsonAt(manifest, ['status', 'hostIPs']);
    for (const item of Array.isArray(list) ? list : []) this.add(jsonAt(item, ['ip']));
  }
}
