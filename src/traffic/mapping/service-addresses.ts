import { canonicalAddress } from './canonical-address';
import type { FlowProtocol } from '../flow-record';
import type { Cluster } from '../../model/cluster';
import { append } from '../../model/group-by';
import { jsonAt, type Json } from '../../model/json';
import type { Resource } from '../../model/resource';
import { readService } from '../../model/services/read-service';
import type { Service, ServicePort } from '../../model/services/service';

/** Finds Services by their addresses and names. */
export class ServiceAddresses {
  private readonly byAddress = new Map<string, Service>();
  private readonly byName = new Map<string, Service>();
  private readonly byNodePort = new Map<string, Service[]>();

  /** @param snapshot objects of the cluster as it is: their addresses count, and Services that the manifests do not have */
  constructor({ services }: Cluster, snapshot: readonly Resource[]) {
    for (const service of services) this.add(service, service);
    for (const resource of snapshot) {
      if (resource.kind !== 'Service' || resource.group !== '') continue;
      const live = readService(resource, resource.namespace ?? 'default', []);
      this.add(live, this.byName.get(keyOf(live)) ?? live);
    }
  }

  /** The Service that has the address: its own one, or one of a load balancer. */
  at(ip: string): Service | undefined {
    return this.byAddress.get(ip);
  }

  named(namespace: string, name: string): Service | undefined {
    return this.byName.get(keyOf({ namespace, name }));
  }

  /** The Service that every node lets in at this port; undefined when there is none, or more than one claims it. */
  atNodePort(protocol: FlowProtocol, port: number): Service | undefined {
    const services = this.byNodePort.get(`${protocol} ${port}`) ?? [];
    return services.length === 1 ? services[0] : undefined;
  }

  /** @param meant the Service as the manifests have it: what it selects is asked of them */
  private add(written: Service, meant: Service): void {
    this.byName.set(keyOf(written), meant);
    for (const ip of addressesOf(written.resource, written.externalIPs)) this.byAddress.set(ip, meant);
    for (const { nodePort, protocol } of written.ports)
      if (nodePort !== undefined) append(this.byNodePort, `${protocol} ${nodePort}`, meant);
  }
}

/** The port of a Service that is called by this number. */
export function servicePortAt(
  { ports }: Service,
  protocol: FlowProtocol | undefined,
  port: number,
): ServicePort | undefined {
  return ports.find((one) => one.port === port && (protocol === undefined || one.protocol === protocol));
}

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}\u0000${name}`;
}

function addressesOf({ manifest }: Resource, externalIPs: readonly string[]): string[] {
  const list = (path: readonly string[]): Json[] => {
    const value = jsonAt(manifest, path);
    return Array.isArray(value) ? value : [];
  };
  const all: (Json | undefined)[] = [
    jsonAt(manifest, ['spec', 'clusterIP']),
    ...list(['spec', 'clusterIPs']),
    ...list(['status', 'loadBalancer', 'ingress']).map((item) => jsonAt(item, ['ip'])),
    ...externalIPs,
  ];
  // Headless Services say None.
  return all.flatMap((ip) => (typeof ip === 'string' ? (canonicalAddress(ip) ?? []) : []));
}
