import { isIP } from 'node:net';
import type { Construct, IConstruct } from 'constructs';
import { chartNamespace } from './chart-namespace';
import { ConstructError } from './construct-error';
import { describeGiven, fieldsProblem } from './given-value';
import type { LateName, NameOf } from './rendered-names';
import { apiObjectOf, nameWorkload, type WorkloadReference } from './workload-reference';
import type * as intents from '../intents/client-intents';
import { parseCidr } from '../model/cidr';
import type { Place } from '../model/place';
import type { TransportProtocol } from '../model/workloads/workload';

/** A port of a target: number or name, or with its protocol when that is not TCP. */
export type PortReference =
  number | string | { readonly port: number | string; readonly protocol: TransportProtocol };

/** Which ports of a target are called. */
export interface TargetOptions {
  /**
   * Ports the client calls. Of a workload: its container ports; of a Service: the Service's ports.
   *
   * @default - every port
   */
  readonly ports?: readonly PortReference[];
}

/** Where on the internet a client goes. At least one domain or address. */
export interface InternetOptions extends TargetOptions {
  /** DNS names; `*.example.com` for every name below one. */
  readonly domains?: readonly string[];
  /** Addresses and CIDRs, IPv4 or IPv6. */
  readonly ips?: readonly string[];
}

/** A target that is settled when the app is rendered. */
export type LateTarget = (nameOf: NameOf) => intents.Target;

/** Refuses what can be refused before the synth. */
type Bind = (scope: Construct, id: string, place: Place) => LateTarget;

const PROTOCOLS: readonly TransportProtocol[] = ['TCP', 'UDP', 'SCTP'];

/** What a client calls. Made by the static functions, given to {@link ClientIntents}. */
export class Target {
  private constructor(private readonly bind: Bind) {}

  /** The pods of a workload, wherever its construct lies. */
  static workload(workload: WorkloadReference, options: TargetOptions = {}): Target {
    return new Target((scope, id, place) => {
      const { late } = nameWorkload(scope, id, workload);
      const ports = readOptions(scope, id, options, ['ports']);
      return (nameOf) => ({ type: 'workload', server: late(nameOf), ports, layer7: 'none', place });
    });
  }

  /**
   * The pods behind a Service, on its target ports.
   *
   * @param service the construct of the Service, or its name: `cart`, or `payments.billing` for another namespace
   */
  static service(service: string | IConstruct, options: TargetOptions = {}): Target {
    return new Target((scope, id, place) => {
      const late = nameService(scope, id, service);
      const ports = readOptions(scope, id, options, ['ports']);
      return (nameOf) => {
        const { namespace, name } = late(nameOf);
        return { type: 'service', namespace, name, ports, layer7: 'none', place };
      };
    });
  }

  /** The Kubernetes API server. */
  static kubernetesApi(): Target {
    return new Target((_scope, _id, place) => () => ({ type: 'kubernetes-api', place }));
  }

  /** Places outside the cluster, by DNS name or address. */
  static internet(options: InternetOptions): Target {
    return new Target((scope, id, place) => {
      const ports = readOptions(scope, id, options, ['domains', 'ips', 'ports']);
      const { domains = [], ips = [] } = options;
      checkTexts(scope, id, 'domains', domains);
      checkTexts(scope, id, 'ips', ips);
      if (domains.length + ips.length === 0) {
        throw new ConstructError(
          scope,
          id,
          'an internet target names neither a domain nor an address',
          'Write domains: [...] or ips: [...].',
        );
      }
      for (const domain of domains) checkDomain(scope, id, domain);
      for (const ip of ips) checkAddress(scope, id, ip);
      return () => ({ type: 'internet', domains: [...domains], ips: [...ips], ports, place });
    });
  }

  /** @internal */
  _bind(scope: Construct, id: string, place: Place): LateTarget {
    return this.bind(scope, id, place);
  }
}

function nameService(scope: Construct, id: string, service: string | IConstruct): LateName {
  if (typeof service !== 'string') {
    const object = apiObjectOf(scope, id, service);
    if (object.kind !== 'Service') {
      throw new ConstructError(
        scope,
        id,
        `${object.kind} ${object.name} (${object.node.path}) is no Service`,
        'For a workload, use Target.workload().',
      );
    }
    const namespace = object.metadata.namespace ?? object.chart.namespace ?? 'default';
    return (nameOf) => nameOf(object) ?? { namespace, name: object.name };
  }
  const [name = '', namespace, ...rest] = service.split('.');
  if (name === '' || namespace === '' || rest.length > 0) {
    throw new ConstructError(
      scope,
      id,
      `${JSON.stringify(service)} is not the name of a Service`,
      'Write the name of a Service (cart), or name.namespace (cart.shop), without a cluster domain.',
    );
  }
  const named = { namespace: namespace ?? chartNamespace(scope, id), name };
  return () => named;
}

