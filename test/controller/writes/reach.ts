import { NAMESPACES, NETWORK_POLICIES, PODS } from '../../../src/controller/api/known-resources';
import { isJsonObject, jsonAt, type Json, type JsonObject } from '../../../src/model/json';
import type { FakeApi } from '../fake-api';

interface Pod {
  readonly id: string;
  readonly namespace: string;
  readonly labels: JsonObject;
}

/**
 * Who may call whom on a port at this moment, pod by pod as a network plugin looks at them (network-policy-semantics 2.1),
 * in each direction by itself: `shop/web-0 out > shop/cart-0` and `shop/web-0 > in shop/cart-0`. Written without a look at src/, for what tests have in their clusters: selectors by
 * `matchLabels`, ports by number or by the one name that they have.
 */
export function reach(api: FakeApi, port = 8080): Set<string> {
  return reachIn(
    { pods: api.all(PODS), policies: api.all(NETWORK_POLICIES), namespaces: api.all(NAMESPACES) },
    port,
  );
}

/** What there is at one moment. */
export interface Moment {
  readonly pods: readonly JsonObject[];
  readonly policies: readonly JsonObject[];
  readonly namespaces: readonly JsonObject[];
}

/** The same of any objects. */
export function reachIn({ policies, ...there }: Moment, port = 8080): Set<string> {
  const pods = there.pods.map(podOf);
  const namespaces = new Map(
    there.namespaces.map((one) => [text(jsonAt(one, ['metadata', 'name'])), labelsOf(one)]),
  );
  const lets = (direction: 'ingress' | 'egress', pod: Pod, peer: Pod): boolean => {
    const about = policies.filter((policy) => selects(policy, direction, pod));
    if (about.length === 0) return true;
    return about.some((policy) =>
      list(jsonAt(policy, ['spec', direction])).some((rule) => {
        const peers = jsonAt(rule, [direction === 'ingress' ? 'from' : 'to']);
        const ports = list(jsonAt(rule, ['ports']));
        if (ports.length > 0 && !ports.some((one) => [port, 'http'].includes(portOf(one)))) return false;
        if (peers === undefined) return true;
        return list(peers).some((one) =>
          isPeer(one, text(jsonAt(policy, ['metadata', 'namespace'])), peer, namespaces),
        );
      }),
    );
  };
  return new Set(
    pods.flatMap((from) =>
      pods
        .filter((to) => to !== from)
        .flatMap((to) => [
          ...(lets('egress', from, to) ? [`${from.id} out > ${to.id}`] : []),
          ...(lets('ingress', to, from) ? [`${from.id} > in ${to.id}`] : []),
        ]),
    ),
  );
}

function selects(policy: JsonObject, direction: 'ingress' | 'egress', pod: Pod): boolean {
  const types = list(jsonAt(policy, ['spec', 'policyTypes']));
  return (
    jsonAt(policy, ['metadata', 'namespace']) === pod.namespace &&
    types.includes(direction === 'ingress' ? 'Ingress' : 'Egress') &&
    matches(jsonAt(policy, ['spec', 'podSelector']), pod.labels)
  );
}

function isPeer(peer: Json, home: string, pod: Pod, namespaces: ReadonlyMap<string, JsonObject>): boolean {
  const [inNamespaces, pods] = [jsonAt(peer, ['namespaceSelector']), jsonAt(peer, ['podSelector'])];
  if (inNamespaces === undefined && pods === undefined) return false;
  const isThere =
    inNamespaces === undefined
      ? pod.namespace === home
      : matches(inNamespaces, namespaces.get(pod.namespace) ?? {});
  return isThere && (pods === undefined || matches(pods, pod.labels));
}

function matches(selector: Json | undefined, labels: JsonObject): boolean {
  const wanted = jsonAt(selector, ['matchLabels']);
  if (!isJsonObject(wanted)) return true;
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function portOf(port: Json): string | number {
  const value = jsonAt(port, ['port']);
  return typeof value === 'number' || typeof value === 'string' ? value : '';
}

function podOf(object: JsonObject): Pod {
  const namespace = text(jsonAt(object, ['metadata', 'namespace']));
  return {
    id: `${namespace}/${text(jsonAt(object, ['metadata', 'name']))}`,
    namespace,
    labels: labelsOf(object),
  };
}

function labelsOf(object: JsonObject): JsonObject {
  const labels = jsonAt(object, ['metadata', 'labels']);
  const name = jsonAt(object, ['metadata', 'name']);
  return {
    ...(isJsonObject(labels) ? labels : {}),
    // Kubernetes labels namespaces with their names.
    ...(object['kind'] === 'Namespace' ? { 'kubernetes.io/metadata.name': name ?? '' } : {}),
  };
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
