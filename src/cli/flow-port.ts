import type { Service, ServicePort } from '../model/services/service';
import type { Workload } from '../model/workloads/workload';
import type { Peer } from '../reachability/reachability';
import { hasPorts, isIcmp, protocolNumber } from '../reports/protocol';
import { NAMED_PROTOCOLS, protocolName } from '../reachability/sets/connection-print';

/** The connection a person asks about, as written. */
export interface ConnectionWords {
  /** Name or number; absent: TCP. */
  readonly protocol?: string | number | undefined;
  /** Number, or the name of a port of the server (or of its Service). */
  readonly port?: number | string | undefined;
  /** Only for ICMP and ICMPv6. */
  readonly type?: number | undefined;
  /** Only for ICMP and ICMPv6; absent: 0. */
  readonly code?: number | undefined;
}

/** Protocol number and port (or `type * 256 + code`), or whole sentences that say what is wrong. */
export type ConnectionResult =
  | { readonly protocol: number; readonly port: number; readonly reason?: undefined }
  | { readonly protocol?: undefined; readonly reason: string };

const MAX_PORT = 65535;
const MAX_TYPE = 255;

/** Works out what is asked about at this server: port names are looked up there, Service ports translated. */
export function resolveConnection(
  words: ConnectionWords,
  to: Peer,
  service: Service | undefined,
): ConnectionResult {
  const written = String(words.protocol ?? 'TCP');
  const protocol = protocolNumber(written);
  if (protocol === undefined) {
    const names = [...NAMED_PROTOCOLS.values()].join(', ');
    return {
      reason: `${JSON.stringify(written)} is not a protocol: write ${names}, or a number from 0 to 255.`,
    };
  }
  if (isIcmp(protocol)) return icmp(protocol, words);
  const name = protocolName(protocol);
  if (words.type !== undefined || words.code !== undefined)
    return { reason: `${name} has no type and no code: those are of ICMP and ICMPv6.` };
  if (hasPorts(protocol)) return portOf(protocol, words.port, to, service);
  return words.port === undefined
    ? { protocol, port: 0 }
    : { reason: `${name} has no ports here: leave the port out.` };
}

function icmp(protocol: number, { port, type, code = 0 }: ConnectionWords): ConnectionResult {
  const name = NAMED_PROTOCOLS.get(protocol) ?? 'ICMP';
  if (port !== undefined) return { reason: `${name} has no ports: write a type (and a code) instead.` };
  if (type === undefined) return { reason: `${name} needs a type, for example 8 for an echo request.` };
  if (!isBetween(type, 0, MAX_TYPE) || !isBetween(code, 0, MAX_TYPE))
    return { reason: `Type and code of ${name} are whole numbers from 0 to ${MAX_TYPE}.` };
  return { protocol, port: type * 256 + code };
}

function portOf(
  protocol: number,
  port: number | string | undefined,
  to: Peer,
  service: Service | undefined,
): ConnectionResult {
  if (port === undefined) return { reason: 'The port is missing.' };
  const number = typeof port === 'string' && /^[0-9]+$/.test(port) ? Number(port) : port;
  if (typeof number === 'number' && !isBetween(number, 1, MAX_PORT))
    return { reason: `${number} is not a port: ports are whole numbers from 1 to ${MAX_PORT}.` };
  if (service !== undefined) return throughService(protocol, number, to, service);
  return typeof number === 'number' ? { protocol, port: number } : named(protocol, number, to);
}

/**
 * A Service port leads to its target port (network-policy-semantics 2.1 item 15). Nothing translates the ports of a
 * headless Service: its name stands for the addresses of the pods, and clients reach the port they dial. By the name of
 * a port they find the target port (SRV records).
 */
function throughService(
  protocol: number,
  port: number | string,
  to: Peer,
  service: Service,
): ConnectionResult {
  if (service.headless && typeof port === 'number') return { protocol, port };
  const isAsked = (one: ServicePort): boolean =>
    protocolNumber(one.protocol) === protocol && (one.port === port || one.name === port);
  const found = service.ports.find(isAsked);
  if (found !== undefined)
    return typeof found.targetPort === 'number'
      ? { protocol, port: found.targetPort }
      : named(protocol, found.targetPort, to);
  const ports = service.ports.map(
    ({ name, port: number, protocol: of }) => `${of} ${number}${name === undefined ? '' : ` (${name})`}`,
  );
  return {
    reason: `Service ${service.namespace}/${service.name} has no port ${printPort(protocol, port)}; it has ${ports.join(', ') || 'none'}.`,
  };
}

function named(protocol: number, name: string, to: Peer): ConnectionResult {
  if (to.type !== 'workload')
    return { reason: `The port name ${JSON.stringify(name)} means nothing there: write a number.` };
  const port = to.workload.ports.find(
    (own) => own.name === name && protocolNumber(own.protocol) === protocol,
  );
  return port === undefined
    ? { reason: `${to.workload.id} has no port named ${JSON.stringify(name)}; ${namesOf(to.workload)}` }
    : { protocol, port: port.port };
}

function namesOf({ ports }: Workload): string {
  const names = ports.flatMap(({ name, protocol }) => (name === undefined ? [] : [`${name} (${protocol})`]));
  return names.length === 0 ? 'it names none: write a number.' : `it has ${names.join(', ')}.`;
}

function printPort(protocol: number, port: number | string): string {
  return `${NAMED_PROTOCOLS.get(protocol) ?? ''} ${port}`.trim();
}

function isBetween(value: number, first: number, last: number): boolean {
  return Number.isInteger(value) && value >= first && value <= last;
}
