import { byName } from './by-name';
import type { Cluster } from './cluster';
import { collectGatewayApi } from './gateway-api/collect-gateway-api';
import type { Finding } from './finding';
import type { Namespace } from './namespace';
import { foldOwned } from './workloads/ownership';
import { DEFAULT_POD_TEMPLATE_KINDS, type PodTemplateKinds } from './workloads/pod-template';
import { readIngress } from './services/read-ingress';
import { impliedNamespace, readNamespace } from './read-namespace';
import { readService } from './services/read-service';
import { collectServiceAccounts } from './workloads/service-accounts';
import { isClusterScoped } from './scope';
import type { Resource } from './resource';
import { collectWorkloads } from './workloads/collect-workloads';
import { uniqueResources } from './unique-resources';

export interface BuildClusterOptions {
  /** Kinds that make pods. Default {@link DEFAULT_POD_TEMPLATE_KINDS}. */
  readonly kinds?: PodTemplateKinds;
  /** Namespace of namespaced objects without one. Default `default`. */
  readonly defaultNamespace?: string;
  /**
   * A model of many of the same objects, made with the same options: Services and Ingresses that are in both are taken
   * over and not read again. Default none.
   */
  readonly earlier?: Cluster;
}

/**
 * Makes the model of the input. Never throws: what is wrong with an object becomes a finding, and the object is in
 * the model as far as it can be read. Of objects written twice the last one counts (see {@link uniqueResources}),
 * and only that one is in `resources`.
 */
export function buildCluster(input: readonly Resource[], options: BuildClusterOptions = {}): Cluster {
  const { kinds = DEFAULT_POD_TEMPLATE_KINDS, defaultNamespace = 'default', earlier } = options;
  const { resources, findings: duplicates } = uniqueResources(input);
  const findings: Finding[] = [...duplicates];
  const namespaceOf = (resource: Resource): string => resource.namespace ?? defaultNamespace;
  const services = new Map(known(earlier, earlier?.services));
  const ingresses = new Map(known(earlier, earlier?.ingresses));
  const workloads = foldOwned(collectWorkloads(resources, { kinds, namespaceOf, findings }), findings);
  return {
    namespaces: collectNamespaces(resources, namespaceOf, findings),
    workloads: workloads.sort((a, b) => (a.id < b.id ? -1 : 1)),
    services: resources
      .filter(({ group, kind }) => group === '' && kind === 'Service')
      .map((resource) => services.get(resource) ?? readService(resource, namespaceOf(resource), findings))
      .sort(byName),
    ingresses: resources
      .filter(
        ({ group, kind }) => kind === 'Ingress' && (group === 'networking.k8s.io' || group === 'extensions'),
      )
      .map((resource) => ingresses.get(resource) ?? readIngress(resource, namespaceOf(resource), findings))
      .sort(byName),
    gatewayApi: collectGatewayApi(resources, namespaceOf, findings),
    serviceAccounts: collectServiceAccounts(resources, workloads, namespaceOf, findings),
    resources,
    findings,
  };
}

/** Models do not tell which finding is about which object: only where there is none, nothing can get lost. */
function known<T extends { readonly resource: Resource }>(
  earlier: Cluster | undefined,
  read: readonly T[] = [],
): [Resource, T][] {
  return earlier?.findings.length === 0 ? read.map((item) => [item.resource, item]) : [];
}

/** Declared namespaces and those that objects are in, sorted by name. */
function collectNamespaces(
  resources: readonly Resource[],
  namespaceOf: (resource: Resource) => string,
  findings: Finding[],
): Map<string, Namespace> {
  const namespaces = new Map<string, Namespace>();
  for (const resource of resources) {
    if (resource.group === '' && resource.kind === 'Namespace') {
      namespaces.set(resource.name, readNamespace(resource, findings));
    } else if (!isClusterScoped(resource.group, resource.kind)) {
      const name = namespaceOf(resource);
      if (!namespaces.has(name)) namespaces.set(name, impliedNamespace(name, resource.place));
    }
  }
  return new Map([...namespaces].sort(([a], [b]) => (a < b ? -1 : 1)));
}
