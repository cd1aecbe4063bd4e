import type { Inventory } from './inventory';
import { locateEnd, ofService } from './locate-end';
import { servicePortAt } from './service-addresses';
import type { Located, TrafficEnd } from './traffic-end';
import type { FlowEnd, FlowObject, FlowProtocol, FlowRecord } from '../flow-record';
import { portsAt } from '../../compiler/resolution/resolve-ports';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** Where a connection went in the end. */
export interface Destination {
  readonly located: Located;
  /**
   * Port at the pods; of an end of type `service`, the port of the Service. 0 where nobody wrote it down.
   */
  readonly port: number;
  /** The Service that was called. */
  readonly service?: Service | undefined;
}

/** The port is not in the record, as in telemetry of requests. */
export const NO_PORT = 0;

/**
 * Where the client got to: after translation where the record has it, else through the Service to the one workload
 * behind it, else to the Service as such.
 */
export function destinationOf(
  { destination, translated }: FlowRecord,
  protocol: FlowProtocol,
  time: number | undefined,
  inventory: Inventory,
): Destination {
  const { port = NO_PORT } = destination;
  const called = calledService(destination, inventory);
  const answered = translated?.destination;
  if (answered !== undefined) {
    const located = locateServer(answered, time, inventory);
    return { located, port: answered.port ?? port, service: called?.service };
  }
  const isTranslated = called !== undefined && called.by === 'address';
  const located = isTranslated
    ? named(destination, time, inventory)
    : locateServer(destination, time, inventory);
  const workload = workloadOf(located?.end);
  if (called === undefined)
    return throughNodePort(located ?? locateServer(destination, time, inventory), protocol, port, inventory);
  if (workload === undefined) return throughService(called.service, protocol, port, inventory);
  if (!isTranslated) return { located: located ?? nowhere(), port, service: called.service };
  const at = portAt(called.service, protocol, port, workload);
  return at === undefined
    ? unknownPort(called.service, protocol, port)
    : { located: located ?? nowhere(), port: at, service: called.service };
}

/** The API server is mostly on a node, where others listen on other ports. */
function locateServer(end: FlowEnd, time: number | undefined, inventory: Inventory): Located {
  const located = locateEnd(end, time, inventory);
  const { nodes, apiServer } = inventory;
  const { ip, port } = end;
  if (located.end?.type !== 'api-server' || end.kind === 'api-server') return located;
  if (ip === undefined || port === undefined || !nodes.has(ip)) return located;
  const isItself = apiServer.ports.length === 0 || apiServer.ports.includes(port);
  return isItself ? located : { end: { type: 'node', address: ip }, doubts: 0 };
}

/** The pod by name, where the record names one besides the address of a Service. */
function named(
  { ip: _, ...end }: FlowEnd,
  time: number | undefined,
  inventory: Inventory,
): Located | undefined {
  const isNamed = [end.workload, end.pod, end.podPrefix].some((name) => name !== undefined);
  return isNamed ? locateEnd(end, time, inventory) : undefined;
}

function nowhere(): Located {
  return { reason: 'no-end', text: 'an end without name and address' };
}

interface Called {
  readonly service: Service;
  /** By its address, so that the port is that of the Service; by name, the record may have the port of the pod. */
  readonly by: 'address' | 'name';
}

function calledService(end: FlowEnd, { services }: Inventory): Called | undefined {
  const at = end.ip === undefined ? undefined : services.at(end.ip);
  if (at !== undefined) return { service: at, by: 'address' };
  const name = end.service ?? serviceOfDomain(end);
  if (name === undefined) return undefined;
  const namespace = name.namespace ?? end.namespace;
  const service = namespace === undefined ? undefined : services.named(namespace, name.name);
  return service === undefined ? undefined : { service, by: 'name' };
}

/** `cart.shop.svc.cluster.local` and `cart.shop.svc`: names of Services in DNS, whatever the domain of the cluster. */
function serviceOfDomain({ ip, domains = [] }: FlowEnd): FlowObject | undefined {
  if (ip !== undefined) return undefined;
  for (const domain of domains) {
    const [name = '', namespace, svc] = domain.split('.');
    if (svc === 'svc') return { name, namespace };
  }
  return undefined;
}

function workloadOf(end: TrafficEnd | undefined): Workload | undefined {
  return end?.type === 'workload' ? end.workload : undefined;
}

/** Without the pod in the record: to the workload behind the Service where there is one only. */
function throughService(
  service: Service,
  protocol: FlowProtocol,
  port: number,
  inventory: Inventory,
): Destination {
  const located = ofService(service, inventory);
  const { end } = located;
  if (end?.type !== 'service') return { located, port };
  const [only] = end.behind;
  if (only === undefined)
    return inventory.infrastructure.has(service.namespace)
      ? { located, port, service }
      : { located: withoutWorkloads(service), port };
  const asked = port === NO_PORT ? onlyPort(service) : port;
  if (asked === NO_PORT || end.behind.length > 1) return { located, port: asked, service };
  const at = portAt(service, protocol, asked, only);
  return at === undefined
    ? unknownPort(service, protocol, asked)
    : { located: { end: { type: 'workload', workload: only }, doubts: 0 }, port: at, service };
}

function onlyPort({ ports }: Service): number {
  const [only] = ports;
  return only !== undefined && ports.length === 1 ? only.port : NO_PORT;
}

/** The port of the pods behind the port of a Service. Nothing translates the ports of a headless Service. */
function portAt(
  service: Service,
  protocol: FlowProtocol,
  port: number,
  server: Workload,
): number | undefined {
  if (port === NO_PORT || service.headless) return port;
  const found = servicePortAt(service, protocol, port);
  if (found === undefined) return undefined;
  const ports = portsAt(server, [{ port: found.targetPort, protocol: found.protocol }]);
  return ports === 'all' ? undefined : ports[0]?.port;
}

function unknownPort(service: Service, protocol: FlowProtocol, port: number): Destination {
  const text = `Service ${service.namespace}/${service.name} ${protocol} ${port}`;
  return { located: { reason: 'service-port-unknown', text }, port };
}

function withoutWorkloads({ namespace, name }: Service): Located {
  return { reason: 'service-without-workloads', text: `Service ${namespace}/${name}` };
}

/** A node lets in at the node ports of Services; whoever listens there itself is on the network of the host. */
function throughNodePort(
  located: Located,
  protocol: FlowProtocol,
  port: number,
  inventory: Inventory,
): Destination {
  const service = located.end?.type === 'node' ? inventory.services.atNodePort(protocol, port) : undefined;
  const found = service?.ports.find((one) => one.nodePort === port && one.protocol === protocol);
  return service === undefined || found === undefined
    ? { located, port }
    : throughService(service, protocol, found.port, inventory);
}
