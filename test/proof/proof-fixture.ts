import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import type { Finding } from '../../src/model/finding';
import type { PolicySet } from '../../src/policies/policy';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { Reachability } from '../../src/reachability/reachability';
import { readManifests } from '../../src/sources/manifest';

/** The model of a YAML stream, its policies, and what they let through. Every policy must be readable. */
export function read(yaml: string): { cluster: Cluster; policies: PolicySet; reachability: Reachability } {
  const { resources, findings } = readManifests(yaml, { file: 'all.yaml' });
  expect(findings).toEqual([]);
  const cluster = buildCluster(resources);
  const policies = readPolicies(cluster.resources);
  expect(policies.findings).toEqual([]);
  return { cluster, policies, reachability: evaluate(cluster, policies) };
}

/** Findings in one line each. */
export function lines(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, id, message }) => `${severity} ${id}: ${message}`);
}

/** A Deployment of namespace `shop` (or of `name.namespace`), labelled with its name. */
export function deployment(
  fullName: string,
  { port, host = false }: { port?: number; host?: boolean } = {},
): string {
  const [name = '', namespace = 'shop'] = fullName.split('.');
  const ports = port === undefined ? '' : `, ports: [{ containerPort: ${port} }]`;
  return `
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  template:
    metadata: { labels: { app: ${name} } }
    spec: { hostNetwork: ${host}, containers: [{ name: c${ports} }] }
`;
}

/** A Service of that name for the Deployment of that name. */
export function service(name: string, spec = ''): string {
  return `
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop, labels: { svc: ${name} } }
spec: { selector: { app: ${name} }, ports: [{ name: http, port: 80, targetPort: 8080 }]${spec === '' ? '' : `, ${spec}`} }
`;
}

/** A NetworkPolicy of namespace `shop`, its spec as flow YAML. */
export function policy(name: string, spec: string): string {
  return `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { ${spec} }
`;
}

export const DENY_INGRESS = policy('deny', 'podSelector: {}, policyTypes: [Ingress]');
