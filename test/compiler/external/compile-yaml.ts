import { applied } from '../applied';
import { compile } from '../../../src/compiler/compile';
import type { Compilation, CompileOptions } from '../../../src/compiler/compilation';
import { presentReachability } from '../../../src/compiler/present-policies';
import { readIntents } from '../../../src/intents/read-intents';
import { buildCluster } from '../../../src/model/build-cluster';
import { jsonAt, type Json } from '../../../src/model/json';
import { prove } from '../../../src/proof/prove';
import { readManifests } from '../../../src/sources/manifest';

/** Manifests compiled, and the proof of what came of it. */
export interface Compiled {
  readonly result: Compilation;
  /** `namespace/name` of each policy, with its rules. */
  readonly policies: Readonly<Record<string, Json | undefined>>;
  /** `severity id object` of each finding of the compiler. */
  readonly found: readonly string[];
  /** The same of the errors and warnings of the proof. */
  readonly proved: readonly string[];
}

/** Compiles a YAML stream as it is, without policies of its own if it has none. */
export function compileYaml(yaml: string, options: CompileOptions = {}): Compiled {
  const { resources, findings } = readManifests(yaml, { file: 'all.yaml' });
  expect(findings).toEqual([]);
  const cluster = buildCluster(resources);
  expect(cluster.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  const { intents } = readIntents(resources);
  const result = compile(cluster, intents, { present: presentReachability(cluster), ...options });
  const proof = prove({ ...applied(cluster, result), compilation: result, denies: [] });
  return {
    result,
    policies: Object.fromEntries(
      result.policies.map(({ namespace, name, manifest }) => [
        `${namespace}/${name}`,
        jsonAt(manifest, ['spec', 'ingress']),
      ]),
    ),
    found: result.findings.map(({ severity, id, object }) => `${severity} ${id} ${object ?? ''}`),
    proved: proof.findings
      .filter(({ severity }) => severity !== 'info')
      .map(({ severity, id, object }) => `${severity} ${id} ${object ?? ''}`),
  };
}

/** A Deployment that listens on 8080 (`http`) and 9090 (`metrics`), and a Service of its name for both. */
export function server(fullName: string, podMetadata = ''): string {
  const [namespace = '', name = ''] = fullName.split('/');
  return `
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} }${podMetadata === '' ? '' : `, ${podMetadata}`} }
    spec:
      containers:
        - { name: c, image: c, ports: [{ name: http, containerPort: 8080 }, { name: metrics, containerPort: 9090 }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace}, labels: { svc: ${name} } }
spec:
  selector: { app: ${name} }
  ports: [{ name: http, port: 80, targetPort: http }, { name: metrics, port: 9090 }, { name: dns, port: 53, protocol: UDP }]
`;
}

/** Isolates every pod of a namespace. */
export function deny(namespace: string): string {
  return `
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: ${namespace} }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;
}

export const NAMESPACES = ['shop', 'infra', 'other']
  .map(
    (name) => `
---
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { team: ${name} } }
`,
  )
  .join('');
