import { monitorScrapes } from './monitor-scrapes';
import { targetsOf } from './service-openings';
import type { ModelIndex } from '../resolution/model-index';
import { sortPorts } from '../resolution/resolved-call';
import type { TargetPort } from '../../intents/client-intents';
import type { Finding } from '../../model/finding';
import { jsonAt } from '../../model/json';
import type { Place } from '../../model/place';
import { resourceId, type Labels } from '../../model/resource';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** Something that is to be scraped on some ports: a Service with what is behind it, or a workload itself. */
export interface Scrape {
  readonly service?: Service | undefined;
  readonly workload?: Workload | undefined;
  /** Ports of the pods. Never empty. */
  readonly ports: readonly TargetPort[];
  /** The object that says so. */
  readonly object: string;
  readonly place: Place;
  /** When that is a monitor. */
  readonly monitor?: string | undefined;
}

const SCRAPE = 'prometheus.io/scrape';
const PORT = 'prometheus.io/port';

/** What annotations and monitors tell scrapers of metrics to scrape; by TCP, as all of them do. */
export function findScrapes(index: ModelIndex, findings: Finding[]): Scrape[] {
  const scrapes = [
    ...index.cluster.workloads.flatMap((workload) => annotatedPods(workload, findings)),
    ...index.cluster.services.flatMap((service) => annotatedService(service, findings)),
    ...monitorScrapes(index, findings),
  ];
  // The first that speaks of a server is where findings about it go.
  return scrapes.sort((a, b) => (a.object < b.object ? -1 : a.object > b.object ? 1 : 0));
}

/** On the port of the annotation, or else on every container port (otterize-operator 6.4, rule 1). */
function annotatedPods(workload: Workload, findings: Finding[]): Scrape[] {
  const { annotations, resource, place } = workload;
  if (annotation(annotations, SCRAPE) !== 'true') return [];
  const object = resourceId(resource);
  const port = annotatedPort(annotations, { object, place }, findings);
  const all = workload.ports.filter(({ protocol }) => protocol === 'TCP');
  const ports = port ?? all.map((known) => ({ port: known.port, protocol: 'TCP' as const }));
  if (ports.length === 0 && port === undefined) findings.push(noPort(object, place));
  return ports.length === 0 ? [] : [{ workload, ports: sortPorts(ports), object, place }];
}

function annotatedService(service: Service, findings: Finding[]): Scrape[] {
  const { resource, place } = service;
  const annotations = annotationsOf(service);
  if (annotation(annotations, SCRAPE) !== 'true') return [];
  const object = resourceId(resource);
  const port = annotatedPort(annotations, { object, place }, findings);
  const ports = port ?? targetsOf(service.ports.filter(({ protocol }) => protocol === 'TCP'));
  if (ports.length === 0 && port === undefined) findings.push(noPort(object, place));
  return ports.length === 0 ? [] : [{ service, ports, object, place }];
}

/** The port of the annotation; none, with a finding, when it is not one. Absent when there is no annotation. */
function annotatedPort(
  annotations: Labels,
  { object, place }: Pick<Scrape, 'object' | 'place'>,
  findings: Finding[],
): TargetPort[] | undefined {
  const text = annotation(annotations, PORT);
  if (text === undefined) return undefined;
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65535) return [{ port, protocol: 'TCP' }];
  findings.push({
    id: 'scrape-port-invalid',
    severity: 'warning',
    message: `the annotation ${PORT} is ${JSON.stringify(text.slice(0, 80))}, which is no port, so no way in is opened for metrics scrapers`,
    object,
    place,
    mend: 'Write a number from 1 to 65535, in quotes, or remove the annotation to have every port scraped.',
  });
  return [];
}

function annotationsOf({ resource }: Service): Labels {
  const annotations = jsonAt(resource.manifest, ['metadata', 'annotations']);
  if (typeof annotations !== 'object' || annotations === null || Array.isArray(annotations)) return {};
  const entries = Object.entries(annotations).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  );
  return Object.fromEntries(entries);
}

function annotation(annotations: Labels, key: string): string | undefined {
  return Object.hasOwn(annotations, key) ? annotations[key] : undefined;
}

function noPort(object: string, place: Place): Finding {
  return {
    id: 'scrape-without-port',
    severity: 'warning',
    message: `the annotation ${SCRAPE} asks for metrics to be scraped, but no port is declared, so no way in is opened for metrics scrapers`,
    object,
    place,
    mend: `Add the annotation ${PORT}, or declare the port.`,
  };
}
