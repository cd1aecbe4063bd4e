import type { Compilation } from '../../src/compiler/compilation';
import type { Cluster } from '../../src/model/cluster';
import { isJsonObject, type Json } from '../../src/model/json';
import type { Workload } from '../../src/model/workloads/workload';

/** Reads printed NetworkPolicies packet by packet, sharing no code with the compiler: who may call whom on which port. */
export class AdmissionOracle {
  constructor(
    private readonly cluster: Cluster,
    private readonly result: Compilation,
  ) {}

  /** Whether any policy isolates the server. */
  isolated(server: Workload): boolean {
    return this.policiesOf(server).length > 0;
  }

  /** Whether a rule of a policy of the server admits the packet. */
  admits(client: Workload, server: Workload, protocol: string, port: number): boolean {
    return this.policiesOf(server).some((spec) =>
      list(field(spec, 'ingress')).some((rule) => this.ruleAdmits(rule, client, server, protocol, port)),
    );
  }

  private policiesOf(server: Workload): Json[] {
    return this.result.policies
      .filter(({ namespace }) => namespace === server.namespace)
      .map(({ manifest }) => manifest['spec'] ?? null)
      .filter((spec) => has(this.podLabels(server), field(field(spec, 'podSelector'), 'matchLabels')));
  }

  private ruleAdmits(
    rule: Json,
    client: Workload,
    server: Workload,
    protocol: string,
    port: number,
  ): boolean {
    const from = field(rule, 'from');
    const ports = field(rule, 'ports');
    if (Array.isArray(from) && from.length === 0) throw new Error('an empty from admits everyone');
    if (Array.isArray(ports) && ports.length === 0) throw new Error('empty ports are all ports');
    const peer = from === null || list(from).some((item) => this.peerAdmits(item, client));
    return peer && (ports === null || list(ports).some((item) => portAdmits(item, server, protocol, port)));
  }

  private peerAdmits(peer: Json, client: Workload): boolean {
    return (
      has(this.namespaceLabels(client.namespace), field(field(peer, 'namespaceSelector'), 'matchLabels')) &&
      has(this.podLabels(client), field(field(peer, 'podSelector'), 'matchLabels'))
    );
  }

  private podLabels(workload: Workload): Record<string, string> {
    const added = this.result.podLabels.find((item) => item.workload.id === workload.id)?.labels;
    return { ...workload.labels, ...added };
  }

  private namespaceLabels(name: string): Record<string, string> {
    const added = this.result.namespaceLabels.find((item) => item.namespace === name)?.labels;
    return { ...this.cluster.namespaces.get(name)?.labels, ...added };
  }
}

function portAdmits(item: Json, server: Workload, protocol: string, port: number): boolean {
  if (field(item, 'protocol') !== protocol) return false;
  const wanted = field(item, 'port');
  return typeof wanted === 'number'
    ? wanted === port
    : server.ports.some(
        (declared) => declared.name === wanted && declared.protocol === protocol && declared.port === port,
      );
}

function has(labels: Readonly<Record<string, string>>, wanted: Json): boolean {
  if (!isJsonObject(wanted) || Object.keys(wanted).length === 0)
    throw new Error('a selector selects everything');
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function field(value: Json, key: string): Json {
  return isJsonObject(value) ? (value[key] ?? null) : null;
}

function list(value: Json): Json[] {
  return Array.isArray(value) ? value : [];
}
