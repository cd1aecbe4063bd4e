import { policyName } from './policy-name';
import { onConnections } from './wording';
import { portsOf } from '../compiler/resolution/declared-ports';
import type { DeclaredExternal, ExternalCallers, ExternalOrigin } from '../compiler/compilation';
import { printCidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import type { Labels } from '../model/resource';
import { blockPeer } from '../reachability/ends/address-peer';
import { ConnectionSet } from '../reachability/sets/connection-set';
import type { Explanation, Peer, Reachability } from '../reachability/reachability';

/**
 * Declared from outside implies allowed: an error for each server behind a load balancer, a node port or an Ingress
 * that the callers do not reach on its ports. Where anyone may call, it is enough that some addresses get in: a policy
 * that shuts out others on purpose is no fault.
 */
export function proveDeclaredExternal(
  reachability: Reachability,
  external: readonly DeclaredExternal[],
): Finding[] {
  return external.flatMap((way) => {
    if (way.callers === undefined) return proveAnyone(reachability, way);
    return callersOf(way.callers).flatMap((caller) => proveCaller(reachability, way, caller));
  });
}

/** One of those who bring traffic from outside, with its name in words. */
export interface Caller {
  readonly name: string;
  readonly peer: Peer;
}

/** All of them, each by itself. */
export function callersOf({ workloads, namespaces, ranges, pods = [] }: ExternalCallers): Caller[] {
  return [
    ...workloads.map((workload): Caller => ({ name: workload.id, peer: { type: 'workload', workload } })),
    ...namespaces.map((namespace): Caller => ({
      name: `a pod of namespace ${namespace}`,
      peer: { type: 'pod', namespace, labels: {} },
    })),
    ...pods.map(({ namespace, labels }): Caller => ({
      name: `a pod with ${labelWords(labels)} in namespace ${namespace}`,
      peer: { type: 'pod', namespace, labels },
    })),
    ...ranges.map((cidr): Caller => ({ name: printCidr(cidr), peer: blockPeer(cidr) })),
  ];
}

function labelWords(labels: Labels): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(', ');
}

function proveAnyone(reachability: Reachability, way: DeclaredExternal): Finding[] {
  const peer: Peer = { type: 'workload', workload: way.server };
  let missing = portsOf(way.ports);
  let unsure = ConnectionSet.NONE;
  for (const range of reachability.addresses) {
    const { allowed, undecided } = reachability.connection(range, peer);
    missing = missing.subtract(allowed);
    unsure = unsure.union(undecided);
    if (missing.isEmpty) return [];
  }
  const [first] = reachability.addresses;
  const caller = { name: 'addresses outside the cluster', peer: first ?? peer };
  return [verdictOn(reachability, way, caller, missing, unsure)];
}

function proveCaller(reachability: Reachability, way: DeclaredExternal, caller: Caller): Finding[] {
  const verdict = reachability.connection(caller.peer, { type: 'workload', workload: way.server });
  const lacking = portsOf(way.ports).subtract(verdict.allowed);
  // Every port is none that no pod may send to.
  const isOfPod = way.ports === 'all' && caller.peer.type !== 'addresses';
  const missing = isOfPod ? lacking.subtract(reachability.droppedFromPods) : lacking;
  return missing.isEmpty ? [] : [verdictOn(reachability, way, caller, missing, verdict.undecided)];
}

function verdictOn(
  reachability: Reachability,
  way: DeclaredExternal,
  caller: Caller,
  missing: ConnectionSet,
  unsure: ConnectionSet,
): Finding {
  const denied = missing.subtract(unsure);
  return denied.isEmpty ? undecided(way, caller, missing) : deniedAccess(reachability, way, caller, denied);
}

function deniedAccess(
  reachability: Reachability,
  way: DeclaredExternal,
  { name, peer }: Caller,
  denied: ConnectionSet,
): Finding {
  const { server } = way;
  const [range] = denied.ranges();
  const to: Peer = { type: 'workload', workload: server };
  const explanation = reachability.explain(peer, to, range?.protocol ?? 6, range?.first ?? 0);
  const sides = [explanation.egress, explanation.ingress].filter(({ verdict }) => verdict !== 'allow');
  const policies = new Set(
    sides.flatMap(({ decidedBy }) => decidedBy.map(({ policy }) => policyName(policy))),
  );
  const by = [...policies].sort().join(', ');
  return {
    id: 'external-access-denied',
    severity: 'error',
    message: `${describeWay(way)}, but ${name} cannot reach it ${onConnections(denied)}${by === '' ? '' : `: denied by ${by}`}`,
    ...subjectOf(way),
    mend: mendOf(way, name, explanation, by),
  };
}

function mendOf(
  { service, server, origin }: DeclaredExternal,
  caller: string,
  { egress, ingress }: Explanation,
  by: string,
): string {
  const mends: string[] = [];
  if (egress.verdict !== 'allow')
    mends.push(`Let ${caller} out to ${server.id}: with ClientIntents, or an egress rule of your own.`);
  const policy = origin?.policy ?? `external-access-to-${service?.name ?? server.name}`;
  if (ingress.verdict !== 'allow')
    mends.push(
      `See that the policy ${policy} and the labels of ${server.id} are in the output unchanged${by === '' ? '' : `, and that ${by} does not come before it`}; or ${takeBack(origin)}.`,
    );
  return mends.join(' ');
}

function undecided(way: DeclaredExternal, { name }: Caller, missing: ConnectionSet): Finding {
  return {
    id: 'external-access-undecided',
    severity: 'warning',
    message: `${describeWay(way)}, but it is not proved that ${name} can reach it ${onConnections(missing)}: a policy decides it by something the manifests do not say`,
    ...subjectOf(way),
    mend: 'Give what is missing (pod address ranges, node addresses), or a policy that says it plainly.',
  };
}

function subjectOf({ server, service, origin }: DeclaredExternal): Pick<Finding, 'object' | 'place'> {
  if (origin !== undefined) return { object: origin.object, place: origin.place };
  if (service === undefined) return { object: server.id, place: server.place };
  return { object: `Service/${service.namespace}/${service.name}`, place: service.place };
}

function takeBack(origin: ExternalOrigin | undefined): string {
  switch (origin?.kind) {
    case 'api-server':
      return `remove ${origin.object}`;
    case 'exception':
      return `remove ${origin.object}`;
    case 'scraper':
      return `take back what ${origin.object} says of scraping`;
    default:
      return 'take the Service back from the outside';
  }
}

function describeWay({ service, server, origin }: DeclaredExternal): string {
  if (origin?.kind === 'api-server') return `The API server calls ${server.id} for ${origin.object}`;
  if (origin?.kind === 'exception') return `${origin.object} opens ${server.id}`;
  if (origin?.kind === 'scraper') return `${origin.object} has the metrics of ${server.id} scraped`;
  if (service === undefined) return `${server.id} is offered to the outside`;
  const offered = service.type === 'ClusterIP' && service.externalIPs.length === 0;
  const kind = offered ? 'through an Ingress or a Gateway' : service.type;
  return `Service ${service.namespace}/${service.name} (${kind}) offers ${server.id} to the outside`;
}
