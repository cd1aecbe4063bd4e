import type { Cluster } from '../model/cluster';
import type { Finding, Severity } from '../model/finding';
import type { Resource } from '../model/resource';
import type { PolicySet } from '../policies/policy';

/** What a check looks at. */
export interface CheckContext {
  readonly cluster: Cluster;
  readonly policies: PolicySet;
  /** The objects as written, for what reading leaves out. */
  readonly resources: readonly Resource[];
}

/** One rule: what it looks for is in its summary, and at length in `docs/checks/<id>.md`. */
export interface Check {
  /** Lower-case words joined by `-`; the id of its findings. */
  readonly id: string;
  /** The most severe finding it gives. */
  readonly severity: Severity;
  /** One sentence. */
  readonly summary: string;
  /** Findings in any order; {@link runChecks} sorts them. */
  run(context: CheckContext): readonly Finding[];
}
