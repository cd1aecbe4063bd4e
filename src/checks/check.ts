import type { Compilation } from '../compiler/compilation';
import type { Cluster } from '../model/cluster';
import type { Finding, Severity } from '../model/finding';
import type { Resource } from '../model/resource';
import type { PolicySet } from '../policies/policy';
import type { Reachability } from '../reachability/reachability';

/** What a check looks at. */
export interface CheckContext {
  readonly cluster: Cluster;
  /** All policies, for checks that hold one against others. */
  readonly policies: PolicySet;
  /**
   * The policies whose words are examined: all, but at a synth without those that the compiler has just made of the
   * intents. These have no author who can have slipped, and the proof judges them.
   */
  readonly examined: PolicySet;
  /** The objects as written, for what reading leaves out; without those that are not examined. */
  readonly resources: readonly Resource[];
  /**
   * Whether selectors of Kubernetes policies see the labels that Calico sets itself, as they do where it enforces
   * (calico-policy-model 4.1 and 5.1). Default no.
   */
  readonly calicoLabels?: boolean | undefined;
  /** What the policies really let through. */
  readonly reachability: Reachability;
  /** What the intents of the input come to: their calls, and the policies and labels they need. */
  readonly compilation: Compilation;
}

/** One rule: what it looks for is in its summary, and at length in `docs/checks/<id>.md`. */
export interface Check {
  /** Lower-case words joined by `-`; the id of its findings. */
  readonly id: string;
  /** The most severe finding it gives. */
  readonly severity: Severity;
  /** One sentence. */
  readonly summary: string;
  /**
   * Whether a synth runs it too. `false` for what the compiler or the proof say there themselves, for notes, and for
   * what would slow a synth down. Default true.
   */
  readonly synth?: boolean;
  /** Whether it runs only where a configuration or the command line gives it a severity. Default false. */
  readonly optIn?: boolean;
  /** Whether some of its findings can be mended by `--fix`. Default false. */
  readonly fixable?: boolean;
  /** Findings in any order; {@link runChecks} sorts them. */
  run(context: CheckContext): readonly Finding[];
}
