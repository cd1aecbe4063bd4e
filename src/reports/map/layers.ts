import type { Layers } from './arrange';
import { loadDagre } from './dagre';

/** What places linked things in layers: dagre, loaded when it is asked for. */
export async function loadLayers(): Promise<Layers> {
  const { Graph, layout } = await loadDagre();
  return (sizes, links, [nodesep, ranksep]) => {
    const graph = new Graph({ multigraph: true });
    graph.setGraph({ rankdir: 'LR', nodesep, ranksep: ranksep / 2, edgesep: 10 });
    sizes.forEach(({ width, height }, rank) => {
      graph.setNode(String(rank), { width, height, x: 0, y: 0 });
    });
    links.forEach(({ from, to, weight, label = 0 }, index) => {
      const room = { width: label, height: label === 0 ? 0 : LABEL_HEIGHT, labelpos: 'c' } as const;
      graph.setEdge(
        String(from),
        String(to),
        { weight: 1 + Math.round(Math.log2(weight)), ...room },
        String(index),
      );
    });
    layout(graph);
    return {
      boxes: sizes.map(({ width, height }, rank) => {
        const { x, y } = graph.node(String(rank));
        return { x: x - width / 2, y: y - height / 2, width, height };
      }),
      routes: links.map(({ from, to }, index) => {
        const { points = [], x = 0, y = 0 } = graph.edge(String(from), String(to), String(index));
        return { points: points.map((point) => ({ x: point.x, y: point.y })), label: { x, y } };
      }),
    };
  };
}

/** Height of a label on a link. */
const LABEL_HEIGHT = 15;
