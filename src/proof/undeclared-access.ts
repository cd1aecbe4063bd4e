import { apiServerPorts } from './api-server-calls';
import { openedBy } from './opened-by';
import { excessSeverity, type ExcessSeverity } from './excess-severity';
import { policyName } from './policy-name';
import type { DenyClaim } from './proof';
import { onConnections, outsideAddresses } from './wording';
import { listSome } from '../model/list-some';
import { portsOf } from '../compiler/resolution/declared-ports';
import type { DeclaredCall, DeclaredExternal, LabelledPods } from '../compiler/compilation';
import { append, groupBy } from '../model/group-by';
import { hasLabels } from '../compiler/own-isolation';
import { lastOf, type Cidr } from '../model/cidr';
import type { Cluster } from '../model/cluster';
import type { Finding, Severity } from '../model/finding';
import type { Workload } from '../model/workloads/workload';
import { ConnectionSet } from '../reachability/sets/connection-set';
import type { AddressPeer, Admission, Opening, Peer, Reachability } from '../reachability/reachability';

/** What {@link findUndeclaredAccess} needs to know. */
export interface UndeclaredAccessInput {
  readonly cluster: Cluster;
  readonly reachability: Reachability;
  readonly declared: readonly DeclaredCall[];
  readonly external: readonly DeclaredExternal[];
  readonly severity: Severity;
  /** The default denies of the app. Default none. */
  readonly denies?: readonly DenyClaim[] | undefined;
}

/** More peers than this in one opening are not checked one by one for what their own egress allows. */
const PEERS_CHECKED = 256;

/**
 * Allowed implies declared, where a policy isolates the server: a finding for each server and each way in that no
 * intent declares, naming the policies that open it, as bad as {@link excessSeverity} says. Addresses on ports that the
 * API server calls are a note only: no intent can declare its calls.
 */
export function findUndeclaredAccess(input: UndeclaredAccessInput): {
  findings: Finding[];
  servers: number;
  severityOf: ExcessSeverity;
} {
  const declaredTo = groupBy(input.declared, (call) => call.server.id);
  const externalTo = groupBy(input.external, (external) => external.server.id);
  const calledByApiServer = apiServerPorts(input.cluster);
  const severityOf = excessSeverity(
    input.severity,
    input.denies ?? [],
    ({ id }) => declaredTo.has(id) || externalTo.get(id)?.some(speaksOfCallers) === true,
  );
  const findings: Finding[] = [];
  let servers = 0;
  for (const server of input.cluster.workloads) {
    if (input.reachability.isolatedBy(server, 'ingress').length === 0) continue;
    servers++;
    const calls = declaredTo.get(server.id) ?? [];
    const external = externalTo.get(server.id) ?? [];
    const declaredOf = declaredInto(calls, external);
    // A first look without the policies: nearly every server admits what is declared and nothing else.
    if (!input.reachability.admissions(server, 'ingress').some(admitsMore(server, declaredOf))) continue;
    for (const opening of input.reachability.openings(server, 'ingress')) {
      const way: Way = { reachability: input.reachability, server, opening, severityOf };
      findings.push(...undeclaredWorkloads(way, declaredOf));
      findings.push(
        ...undeclaredAddresses(way, external, calledByApiServer.get(server) ?? ConnectionSet.NONE),
      );
    }
  }
  return { findings, servers, severityOf };
}

/** Whether some workload comes in on more than it declared, or any address does at all. */
function admitsMore(
  server: Workload,
  declaredOf: (peer: Workload) => ConnectionSet,
): (admission: Admission) => boolean {
  return ({ workloads, addresses, verdict }) =>
    addresses.length > 0 ||
    workloads.some((peer) => peer !== server && !verdict.allowed.subtract(declaredOf(peer)).isEmpty);
}

/** Who scrapes a server, or that the API server calls it, says nothing of who else does: that stays with its author. */
function speaksOfCallers({ origin }: DeclaredExternal): boolean {
  return origin === undefined || origin.kind === 'outside';
}

interface Way {
  readonly reachability: Reachability;
  readonly server: Workload;
  readonly opening: Opening;
  readonly severityOf: ExcessSeverity;
}

/** Workloads that come in on more than they declared, gathered by what is too much. */
function undeclaredWorkloads(way: Way, declaredOf: (peer: Workload) => ConnectionSet): Finding[] {
  const peers = way.opening.workloads.filter((peer) => peer !== way.server);
  const excess = new Map<ConnectionSet, Workload[]>();
  for (const peer of peers) {
    let extra = way.opening.verdict.allowed.subtract(declaredOf(peer));
    if (!extra.isEmpty && peers.length <= PEERS_CHECKED)
      extra = extra.intersect(egressOf(way.reachability, peer, way.server));
    if (extra.isEmpty) continue;
    append(excess, extra, peer);
  }
  return [...excess].flatMap(([connections, workloads]) =>
    workloads
      .slice(0, 1)
      .map((workload) =>
        undeclaredAccess(way, { type: 'workload', workload }, listWorkloads(workloads), connections),
      ),
  );
}

function egressOf(reachability: Reachability, client: Workload, server: Workload): ConnectionSet {
  return reachability.side(client, 'egress', { type: 'workload', workload: server }).allowed;
}

