import { IncrementalCompiler } from '../../../src/controller/desired/incremental-compiler';
import { readChanges } from '../../../src/controller/desired/read-changes';
import { ObservedCluster } from '../../../src/controller/observed/observed-cluster';
import { WATCHED_KINDS } from '../../../src/controller/observed/watched-kinds';
import type { IntentsCompilerOptions } from '../../../src/compiler/compiler-options';
import type { Labels } from '../../../src/model/resource';
import type { Edit } from '../edits';
import { observed } from '../world';

/** What is wanted, in a form that can be compared. */
export interface Outcome {
  readonly policies: unknown;
  readonly podLabels: unknown;
  readonly namespaceLabels: unknown;
}

export function sorted(entries: readonly (readonly [string, Labels])[]): unknown {
  return entries
    .map(([key, labels]) => [key, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

/** A compiler that follows edits, and counts the namespaces that it compiles. */
export class Following {
  private readonly cluster = new ObservedCluster(WATCHED_KINDS.map(({ resource }) => resource));
  private readonly compiler: IncrementalCompiler;
  compiled = 0;

  constructor(options: IntentsCompilerOptions) {
    this.compiler = new IncrementalCompiler({ options, reachabilityOptions: {}, dialect: 'kubernetes' });
  }

  apply({ object, gone }: Edit): void {
    this.cluster.put(observed(object), gone);
  }

  outcome(): Outcome {
    readChanges(this.cluster, this.compiler);
    while (this.compiler.next()) this.compiled++;
    this.compiler.commit();
    const units = [...this.compiler.allUnits.values()];
    const ids = new Set(units.flatMap(({ podLabels }) => [...podLabels.keys()]));
    const names = new Set(units.flatMap(({ namespaceLabels }) => [...namespaceLabels.keys()]));
    return {
      policies: units
        .flatMap(({ policies }) => [...policies.values()].map(({ manifest }) => JSON.stringify(manifest)))
        .sort(),
      podLabels: sorted([...ids].map((id) => [id, this.compiler.podLabelsOf(id)])),
      namespaceLabels: sorted([...names].map((name) => [name, this.compiler.namespaceLabelsOf(name)])),
    };
  }
}
