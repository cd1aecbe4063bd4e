import type { Labels } from '../../model/resource';

const NONE: Labels = {};

/** Labels that several namespaces want on the same things: each has what any of them wants. */
export class Contributions {
  /** By thing, then by namespace. */
  private readonly wanted = new Map<string, Map<string, Labels>>();
  /** What several want together, so that it is the same object for as long as it says the same. */
  private readonly joined = new Map<string, Labels>();
  private readonly byNamespace = new Map<string, ReadonlyMap<string, Labels>>();

  /** Replaces what a namespace wants; gives the things that are to have other labels now. */
  put(namespace: string, labels: ReadonlyMap<string, Labels>): Set<string> {
    const before = this.byNamespace.get(namespace) ?? new Map<string, Labels>();
    if (labels.size === 0) this.byNamespace.delete(namespace);
    else this.byNamespace.set(namespace, labels);
    const changed = new Set<string>();
    for (const thing of new Set([...before.keys(), ...labels.keys()])) {
      const now = labels.get(thing);
      if (same(before.get(thing), now)) continue;
      const old = this.of(thing);
      this.set(thing, namespace, now);
      if (!same(old, this.of(thing))) changed.add(thing);
      else if (this.joined.has(thing)) this.joined.set(thing, old);
    }
    return changed;
  }

  /** All labels that a thing is to have. */
  of(thing: string): Labels {
    const wanted = this.wanted.get(thing);
    if (wanted === undefined) return NONE;
    const [first, second] = wanted.values();
    if (second === undefined) return first ?? NONE;
    const known = this.joined.get(thing);
    if (known !== undefined) return known;
    const all: Record<string, string> = {};
    for (const labels of wanted.values()) Object.assign(all, labels);
    this.joined.set(thing, all);
    return all;
  }

  private set(thing: string, namespace: string, labels: Labels | undefined): void {
    this.joined.delete(thing);
    const wanted = this.wanted.get(thing) ?? new Map<string, Labels>();
    if (labels === undefined) wanted.delete(namespace);
    else wanted.set(namespace, labels);
    if (wanted.size === 0) this.wanted.delete(thing);
    else this.wanted.set(thing, wanted);
  }
}

function same(a: Labels | undefined, b: Labels | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  );
}
