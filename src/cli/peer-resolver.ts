import { nearest } from '../model/field-reader';
import { append } from '../model/group-by';
import { isJsonObject, jsonAt } from '../model/json';
import { matches } from '../model/label-selector';
import { parseAddress, parseCidr } from '../model/cidr';
import type { Cluster } from '../model/cluster';
import type { Resource } from '../model/resource';
import type { Service } from '../model/services/service';
import type { Workload } from '../model/workloads/workload';
import { blockPeer } from '../reachability/ends/address-peer';
import type { AddressPeer, Peer } from '../reachability/reachability';
import { PeerFinder } from './peer-finder';
import type { PeerReference } from './peer-reference';

/** The peer, or whole sentences that say why there is none. */
export type ResolvedPeer =
  | {
      readonly peer: Peer;
      /** Named through a Service, whose ports the caller means. */ readonly service?: Service;
      readonly reason?: undefined;
    }
  | { readonly peer?: undefined; readonly reason: string };

/** Turns what people write into peers of the model. */
export class PeerResolver {
  private readonly finder: PeerFinder;
  private readonly byId: ReadonlyMap<string, Workload>;
  private readonly byAddress: ReadonlyMap<string, readonly Workload[]>;
  private readonly byClusterIp: ReadonlyMap<string, Service>;
  private readonly objects: ReadonlyMap<string, Resource>;

  constructor(private readonly cluster: Cluster) {
    const { workloads, services, resources } = cluster;
    this.finder = new PeerFinder(workloads);
    this.byId = new Map(workloads.map((workload) => [workload.id, workload]));
    this.byAddress = podsByAddress(workloads);
    this.byClusterIp = new Map(
      services.flatMap((service) =>
        clusterIps(service).map((address) => [addressKey(address) ?? address, service] as const),
      ),
    );
    this.objects = new Map(
      resources.map((resource) => [
        objectKey(resource.kind, resource.namespace ?? '', resource.name),
        resource,
      ]),
    );
  }

  resolve(reference: PeerReference): ResolvedPeer {
    switch (reference.type) {
      case 'workload':
        return this.workload(reference);
      case 'pod':
        return this.pod(reference.namespace, reference.name);
      case 'service':
        return this.service(reference.namespace, reference.name);
      case 'address':
        return this.address(reference.text);
      case 'labels':
        return { peer: { ...reference, type: 'pod' } };
    }
  }

  private workload(reference: Extract<PeerReference, { type: 'workload' }>): ResolvedPeer {
    const found = this.finder.matching(reference);
    const [only] = found;
    if (only === undefined) return { reason: this.finder.missing(reference) };
    if (found.length === 1) return { peer: { type: 'workload', workload: only } };
    const path = `${reference.namespace}/${reference.name}`;
    return { reason: `${path} is more than one workload; write ${found.map(({ id }) => id).join(' or ')}.` };
  }

  /** A pod on its own, or through its owners the workload that stands for it. */
  private pod(namespace: string, name: string): ResolvedPeer {
    const pod = this.objects.get(objectKey('Pod', namespace, name));
    let current = pod;
    for (const seen = new Set<Resource>(); current !== undefined && !seen.has(current);) {
      seen.add(current);
      const workload = this.byId.get(`${namespace}/${current.name}[${current.kind}]`);
      if (workload !== undefined) return { peer: { type: 'workload', workload } };
      current = this.ownerOf(current);
    }
    const start = `There is no pod ${namespace}/${name} in the manifests.`;
    const workloads = this.finder.matching({ type: 'workload', namespace, name });
    const [workload] = workloads;
    return {
      reason:
        workload === undefined ? start : `${start} For the ${workload.kind} write ${namespace}/${name}.`,
    };
  }

  private ownerOf({ manifest, namespace = '' }: Resource): Resource | undefined {
    const references = jsonAt(manifest, ['metadata', 'ownerReferences']);
    if (!Array.isArray(references)) return undefined;
    const owner = references.find((reference) => isJsonObject(reference) && reference.controller === true);
    if (!isJsonObject(owner) || typeof owner.kind !== 'string' || typeof owner.name !== 'string')
      return undefined;
    return this.objects.get(objectKey(owner.kind, namespace, owner.name));
  }

