import { readPortNumber } from '../workloads/container-port';
import { FieldReader } from '../field-reader';
import type { Finding } from '../finding';
import { readLabelSelector, type LabelSelector } from '../label-selector';
import type { Place } from '../place';
import { resourceId, type Resource } from '../resource';

/** A port that a monitor has scraped. Without any of the fields: every port there is. */
export interface MonitorEndpoint {
  /** Name of a port of the Service (ServiceMonitor) or of a container (PodMonitor). */
  readonly port?: string | undefined;
  /** A container port by number or name. */
  readonly targetPort?: number | string | undefined;
  readonly place: Place;
}

/** A ServiceMonitor or PodMonitor: what the Prometheus operator has scraped. */
export interface ScrapeMonitor {
  /** `ServiceMonitor/monitoring/node-exporter`. */
  readonly id: string;
  readonly scrapes: 'services' | 'pods';
  /** Of the labels of Services or pods. */
  readonly selector: LabelSelector;
  /** Where they are. */
  readonly namespaces: 'any' | readonly string[];
  readonly endpoints: readonly MonitorEndpoint[];
  readonly place: Place;
}

const KINDS: ReadonlyMap<string, ScrapeMonitor['scrapes']> = new Map([
  ['ServiceMonitor', 'services'],
  ['PodMonitor', 'pods'],
]);

/**
 * Reads a ServiceMonitor or PodMonitor (API of prometheus-operator, `monitoring.coreos.com/v1`); undefined for anything
 * else, and with a finding for one whose selector cannot be read: it would scrape too much.
 */
export function readScrapeMonitor(
  resource: Resource,
  namespace: string,
  findings: Finding[],
): ScrapeMonitor | undefined {
  const scrapes = resource.group === 'monitoring.coreos.com' ? KINDS.get(resource.kind) : undefined;
  if (scrapes === undefined) return undefined;
  const spec = FieldReader.of(resource, findings).objectOrEmpty('spec');
  const selector = readSelector(spec);
  const endpoints = spec.objects(scrapes === 'services' ? 'endpoints' : 'podMetricsEndpoints') ?? [];
  if (selector === undefined) return undefined;
  return {
    id: resourceId({ ...resource, namespace }),
    scrapes,
    selector,
    namespaces: readNamespaces(spec, namespace),
    endpoints: endpoints.flatMap(readEndpoint),
    place: resource.place,
  };
}

function readSelector(spec: FieldReader): LabelSelector | undefined {
  const selector = spec.object('selector');
  if (selector !== undefined) return readLabelSelector(selector);
  if (spec.has('selector')) return undefined;
  spec.problem(['selector'], 'spec.selector is missing, so this monitor scrapes nothing', {
    mend: 'Set spec.selector; {} selects everything.',
  });
  return undefined;
}

/** `spec.namespaceSelector` with `any` or `matchNames`; its own namespace without. */
function readNamespaces(spec: FieldReader, home: string): ScrapeMonitor['namespaces'] {
  const reader = spec.object('namespaceSelector');
  if (reader?.boolean('any') === true) return 'any';
  const names = reader?.strings('matchNames') ?? [];
  return names.length === 0 ? [home] : [...new Set(names)].sort();
}

/** A port that is written and cannot be read is left out: without it the endpoint would mean every port. */
function readEndpoint(reader: FieldReader): MonitorEndpoint[] {
  const before = reader.errorCount;
  const port = reader.string('port') || undefined;
  const number = readPortNumber(reader, 'portNumber', { required: false });
  const target = reader.raw('targetPort');
  const name = typeof target === 'string' && target !== '' ? target : undefined;
  const targetPort =
    target === '' ? undefined : (name ?? readPortNumber(reader, 'targetPort', { required: false }));
  if (reader.errorCount > before) return [];
  return [{ port, targetPort: targetPort ?? number, place: reader.resource.place.at(reader.path) }];
}
