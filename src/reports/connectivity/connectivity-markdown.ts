import { memberNames } from './connectivity-text';
import type { Connectivity, ListedPeer, OnProgress } from './connectivity';
import { peerLabel } from '../peer-name';
import { printVerdict } from '../verdict-text';

/** A matrix of who (lines) may talk to whom (columns); grouped, a table of groups. */
export function* connectivityMarkdown(
  connectivity: Connectivity,
  {
    grouped = false,
    onProgress,
  }: { readonly grouped?: boolean | undefined; readonly onProgress?: OnProgress | undefined } = {},
): Generator<string> {
  if (grouped) yield* groupTable(connectivity);
  else yield* matrix(connectivity, onProgress);
}

function* groupTable(connectivity: Connectivity): Generator<string> {
  const name = memberNames(connectivity);
  yield line(['from', 'to', 'ports']);
  yield line(['---', '---', '---']);
  for (const { from, to, verdict } of connectivity.groups())
    yield line([name(from), name(to), printVerdict(verdict)]);
}

function* matrix(connectivity: Connectivity, onProgress?: OnProgress): Generator<string> {
  const peers = connectivity.listedPeers();
  yield line(['from \\ to', ...peers.map(peerLabel)]);
  yield line(['from \\ to', ...peers].map(() => '---'));
  const rows = rowsOf(connectivity, onProgress);
  let next = rows.next();
  for (const from of peers) {
    const row = next.done === true || next.value.from !== from ? undefined : next.value;
    if (row !== undefined) next = rows.next();
    yield line([peerLabel(from), ...peers.map((to) => cell(from, to, row?.cells))]);
  }
}

interface MatrixRow {
  readonly from: ListedPeer;
  readonly cells: ReadonlyMap<ListedPeer, string>;
}

/** The pairs of each source together; sources without any are left out. */
function* rowsOf(connectivity: Connectivity, onProgress?: OnProgress): Generator<MatrixRow, undefined> {
  let from: ListedPeer | undefined;
  let cells = new Map<ListedPeer, string>();
  for (const pair of connectivity.pairs(onProgress)) {
    if (from !== undefined && pair.from !== from) {
      yield { from, cells };
      cells = new Map();
    }
    from = pair.from;
    cells.set(pair.to, printVerdict(pair.verdict));
  }
  if (from !== undefined) yield { from, cells };
  return undefined;
}

/** `·` where there is no question: a peer and itself, or outside addresses among themselves. */
function cell(from: ListedPeer, to: ListedPeer, cells: ReadonlyMap<ListedPeer, string> | undefined): string {
  if (from === to || (from.type === 'addresses' && to.type === 'addresses')) return '·';
  return cells?.get(to) ?? '–';
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |\n`;
}
