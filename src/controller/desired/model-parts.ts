import { byName } from '../../model/by-name';
import type { NamespaceIntents, NamespaceObjects } from '../observed/namespace-model';
import { controllerPods } from '../../compiler/external/controller-pods';
import { ModelIndex } from '../../compiler/resolution/model-index';
import type { ClientIntents } from '../../intents/client-intents';
import type { Cluster } from '../../model/cluster';
import { collectGatewayApi } from '../../model/gateway-api/collect-gateway-api';
import { impliedNamespace } from '../../model/read-namespace';
import { NOWHERE } from '../../model/place';
import type { Namespace } from '../../model/namespace';
import type { Resource } from '../../model/resource';

/** All that is known of one namespace. */
export interface NamespacePart {
  readonly objects: NamespaceObjects;
  readonly policies: readonly Resource[];
  readonly intents: NamespaceIntents;
}

/** Namespaces that the intents of a part speak of besides their own, by what they declare in either direction. */
export function linksOf(intents: readonly ClientIntents[]): Set<string> {
  const links = new Set<string>();
  for (const declaration of intents) {
    links.add(declaration.client.namespace);
    for (const target of declaration.targets) {
      const namespace = targetNamespace(target);
      if (namespace !== undefined) links.add(namespace);
    }
  }
  return links;
}

/** Where the servers of a target are; undefined for what is not in the cluster. */
export function targetNamespace(target: ClientIntents['targets'][number]): string | undefined {
  if (target.type === 'workload') return target.server.namespace;
  return target.type === 'service' ? target.namespace : undefined;
}

/** Whether workloads of a namespace may bring traffic to others without an intent: an ingress controller, a Gateway. */
export function bringsTraffic({ cluster }: NamespaceObjects): boolean {
  return controllerPods(new ModelIndex(cluster)).size > 0;
}

/**
 * One model of several namespaces: the same that building it from all their objects at once gives.
 *
 * @param parts whole namespaces
 * @param shared objects that concern any namespace
 * @param namespaces all of the cluster, also those that are not among the parts
 * @param policies those that are to be evaluated
 */
export function joinParts(
  parts: readonly NamespaceObjects[],
  shared: readonly Resource[],
  namespaces: ReadonlyMap<string, Namespace>,
  policies: readonly Resource[],
): Cluster {
  const clusters = parts.map(({ cluster }) => cluster);
  const [only] = clusters;
  const single = clusters.length === 1 ? only : undefined;
  return {
    namespaces,
    workloads: single?.workloads ?? clusters.flatMap(({ workloads }) => workloads).sort(byId),
    services: single?.services ?? clusters.flatMap(({ services }) => services).sort(byName),
    ingresses: single?.ingresses ?? clusters.flatMap(({ ingresses }) => ingresses).sort(byName),
    gatewayApi: collectGatewayApi(shared, ({ namespace = 'default' }) => namespace, []),
    serviceAccounts: clusters.flatMap(({ serviceAccounts }) => serviceAccounts).sort(byName),
    resources: [...shared, ...clusters.flatMap(({ resources }) => resources), ...policies],
    findings: [],
  };
}

/** The namespace as a part knows it, or as it is taken to be when nobody may look at it. */
export function namespaceOf(name: string, { objects }: NamespacePart): Namespace {
  return objects.cluster.namespaces.get(name) ?? impliedNamespace(name, NOWHERE);
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
