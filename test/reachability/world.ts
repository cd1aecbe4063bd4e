import { parseAllDocuments } from 'yaml';
import { buildCluster } from '../../src/model/build-cluster';
import { parseAddress, parseCidr, type Cidr } from '../../src/model/cidr';
import type { Severity } from '../../src/model/finding';
import { isJsonObject, type JsonObject } from '../../src/model/json';
import { NOWHERE } from '../../src/model/place';
import type { Resource } from '../../src/model/resource';
import type { Workload } from '../../src/model/workloads/workload';
import { policyId } from '../../src/policies/policy-id';
import { readPolicies } from '../../src/policies/read-policies';
import { PROTOCOL } from '../../src/reachability/sets/connection-set';
import { evaluate } from '../../src/reachability/evaluate';
import type { Peer, Reachability, ReachabilityOptions } from '../../src/reachability/reachability';

export type Answer = 'allow' | 'deny' | 'unknown';

const PROTOCOLS: Readonly<Record<string, number>> = {
  TCP: PROTOCOL.tcp,
  UDP: PROTOCOL.udp,
  SCTP: PROTOCOL.sctp,
  ICMP: PROTOCOL.icmp,
};

/** A cluster written as YAML, with questions in short words. */
export class World {
  readonly reachability: Reachability;
  private readonly workloads: readonly Workload[];

  constructor(yaml: string, options: ReachabilityOptions = {}) {
    const resources = parseAllDocuments(yaml).flatMap((document) => resourceOf(document.toJS()));
    const cluster = buildCluster(resources);
    const policies = readPolicies(resources);
    const errors = [...cluster.findings, ...policies.findings].filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
    this.workloads = cluster.workloads;
    this.reachability = evaluate(cluster, policies, options);
  }

  /** `shop/web`, an address, or a range `1.2.3.0-1.2.3.255`. */
  peer(text: string): Peer {
    const [first = '', last = first] = text.split('-').map((part) => part.trim());
    const from = parseAddress(first).address;
    const to = parseAddress(last).address;
    if (from !== undefined && to !== undefined) {
      return { type: 'addresses', version: from.version, first: from.value, last: to.value };
    }
    return { type: 'workload', workload: this.workload(text) };
  }

  workload(text: string): Workload {
    const workload = this.workloads.find(({ namespace, name }) => `${namespace}/${name}` === text);
    if (workload === undefined) throw new Error(`no workload ${text}`);
    return workload;
  }

  /** `TCP 80` by default; `ICMP 8` asks for type 8, code 0. */
  ask(from: string | Peer, to: string | Peer, connection = 'TCP 80'): Answer {
    const [protocol = '', number = '0'] = connection.split(' ');
    const port = protocol === 'ICMP' ? Number(number) * 256 : Number(number);
    const ends = [from, to].map((end) => (typeof end === 'string' ? this.peer(end) : end));
    const [source, target] = ends;
    if (source === undefined || target === undefined) throw new Error('two ends are needed');
    const { allowed, undecided } = this.reachability.connection(source, target);
    const value = PROTOCOLS[protocol] ?? Number(protocol);
    if (allowed.contains(value, port)) return 'allow';
    return undecided.contains(value, port) ? 'unknown' : 'deny';
  }

  isolatedBy(workload: string, direction: 'ingress' | 'egress'): string[] {
    return this.reachability.isolatedBy(this.workload(workload), direction).map(policyId);
  }

  /** What the findings ask for, by their ids. */
  get severities(): Record<string, Severity> {
    return Object.fromEntries(this.reachability.findings.map(({ id, severity }) => [id, severity]));
  }

  get findingIds(): string[] {
    return this.reachability.findings.map(({ id }) => id);
  }
}

export function cidrs(...texts: readonly string[]): Cidr[] {
  return texts.map((text) => {
    const { cidr, reason } = parseCidr(text, { hostBits: 'error' });
    if (cidr === undefined) throw new Error(reason);
    return cidr;
  });
}

/** A Pod as YAML. */
export function pod(namespace: string, name: string, labels = '', rest = ''): string {
  return `---
apiVersion: v1
kind: Pod
metadata: { namespace: ${namespace}, name: ${name}, labels: { ${labels} } }
spec: { ${rest === '' ? '' : `${rest}, `}containers: [{ name: main, image: registry.example/app:1 }] }
`;
}

/** A Pod whose container declares ports, written as YAML flow items. */
export function podWithPorts(namespace: string, name: string, ports: string, labels = ''): string {
  return `---
apiVersion: v1
kind: Pod
metadata: { namespace: ${namespace}, name: ${name}, labels: { ${labels} } }
spec: { containers: [{ name: main, image: registry.example/app:1, ports: [${ports}] }] }
`;
}

/** A NetworkPolicy as YAML, `spec` in flow style. */
export function netpol(namespace: string, name: string, spec: string): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: ${namespace}, name: ${name} }
spec: { ${spec} }
`;
}

/** Any other object with a spec. */
export function object(apiVersion: string, kind: string, name: string, spec: string, metadata = ''): string {
  return `---
apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: ${name}${metadata === '' ? '' : `, ${metadata}`} }
spec: { ${spec} }
`;
}

export const gnp = (name: string, spec: string): string =>
  object('projectcalico.org/v3', 'GlobalNetworkPolicy', name, spec);

export const calicoNp = (namespace: string, name: string, spec: string): string =>
  object('projectcalico.org/v3', 'NetworkPolicy', name, spec, `namespace: ${namespace}`);

export const tier = (name: string, order: number, action = 'Deny'): string =>
  object('projectcalico.org/v3', 'Tier', name, `order: ${order}, defaultAction: ${action}`);

function resourceOf(value: unknown): Resource[] {
  if (!isJsonObject(value)) return [];
  const manifest: JsonObject = value;
  const metadata = isJsonObject(manifest.metadata) ? manifest.metadata : {};
  const apiVersion = textOf(manifest.apiVersion);
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return [
    {
      apiVersion,
      group,
      version,
      kind: textOf(manifest.kind),
      name: textOf(metadata.name),
      namespace: metadata.namespace === undefined ? undefined : textOf(metadata.namespace),
      manifest,
      place: NOWHERE,
    },
  ];
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`not text: ${JSON.stringify(value)}`);
  return value;
}
