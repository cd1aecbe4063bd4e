import { readPortNumber, readPortNumberOrName, readProtocol } from './container-port';
import { FieldReader } from './field-reader';
import type { Finding } from './finding';
import { checkLabels } from './label-selector';
import type { Labels, Resource } from './resource';
import type { Service, ServicePort } from './service';

const TYPES: readonly Service['type'][] = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
const TRAFFIC_POLICIES = ['Cluster', 'Local'] as const;

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
  return {
    namespace,
    name: resource.name,
    type,
    headless,
    selector: spec === undefined ? undefined : readSelector(spec),
    ports: spec === undefined ? [] : readPorts(spec, { optional: headless || type === 'ExternalName' }),
    externalName: spec?.string('externalName'),
    externalTrafficPolicy:
      spec === undefined ? undefined : readWord(spec, 'externalTrafficPolicy', TRAFFIC_POLICIES),
    loadBalancerSourceRanges: spec?.strings('loadBalancerSourceRanges') ?? [],
    externalIPs: spec?.strings('externalIPs') ?? [],
    healthCheckNodePort: spec?.integer('healthCheckNodePort') || undefined,
    resource,
    place: resource.place,
  };
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

function readPorts(spec: FieldReader, { optional }: { readonly optional: boolean }): ServicePort[] {
  const readers = spec.objects('ports') ?? [];
  if (readers.length === 0 && !optional && (spec.list('ports')?.length ?? 0) === 0) {
    spec.problem(
      ['ports'],
      `${spec.pathTo(['ports'])} is empty, so nothing can be reached through this Service`,
      {
        mend: 'List at least one port.',
      },
    );
  }
  return readers.flatMap((reader) => {
    const port = readPortNumber(reader, 'port', { required: true });
    const protocol = readProtocol(reader);
    const written = readPortNumberOrName(reader, 'targetPort');
    const name = reader.string('name') || undefined;
    const nodePort = reader.integer('nodePort') || undefined;
    const unreadable = reader.has('targetPort') && written === undefined;
    if (port === undefined || protocol === undefined || unreadable) return [];
    return [{ name, port, protocol, targetPort: written ?? port, nodePort }];
  });
}
