import { policyReach } from './policy-reach';
import type { NamespacePart } from './model-parts';
import { isOffered } from '../../compiler/external/service-openings';
import { isJsonObject, jsonAt, type Json } from '../../model/json';
import type { Namespace } from '../../model/namespace';
import type { Resource } from '../../model/resource';

/** All that objects of no single namespace may be about. */
export interface SharedWorld {
  readonly parts: ReadonlyMap<string, NamespacePart>;
  readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Shared objects, those of before a change and those after it. */
  readonly before: readonly Resource[];
  readonly after: readonly Resource[];
}

type Reach = (resource: Resource, world: SharedWorld) => Iterable<string>;

/**
 * Where traffic of a route goes (Gateway API), whose Services may be named from elsewhere, which Services the API server calls:
 * the namespaces that they name, and their own. Of what routes go through: the namespaces of these routes.
 */
const REACHES: ReadonlyMap<string, Reach> = new Map<string, Reach>([
  ['gateway.networking.k8s.io/HTTPRoute', named],
  ['gateway.networking.k8s.io/GRPCRoute', named],
  ['gateway.networking.k8s.io/ReferenceGrant', named],
  ['gateway.networking.k8s.io/Gateway', throughGateway],
  ['gateway.networking.k8s.io/GatewayClass', throughClass],
  ['networking.k8s.io/IngressClass', ofIngressClass],
  ['admissionregistration.k8s.io/ValidatingWebhookConfiguration', named],
  ['admissionregistration.k8s.io/MutatingWebhookConfiguration', named],
]);

/**
 * The namespaces for which shared objects that have come, changed or gone can make a difference. Of kinds that nobody knows here
 * it is all of them.
 */
export function sharedReach(world: SharedWorld): ReadonlySet<string> | 'all' {
  const changed = changedOf(world);
  const reached = new Set<string>();
  const others: Resource[] = [];
  for (const resource of changed) {
    const reach = REACHES.get(`${resource.group}/${resource.kind}`);
    if (reach === undefined) others.push(resource);
    else for (const namespace of reach(resource, world)) reached.add(namespace);
  }
  const policies = others.length === 0 ? [] : policyReach(others, world);
  if (policies === 'all') return 'all';
  for (const namespace of policies) reached.add(namespace);
  return reached;
}

/** Whether a Gateway is among what has changed: from where traffic comes may be another place now. */
export function changesGateways(world: SharedWorld): boolean {
  return changedOf(world).some(isGateway);
}

/** Every namespace that stands in one of these objects, or has one of them. */
export function namedIn(shared: readonly Resource[]): Set<string> {
  return new Set(shared.flatMap((resource) => [...named(resource)]));
}

/** Whether there is something in a namespace that is called from outside, or scraped. */
export function isOpenToTraffic({
  cluster: { ingresses, services, workloads },
}: NamespacePart['objects']): boolean {
  return (
    ingresses.length > 0 ||
    services.some((service) => isOffered(service) || isAnnotated(service.resource)) ||
    workloads.some(({ annotations }) => Object.hasOwn(annotations, SCRAPE))
  );
}

/** The namespaces that routes of a namespace name: whether these routes attach depends on its labels. */
export function routedFrom(namespace: string, shared: readonly Resource[]): Set<string> {
  const routes = shared.filter((resource) => isRoute(resource) && resource.namespace === namespace);
  return new Set(routes.flatMap((route) => [...named(route)]));
}

const SCRAPE = 'prometheus.io/scrape';

function isAnnotated({ manifest }: Resource): boolean {
  return jsonAt(manifest, ['metadata', 'annotations', SCRAPE]) !== undefined;
}

function changedOf({ before, after }: SharedWorld): Resource[] {
  const [old, now] = [new Set(before), new Set(after)];
  return [...before.filter((one) => !now.has(one)), ...after.filter((one) => !old.has(one))];
}

/** Every namespace that stands anywhere in an object, and its own. */
function named({ namespace, manifest }: Resource): Set<string> {
  const names = new Set<string>();
  if (namespace !== undefined) names.add(namespace);
  addNamed(manifest, names);
  return names;
}

function addNamed(value: Json | undefined, names: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) addNamed(item, names);
  if (!isJsonObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'namespace' && typeof inner === 'string') names.add(inner);
    else addNamed(inner, names);
  }
}

function throughGateway(gateway: Resource, { before, after }: SharedWorld): Set<string> {
  const reached = named(gateway);
  for (const route of [...before, ...after])
    if (isRoute(route) && goesThrough(route, gateway)) for (const one of named(route)) reached.add(one);
  return reached;
}

function goesThrough({ namespace, manifest }: Resource, gateway: Resource): boolean {
  const parents = jsonAt(manifest, ['spec', 'parentRefs']);
  return (
    Array.isArray(parents) &&
    parents.some(
      (parent) =>
        jsonAt(parent, ['name']) === gateway.name &&
        (jsonAt(parent, ['namespace']) ?? namespace) === gateway.namespace,
    )
  );
}

function throughClass({ name }: Resource, world: SharedWorld): Set<string> {
  const gateways = [...world.before, ...world.after].filter(
    (resource) => isGateway(resource) && jsonAt(resource.manifest, ['spec', 'gatewayClassName']) === name,
  );
  return new Set(gateways.flatMap((gateway) => [...throughGateway(gateway, world)]));
}

/** Of an Ingress without a class it may be the default, or have been. */
function ofIngressClass({ name }: Resource, { parts }: SharedWorld): string[] {
  return [...parts].flatMap(([namespace, { objects }]) =>
    objects.cluster.ingresses.some(({ className = '' }) => className === '' || className === name)
      ? [namespace]
      : [],
  );
}

function isGateway({ group, kind }: Resource): boolean {
  return group === 'gateway.networking.k8s.io' && kind === 'Gateway';
}

function isRoute({ group, kind }: Resource): boolean {
  return group === 'gateway.networking.k8s.io' && kind.endsWith('Route');
}
