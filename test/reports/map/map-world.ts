import { buildCluster } from '../../../src/model/build-cluster';
import { readPolicies } from '../../../src/policies/read-policies';
import type { Compared } from '../../../src/reachability/compare/compared';
import { evaluate } from '../../../src/reachability/evaluate';
import { makeMap } from '../../../src/reports/map/make-map';
import type { MapData, MapSide, MapState } from '../../../src/reports/map/map-data';
import { readManifests } from '../../../src/sources/manifest';

/** One version of manifests, evaluated. */
export function sideOfText(text: string): Compared {
  const cluster = buildCluster(readManifests(text, { file: 'x.yaml' }).resources);
  return { workloads: cluster.workloads, reachability: evaluate(cluster, readPolicies(cluster.resources)) };
}

export function mapOfText(text: string, before?: string): MapData {
  return makeMap(
    { after: sideOfText(text), before: before === undefined ? undefined : sideOfText(before) },
    'map',
  );
}

/** A Deployment called like its label `app`. */
export function deployment(name: string, namespace = 'shop', more = ''): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec: { template: { metadata: { labels: { app: ${name} } }, spec: { ${more}containers: [{ name: c, image: x, ports: [{ containerPort: 80 }] }] } } }
`;
}

/** A NetworkPolicy for the pods of one Deployment, or for all of the namespace. */
export function policy(name: string, app: string | undefined, spec: string, namespace = 'shop'): string {
  const selector = app === undefined ? '{}' : `{ matchLabels: { app: ${app} } }`;
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: { podSelector: ${selector}, ${spec} }
`;
}

/** The state of a node by its name. */
export function stateOf(
  data: MapData,
  side: MapSide,
  name: string,
  direction: 'ingress' | 'egress',
): MapState | undefined {
  return side[direction][data.nodes.findIndex((node) => node.name === name)];
}
