import { quoteDot } from '../dot';
import type { MapData, MapState } from './map-data';
import { linesOf, type LineEnd, type LineLook } from './map-lines';
import { lineLabel } from './line-label';

const NODE_LOOKS: Readonly<Partial<Record<MapState, string>>> = {
  open: 'style=dashed, color="#b25000"',
  isolated: 'style=solid, color="#0b6e99"',
  wide: 'shape=octagon, color="#6a4bc4"',
  cut: 'style=bold, color="#c62828", shape=box3d',
  host: 'style=dotted',
  finished: 'style=dotted, fontcolor=gray',
  absent: 'style=dotted, fontcolor=gray',
  outside: 'shape=ellipse',
};

const LINE_LOOKS: Readonly<Record<LineLook, string>> = {
  allowed: '',
  open: ', color=gray',
  same: ', color=gray',
  undecided: ', style=dashed',
  added: ', color=darkgreen, penwidth=2',
  removed: ', color=red, style=dashed',
};

/** The map for Graphviz: the lines that the page shows first, ends of many in a frame joined at the frame. */
export function* mapDot(data: MapData): Generator<string> {
  yield 'digraph map {\n  rankdir=LR;\n  compound=true;\n  node [shape=box];\n';
  for (const [index, { name, nodes }] of data.groups.entries()) {
    yield `  subgraph ${quoteDot(`cluster_${index}`)} {\n    label=${quoteDot(name)};\n`;
    for (const node of nodes) yield `    ${quoteDot(`n${node}`)} [${nodeLook(data, node)}];\n`;
    yield '  }\n';
  }
  for (const line of linesOf(data, { side: data.changes === undefined ? 'after' : 'changes' })) {
    const { from, to, look } = line;
    const frames = `${frame(from, 'ltail')}${frame(to, 'lhead')}`;
    yield `  ${end(data, from)} -> ${end(data, to)} [label=${quoteDot(lineLabel(line))}${LINE_LOOKS[look]}${frames}];\n`;
  }
  yield '}\n';
}

function nodeLook({ nodes, after }: MapData, index: number): string {
  const { name = '', kind = '' } = nodes[index] ?? {};
  const look = NODE_LOOKS[after.ingress[index] ?? 'absent'] ?? '';
  return `label=${quoteDot(kind === '' ? name : `${name}\n${kind}`)}, ${look}`;
}

/** Graphviz draws lines between nodes only, and cuts them at the frame. */
function end({ groups }: MapData, { type, index }: LineEnd): string {
  if (type === 'everyone') return quoteDot('most workloads');
  return quoteDot(`n${type === 'node' ? index : (groups[index]?.nodes[0] ?? index)}`);
}

function frame({ type, index }: LineEnd, attribute: 'ltail' | 'lhead'): string {
  return type === 'group' ? `, ${attribute}=${quoteDot(`cluster_${index}`)}` : '';
}
