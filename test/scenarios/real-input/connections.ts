import type { Output } from './applications';
import { printConnections } from '../../../src/reachability/sets/connection-print';
import type { Peer } from '../../../src/reachability/reachability';

/** Every ordered pair of ends and what may pass, as text: `frontend > cartservice` to `TCP 7070`. */
export type Connections = ReadonlyMap<string, string>;

/**
 * What may pass between every two workloads, and between each and the addresses outside. Of two workloads outside the
 * cluster nothing is said, nor of a workload with itself.
 */
export function connectionsOf({ cluster, reachability }: Output): Connections {
  const workloads = cluster.workloads.map((workload): [string, Peer] => [
    workload.name,
    { type: 'workload', workload },
  ]);
  const outside = reachability.addresses.map((range): [string, Peer] => [
    `outside (IPv${range.version})`,
    range,
  ]);
  // No policy here tells outside addresses apart: one range is the whole family.
  expect(outside.map(([name]) => name)).toEqual(['outside (IPv4)', 'outside (IPv6)']);
  const ends = [...workloads, ...outside];
  const connections = new Map<string, string>();
  for (const [from, source] of ends) {
    for (const [to, target] of ends) {
      if (from === to || (source.type === 'addresses' && target.type === 'addresses')) continue;
      const { allowed, undecided } = reachability.connection(source, target);
      const doubt = undecided.isEmpty ? '' : ` (undecided: ${printConnections(undecided)})`;
      connections.set(`${from} > ${to}`, `${printConnections(allowed)}${doubt}`);
    }
  }
  return connections;
}

export interface Difference {
  readonly from: string;
  readonly to: string;
  readonly before: string;
  readonly after: string;
}

/** The pairs that differ, in the order of the pairs. Both must have the same pairs. */
export function differences(before: Connections, after: Connections): Difference[] {
  expect([...after.keys()]).toEqual([...before.keys()]);
  return [...before].flatMap(([pair, was]) => {
    const is = after.get(pair) ?? '';
    const [from = '', to = ''] = pair.split(' > ');
    return was === is ? [] : [{ from, to, before: was, after: is }];
  });
}
