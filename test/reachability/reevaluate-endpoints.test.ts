import { parseAllDocuments } from 'yaml';
import { resourceOf } from '../model/resource-of';
import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import { isJsonObject } from '../../src/model/json';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { Reachability } from '../../src/reachability/reachability';
import { reevaluate } from '../../src/reachability/reevaluation/reevaluate';
import { gnp, pod } from './world';

const SERVICE = `---
apiVersion: v1
kind: Service
metadata: { namespace: app, name: svc }
spec: { selector: { app: b }, ports: [{ port: 80 }] }
`;
const SLICE = `---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { namespace: app, name: svc-1, labels: { kubernetes.io/service-name: svc } }
addressType: IPv4
endpoints: [{ addresses: [1.2.3.4] }]
`;
const TO_SERVICE = gnp(
  'x',
  `selector: 'app == "a"', types: [Egress], egress: [{ action: Allow, destination: { services: { namespace: app, name: svc } } }]`,
);

function read(yaml: string): Cluster {
  const values = parseAllDocuments(yaml).map((document): unknown => document.toJS());
  return buildCluster(values.filter((value) => isJsonObject(value)).map(resourceOf));
}

describe('re-evaluation when endpoints are written out', () => {
  const without = read(pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + SERVICE + TO_SERVICE);
  const withSlice = read(
    pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + SERVICE + TO_SERVICE + SLICE,
  );
  const evaluated = (cluster: Cluster): Reachability => evaluate(cluster, readPolicies(cluster.resources));
  const isOpen = (cluster: Cluster, reachability: Reachability): boolean => {
    const workload = cluster.workloads.find(({ name }) => name === 'a');
    if (workload === undefined) throw new Error('no pod a');
    const outside = { type: 'addresses', version: 4, first: 1n, last: 1n } as const;
    return reachability.connection({ type: 'workload', workload }, outside).undecided.contains(6, 80);
  };

  it.each([
    ['an EndpointSlice comes', without, withSlice, true],
    ['an EndpointSlice goes', withSlice, without, false],
  ])('%s: the rule that names its Service is judged anew', (_, before, after, open) => {
    const { reachability, affected } = reevaluate(evaluated(before), after, readPolicies(after.resources));
    expect(isOpen(after, reachability)).toBe(open);
    expect(isOpen(after, evaluated(after))).toBe(open);
    expect(affected.map(({ workload }) => workload.id)).toEqual(['app/a[Pod]']);
  });
});
