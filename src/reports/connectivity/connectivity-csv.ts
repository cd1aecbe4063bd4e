import { ALL_BUT_TUNNELS, NAMED_PROTOCOLS } from '../../reachability/sets/connection-print';
import { listedId, type Connectivity, type ListedPeer, type OnProgress } from './connectivity';
import { MAX_PORT } from '../../reachability/sets/port-set';
import type { ConnectionSet } from '../../reachability/sets/connection-set';
import { isAllButTunnels } from '../../reachability/sets/tunnels';
import type { Verdict } from '../../reachability/reachability';

/**
 * One line for each pair (or group) and range of ports: `from,to,verdict,protocol,first,last`. `verdict` is `allow` or
 * `undecided`; everything is the protocol `all` with ports 0 to 65535, or `all but tunnels`. Members of a group are parted by blanks.
 */
export function* connectivityCsv(
  connectivity: Connectivity,
  {
    grouped = false,
    onProgress,
  }: { readonly grouped?: boolean | undefined; readonly onProgress?: OnProgress | undefined } = {},
): Generator<string> {
  yield 'from,to,verdict,protocol,first,last\n';
  if (grouped) {
    for (const { from, to, verdict } of connectivity.groups()) yield* lines(ids(from), ids(to), verdict);
    return;
  }
  for (const { from, to, verdict } of connectivity.pairs(onProgress))
    yield* lines(listedId(from), listedId(to), verdict);
}

function ids(peers: readonly ListedPeer[]): string {
  return peers.map(listedId).join(' ');
}

function* lines(from: string, to: string, { allowed, undecided }: Verdict): Generator<string> {
  const start = `${quote(from)},${quote(to)}`;
  for (const cells of cellsOf(allowed)) yield `${start},allow,${cells}\n`;
  for (const cells of cellsOf(undecided)) yield `${start},undecided,${cells}\n`;
}

function cellsOf(connections: ConnectionSet): string[] {
  if (connections.isAll) return [`all,0,${MAX_PORT}`];
  if (isAllButTunnels(connections)) return [`${ALL_BUT_TUNNELS},0,${MAX_PORT}`];
  return connections
    .ranges()
    .map(({ protocol, first, last }) => `${NAMED_PROTOCOLS.get(protocol) ?? protocol},${first},${last}`);
}

function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