/** The ports of a target, once its options are known to be spelt right: a misspelt `ports` would open every port. */
function readOptions(
  scope: Construct,
  id: string,
  options: TargetOptions,
  known: readonly string[],
): intents.TargetPort[] {
  const wrong = fieldsProblem(options, known);
  if (wrong !== undefined) {
    throw new ConstructError(scope, id, `the options of a target: it ${wrong.problem}`, wrong.mend);
  }
  return options.ports === undefined ? [] : readPorts(scope, id, options.ports);
}

function checkTexts(scope: Construct, id: string, field: string, given: unknown): void {
  if (Array.isArray(given) && given.every((item) => typeof item === 'string')) return;
  const what = Array.isArray(given) ? 'holds something else than text' : `is ${describeGiven(given)}`;
  throw new ConstructError(scope, id, `${field} of a target ${what}`, `Write ${field}: ['…'].`);
}

/** Ports as somebody gave them, or the error. */
export function readPorts(scope: Construct, id: string, given: unknown): intents.TargetPort[] {
  if (!Array.isArray(given)) {
    throw new ConstructError(
      scope,
      id,
      `ports is ${describeGiven(given)}, not a list`,
      'Write ports: [443].',
    );
  }
  const ports: readonly unknown[] = given;
  if (ports.length === 0) {
    throw new ConstructError(
      scope,
      id,
      'ports is an empty list',
      'Name the ports, or leave ports out to call every port.',
    );
  }
  return ports.map((reference) => readPort(scope, id, reference));
}

function readPort(scope: Construct, id: string, given: unknown): intents.TargetPort {
  const fields = new Map<string, unknown>(
    typeof given === 'object' && given !== null
      ? Object.entries(given)
      : [
          ['port', given],
          ['protocol', 'TCP'],
        ],
  );
  const port = fields.get('port');
  const protocol = PROTOCOLS.find((known) => known === fields.get('protocol'));
  if ((typeof port !== 'number' && typeof port !== 'string') || protocol === undefined) {
    const said =
      fields.get('protocol') === 'TCP'
        ? describeGiven(port)
        : `${describeGiven(port)} with the protocol ${describeGiven(fields.get('protocol'))}`;
    throw new ConstructError(
      scope,
      id,
      `a port is ${said}`,
      "Write 443, 'https' or { port: 53, protocol: 'UDP' }; protocols are TCP, UDP and SCTP.",
    );
  }
  const reason = typeof port === 'number' ? portNumberProblem(port) : portNameProblem(port);
  if (reason === undefined) return { port, protocol };
  throw new ConstructError(
    scope,
    id,
    `port ${JSON.stringify(port)} ${reason}`,
    'Write a number from 1 to 65535, or the name of a port.',
  );
}

function portNumberProblem(port: number): string | undefined {
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? undefined : 'is out of range';
}

/** IANA service names as the API server checks them. */
function portNameProblem(name: string): string | undefined {
  const valid = name.length <= 15 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && /[a-z]/.test(name);
  return valid ? undefined : 'is no port name (at most 15 of a-z, 0-9 and single dashes, with a letter)';
}

function checkDomain(scope: Construct, id: string, domain: string): void {
  const labels = (domain.startsWith('*.') ? domain.slice(2) : domain).split('.');
  const valid =
    domain.length <= 253 && labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label));
  if (!valid || isIP(domain) !== 0) {
    throw new ConstructError(
      scope,
      id,
      `${JSON.stringify(domain)} is not a DNS name`,
      'Write api.example.com, or *.example.com; addresses go into ips.',
    );
  }
}

function checkAddress(scope: Construct, id: string, address: string): void {
  if (isIP(address) !== 0) return;
  const { reason } = parseCidr(address, { hostBits: 'error' });
  if (reason !== undefined) {
    throw new ConstructError(
      scope,
      id,
      `${JSON.stringify(address)} is not an address or CIDR: ${reason}`,
      'Write 203.0.113.7 or 203.0.113.0/24.',
    );
  }
}
