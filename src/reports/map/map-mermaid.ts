import { lineLabel } from './line-label';
import type { MapData, MapState } from './map-data';
import { linesOf, type LineEnd, type LineLook } from './map-lines';

/** Opening and closing marks of a node's shape. */
const SHAPES: Readonly<Partial<Record<MapState, readonly [string, string]>>> = {
  open: ['(', ')'],
  wide: ['{{', '}}'],
  cut: ['[[', ']]'],
  outside: ['([', '])'],
};

const ARROWS: Readonly<Record<LineLook, string>> = {
  allowed: '-->',
  open: '-->',
  same: '-->',
  undecided: '-.->',
  added: '==>',
  removed: '-.-x',
};

const CLASSES = [
  'classDef open stroke:#b25000,stroke-dasharray:4 3',
  'classDef isolated stroke:#0b6e99',
  'classDef wide stroke:#6a4bc4',
  'classDef cut stroke:#c62828,stroke-width:3px',
];

/** The map as a Mermaid flowchart, which many platforms show within Markdown; the lines that the page shows first. */
export function* mapMermaid(data: MapData): Generator<string> {
  yield 'flowchart LR\n';
  for (const [index, { name, nodes }] of data.groups.entries()) {
    yield `  subgraph g${index}[${quote(name)}]\n`;
    for (const node of nodes) yield `    ${nodeText(data, node)}\n`;
    yield '  end\n';
  }
  for (const line of linesOf(data, { side: data.changes === undefined ? 'after' : 'changes' }))
    yield `  ${end(line.from)} ${ARROWS[line.look]}|${quote(lineLabel(line))}| ${end(line.to)}\n`;
  for (const line of CLASSES) yield `  ${line}\n`;
}

function nodeText({ nodes, after }: MapData, index: number): string {
  const { name = '', kind = '' } = nodes[index] ?? {};
  const state = after.ingress[index] ?? 'absent';
  const [open, close] = SHAPES[state] ?? ['[', ']'];
  const look = CLASSES.some((line) => line.startsWith(`classDef ${state} `)) ? `:::${state}` : '';
  return `n${index}${open}${quote(kind === '' ? name : `${name} (${kind})`)}${close}${look}`;
}

function end({ type, index }: LineEnd): string {
  if (type === 'everyone') return 'everyone(("most workloads"))';
  return `${type === 'node' ? 'n' : 'g'}${index}`;
}

/** Within quotes Mermaid takes any text but quotes, and reads `#…;` as a character and `<…>` as markup. */
function quote(text: string): string {
  return `"${text
    .replaceAll('#', '#35;')
    .replaceAll('&', '#38;')
    .replaceAll('"', '#quot;')
    .replaceAll('<', '#lt;')
    .replaceAll('>', '#gt;')
    .replace(/\s+/g, ' ')}"`;
}
