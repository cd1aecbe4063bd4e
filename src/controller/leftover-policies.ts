import type { ControllerLog } from './controller-hooks';
import type { IncrementalCompiler } from './desired/incremental-compiler';
import type { ObservedCluster } from './observed/observed-cluster';
import { isFormerOutput } from '../compiler/present-policies';

/** Names in one line of the log. */
const MOST_NAMED = 10;

/**
 * Policies that carry the marks of intents, that no intent asks for, and that somebody else has written: what
 * `cdk8s synth` and `kubectl apply` left. They go on letting in whom they name, and are not the controller's to delete.
 */
export class LeftoverPolicies {
  private told: ReadonlySet<string> = new Set();

  constructor(
    private readonly observed: ObservedCluster,
    private readonly compiler: IncrementalCompiler,
    private readonly log: ControllerLog | undefined,
  ) {}

  /** `NetworkPolicy/shop/access-to-cart-from-shop`, sorted. */
  get names(): readonly string[] {
    const names: string[] = [];
    for (const there of this.observed.namespaces)
      for (const object of there.ofFacet('policies')) {
        const { group, kind, name } = object.resource;
        if (object.writers.ours || object.deleting || !isFormerOutput(object.resource)) continue;
        if (this.compiler.policy(there.name, `${group}/${kind}/${name}`) !== undefined) continue;
        names.push(`${kind}/${there.name}/${name}`);
      }
    return names.sort();
  }

  /** Says in the log, once, which there are. */
  tell(): void {
    const names = this.names;
    const added = names.filter((name) => !this.told.has(name));
    this.told = new Set(names);
    if (added.length === 0) return;
    this.log?.warn(
      { policies: added.slice(0, MOST_NAMED), count: added.length },
      'no intent asks for these policies any more, and somebody else has written them: they stay until he deletes them',
    );
  }
}
