import { buildCluster } from '../../../src/model/build-cluster';
import type { Resource } from '../../../src/model/resource';
import { readManifests } from '../../../src/sources/manifest';
import type { FlowRecord } from '../../../src/traffic/flow-record';
import type { Inventory } from '../../../src/traffic/mapping/inventory';
import { FlowMapper } from '../../../src/traffic/mapping/map-flow';
import { takeInventory, type InventoryOptions } from '../../../src/traffic/mapping/take-inventory';
import { endName } from '../../../src/traffic/mapping/traffic-end';

/** Frontend calls cart through a Service that translates 80 to 7070; db has a Service on a port that clients get too. */
export const SHOP = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: frontend, namespace: shop }
spec: { template: { metadata: { labels: { app: frontend } }, spec: { containers: [{ name: c, ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { port: 8081 } } }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec: { template: { metadata: { labels: { app: cart } }, spec: { containers: [{ name: c, ports: [{ name: grpc, containerPort: 7070 }] }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { clusterIP: 10.96.0.10, type: NodePort, selector: { app: cart }, ports: [{ port: 80, targetPort: grpc, nodePort: 30080 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db, namespace: shop }
spec: { template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: c }] } } }
---
apiVersion: v1
kind: Service
metadata: { name: db, namespace: shop }
spec: { clusterIP: 10.96.0.11, selector: { app: db }, ports: [{ port: 50051, targetPort: 5432 }] }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: report, namespace: shop }
spec: { jobTemplate: { spec: { template: { metadata: { labels: { app: report } }, spec: { containers: [{ name: c }] } } } } }
`;

/** A moment of the day that the tests are on, in milliseconds. */
export function at(clock: string): number {
  return Date.parse(`2026-11-02T${clock}Z`);
}

interface PodFacts {
  readonly uid?: string;
  readonly from?: string;
  readonly deleted?: string;
  readonly ended?: string;
  readonly hash?: string;
  readonly hostNetwork?: boolean;
}

/** A pod of a snapshot. @param owner `Kind/name` of its controller */
export function pod(name: string, ip: string, owner: string | undefined, facts: PodFacts = {}): object {
  const [kind, ownerName] = owner?.split('/') ?? [];
  const time = (clock: string | undefined) => (clock === undefined ? undefined : `2026-11-02T${clock}Z`);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      ...(facts.uid === undefined ? {} : { uid: facts.uid }),
      ...(facts.deleted === undefined ? {} : { deletionTimestamp: time(facts.deleted) }),
      ...(facts.hash === undefined ? {} : { labels: { 'pod-template-hash': facts.hash } }),
      ...(owner === undefined ? {} : { ownerReferences: [{ kind, name: ownerName, controller: true }] }),
    },
    spec: { ...(facts.hostNetwork === true ? { hostNetwork: true } : {}) },
    status: {
      podIP: ip,
      phase: facts.ended === undefined ? 'Running' : 'Succeeded',
      ...(facts.from === undefined ? {} : { startTime: time(facts.from) }),
      ...(facts.ended === undefined
        ? {}
        : { containerStatuses: [{ state: { terminated: { finishedAt: time(facts.ended) } } }] }),
    },
  };
}

export function resourcesOf(objects: readonly object[]): readonly Resource[] {
  return readManifests(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }), {
    file: 'snapshot.json',
  }).resources;
}

export const FRONTEND = pod('frontend-5d4f8c7b9-x2z4v', '10.1.0.1', 'ReplicaSet/frontend-5d4f8c7b9');
export const CART = pod('cart-5d4f8c7b9-x2z4v', '10.1.0.2', 'ReplicaSet/cart-5d4f8c7b9');
export const DB = pod('db-0', '10.1.0.3', 'StatefulSet/db');
export const NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1', annotations: { 'projectcalico.org/IPv4VXLANTunnelAddr': '10.1.7.0' } },
  spec: { podCIDR: '10.1.0.0/16' },
  status: { addresses: [{ type: 'InternalIP', address: '192.168.0.2' }] },
};

export function inventoryOf(
  snapshot: readonly object[] = [FRONTEND, CART, DB, NODE],
  options: InventoryOptions = {},
  manifests: string = SHOP,
): Inventory {
  const cluster = buildCluster(readManifests(manifests, { file: 'shop.yaml' }).resources);
  return takeInventory(cluster, { snapshot: resourcesOf(snapshot), ...options });
}

/** `10.1.0.1:40000 10.96.0.10:80`: a record of TCP between two addresses. */
export function flow(ends: string, more: Partial<FlowRecord> = {}): FlowRecord {
  const [source, destination] = ends.split(' ').map((text) => {
    const colon = text.lastIndexOf(':');
    const [ip, port] = colon < 0 ? [text, undefined] : [text.slice(0, colon), Number(text.slice(colon + 1))];
    return { ip, ...(port === undefined ? {} : { port }) };
  });
  return {
    kind: 'flow',
    time: at('10:00:00'),
    count: 1,
    protocol: 'TCP',
    layer: 'l4',
    source: source ?? {},
    destination: destination ?? {},
    place: { file: 'flows.log', line: 1 },
    ...more,
  };
}

/** What becomes of a record, in a line: `call shop/a -> shop/b 7070`, `reply`, `direction-unknown: …`. */
export function mapped(record: FlowRecord, inventory: Inventory = inventoryOf()): string {
  const mapping = new FlowMapper(inventory).map(record);
  if (mapping.type === 'aside') return mapping.reason;
  if (mapping.type === 'unmapped') return `${mapping.reason}: ${mapping.text}`;
  const { kind, from, to, port, service, doubts } = mapping.flow;
  const through = service === undefined ? '' : ` through ${service.name}`;
  return `${kind} ${endName(from)} -> ${endName(to)} ${port}${through}${doubts === 0 ? '' : ` doubts ${doubts}`}`;
}
