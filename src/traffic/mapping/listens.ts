import type { Inventory } from './inventory';
import { servicePortAt } from './service-addresses';
import type { TrafficEnd } from './traffic-end';
import type { FlowProtocol } from '../flow-record';
import { matches } from '../../model/label-selector';
import { append } from '../../model/group-by';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** Ports that the API server is served at: of its Service, and of the server itself as most set-ups have it. */
const API_PORTS: readonly number[] = [443, 6443, 8443];

/** Which ports workloads say that they listen on: ports of their containers, and what their Services lead to. */
export class Listening {
  private readonly known = new Map<Workload, ReadonlySet<string>>();
  private services: ReadonlyMap<string, readonly Service[]> | undefined;

  constructor(private readonly inventory: Pick<Inventory, 'cluster' | 'services'>) {}

  /** Whether the end says that it is a server on this port. */
  on(end: TrafficEnd, protocol: FlowProtocol, port: number): boolean {
    switch (end.type) {
      case 'workload':
        return this.portsOf(end.workload).has(`${protocol} ${port}`);
      case 'service':
        return servicePortAt(end.service, protocol, port) !== undefined;
      case 'node':
        return this.inventory.services.atNodePort(protocol, port) !== undefined;
      case 'api-server':
        return API_PORTS.includes(port);
      case 'pod':
      case 'health':
      case 'outside':
        return false;
    }
  }

  private portsOf(workload: Workload): ReadonlySet<string> {
    const known = this.known.get(workload);
    if (known !== undefined) return known;
    const ports = new Set(workload.ports.map(({ protocol, port }) => `${protocol} ${port}`));
    for (const service of this.servicesIn(workload.namespace)) {
      const { selector = {} } = service;
      if (!matches({ matchLabels: selector, matchExpressions: [] }, workload.labels)) continue;
      for (const { protocol, targetPort } of service.ports)
        if (typeof targetPort === 'number') ports.add(`${protocol} ${targetPort}`);
    }
    this.known.set(workload, ports);
    return ports;
  }

  private servicesIn(namespace: string): readonly Service[] {
    if (this.services === undefined) {
      const services = new Map<string, Service[]>();
      for (const service of this.inventory.cluster.services)
        if (Object.keys(service.selector ?? {}).length > 0) append(services, service.namespace, service);
      this.services = services;
    }
    return this.services.get(namespace) ?? [];
  }
}
