import { printConnections } from '../../reachability/sets/connection-print';
import type { Diff } from './diff';
import { diffConnections, type DiffConnection } from './diff-connections';
import { quoteDot } from '../dot';

/** A graph for Graphviz of what differs only: new connections green, gone ones red and dashed, undecided ones dotted. */
export function* diffDot(diff: Diff): Generator<string> {
  const { added, removed, undecided } = diffConnections(diff.pairs);
  yield 'digraph diff {\n  rankdir=LR;\n  node [shape=box];\n';
  yield* edges(added, 'color=darkgreen');
  yield* edges(removed, 'color=red, style=dashed');
  yield* edges(undecided, 'color=gray, style=dotted');
  yield '}\n';
}

function* edges(list: readonly DiffConnection[], look: string): Generator<string> {
  for (const { from, to, connections } of list)
    yield `  ${quoteDot(from.id)} -> ${quoteDot(to.id)} [label=${quoteDot(printConnections(connections))}, ${look}];\n`;
}
