import { callersOf } from './declared-external';
import type { ExternalOpening, ExternalWay } from '../compiler/external/external-way';
import { FOR_INGRESS, FOR_ROUTE } from '../compiler/external/external-way';
import { serviceWays } from '../compiler/external/service-ways';
import { portsOf } from '../compiler/resolution/declared-ports';
import { ModelIndex } from '../compiler/resolution/model-index';
import { portsAt } from '../compiler/resolution/resolve-ports';
import type { Cidr } from '../model/cidr';
import type { Cluster } from '../model/cluster';
import type { Service } from '../model/services/service';
import type { Workload } from '../model/workloads/workload';
import { blockPeer } from '../reachability/ends/address-peer';
import { ConnectionSet } from '../reachability/sets/connection-set';
import type { Peer, Reachability, Verdict } from '../reachability/reachability';

/** One way from outside to a workload that manifests declare, and what policies make of it. */
export interface Entrance {
  /** `Service/namespace/name`. */
  readonly service: string;
  /** `LoadBalancer`, `Ingress main`, `HTTPRoute/shop/main`. */
  readonly through: string;
  readonly server: Workload;
  /** Who brings the traffic, in words. */
  readonly from: string;
  /** The ports of the workload that are offered. */
  readonly offered: ConnectionSet;
  /** What of them the policies let through; the rest is denied. */
  readonly verdict: Verdict;
}

/** What is known beside the manifests. */
export interface EntranceOptions {
  /** Addresses of nodes. Default: not known. */
  readonly nodeCidrs?: readonly Cidr[] | undefined;
  /** What any pod that is not in the manifests may open to the workload, whatever its labels. */
  readonly openToUnlisted: (server: Workload) => ConnectionSet;
}

/** A pod that nobody knows: an ingress controller or a gateway that is not in the manifests. No namespace has the name. */
const UNKNOWN_POD: Peer = { type: 'pod', namespace: 'any other', labels: {} };

/**
 * The workloads behind Services of type LoadBalancer or NodePort, Ingresses and routes of the Gateway API, and whether who
 * brings the traffic reaches them. Which Services these are, and who brings it, is decided where policies are made for them
 * (compiler/external/service-ways.ts).
 *
 * With `externalTrafficPolicy: Local` pods see the address of the client; with `Cluster`, the default, that of the client on
 * the node where it comes in and that of this node on any other (calico-policy-model 5.4, network-policy-semantics 2.1 item
 * 17), so that what not both may do is undecided. A node whose address is not known is an address outside like any other.
 */
export function entrancesOf(
  cluster: Cluster,
  reachability: Reachability,
  { nodeCidrs = [], openToUnlisted }: EntranceOptions,
): Entrance[] {
  const index = new ModelIndex(cluster);
  const ways = serviceWays(index, { ingressControllers: [], gateways: [], nodeRanges: nodeCidrs }, []);
  return ways.flatMap((way) =>
    way.openings.flatMap((opening) =>
      way.servers.flatMap((server) =>
        entrance(way, opening, server, reachability, { nodeCidrs, openToUnlisted }),
      ),
    ),
  );
}

function entrance(
  { service, policy }: ExternalWay,
  { callers, ports, doubts }: ExternalOpening,
  server: Workload,
  reachability: Reachability,
  { nodeCidrs = [], openToUnlisted }: EntranceOptions,
): Entrance[] {
  const offered = portsOf(portsAt(server, ports));
  if (service === undefined || offered.isEmpty) return [];
  const through = throughWords(service, policy.annotations);
  const base = { service: `Service/${service.namespace}/${service.name}`, through, server, offered };
  const to: Peer = { type: 'workload', workload: server };
  const within = ({ allowed, undecided }: Verdict): Verdict => ({
    allowed: allowed.intersect(offered),
    undecided: undecided.intersect(offered),
  });
  if (callers !== 'anyone') {
    const known = callersOf(callers).map(({ name, peer }) => ({ name, peer }));
    return known.map(({ name, peer }) => ({
      ...base,
      from: name,
      verdict: within(reachability.connection(peer, to)),
    }));
  }
  // Nobody knows who serves it: a pod of the cluster as far as one can tell.
  if (doubts.length > 0) {
    const verdict = within(unknownController(server, reachability, openToUnlisted(server)));
    return [{ ...base, from: 'a controller that is not in the manifests', verdict }];
  }
  const seen = clientsAndNodes(service, reachability, to, nodeCidrs);
  return [{ ...base, from: 'addresses outside', verdict: within(seen) }];
}

/** What every pod may do is open to it too; what some pod or address may do, nobody knows. */
function unknownController(server: Workload, reachability: Reachability, some: ConnectionSet): Verdict {
  const { allowed, undecided } = reachability.side(server, 'ingress', UNKNOWN_POD);
  let may = some.union(undecided);
  for (const { addresses, verdict } of reachability.admissions(server, 'ingress'))
    if (addresses.length > 0) may = may.union(verdict.allowed).union(verdict.undecided);
  return { allowed, undecided: may.subtract(allowed) };
}

/** What some address outside may do; where pods may see a node instead of it, what a node may not is undecided. */
function clientsAndNodes(
  { externalTrafficPolicy }: Service,
  reachability: Reachability,
  to: Peer,
  nodeCidrs: readonly Cidr[],
): Verdict {
  const clients = anyOf(reachability.addresses.map((range) => reachability.connection(range, to)));
  if (externalTrafficPolicy === 'Local') return clients;
  const nodes = nodeCidrs.length > 0 ? nodeCidrs.map(blockPeer) : reachability.addresses;
  let allowed = clients.allowed;
  for (const node of nodes) allowed = allowed.intersect(reachability.connection(node, to).allowed);
  return { allowed, undecided: clients.allowed.union(clients.undecided).subtract(allowed) };
}

function anyOf(verdicts: readonly Verdict[]): Verdict {
  let [allowed, undecided] = [ConnectionSet.NONE, ConnectionSet.NONE];
  for (const verdict of verdicts) {
    allowed = allowed.union(verdict.allowed);
    undecided = undecided.union(verdict.undecided);
  }
  return { allowed, undecided: undecided.subtract(allowed) };
}

function throughWords({ type, externalIPs }: Service, annotations: Readonly<Record<string, string>>): string {
  const [ingresses, routes] = [annotations[FOR_INGRESS], annotations[FOR_ROUTE]];
  const isOffered = type === 'LoadBalancer' || type === 'NodePort';
  return [
    ...(isOffered ? [type] : externalIPs.length > 0 ? ['externalIPs'] : []),
    ...(ingresses === undefined ? [] : [`Ingress ${ingresses}`]),
    ...(routes === undefined ? [] : [routes]),
  ].join(', ');
}
