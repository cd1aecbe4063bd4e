import type { LiveProof, ProofChange, TargetProof } from './live-proof';
import { liveProofOf, type LiveProofParts } from './live-proof-of';
import type { Clock } from '../api/clock';
import type { ControllerHooks, ControllerLog } from '../controller-hooks';
import { proofKey } from '../writes/work-key';
import type { WorkResult } from '../writes/work-queue';

/** A proof gives way to everything else after this long. */
const SLICE_MS = 10;

/** What proofs are made with. */
export interface ProofParts extends LiveProofParts {
  readonly clock: Clock;
  readonly hooks: ControllerHooks | undefined;
  readonly log: ControllerLog | undefined;
  /** Told of each ClientIntents of which something else is proved than before. */
  readonly onChange: (change: ProofChange) => void;
}

/** Proves what is declared in the cluster, in small pieces between other work. */
export class ProofWork {
  private readonly proof: LiveProof | undefined;
  /** Namespaces that have changed since they were looked at. */
  private readonly changed = new Set<string>();

  constructor(private readonly parts: ProofParts) {
    if (parts.settings.options.proof === 'off') return;
    this.proof = liveProofOf(parts);
  }

  /** Declared calls that would not work; undefined where nothing is proved. */
  get failures(): number | undefined {
    return this.proof?.failures;
  }

  /** Namespaces that have changed: the work that is due now. */
  mark(namespaces: Iterable<string>): string[] {
    if (this.proof === undefined) return [];
    const keys = new Set<string>();
    for (const namespace of namespaces) {
      this.changed.add(namespace);
      keys.add(proofKey(namespace));
    }
    return [...keys];
  }

  /** What was found about the targets of a ClientIntents, whose clients are in a namespace. */
  of(client: string, namespace: string, name: string): readonly TargetProof[] {
    return this.proof?.of(client, namespace, name) ?? [];
  }

  /** Proves a part of what is due because of a namespace. */
  async work(namespace: string): Promise<WorkResult> {
    await new Promise((resolve) => setImmediate(resolve));
    const { proof } = this;
    if (proof === undefined) return { type: 'done' };
    const { clock, hooks, log } = this.parts;
    const began = clock.now();
    let isDone = true;
    try {
      if (this.changed.delete(namespace)) this.tell(proof.begin(namespace));
      const step = proof.go(namespace, () => clock.now() - began >= SLICE_MS);
      isDone = step.isDone;
      this.tell(step.changes);
    } catch (error) {
      // What is not proved must not keep anybody from being told what is written.
      const stack = error instanceof Error ? error.stack : undefined;
      log?.error(
        { namespace, error: String(error), stack },
        'what is declared in a namespace cannot be proved',
      );
      proof.giveUp(namespace);
    }
    hooks?.onProof?.({ milliseconds: clock.now() - began });
    return isDone ? { type: 'done' } : { type: 'more' };
  }

  /** Forgets everything, as one who does not lead. */
  clear(): void {
    this.proof?.clear();
    this.changed.clear();
  }

  private tell(changes: readonly ProofChange[]): void {
    const { log, onChange } = this.parts;
    for (const change of changes) {
      const intents = `${change.namespace}/${change.name}`;
      for (const finding of change.appeared)
        log?.warn({ intents, finding: finding.id, why: finding.message }, 'a declared call would not work');
      if (change.appeared.length === 0 && change.vanished.length > 0)
        log?.info({ intents, mended: change.vanished.length }, 'declared calls would work again');
      onChange(change);
    }
  }
}
