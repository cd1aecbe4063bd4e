import type { ModelIndex } from '../compiler/resolution/model-index';
import { portsOf } from '../compiler/resolution/declared-ports';
import { portsAt } from '../compiler/resolution/resolve-ports';
import { statedKind, workloadName } from '../intents/identity';
import { addressBits, lastAddress, parseAddress, printCidr, type Cidr } from '../model/cidr';
import type { Json, JsonObject } from '../model/json';
import type { Service } from '../model/services/service';
import type { Workload } from '../model/workloads/workload';
import { PROTOCOL, type ConnectionSet } from '../reachability/sets/connection-set';
import type { AddressPeer } from '../reachability/reachability';
import { isOpen } from '../reachability/sets/tunnels';

/** So many single ports a target lists at most; more are a range, which targets have no word for. */
const MOST_PORTS = 32;

const NAMES: ReadonlyMap<number, string> = new Map([
  [PROTOCOL.tcp, 'TCP'],
  [PROTOCOL.udp, 'UDP'],
  [PROTOCOL.sctp, 'SCTP'],
]);

/** What one client may do at servers of the cluster. */
export type Calls = ReadonlyMap<Workload, ConnectionSet>;

/**
 * Targets for what a client may call, in the words of v2beta1: Services whose target ports are just what is allowed, at
 * every workload behind them; workloads for the rest, with ports where not every port is allowed. `undefined` for a
 * server whose ports no target can name.
 */
export function targetsOf(
  calls: Calls,
  home: string,
  index: ModelIndex,
): Map<JsonObject, readonly Workload[]> {
  const targets = new Map<JsonObject, readonly Workload[]>();
  const rest = new Map(calls);
  for (const service of servicesOf(calls, index)) {
    const behind = backends(service, index);
    const exact = behind.every((server) => rest.get(server) === openedBy(service, server));
    if (behind.length === 0 || !exact) continue;
    for (const server of behind) rest.delete(server);
    targets.set({ service: { name: qualified(service, home) } }, behind);
  }
  for (const [server, connections] of rest) {
    const ports = portWords(connections);
    if (ports === undefined) continue;
    const { kind } = workloadName(server);
    const own = statedKind(kind);
    const target = {
      kubernetes: {
        name: qualified({ name: workloadName(server).name, namespace: server.namespace }, home),
        ...(own === undefined ? {} : { kind: own }),
        ...(ports === 'all' ? {} : { ports }),
      },
    };
    targets.set(target, [server]);
  }
  return targets;
}

/** The internet target for address ranges that are open on the same connections; `undefined` where it has no word. */
export function internetTarget(
  ranges: readonly AddressPeer[],
  connections: ConnectionSet,
): JsonObject | undefined {
  const ports = portWords(connections);
  if (ports === undefined) return undefined;
  const numbers = ports === 'all' ? [] : ports.filter((port) => typeof port === 'number');
  if (ports !== 'all' && numbers.length < ports.length) return undefined;
  const ips = ([4, 6] as const).flatMap((version) =>
    familyBlocks(joined(ranges.filter((range) => range.version === version)), version),
  );
  return { internet: { ips, ...(ports === 'all' ? {} : { ports: numbers }) } };
}

/** `all`, also where the network plugin drops tunnels; or single ports: a number for TCP, else with the protocol. */
function portWords(connections: ConnectionSet): 'all' | Json[] | undefined {
  if (isOpen(connections)) return 'all';
  const words: Json[] = [];
  for (const { protocol, first, last } of connections.ranges()) {
    const name = NAMES.get(protocol);
    if (name === undefined || last - first >= MOST_PORTS || first === 0) return undefined;
    for (let port = first; port <= last; port += 1)
      words.push(name === 'TCP' ? port : { port, protocol: name });
  }
  return words.length > MOST_PORTS ? undefined : words;
}

function servicesOf(calls: Calls, index: ModelIndex): Service[] {
  const namespaces = new Set([...calls.keys()].map(({ namespace }) => namespace));
  return [...namespaces].sort().flatMap((namespace) => index.servicesIn(namespace));
}

function backends({ namespace, selector = {}, type }: Service, index: ModelIndex): readonly Workload[] {
  if (type === 'ExternalName' || Object.keys(selector).length === 0) return [];
  return index.selected(namespace, selector).filter(({ finished, hostNetwork }) => !finished && !hostNetwork);
}

function openedBy({ ports }: Service, server: Workload): ConnectionSet {
  return portsOf(
    portsAt(
      server,
      ports.map(({ targetPort, protocol }) => ({ port: targetPort, protocol })),
    ),
  );
}

function qualified(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  home: string,
): string {
  return namespace === home ? name : `${name}.${namespace}`;
}

/** Where clouds hand out credentials: a range in an intent leaves them out unless they are named. */
const METADATA = { 4: '169.254.169.254', 6: 'fd00:ec2::254' } as const;

/** The blocks of one family. Everything but the metadata address is what `0.0.0.0/0` means in an intent. */
function familyBlocks(ranges: readonly AddressPeer[], version: 4 | 6): string[] {
  const whole = version === 4 ? '0.0.0.0/0' : '::/0';
  const [first, second, ...more] = ranges;
  if (first === undefined) return [];
  const ends = first.first === 0n && (second ?? first).last === lastAddress(version) && more.length === 0;
  if (ends && second === undefined) return [METADATA[version], whole];
  const gap = second === undefined || second.first - first.last !== 2n ? undefined : first.last + 1n;
  if (ends && gap !== undefined && gap === parseAddress(METADATA[version]).address?.value) return [whole];
  return ranges.flatMap(cidrsOf).map(printCidr);
}

/** Ranges that touch as one. */
function joined(family: readonly AddressPeer[]): AddressPeer[] {
  const sorted = [...family].sort((a, b) => (a.first < b.first ? -1 : 1));
  const merged: AddressPeer[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && last.last + 1n === range.first)
      merged[merged.length - 1] = { ...last, last: range.last };
    else merged.push(range);
  }
  return merged;
}

/** The fewest blocks that are just the range. */
function cidrsOf({ version, first, last }: AddressPeer): Cidr[] {
  const bits = addressBits(version);
  const blocks: Cidr[] = [];
  let base = first;
  while (base <= last) {
    let size = 0;
    while (
      size < bits &&
      base % (1n << BigInt(size + 1)) === 0n &&
      base + (1n << BigInt(size + 1)) - 1n <= last
    )
      size += 1;
    blocks.push({ version, base, prefix: bits - size });
    base += 1n << BigInt(size);
  }
  return blocks;
}
