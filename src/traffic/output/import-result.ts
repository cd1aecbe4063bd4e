import type { DraftIntents } from '../calls/draft-intents';
import type { LeftOut } from '../calls/observed-call';
import type { Observed } from '../mapping/observe';
import type { NeverSeen } from '../../reports/replay/replay';
import type { ReadFile } from '../read-flows';
import type { Finding } from '../../model/finding';

/** All that an import comes to. */
export interface ImportResult {
  readonly drafts: readonly DraftIntents[];
  /** Sorted by client, server and port. */
  readonly leftOut: readonly LeftOut[];
  /** What intents of the input declare and no record shows. */
  readonly neverSeen: readonly NeverSeen[];
  readonly observed: Observed;
  /** What was read, and as what. */
  readonly files: readonly ReadFile[];
  /** What is wrong with manifests, snapshots and intents, and what of a cluster could not be read. Sorted. */
  readonly findings: readonly Finding[];
}
