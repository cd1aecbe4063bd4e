/** Who has to come before whom, and what it costs to take a node out of that. */
export interface OrderGraph {
  /** By node: those that come before it. Nodes that stand in no key have nothing before them. */
  readonly before: ReadonlyMap<string, ReadonlySet<string>>;
  /** Greater than zero. */
  readonly cost: (node: string) => number;
}

/**
 * Nodes without which the graph has no circle, chosen to cost little: the least cost is hard to find (R. M. Karp, 1972,
 * "Reducibility Among Combinatorial Problems", feedback node set), so whatever is no part of a circle is taken away, a
 * node with one neighbour on a side is left to that neighbour where this costs no more, and of what is left the node
 * with the most ways through it for its cost is chosen, until nothing is left.
 */
export function feedbackSet(graph: OrderGraph): Set<string> {
  return new Feedback(graph).find();
}

class Feedback {
  private readonly before = new Map<string, Set<string>>();
  private readonly after = new Map<string, Set<string>>();
  private readonly chosen = new Set<string>();
  private readonly cost: (node: string) => number;

  constructor({ before, cost }: OrderGraph) {
    this.cost = cost;
    const nodes = [...before].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [node, earlier] of nodes) for (const other of [...earlier].sort()) this.link(other, node);
  }

  find(): Set<string> {
    let due = new Set(this.before.keys());
    while (this.before.size > 0) {
      for (const node of due) this.reduce(node, due);
      const best = this.best();
      if (best === undefined) break;
      this.chosen.add(best);
      due = new Set(this.remove(best));
    }
    return this.chosen;
  }

  private reduce(node: string, due: Set<string>): void {
    due.delete(node);
    const [before, after] = [this.before.get(node), this.after.get(node)];
    if (before === undefined || after === undefined) return;
    const isLoop = before.has(node);
    if (isLoop) this.chosen.add(node);
    if (!isLoop && before.size > 0 && after.size > 0 && !this.canBypass(node, before, after)) return;
    const neighbours = this.remove(node);
    if (!isLoop) for (const a of before) for (const b of after) this.link(a, b);
    for (const neighbour of neighbours) due.add(neighbour);
  }

  /** Every circle through it goes through its one neighbour as well. */
  private canBypass(node: string, before: ReadonlySet<string>, after: ReadonlySet<string>): boolean {
    return [before, after].some((side) => {
      const [only, another] = side;
      return only !== undefined && another === undefined && this.cost(only) <= this.cost(node);
    });
  }

  private best(): string | undefined {
    let best: string | undefined;
    let most = 0;
    for (const [node, before] of this.before) {
      const ways = (before.size * (this.after.get(node)?.size ?? 0)) / this.cost(node);
      if (ways > most) [best, most] = [node, ways];
    }
    return best;
  }

  private link(from: string, to: string): void {
    for (const node of [from, to]) {
      if (!this.before.has(node)) this.before.set(node, new Set());
      if (!this.after.has(node)) this.after.set(node, new Set());
    }
    this.before.get(to)?.add(from);
    this.after.get(from)?.add(to);
  }

  /** Takes a node out; gives those that were beside it. */
  private remove(node: string): string[] {
    const [before, after] = [this.before.get(node) ?? [], this.after.get(node) ?? []];
    this.before.delete(node);
    this.after.delete(node);
    for (const other of before) this.after.get(other)?.delete(node);
    for (const other of after) this.before.get(other)?.delete(node);
    return [...before, ...after].filter((other) => other !== node);
  }
}
