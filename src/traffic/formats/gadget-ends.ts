import { isJsonObject, type Json, type JsonObject } from '../../model/json';
import type { FlowEnd } from '../flow-record';
import { needIp, needPort, objectIn, textIn, UnreadableError } from '../flow-value';

/** The pod that an event of Inspektor Gadget was seen in: in `k8s` of new gadgets, at the top of older ones. */
export function ownEnd(event: JsonObject): FlowEnd {
  const k8s = objectIn(event, 'k8s') ?? event;
  const pod = first(k8s, 'podName', 'pod', 'podname');
  const owner = k8s['owner'];
  return {
    kind: pod === undefined ? undefined : 'pod',
    namespace: textIn(k8s, 'namespace'),
    pod,
    workload: isJsonObject(owner) ? ownerOf(owner) : undefined,
    labels: labelsIn(k8s, 'podLabels', 'local_pod_labels'),
    node: textIn(k8s, 'node'),
  };
}

/** An end as `{ addr, port, k8s: { kind, namespace, name, labels } }`, and without `k8s` in older gadgets. */
export function endpoint(event: JsonObject, name: string): FlowEnd {
  const end = objectIn(event, name);
  if (end === undefined) throw new UnreadableError(`it has no "${name}"`);
  const k8s = objectIn(end, 'k8s') ?? end;
  return {
    ...named(
      textIn(k8s, 'kind'),
      first(k8s, 'name', 'podName', 'podname'),
      textIn(k8s, 'namespace'),
      labelsIn(k8s, 'labels', 'podLabels', 'podlabels'),
    ),
    ip: ipIn(end, 'addr'),
    port: portIn(end, 'port'),
  };
}

/** What a gadget has found out about an address: a pod (by name), a Service, or nothing (`raw`, `other`). */
export function named(
  kind: string | undefined,
  name: string | undefined,
  namespace: string | undefined,
  labels: readonly string[] | undefined,
): FlowEnd {
  if (name === undefined) return {};
  if (kind === 'svc') return { service: { name, namespace } };
  return kind === undefined || kind === 'pod' ? { kind: 'pod', namespace, pod: name, labels } : {};
}

/** The text in the first of these fields that has one. */
export function first(value: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textIn(value, name);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The address in the first of these fields that has one. @throws UnreadableError when it is none */
export function ipIn(value: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textIn(value, name);
    if (text !== undefined) return needIp(text, name);
  }
  return undefined;
}

/** @throws UnreadableError when it is none */
export function portIn(value: JsonObject, name: string): number | undefined {
  const port = value[name];
  return port === undefined || port === null ? undefined : needPort(port, name);
}

function ownerOf(owner: JsonObject): FlowEnd['workload'] {
  const name = textIn(owner, 'name');
  return name === undefined ? undefined : { name, kind: textIn(owner, 'kind') };
}

/** `{"app":"cart"}` of older gadgets, and `app=cart,tier=web` of new ones. */
export function labelsIn(value: JsonObject, ...names: readonly string[]): readonly string[] | undefined {
  const labels = names.map((name) => value[name]).find((found) => found !== undefined && found !== null);
  if (typeof labels === 'string') return labels === '' ? undefined : labels.split(',');
  if (!isJsonObject(labels)) return undefined;
  return Object.entries(labels).flatMap(([key, text]: [string, Json | undefined]) =>
    typeof text === 'string' ? [`${key}=${text}`] : [],
  );
}
