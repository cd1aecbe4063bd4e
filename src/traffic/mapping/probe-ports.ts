import { isJsonObject, jsonAt, type Json } from '../../model/json';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../model/workloads/pod-template';
import type { Workload } from '../../model/workloads/workload';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HANDLERS = ['httpGet', 'tcpSocket', 'grpc'] as const;

/** The ports on which the kubelet asks the pods of a workload how they are, over TCP. */
export class ProbePorts {
  private readonly known = new Map<Workload, ReadonlySet<number>>();

  has(workload: Workload, port: number): boolean {
    let ports = this.known.get(workload);
    if (ports === undefined) {
      ports = probedPorts(workload);
      this.known.set(workload, ports);
    }
    return ports.has(port);
  }
}

function probedPorts(workload: Workload): ReadonlySet<number> {
  const { group, kind, manifest } = workload.resource;
  const path = DEFAULT_POD_TEMPLATE_KINDS.pathOf(group, kind);
  if (path === undefined) return new Set();
  const containers = ['containers', 'initContainers'].flatMap((field) => {
    const list = jsonAt(manifest, [...path, 'spec', field]);
    return Array.isArray(list) ? list : [];
  });
  return new Set(containers.flatMap((container) => containerPorts(container, workload)));
}

function containerPorts(container: Json, { ports }: Workload): number[] {
  const handlers = [
    ...PROBES.map((probe) => jsonAt(container, [probe])),
    jsonAt(container, ['lifecycle', 'postStart']),
    jsonAt(container, ['lifecycle', 'preStop']),
  ];
  return handlers.flatMap((handler) =>
    HANDLERS.flatMap((type) => {
      const asked = isJsonObject(handler) ? jsonAt(handler, [type, 'port']) : undefined;
      if (typeof asked === 'number') return [asked];
      return ports.filter(({ name }) => name === asked && asked !== undefined).map(({ port }) => port);
    }),
  );
}
