/**
 * The part of dagre that we use. Its own types cannot be read by a compiler that resolves modules as Node does: they
 * refer to one another without file extensions.
 */
export interface Dagre {
  readonly Graph: new (options: { readonly multigraph: boolean }) => DagreGraph;
  /** Fills in the places of a graph's nodes and links. */
  readonly layout: (graph: DagreGraph) => void;
}

export interface DagreGraph {
  setGraph(label: {
    readonly rankdir: 'LR';
    readonly nodesep: number;
    readonly ranksep: number;
    readonly edgesep: number;
  }): void;
  setNode(name: string, label: DagreNode): void;
  setEdge(from: string, to: string, label: DagreLink, name: string): void;
  node(name: string): DagreNode;
  edge(from: string, to: string, name: string): DagreLink;
}

export interface DagreNode {
  readonly width: number;
  readonly height: number;
  /** Of the centre, after the layout. */
  readonly x: number;
  readonly y: number;
}

export interface DagreLink {
  readonly weight: number;
  readonly width: number;
  readonly height: number;
  readonly labelpos: 'c';
  /** After the layout: from border to border, and the centre of the label. */
  readonly points?: readonly { readonly x: number; readonly y: number }[];
  readonly x?: number;
  readonly y?: number;
}

/**
 * Loads dagre (MIT, one dependency of its own). Only maps need it, so nothing else pays for it.
 * @throws TypeError when what is installed under its name is something else
 */
export async function loadDagre(): Promise<Dagre> {
  const loaded: unknown = await import('@dagrejs/dagre');
  if (!isDagre(loaded)) throw new TypeError('@dagrejs/dagre is not what it was: its layout is missing');
  return loaded;
}

function isDagre(value: unknown): value is Dagre {
  return (
    typeof value === 'object' &&
    value !== null &&
    'Graph' in value &&
    typeof value.Graph === 'function' &&
    'layout' in value &&
    typeof value.layout === 'function'
  );
}
