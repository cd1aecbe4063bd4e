/**
 * The part of dagre that we use. Its own types cannot be read by a compiler that resolves modules as Node does: they
 * refer to one another without file extensions.
 */
declare module '@dagrejs/dagre' {
  interface Placed {
    width: number;
    height: number;
    /** Of the centre, after the layout. */
    x: number;
    y: number;
  }

  interface Linked {
    weight: number;
    width: number;
    height: number;
    labelpos: 'c';
    /** After the layout: from border to border, and the centre of the label. */
    points?: { x: number; y: number }[];
    x?: number;
    y?: number;
  }

  export class Graph {
    constructor(options: { multigraph: boolean });
    setGraph(label: { rankdir: 'LR'; nodesep: number; ranksep: number; edgesep: number }): this;
    setNode(name: string, label: Placed): this;
    setEdge(from: string, to: string, label: Linked, name: string): this;
    node(name: string): Placed;
    edge(from: string, to: string, name: string): Linked;
  }

  /** Fills in the places of a graph's nodes and links. */
  export function layout(graph: Graph): void;
}
