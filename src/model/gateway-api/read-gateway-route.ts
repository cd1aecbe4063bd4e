import { readPortNumber } from '../workloads/container-port';
import { FieldReader } from '../field-reader';
import type { Finding } from '../finding';
import {
  GATEWAY_GROUP,
  type GatewayRoute,
  type RouteBackend,
  type RouteKind,
  type RouteParent,
} from './gateway-api';
import type { Resource } from '../resource';

const KINDS: readonly RouteKind[] = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'];

/** Filters that send a copy of the traffic, or a question about it, to a backend of their own. */
const FILTERS_WITH_BACKEND = ['requestMirror', 'externalAuth'] as const;

/** Fields of a rule that say nothing about where the traffic goes. */
const OTHER_RULE_FIELDS = ['matches', 'name', 'timeouts', 'retry', 'sessionPersistence'];

/** The kind of route that a resource is; undefined for anything else. */
export function routeKind({ group, kind }: Resource): RouteKind | undefined {
  return group === GATEWAY_GROUP ? KINDS.find((known) => known === kind) : undefined;
}

/** Reads a route with the defaults of its CRD. A reference that is not valid becomes a finding and is left out. */
export function readGatewayRoute(
  resource: Resource,
  { kind, namespace }: { readonly kind: RouteKind; readonly namespace: string },
  findings: Finding[],
): GatewayRoute {
  const spec = FieldReader.of(resource, findings).objectOrEmpty('spec');
  const route = {
    kind,
    namespace,
    name: resource.name,
    hostnames: spec.strings('hostnames') ?? [],
    parents: (spec.objects('parentRefs') ?? []).flatMap((reader) => readParent(reader, namespace)),
    backends: (spec.objects('rules') ?? []).flatMap((rule) => readRule(rule, namespace)),
    resource,
    place: resource.place,
  };
  spec.rejectUnknown(['useDefaultGateways']);
  return route;
}

function readParent(reader: FieldReader, home: string): RouteParent[] {
  const name = reader.requiredString('name');
  const parent = {
    group: reader.string('group') ?? GATEWAY_GROUP,
    kind: reader.string('kind') ?? 'Gateway',
    namespace: reader.string('namespace') ?? home,
    sectionName: reader.string('sectionName') || undefined,
    port: readPortNumber(reader, 'port', { required: false }),
    place: placeOf(reader),
  };
  reader.rejectUnknown();
  // A port that is none narrows to nothing; it must not read as every port.
  if (name === undefined || (reader.has('port') && parent.port === undefined)) return [];
  return [{ ...parent, name }];
}

function readRule(rule: FieldReader, home: string): RouteBackend[] {
  const weighed = rule.objects('backendRefs') ?? [];
  const filters = rule.objects('filters') ?? [];
  rule.rejectUnknown(OTHER_RULE_FIELDS);
  return [
    ...weighed.flatMap((reader) => {
      const nested = (reader.objects('filters') ?? []).flatMap((filter) => readFilter(filter, home));
      return [...readBackend(reader, home), ...nested];
    }),
    ...filters.flatMap((filter) => readFilter(filter, home)),
  ];
}

function readFilter(filter: FieldReader, home: string): RouteBackend[] {
  return FILTERS_WITH_BACKEND.flatMap((field) => {
    const backend = filter.object(field)?.object('backendRef');
    return backend === undefined ? [] : readBackend(backend, home);
  });
}

function readBackend(reader: FieldReader, home: string): RouteBackend[] {
  const name = reader.requiredString('name');
  const backend = {
    group: reader.string('group') ?? '',
    kind: reader.string('kind') ?? 'Service',
    namespace: reader.string('namespace') ?? home,
    port: readPortNumber(reader, 'port', { required: false }),
    weight: reader.integer('weight') ?? 1,
    place: placeOf(reader),
  };
  reader.rejectUnknown(['filters']);
  if (name === undefined || (reader.has('port') && backend.port === undefined)) return [];
  return [{ ...backend, name }];
}

function placeOf(reader: FieldReader): RouteParent['place'] {
  return reader.resource.place.at(reader.path);
}
