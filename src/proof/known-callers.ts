import { apiServerReferences } from './api-server-references';
import type { Cluster } from '../model/cluster';
import { FieldReader } from '../model/field-reader';
import { jsonAt } from '../model/json';
import { matches, readLabelSelector, type LabelSelector } from '../model/label-selector';
import { resourceId, type Labels, type Resource } from '../model/resource';
import type { Service } from '../model/service';
import type { Workload } from '../model/workload';
import { append, ModelIndex } from '../compiler/model-index';

/** A ServiceMonitor or PodMonitor: what Prometheus scrapes. */
interface Monitor {
  readonly name: string;
  readonly scrapes: 'services' | 'pods';
  readonly selector: LabelSelector;
}

/** Key of monitors that look into every namespace; no namespace is called that. */
const ANY_NAMESPACE = '*';

/** Who calls a workload by the word of other manifests: its Services, and what stands before or refers to them. */
export class KnownCallers {
  private readonly services = new Map<Workload, Service[]>();
  private readonly callers = new Map<string, string[]>();
  private readonly monitors = new Map<string, Monitor[]>();

  constructor(cluster: Cluster) {
    const index = new ModelIndex(cluster);
    for (const service of cluster.services) this.addService(service, index);
    for (const { namespace, name, backends } of cluster.ingresses) {
      for (const { service } of backends) this.addCaller(namespace, service, `Ingress/${namespace}/${name}`);
    }
    for (const resource of cluster.resources) this.addResource(resource);
  }

  /** The Services that lead to the workload, sorted by namespace and name. */
  servicesOf(workload: Workload): readonly Service[] {
    return this.services.get(workload) ?? [];
  }

  /** The objects that say that something calls the workload, each with who that is, sorted. */
  callersOf(workload: Workload): readonly string[] {
    const services = this.servicesOf(workload);
    const named = services.flatMap(({ namespace, name }) => this.callers.get(`${namespace}/${name}`) ?? []);
    const scraped = [
      ...services.flatMap((service) =>
        this.scrapers('services', service.namespace, labelsOf(service.resource)),
      ),
      ...this.scrapers('pods', workload.namespace, workload.labels),
    ];
    return [...new Set([...named, ...scraped])].sort();
  }

  private addService(service: Service, index: ModelIndex): void {
    const { namespace, name, selector, type } = service;
    if (selector === undefined || type === 'ExternalName') return;
    for (const workload of index.selected(namespace, selector)) append(this.services, workload, service);
    if (type === 'ClusterIP') return;
    this.addCaller(namespace, name, `Service/${namespace}/${name} (${type}: from outside the cluster)`);
  }

  private addCaller(namespace: string, service: string, caller: string): void {
    append(this.callers, `${namespace}/${service}`, caller);
  }

  private addResource(resource: Resource): void {
    for (const { by, namespace, service } of apiServerReferences(resource))
      this.addCaller(namespace, service, `${by} (the API server)`);
    if (resource.group !== 'monitoring.coreos.com') return;
    if (resource.kind === 'ServiceMonitor') this.addMonitor(resource, 'services');
    else if (resource.kind === 'PodMonitor') this.addMonitor(resource, 'pods');
  }

  private addMonitor(resource: Resource, scrapes: Monitor['scrapes']): void {
    // A monitor that cannot be read says nothing about callers; whether it is right is not asked here.
    const selector = FieldReader.of(resource, []).object('spec')?.object('selector');
    const read = selector === undefined ? undefined : readLabelSelector(selector);
    if (read === undefined) return;
    const monitor: Monitor = { name: `${resourceId(resource)} (Prometheus)`, scrapes, selector: read };
    for (const namespace of namespacesOf(resource)) append(this.monitors, namespace, monitor);
  }

  private scrapers(scrapes: Monitor['scrapes'], namespace: string, labels: Labels): string[] {
    return [...(this.monitors.get(namespace) ?? []), ...(this.monitors.get(ANY_NAMESPACE) ?? [])]
      .filter((monitor) => monitor.scrapes === scrapes && matches(monitor.selector, labels))
      .map(({ name }) => name);
  }
}

/** Where a monitor looks: `spec.namespaceSelector` with `any` or `matchNames`, its own namespace without. */
function namespacesOf({ manifest, namespace }: Resource): readonly string[] {
  if (jsonAt(manifest, ['spec', 'namespaceSelector', 'any']) === true) return [ANY_NAMESPACE];
  const names = jsonAt(manifest, ['spec', 'namespaceSelector', 'matchNames']);
  const texts = (Array.isArray(names) ? names : []).filter((name) => typeof name === 'string');
  return texts.length > 0 ? [...new Set(texts)] : [namespace ?? 'default'];
}

function labelsOf(resource: Resource): Labels {
  return FieldReader.of(resource, []).object('metadata')?.labels('labels') ?? {};
}
