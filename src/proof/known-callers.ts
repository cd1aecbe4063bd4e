import { apiServerReferences } from '../model/services/api-server-references';
import type { Cluster } from '../model/cluster';
import { FieldReader } from '../model/field-reader';
import { matches } from '../model/label-selector';
import type { Labels, Resource } from '../model/resource';
import { readScrapeMonitor, type ScrapeMonitor } from '../model/services/scrape-monitor';
import type { Service } from '../model/services/service';
import type { Workload } from '../model/workloads/workload';
import { ModelIndex } from '../compiler/resolution/model-index';
import { append } from '../model/group-by';

/** An object that says that something calls a workload. */
export interface KnownCaller {
  /** The object, and who it says calls: `Ingress/shop/web`. */
  readonly text: string;
  readonly kind: 'outside' | 'api-server' | 'scraper';
  /** The Service that it names, in the namespace of the workload. Absent: the pods themselves. */
  readonly service?: string | undefined;
}

/** Key of monitors that look into every namespace; no namespace is called that. */
const ANY_NAMESPACE = '*';

/** Who calls a workload by the word of other manifests: its Services, and what stands before or refers to them. */
export class KnownCallers {
  private readonly services = new Map<Workload, Service[]>();
  private readonly callers = new Map<string, KnownCaller[]>();
  private readonly monitors = new Map<string, ScrapeMonitor[]>();

  constructor(cluster: Cluster) {
    const index = new ModelIndex(cluster);
    for (const service of cluster.services) this.addService(service, index);
    for (const { namespace, name, backends } of cluster.ingresses) {
      for (const { service } of backends) this.addCaller(namespace, service, `Ingress/${namespace}/${name}`);
    }
    for (const { kind, namespace, name, backends } of cluster.gatewayApi?.routes ?? []) {
      for (const { namespace: home, name: service } of backends)
        this.addCaller(home, service, `${kind}/${namespace}/${name}`);
    }
    for (const resource of cluster.resources) this.addResource(resource);
  }

  /** The Services that lead to the workload, sorted by namespace and name. */
  servicesOf(workload: Workload): readonly Service[] {
    return this.services.get(workload) ?? [];
  }

  /** The objects that say that something calls the workload, each with who that is, sorted. */
  callersOf(workload: Workload): readonly KnownCaller[] {
    const services = this.servicesOf(workload);
    const named = services.flatMap(({ namespace, name }) => this.callers.get(`${namespace}/${name}`) ?? []);
    const scraped = [
      ...services.flatMap(({ namespace, name, resource }) =>
        this.scrapers('services', namespace, labelsOf(resource)).map((caller) => ({
          ...caller,
          service: name,
        })),
      ),
      ...this.scrapers('pods', workload.namespace, workload.labels),
    ];
    const known = new Map(
      [...named, ...scraped].map((caller) => [`${caller.text}\u0000${caller.service ?? ''}`, caller]),
    );
    return [...known.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
  }

  private addService(service: Service, index: ModelIndex): void {
    const { namespace, name, selector, type } = service;
    if (selector === undefined || type === 'ExternalName') return;
    for (const workload of index.selected(namespace, selector)) append(this.services, workload, service);
    if (type === 'ClusterIP') return;
    this.addCaller(namespace, name, `Service/${namespace}/${name} (${type}: from outside the cluster)`);
  }

  private addCaller(
    namespace: string,
    service: string,
    text: string,
    kind: KnownCaller['kind'] = 'outside',
  ): void {
    append(this.callers, `${namespace}/${service}`, { text, kind, service });
  }

  private addResource(resource: Resource): void {
    for (const { by, namespace, service } of apiServerReferences(resource))
      this.addCaller(namespace, service, `${by} (the API server)`, 'api-server');
    // A monitor that cannot be read says nothing about callers; whether it is right is not asked here.
    const monitor = readScrapeMonitor(resource, resource.namespace ?? 'default', []);
    if (monitor === undefined) return;
    const { namespaces } = monitor;
    for (const namespace of namespaces === 'any' ? [ANY_NAMESPACE] : namespaces)
      append(this.monitors, namespace, monitor);
  }

  private scrapers(scrapes: ScrapeMonitor['scrapes'], namespace: string, labels: Labels): KnownCaller[] {
    return [...(this.monitors.get(namespace) ?? []), ...(this.monitors.get(ANY_NAMESPACE) ?? [])]
      .filter((monitor) => monitor.scrapes === scrapes && matches(monitor.selector, labels))
      .map(({ id }) => ({ text: `${id} (Prometheus)`, kind: 'scraper' }));
  }
}

function labelsOf(resource: Resource): Labels {
  return FieldReader.of(resource, []).object('metadata')?.labels('labels') ?? {};
}
