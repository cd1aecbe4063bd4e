import type { KnownCaller } from './known-callers';
import { portsAt } from '../compiler/resolution/resolve-ports';
import type { DeclaredPort } from '../compiler/compilation';
import { workloadName } from '../intents/identity';
import type { Service } from '../model/services/service';
import type { Workload } from '../model/workloads/workload';

/**
 * How a server that nobody may reach is opened for those who call it: the smallest ClientIntents for workloads, in YAML and
 * in TypeScript, and the smallest ExternalAccess for addresses outside the cluster. What only its user knows stands in
 * angle brackets. Services are named where there are any, for they open their own ports only.
 *
 * @param services those that lead to the server
 * @param known the callers that manifests speak of
 */
export function smallestOpening(
  server: Workload,
  services: readonly Service[],
  known: readonly KnownCaller[],
): string {
  const named = (kind: KnownCaller['kind']): readonly Service[] => {
    const names = known.filter((caller) => caller.kind === kind).map(({ service }) => service);
    const own = services.filter(({ name }) => names.includes(name));
    return own.length === 0 ? services : own;
  };
  const kinds = new Set(known.map(({ kind }) => kind));
  const mends = [
    ...(kinds.has('api-server') ? [apiServer(server, named('api-server'))] : []),
    ...(kinds.has('outside') ? [outside(server, named('outside'))] : []),
    ...(kinds.has('scraper') ? [scraper(server, named('scraper'))] : []),
    ...(kinds.size === 0 ? [`Declare the calls of its clients: ${clientIntents(server, services)}`] : []),
  ];
  return `${mends.join('. ')}.`;
}

function apiServer(server: Workload, services: readonly Service[]): string {
  return `Let the API server in, by the compiler (webhookTraffic, controlPlaneCidrs) or for the addresses of the control plane: ${externalAccess('api-server-to', server, services)}`;
}

function outside(server: Workload, services: readonly Service[]): string {
  return `Let traffic from outside in, by the compiler (externalTraffic) or for some addresses: ${externalAccess('outside-to', server, services)}`;
}

function scraper(server: Workload, services: readonly Service[]): string {
  return `Let the scraper in, by the compiler (metricsScrapers: ['<namespace>/<name>']) or by its ClientIntents: ${clientIntents(server, services)}`;
}

/** One declaration for the client, twice: as a construct and as a manifest of v2beta1. */
function clientIntents(server: Workload, services: readonly Service[]): string {
  const targets = services.length === 0 ? [workloadTarget(server)] : services.map(serviceTarget);
  const yaml = targets.map((target) => target.yaml).join(', ');
  const typescript = targets.map((target) => target.typescript).join(', ');
  return `new ClientIntents(chart, 'calls-${server.name}', { workload: { name: '<client>' }, targets: [${typescript}] }), or in a manifest spec: { workload: { name: <client> }, targets: [${yaml}] }`;
}

interface TargetWords {
  readonly yaml: string;
  readonly typescript: string;
}

function serviceTarget({ namespace, name }: Service): TargetWords {
  return {
    yaml: `{ service: { name: ${name}.${namespace} } }`,
    typescript: `Target.service('${name}.${namespace}')`,
  };
}

/** Ports of a manifest are of TCP. */
function workloadTarget(server: Workload): TargetWords {
  const { namespace, name, kind } = workloadName(server);
  const ports = distinct(server.ports);
  const numbers = ports.every(({ protocol }) => protocol === 'TCP')
    ? `, ports: [${ports.map(({ port }) => port).join(', ')}]`
    : '';
  const ofKind = kind === undefined ? { yaml: '', typescript: '' } : kindWords(kind);
  return {
    yaml: `{ kubernetes: { name: ${name}.${namespace}${ofKind.yaml}${numbers} } }`,
    typescript: `Target.workload({ name: '${name}', namespace: '${namespace}'${ofKind.typescript} }, { ports: [${portWords(ports)}] })`,
  };
}

function kindWords(kind: string): TargetWords {
  return { yaml: `, kind: ${kind}`, typescript: `, kind: '${kind}'` };
}

function externalAccess(prefix: string, server: Workload, services: readonly Service[]): string {
  const { name, kind } = workloadName(server);
  const ofKind = kind === undefined ? '' : `, kind: '${kind}'`;
  const ports = portWords(servedPorts(server, services));
  return `new ExternalAccess(chart, '${prefix}-${server.name}', { workload: { name: '${name}'${ofKind} }, direction: 'ingress', cidrs: ['<cidr>'], ports: [${ports}], owner: '<owner>', reason: '<reason>', expires: '<day>' })`;
}

/** Where calls arrive, after the Services have translated. */
function servedPorts(server: Workload, services: readonly Service[]): DeclaredPort[] {
  const served = services.flatMap(({ ports }) => {
    const there = portsAt(
      server,
      ports.map(({ targetPort, protocol }) => ({ port: targetPort, protocol })),
    );
    return there === 'all' ? [] : there;
  });
  return distinct(served.length === 0 ? server.ports : served);
}

function distinct(ports: readonly DeclaredPort[]): DeclaredPort[] {
  const known = new Map(
    ports.map(({ protocol, port }) => [`${protocol} ${String(port).padStart(5, '0')}`, { protocol, port }]),
  );
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, port]) => port);
}

function portWords(ports: readonly DeclaredPort[]): string {
  return ports
    .map(({ protocol, port }) =>
      protocol === 'TCP' ? String(port) : `{ port: ${port}, protocol: '${protocol}' }`,
    )
    .join(', ');
}
