import { FieldReader } from '../field-reader';
import type { Finding } from '../finding';
import { jsonAt } from '../json';
import { checkLabels } from '../label-selector';
import { dnsLabelProblem } from '../name-syntax';
import { readMetadata } from '../read-metadata';
import { readServicePorts } from './read-service-ports';
import type { Labels, Resource } from '../resource';
import type { Service } from './service';

const TYPES: readonly Service['type'][] = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
const TRAFFIC_POLICIES = ['Cluster', 'Local'] as const;

const SOURCE_RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** Fields that say nothing about who reaches whom; those of older versions of Kubernetes among them. */
const OTHER_FIELDS: readonly string[] = [
  'allocateLoadBalancerNodePorts',
  'clusterIPs',
  'internalTrafficPolicy',
  'ipFamilies',
  'ipFamily',
  'ipFamilyPolicy',
  'loadBalancerClass',
  'loadBalancerIP',
  'publishNotReadyAddresses',
  'sessionAffinity',
  'sessionAffinityConfig',
  'topologyKeys',
  'trafficDistribution',
];

/** Reads a Service with the defaults of the API server. What is wrong becomes a finding; a bad port is left out. */
export function readService(resource: Resource, namespace: string, findings: Finding[]): Service {
  const reader = FieldReader.of(resource, findings);
  const spec = reader.object('spec');
  if (!reader.has('spec')) {
    reader.problem(['spec'], 'spec is missing, so this Service leads nowhere', {
      mend: 'Set spec.selector and spec.ports.',
    });
  }
  const type = spec === undefined ? 'ClusterIP' : (readWord(spec, 'type', TYPES) ?? 'ClusterIP');
  const headless = spec?.string('clusterIP') === 'None';
  readMetadata(reader, dnsLabelProblem);
  const read = readSpec(spec, headless || type === 'ExternalName');
  const { loadBalancerSourceRanges: written } = read;
  return {
    namespace,
    name: resource.name,
    type,
    headless,
    ...read,
    loadBalancerSourceRanges: written.length > 0 ? written : annotatedSourceRanges(resource),
    resource,
    place: resource.place,
  };
}

/** Where the field is empty, the annotation that was there before it counts, a list with commas (package servicehelpers). */
function annotatedSourceRanges({ manifest }: Resource): string[] {
  const text = jsonAt(manifest, ['metadata', 'annotations', SOURCE_RANGES_ANNOTATION]);
  if (typeof text !== 'string' || text.trim() === '') return [];
  return text.split(',').map((range) => range.trim());
}

function readSpec(
  spec: FieldReader | undefined,
  portsOptional: boolean,
): Omit<Service, 'namespace' | 'name' | 'type' | 'headless' | 'resource' | 'place'> {
  if (spec === undefined) return { ports: [], loadBalancerSourceRanges: [], externalIPs: [] };
  const read = {
    selector: readSelector(spec),
    ports: readServicePorts(spec, { optional: portsOptional }),
    externalName: spec.string('externalName'),
    externalTrafficPolicy: readWord(spec, 'externalTrafficPolicy', TRAFFIC_POLICIES),
    loadBalancerSourceRanges: spec.strings('loadBalancerSourceRanges') ?? [],
    externalIPs: spec.strings('externalIPs') ?? [],
    healthCheckNodePort: spec.integer('healthCheckNodePort') || undefined,
  };
  spec.rejectUnknown(OTHER_FIELDS);
  return read;
}

function readWord<T extends string>(spec: FieldReader, field: string, words: readonly T[]): T | undefined {
  const written = spec.string(field);
  if (written === undefined || written === '') return undefined;
  const word = words.find((known) => known === written);
  if (word !== undefined) return word;
  const path = spec.pathTo([field]);
  spec.problem([field], `${path} is "${written}", but must be one of ${words.join(', ')}`, {
    mend: `Write one of ${words.join(', ')} in ${path}.`,
  });
  return undefined;
}

/** An empty selector is none: nothing fills in the endpoints then (Kubernetes, "Services without selectors"). */
function readSelector(spec: FieldReader): Labels | undefined {
  const selector = spec.labels('selector');
  if (selector === undefined || Object.keys(selector).length === 0) return undefined;
  checkLabels(spec, 'selector', selector);
  return selector;
}
