import type { Scrape } from './scrapes';
import { targetsOf } from './service-openings';
import { type ModelIndex } from '../resolution/model-index';
import { groupBy } from '../../model/group-by';
import { sortPorts } from '../resolution/resolved-call';
import type { TargetPort } from '../../intents/client-intents';
import { FieldReader } from '../../model/field-reader';
import type { Finding } from '../../model/finding';
import { matches } from '../../model/label-selector';
import type { Place } from '../../model/place';
import type { Labels } from '../../model/resource';
import {
  readScrapeMonitor,
  type MonitorEndpoint,
  type ScrapeMonitor,
} from '../../model/services/scrape-monitor';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** What ServiceMonitors and PodMonitors have scraped (API of prometheus-operator, `monitoring.coreos.com/v1`). */
export function monitorScrapes(index: ModelIndex, findings: Finding[]): Scrape[] {
  const monitors = index.cluster.resources.flatMap(
    (resource) => readScrapeMonitor(resource, resource.namespace ?? 'default', findings) ?? [],
  );
  if (monitors.length === 0) return [];
  const labels = new Map(index.cluster.services.map((service) => [service, labelsOf(service)]));
  const services = groupBy(index.cluster.services, ({ namespace }) => namespace);
  return monitors.flatMap((monitor) => {
    const within = monitor.namespaces === 'any' ? [...index.cluster.namespaces.keys()] : monitor.namespaces;
    const scrapes = within.flatMap((namespace): Scraped[] =>
      monitor.scrapes === 'services'
        ? (services.get(namespace) ?? [])
            .filter((service) => matches(monitor.selector, labels.get(service) ?? {}))
            .map((service) => ({ service, ports: servicePorts(monitor, service, index, findings) }))
        : index
            .inNamespace(namespace)
            .filter((workload) => matches(monitor.selector, workload.labels))
            .map((workload) => ({ workload, ports: podPorts(monitor, workload, findings) })),
    );
    if (scrapes.length === 0) findings.push(selectsNothing(monitor));
    const { id: object, place } = monitor;
    return scrapes
      .filter(({ ports }) => ports.length > 0)
      .map((scrape) => ({ ...scrape, object, place, monitor: object }));
  });
}

type Scraped = Pick<Scrape, 'service' | 'workload' | 'ports'>;

/** `port` is a port of the Service by name, `targetPort` one of its pods; without both every port is scraped. */
function servicePorts(
  monitor: ScrapeMonitor,
  service: Service,
  index: ModelIndex,
  findings: Finding[],
): TargetPort[] {
  const spoken = service.ports.filter(({ protocol }) => protocol === 'TCP');
  const name = `Service ${service.namespace}/${service.name}`;
  return monitor.endpoints.flatMap((endpoint) => {
    const { port, targetPort, place } = endpoint;
    if (port === undefined && targetPort !== undefined) {
      const behind =
        service.selector === undefined ? [] : index.selected(service.namespace, service.selector);
      const has = behind.some((workload) => containerPorts(workload, endpoint).length > 0);
      if (!has && behind.length > 0)
        findings.push(noPort(monitor, `container port ${targetPort} behind ${name}`, place));
      return has ? [{ port: targetPort, protocol: 'TCP' as const }] : [];
    }
    const found = port === undefined ? spoken : spoken.filter((known) => known.name === port);
    if (found.length === 0) findings.push(noPort(monitor, `port ${port ?? ''} of ${name}`, place));
    return targetsOf(found);
  });
}

function podPorts(monitor: ScrapeMonitor, workload: Workload, findings: Finding[]): TargetPort[] {
  const ports = monitor.endpoints.flatMap((endpoint) => {
    const found = containerPorts(workload, endpoint);
    const wanted = endpoint.port ?? endpoint.targetPort ?? '';
    if (found.length === 0)
      findings.push(noPort(monitor, `container port ${wanted} of ${workload.id}`, endpoint.place));
    return found;
  });
  return sortPorts(ports);
}

/** Declared TCP ports that an endpoint means: by name, by number, or all of them. */
function containerPorts({ ports }: Workload, { port, targetPort }: MonitorEndpoint): TargetPort[] {
  const wanted = port ?? targetPort;
  return ports
    .filter(({ protocol }) => protocol === 'TCP')
    .filter(
      (known) => wanted === undefined || (typeof wanted === 'number' ? known.port : known.name) === wanted,
    )
    .map((known) => ({ port: known.port, protocol: 'TCP' as const }));
}

function labelsOf({ resource }: Service): Labels {
  return FieldReader.of(resource, []).object('metadata')?.labels('labels') ?? {};
}

function noPort({ id }: ScrapeMonitor, what: string, place: Place): Finding {
  return {
    id: 'monitor-port-not-found',
    severity: 'warning',
    message: `the monitor scrapes ${what.replace(/ +/g, ' ')}, which there is not, so no way in is opened for metrics scrapers`,
    object: id,
    place,
    mend: 'Correct the endpoint of the monitor, or name the port in the manifest that it means.',
  };
}

function selectsNothing({ id, scrapes, place }: ScrapeMonitor): Finding {
  return {
    id: 'monitor-selects-nothing',
    severity: 'info',
    message: `the monitor selects no ${scrapes === 'services' ? 'Service' : 'pod'} of the manifests, so no way in is opened for metrics scrapers`,
    object: id,
    place,
    mend: 'Nothing, if what it selects is not of these manifests; else correct its selector or namespaceSelector.',
  };
}
