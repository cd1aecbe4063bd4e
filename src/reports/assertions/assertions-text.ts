import type { ContainerPort, Workload } from '../../model/workloads/workload';
import { policyId } from '../../policies/policy-id';
import { ConnectionSet, type PortRange } from '../../reachability/sets/connection-set';
import { MAX_PORT } from '../../reachability/sets/port-set';
import { withVxlanGap } from '../../reachability/sets/tunnels';
import type { Peer, Reachability, Verdict } from '../../reachability/reachability';
import { Connectivity, type OnProgress } from '../connectivity/connectivity';
import { hasPorts, protocolNumber } from '../protocol';
import { NAMED_PROTOCOLS } from '../../reachability/sets/connection-print';

/** How many denied clients of one server are written out, and how many allowed ones of a server that is open to all. */
const MOST_DENIED = 10;
const MOST_OPEN = 3;

/** An address of the internet, for one flow from outside to each server. */
const OUTSIDE: Peer = { type: 'addresses', version: 4, first: 0x08080808n, last: 0x08080808n };
const OUTSIDE_WORDS = '{ ip: 8.8.8.8 }';

/** What a server that declares no port is asked on. */
const USUAL_PORT: ContainerPort = { port: 80, protocol: 'TCP' };

/** Nothing goes through. */
const DENIED: Verdict = { allowed: ConnectionSet.NONE, undecided: ConnectionSet.NONE };

/**
 * An assertions file (YAML) that says what holds today, by server: an allow for each client and each end of a range of
 * ports it may use, a deny for clients and declared ports that policies forbid. What is undecided is left out.
 */
export function* assertionsText(
  reachability: Reachability,
  workloads: readonly Workload[],
  onProgress: OnProgress = () => undefined,
): Generator<string> {
  yield '# What holds today. Keep what should stay true, correct what should not.\n';
  if (workloads.length === 0) {
    yield '# There are no workloads in the manifests.\nflows: []\n';
    return;
  }
  const name = namesOf(workloads);
  const names = workloads.map(name);
  const connectivity = new Connectivity(reachability, workloads);
  yield 'flows:\n';
  for (const [rank, server] of workloads.entries()) {
    onProgress(rank, workloads.length);
    const sources = connectivity.sourcesOf(rank);
    const clients = names.flatMap((from, other): Client[] =>
      other === rank ? [] : [{ from, verdict: sources.get(other) ?? DENIED }],
    );
    const outside = reachability.connection(OUTSIDE, { type: 'workload', workload: server });
    const policies = reachability.isolatedBy(server, 'ingress').map(policyId);
    yield* serverText(server, name(server), policies, [
      ...clients,
      { from: OUTSIDE_WORDS, verdict: outside },
    ]);
  }
}

/** Someone who may or may not talk to a server. */
interface Client {
  readonly from: string;
  readonly verdict: Verdict;
}

function* serverText(
  server: Workload,
  name: string,
  policies: readonly string[],
  clients: readonly Client[],
): Generator<string> {
  const state =
    policies.length === 0 ? 'no policy isolates its ingress' : `isolated by ${policies.join(', ')}`;
  yield `  # ${server.id}: ${state}\n`;
  const words = wordsFor(server);
  const allowed: string[] = [];
  const denied: string[] = [];
  for (const { from, verdict } of clients) {
    const { allow, deny } = words(verdict);
    for (const connection of allow) allowed.push(flow(from, name, connection, 'allow'));
    for (const connection of deny) denied.push(flow(from, name, connection, 'deny'));
  }
  yield* bounded(allowed, policies.length === 0 ? MOST_OPEN : Infinity, 'allowed');
  yield* bounded(denied, MOST_DENIED, 'denied');
  const undecided = clients.filter(({ verdict }) => !verdict.undecided.isEmpty).length;
  if (undecided > 0)
    yield `  # left out: what is undecided for ${undecided} client${undecided === 1 ? '' : 's'}\n`;
}

/** Connections to write out for a verdict; many clients share one. */
function wordsFor(
  server: Workload,
): (verdict: Verdict) => { allow: readonly string[]; deny: readonly string[] } {
  const known = new Map<Verdict, { allow: readonly string[]; deny: readonly string[] }>();
  return (verdict) => {
    const words = known.get(verdict) ?? {
      allow: allowWords(verdict, server),
      deny: denyWords(verdict, server),
    };
    known.set(verdict, words);
    return words;
  };
}

function* bounded(lines: readonly string[], most: number, what: string): Generator<string> {
  yield* lines.slice(0, most);
  if (lines.length > most) yield `  # … and ${lines.length - most} more that are ${what}\n`;
}

function flow(from: string, to: string, connection: string, expect: 'allow' | 'deny'): string {
  return `  - { from: ${from}, to: ${to}, ${connection}, expect: ${expect} }\n`;
}

/** Both ends of each range; where every port is open, one that the server declares. */
function allowWords({ allowed }: Verdict, server: Workload): string[] {
  const ranges = withVxlanGap(allowed)
    .ranges()
    .filter(({ protocol }) => hasPorts(protocol));
  return ranges.flatMap((range) => {
    const { protocol, first, last } = range;
    if (first > 0 || last < MAX_PORT) return edges(range).map((port) => connectionWords(protocol, port));
    const own = portsOf(server).find(
      (one) => protocolNumber(one.protocol) === protocol && allowed.contains(protocol, one.port),
    );
    return own === undefined ? [] : [connectionWords(protocol, own.port)];
  });
}

function edges({ first, last }: PortRange): number[] {
  return [...new Set([Math.max(first, 1), last])];
}

function denyWords({ allowed, undecided }: Verdict, server: Workload): string[] {
  return portsOf(server).flatMap(({ protocol: named, port }) => {
    const protocol = protocolNumber(named);
    if (protocol === undefined || allowed.contains(protocol, port) || undecided.contains(protocol, port))
      return [];
    return [connectionWords(protocol, port)];
  });
}

function portsOf({ ports }: Workload): readonly ContainerPort[] {
  const byKey = new Map(ports.map((port) => [`${port.protocol} ${port.port}`, port]));
  return ports.length === 0 ? [USUAL_PORT] : [...byKey.values()];
}

function connectionWords(protocol: number, port: number): string {
  const name = NAMED_PROTOCOLS.get(protocol) ?? String(protocol);
  return name === 'TCP' ? `port: ${port}` : `port: ${port}, protocol: ${name}`;
}

/** `namespace/name` where that is one workload, else with the kind, which has to be quoted. */
function namesOf(workloads: readonly Workload[]): (workload: Workload) => string {
  const counts = new Map<string, number>();
  for (const { namespace, name } of workloads)
    counts.set(`${namespace}/${name}`, (counts.get(`${namespace}/${name}`) ?? 0) + 1);
  return ({ namespace, name, id }) =>
    counts.get(`${namespace}/${name}`) === 1 ? `${namespace}/${name}` : JSON.stringify(id);
}