  private service(namespace: string, name: string): ResolvedPeer {
    const { services, workloads } = this.cluster;
    const service = services.find((one) => one.namespace === namespace && one.name === name);
    if (service === undefined) {
      const near = nearest(
        `${namespace}/${name}`,
        services.map((one) => `${one.namespace}/${one.name}`),
      );
      return {
        reason: `There is no Service ${namespace}/${name} in the manifests.${near === undefined ? '' : ` Did you mean svc/${near}?`}`,
      };
    }
    const { selector, type, externalName = '' } = service;
    if (type === 'ExternalName')
      return {
        reason: `Service ${namespace}/${name} is another name for ${externalName}: ask about its address, or about the workload it leads to.`,
      };
    if (selector === undefined)
      return {
        reason: `Service ${namespace}/${name} has no selector, so it is not known who is behind it: ask about the address it leads to.`,
      };
    const behind = workloads.filter(
      (workload) =>
        workload.namespace === namespace &&
        matches({ matchLabels: selector, matchExpressions: [] }, workload.labels),
    );
    const [only] = behind;
    if (only === undefined)
      return { reason: `Service ${namespace}/${name} selects no workload of the manifests.` };
    if (behind.length > 1)
      return {
        reason: `Service ${namespace}/${name} stands for ${behind.map(({ id }) => id).join(' and ')}: name one of them.`,
      };
    return { peer: { type: 'workload', workload: only }, service };
  }

  /**
   * The address of a pod of the manifests is that pod, and the address of a Service stands for what is behind it:
   * policies see the packet after translation (network-policy-semantics 2.1 item 15).
   */
  private address(text: string): ResolvedPeer {
    const { peer, reason } = addressesOf(text);
    if (peer === undefined) return { reason };
    if (peer.first !== peer.last) return { peer };
    const key = keyOf(peer.version, peer.first);
    const there = this.byAddress.get(key) ?? [];
    const pods = there.filter(({ hostNetwork }) => !hostNetwork);
    // Hosts with one address are on one node, and all that policies see of any of them is the address.
    const [workload] = pods.length > 0 ? pods : there;
    if (pods.length > 1)
      return {
        reason: `${text} is the address of ${pods.map(({ id }) => id).join(' and ')}: name one of them.`,
      };
    if (workload !== undefined) return { peer: { type: 'workload', workload } };
    const service = this.byClusterIp.get(key);
    return service === undefined ? { peer } : this.service(service.namespace, service.name);
  }
}

/** An address however it is written, or a block of them. */
function addressesOf(
  text: string,
):
  | { readonly peer: AddressPeer; readonly reason?: undefined }
  | { readonly peer?: undefined; readonly reason: string } {
  const { address, reason } = parseAddress(text);
  if (address !== undefined) {
    const { version, value } = address;
    return { peer: { type: 'addresses', version, first: value, last: value } };
  }
  const { cidr, reason: wrong = '' } = parseCidr(text, { hostBits: 'error' });
  if (cidr === undefined) return { reason: `${text.includes('/') ? wrong : reason}.` };
  return { peer: blockPeer(cidr) };
}

function podsByAddress(workloads: readonly Workload[]): ReadonlyMap<string, readonly Workload[]> {
  const byAddress = new Map<string, Workload[]>();
  for (const workload of workloads)
    for (const address of workload.addresses) append(byAddress, addressKey(address) ?? address, workload);
  return byAddress;
}

/** Equal for the same address, however it is written; undefined for what is none. */
function addressKey(text: string): string | undefined {
  const { address } = parseAddress(text);
  return address === undefined ? undefined : keyOf(address.version, address.value);
}

function keyOf(version: AddressPeer['version'], value: bigint): string {
  return `${version} ${value}`;
}

/** Known only where the input comes from a cluster, or where somebody fixed the address. */
function clusterIps({ resource: { manifest } }: Service): string[] {
  const many = jsonAt(manifest, ['spec', 'clusterIPs']);
  const all = [jsonAt(manifest, ['spec', 'clusterIP']), ...(Array.isArray(many) ? many : [])];
  return all.filter((address): address is string => typeof address === 'string' && address !== 'None');
}

function objectKey(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}
