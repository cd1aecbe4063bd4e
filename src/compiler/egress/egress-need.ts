import type { Automatic, DeclaredCall, OutsideCall } from '../compilation';
import { portsOf, TRANSPORT } from '../resolution/declared-ports';
import { internetBlocks } from './internet-blocks';
import type { DraftBlock, DraftRule } from '../policy-draft';
import type { PresentPolicies } from '../present-policies';
import { lastAddress, lastOf } from '../../model/cidr';
import type { Workload } from '../../model/workloads/workload';
import type { ConnectionSet } from '../../reachability/sets/connection-set';
import type { AddressPeer } from '../../reachability/reachability';
import type { TargetPort } from '../../intents/client-intents';

/** What {@link clientsInNeed} looks at. */
export interface EgressNeed {
  readonly mode: Automatic;
  readonly present: PresentPolicies;
  readonly declared: readonly DeclaredCall[];
  readonly outside: readonly OutsideCall[];
  /** Rules to the API server, where it is known. */
  readonly apiRules: readonly DraftRule[];
  /** Whether domain names are handed to the network plugin, which nobody can ask here whom it lets out already. */
  readonly handsDomains: boolean;
}

/**
 * The clients that get an egress policy: with `always` whoever declares a call, with `if-blocked` those of which the
 * policies that are there already cut a declared call, where one more policy can open it.
 */
export function clientsInNeed(input: EgressNeed): Set<Workload> {
  const { mode, present, declared, outside, apiRules, handsDomains } = input;
  const need = new Set<Workload>();
  if (mode === 'off') return need;
  const inNeed = (client: Workload, isCut: () => boolean): void => {
    if (client.hostNetwork || need.has(client)) return;
    if (mode === 'always' || (present.isolates(client, 'egress') && isCut())) need.add(client);
  };
  for (const { client, server, ports } of declared) {
    const needed = ports === 'all' ? TRANSPORT : portsOf(ports);
    inNeed(client, () => !present.admit(client, 'egress', { type: 'workload', workload: server }, needed));
  }
  for (const { client, target } of outside) {
    const rules =
      target.type === 'kubernetes-api'
        ? apiRules
        : [{ peers: internetBlocks(target), ports: portsOrAll(target.ports) }];
    const handed = handsDomains && target.type === 'internet' && target.domains.length > 0;
    if (!handed && rules.every(({ peers }) => peers.length === 0)) continue;
    inNeed(client, () => handed || rules.some((rule) => cuts(present, client, rule)));
  }
  return need;
}

/**
 * How far the policies that are there already let a client out of the cluster, to whatever address: on no port, on some,
 * or on all of these ports. Where no port is named, some are as good as all. `none` too where none of them restricts
 * egress, so that a policy made here is the first to do so.
 */
export function outwardOf(
  present: PresentPolicies,
  client: Workload,
  ports: 'all' | readonly TargetPort[],
): 'none' | 'some' | 'all' {
  if (!present.restricts(client, 'egress')) return 'none';
  const world = ([4, 6] as const).map((version): AddressPeer => ({
    type: 'addresses',
    version,
    first: 0n,
    last: lastAddress(version),
  }));
  const wanted = connectionsOf(ports);
  const possible = present.possible(client, 'egress', world).intersect(wanted);
  if (possible.isEmpty) return 'none';
  return ports === 'all' || wanted.subtract(possible).isEmpty ? 'all' : 'some';
}

/** Every port when none is named. */
export function portsOrAll(ports: readonly TargetPort[]): 'all' | readonly TargetPort[] {
  return ports.length === 0 ? 'all' : ports;
}

function cuts(present: PresentPolicies, client: Workload, { peers, ports }: DraftRule): boolean {
  if (peers === 'anyone') return false;
  return peers.some(
    (peer) => 'cidr' in peer && !present.admit(client, 'egress', addressesOf(peer), connectionsOf(ports)),
  );
}

function addressesOf({ cidr }: DraftBlock): AddressPeer {
  return { type: 'addresses', version: cidr.version, first: cidr.base, last: lastOf(cidr) };
}

/** A name is no port of an address. */
function connectionsOf(ports: 'all' | readonly TargetPort[]): ConnectionSet {
  if (ports === 'all') return TRANSPORT;
  return portsOf(
    ports.flatMap(({ port, protocol }) => (typeof port === 'number' ? [{ port, protocol }] : [])),
  );
}
