import { listedId, type Connectivity, type ListedPeer, type OnProgress } from './connectivity';
import { quoteDot } from '../dot';
import { peerLabel } from '../peer-name';
import { printVerdict } from '../verdict-text';
import type { Verdict } from '../../reachability/reachability';

/**
 * A graph for Graphviz: namespaces as clusters, an edge for each pair, dashed where only undecided. Grouped, the members
 * of a group meet in a point, so that edges add up and do not multiply.
 */
export function* connectivityDot(
  connectivity: Connectivity,
  {
    grouped = false,
    onProgress,
  }: { readonly grouped?: boolean | undefined; readonly onProgress?: OnProgress | undefined } = {},
): Generator<string> {
  yield 'digraph connectivity {\n  rankdir=LR;\n  node [shape=box];\n';
  yield* nodes(connectivity.listedPeers());
  if (grouped) yield* groupEdges(connectivity);
  else
    for (const { from, to, verdict } of connectivity.pairs(onProgress))
      yield edge(quoteDot(listedId(from)), quoteDot(listedId(to)), verdict);
  yield '}\n';
}

function* nodes(peers: readonly ListedPeer[]): Generator<string> {
  const namespaces = new Map<string, ListedPeer[]>();
  for (const peer of peers) {
    if (peer.type !== 'workload') continue;
    const members = namespaces.get(peer.workload.namespace) ?? [];
    members.push(peer);
    namespaces.set(peer.workload.namespace, members);
  }
  for (const [namespace, members] of namespaces) {
    yield `  subgraph ${quoteDot(`cluster_${namespace}`)} {\n    label=${quoteDot(namespace)};\n`;
    for (const peer of members)
      yield `    ${quoteDot(listedId(peer))} [label=${quoteDot(shortName(peer))}];\n`;
    yield '  }\n';
  }
  for (const peer of peers) {
    if (peer.type === 'addresses')
      yield `  ${quoteDot(listedId(peer))} [label=${quoteDot(peerLabel(peer))}, shape=ellipse];\n`;
  }
}

function shortName(peer: ListedPeer): string {
  return peer.type === 'workload' ? `${peer.workload.name}\n${peer.workload.kind}` : peerLabel(peer);
}

function* groupEdges(connectivity: Connectivity): Generator<string> {
  for (const [index, { from, to, verdict }] of connectivity.groups().entries()) {
    const point = quoteDot(`group ${index + 1}`);
    yield `  ${point} [shape=point, xlabel=${quoteDot(printVerdict(verdict))}];\n`;
    for (const peer of from) yield `  ${quoteDot(listedId(peer))} -> ${point} [arrowhead=none];\n`;
    for (const peer of to) yield `  ${point} -> ${quoteDot(listedId(peer))};\n`;
  }
}

function edge(from: string, to: string, verdict: Verdict): string {
  const dashed = verdict.allowed.isEmpty ? ', style=dashed' : '';
  return `  ${from} -> ${to} [label=${quoteDot(printVerdict(verdict))}${dashed}];\n`;
}
