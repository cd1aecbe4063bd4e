import { runChecks, type Check } from '../../src/checks';
import { compile } from '../../src/compiler/compile';
import { presentReachability } from '../../src/compiler/present-policies';
import { readIntents } from '../../src/intents/read-intents';
import { buildCluster } from '../../src/model/build-cluster';
import type { Finding } from '../../src/model/finding';
import type { Resource } from '../../src/model/resource';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import { resourcesOf } from '../policies/resource-fixture';

/** Runs checks (by default all) over resources. */
export function checkResources(
  resources: readonly Resource[],
  checks?: readonly Check[],
): readonly Finding[] {
  const cluster = buildCluster(resources);
  const policies = readPolicies(resources);
  const reachability = evaluate(cluster, policies);
  const compilation = compile(cluster, readIntents(resources).intents, {
    present: presentReachability(cluster),
  });
  return runChecks({ cluster, policies, resources, reachability, compilation }, checks);
}

/** Runs checks over a YAML stream whose policies must be readable. */
export function checkYaml(yaml: string, checks?: readonly Check[]): readonly Finding[] {
  const resources = resourcesOf(yaml);
  const errors = readPolicies(resources).findings.filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    throw new Error(`the input of the test is wrong: ${errors.map(({ message }) => message).join('; ')}`);
  return checkResources(resources, checks);
}

/** The places of the findings of one check, as field paths. */
export function placesOf(check: Check, yaml: string): (string | undefined)[] {
  return checkYaml(yaml, [check]).map(({ place }) => place.file);
}

/** A NetworkPolicy in one line of YAML. */
export function networkPolicy(spec: string, namespace = 'shop', name = 'p'): string {
  return `---\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: ${name}, namespace: ${namespace} }, spec: ${spec} }\n`;
}

/** A GlobalNetworkPolicy in one line of YAML. */
export function globalPolicy(spec: string, name = 'p'): string {
  return `---\n{ apiVersion: projectcalico.org/v3, kind: GlobalNetworkPolicy, metadata: { name: ${name} }, spec: ${spec} }\n`;
}

/** A Deployment with pods of the labels. */
export function deployment(namespace: string, name: string, labels: string): string {
  return `---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: ${name}, namespace: ${namespace} }, spec: { selector: { matchLabels: ${labels} }, template: { metadata: { labels: ${labels} }, spec: { containers: [{ name: a, image: a }] } } } }\n`;
}

/** A Namespace with labels. */
export function namespace(name: string, labels = '{}'): string {
  return `---\n{ apiVersion: v1, kind: Namespace, metadata: { name: ${name}, labels: ${labels} } }\n`;
}

/** A Deployment with container ports (flow items) and fields of its pod spec. Labels default to `app` with its name. */
export function workload(
  namespace: string,
  name: string,
  given: { readonly ports?: string; readonly pod?: string; readonly labels?: string },
): string {
  const { ports = '', pod = '', labels = `{ app: ${name} }` } = given;
  const fields = pod === '' ? '' : `${pod}, `;
  return `---\n{ apiVersion: apps/v1, kind: Deployment, metadata: { name: ${name}, namespace: ${namespace} }, spec: { selector: { matchLabels: ${labels} }, template: { metadata: { labels: ${labels} }, spec: { ${fields}containers: [{ name: a, image: a, ports: [${ports}] }] } } } }\n`;
}

/** A Service with ports (flow items) and further fields. */
export function service(namespace: string, name: string, selector: string, ports: string, more = ''): string {
  return `---\n{ apiVersion: v1, kind: Service, metadata: { name: ${name}, namespace: ${namespace} }, spec: { ${more === '' ? '' : `${more}, `}selector: ${selector}, ports: [${ports}] } }\n`;
}