/** What a workload may do at a server because it declares the call, or because it brings traffic from outside. */
function declaredInto(
  calls: readonly DeclaredCall[],
  external: readonly DeclaredExternal[],
): (peer: Workload) => ConnectionSet {
  const byClient = new Map<string, ConnectionSet>();
  for (const { client, ports } of calls) addTo(byClient, client.id, portsOf(ports));
  const called = ({ id }: Workload): ConnectionSet => byClient.get(id) ?? ConnectionSet.NONE;
  if (external.length === 0) return called;
  const broughtBy = declaredBringers(external);
  return (peer) => called(peer).union(broughtBy(peer));
}

/** Ports for anyone are for the pods of the cluster too; those of an Ingress for its controller. */
function declaredBringers(external: readonly DeclaredExternal[]): (peer: Workload) => ConnectionSet {
  let anyone = ConnectionSet.NONE;
  const byWorkload = new Map<string, ConnectionSet>();
  const byNamespace = new Map<string, ConnectionSet>();
  const byLabels: { readonly pods: LabelledPods; readonly opened: ConnectionSet }[] = [];
  for (const { callers, ports } of external) {
    const opened = portsOf(ports);
    if (callers === undefined) anyone = anyone.union(opened);
    for (const { id } of callers?.workloads ?? []) addTo(byWorkload, id, opened);
    for (const name of callers?.namespaces ?? []) addTo(byNamespace, name, opened);
    for (const pods of callers?.pods ?? []) byLabels.push({ pods, opened });
  }
  const labelled = (peer: Workload): ConnectionSet[] =>
    byLabels.flatMap(({ pods, opened }) => (isAmong(peer, pods) ? [opened] : []));
  return (peer) =>
    [byWorkload.get(peer.id), byNamespace.get(peer.namespace), ...labelled(peer)].reduce<ConnectionSet>(
      (all, opened) => (opened === undefined ? all : all.union(opened)),
      anyone,
    );
}

function isAmong({ namespace, labels }: Workload, pods: LabelledPods): boolean {
  return namespace === pods.namespace && hasLabels(labels, pods.labels);
}

function addTo(sets: Map<string, ConnectionSet>, key: string, more: ConnectionSet): void {
  sets.set(key, (sets.get(key) ?? ConnectionSet.NONE).union(more));
}

/** @param apiServer ports that the API server calls: an address there may be its own */
function undeclaredAddresses(
  way: Way,
  external: readonly DeclaredExternal[],
  apiServer: ConnectionSet,
): Finding[] {
  const { addresses, verdict } = way.opening;
  if (addresses.length === 0) return [];
  const { allowed } = verdict;
  const borders = external.flatMap(({ callers }) => callers?.ranges ?? []);
  const excess = new Map<ConnectionSet, AddressPeer[]>();
  for (const range of addresses.flatMap((whole) => splitAt(whole, borders))) {
    let declared = ConnectionSet.NONE;
    for (const { ports, callers } of external)
      if (callers === undefined || callers.ranges.some((cidr) => covers(cidr, range)))
        declared = declared.union(portsOf(ports));
    const extra = allowed.subtract(declared);
    if (!extra.isEmpty) append(excess, extra, range);
  }
  return [...excess].flatMap(([connections, ranges]) => {
    const [peer] = ranges;
    if (peer === undefined) return [];
    const who = outsideAddresses(ranges);
    const [other, its] = [connections.subtract(apiServer), connections.intersect(apiServer)];
    return [
      ...(other.isEmpty ? [] : [undeclaredAccess(way, peer, who, other)]),
      ...(its.isEmpty ? [] : [undeclaredAccess({ ...way, severityOf: () => 'info' }, peer, who, its)]),
    ];
  });
}

/** The parts of a range that lie wholly inside or outside each block. */
function splitAt(range: AddressPeer, blocks: readonly Cidr[]): AddressPeer[] {
  const starts = blocks
    .filter(({ version }) => version === range.version)
    .flatMap((block) => [block.base, lastOf(block) + 1n])
    .filter((start) => range.first < start && start <= range.last);
  const sorted = [...new Set([range.first, ...starts])].sort((a, b) => (a < b ? -1 : 1));
  return sorted.map((first, index) => ({
    ...range,
    first,
    last: (sorted[index + 1] ?? range.last + 1n) - 1n,
  }));
}

function covers(cidr: Cidr, { version, first, last }: AddressPeer): boolean {
  return cidr.version === version && cidr.base <= first && last <= lastOf(cidr);
}

/** @param peer one of those who come in; they are all alike to the policies */
function undeclaredAccess(way: Way, peer: Peer, who: string, connections: ConnectionSet): Finding {
  const { reachability, server, opening, severityOf } = way;
  const policies = openedBy(reachability, server, opening, peer, connections);
  const names = [...new Set(policies.map(policyName))].sort();
  const place = policies[0]?.place ?? server.place;
  return {
    id: 'undeclared-access',
    severity: severityOf(server, policies),
    message: `${names.join(', ')} ${names.length === 1 ? 'lets' : 'let'} ${who} reach ${server.id} ${onConnections(connections)}, which no intent declares`,
    object: names[0],
    place,
    mend: `Declare the call with ClientIntents, or narrow ${names.join(', ')}.`,
  };
}

function listWorkloads(workloads: readonly Workload[]): string {
  return workloads.length === 1
    ? (workloads[0]?.id ?? '')
    : `${workloads.length} workloads (${listSome(workloads.map(({ id }) => id))})`;
}
