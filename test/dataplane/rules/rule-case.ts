/** Policies over the pods of the grid, and what must become of some packets; of all others, evaluator and packets agree. */
export interface RuleCase {
  /** What is shown, as a sentence. */
  readonly name: string;
  readonly policies: string;
  /** Lines that `expectations` reads. */
  readonly expect: readonly string[];
}

/** A Calico policy; `spec` as YAML of one flow mapping. */
export function calico(kind: string, name: string, spec: string, namespace?: string): string {
  const place = namespace === undefined ? '' : `, namespace: ${namespace}`;
  return `---\n{ apiVersion: projectcalico.org/v3, kind: ${kind}, metadata: { name: ${name}${place} }, spec: ${spec} }\n`;
}

/** A NetworkPolicy of Kubernetes. */
export function networkPolicy(name: string, spec: string, namespace = 'shop'): string {
  return `---\n{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: ${name}, namespace: ${namespace} }, spec: ${spec} }\n`;
}
