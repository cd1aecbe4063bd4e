import { DELETED } from './drift-watch';
import { parseKey } from './work-key';
import type { Subjects } from './subjects';
import type { ControllerHooks, ControllerLog, Drift } from '../controller-hooks';
import type { EventRecorder, EventText } from '../event-recorder';
import { proofText } from '../proof/proof-text';
import { reasonOf } from '../status/intents-status';
import type { Finding } from '../../model/finding';
import type { Workload } from '../../model/workloads/workload';

/** Tells people of what was found and done: by Events, in the log, and by hooks. */
export class Teller {
  constructor(
    private readonly subjects: Subjects,
    /** Absent where nothing is to be written. */
    private readonly events: EventRecorder | undefined,
    private readonly hooks: ControllerHooks | undefined,
    private readonly log: ControllerLog | undefined,
  ) {}

  drift(key: string, drift: Drift): void {
    this.hooks?.onDrift?.(drift);
    this.log?.warn({ ...drift }, 'drift');
    // What is not repaired is that of a dry run, which writes no Events.
    if (!drift.repaired) return;
    const who = drift.by ?? 'Somebody';
    const did = drift.what === DELETED ? 'deleted it' : `changed ${drift.what}`;
    const text = `${drift.object}: ${who} ${did}; it is as the intents want it again.`;
    this.event(key, 'Warning', 'DriftRepaired', text);
  }

  /** A write that only people can make succeed. */
  failure(key: string, message: string): void {
    this.event(key, 'Warning', failureReason(key), message);
  }

  conflict(key: string, message: string): void {
    this.log?.warn({ work: key, why: message }, 'somebody else writes the same');
    this.event(key, 'Warning', 'Conflict', message);
  }

  /**
   * Something that is declared would not work, whatever was written for it.
   *
   * @param annotated the workload that declares it by an annotation, in the place of an object of intents
   */
  denied(key: string, finding: Finding, annotated?: Workload): void {
    const event: EventText = { type: 'Warning', reason: reasonOf(finding), message: proofText(finding) };
    const declarer = annotated === undefined ? undefined : this.subjects.ownerOf(annotated);
    if (declarer !== undefined) this.events?.record(declarer, event);
    else this.news(key, event);
  }

  /** What an object says that cannot be, or does not lead anywhere. */
  news(key: string, { type, reason, message }: EventText): void {
    this.event(key, type, reason, message);
  }

  /** A policy that was made, changed or deleted because intents have changed. */
  policyWritten(key: string, message: string): void {
    // One of the intents behind it is enough: that is a request for each.
    const [object] = this.subjects.objectsOf(key);
    if (object !== undefined)
      this.events?.record(object, { type: 'Normal', reason: 'PolicyWritten', message });
  }

  private event(key: string, type: 'Normal' | 'Warning', reason: string, message: string): void {
    for (const object of this.subjects.objectsOf(key)) this.events?.record(object, { type, reason, message });
  }
}

function failureReason(key: string): string {
  switch (parseKey(key).type) {
    case 'pod':
    case 'namespace':
      return 'LabelsNotSet';
    case 'policy':
      return 'PolicyNotWritten';
    case 'intents':
    case 'proof':
      return 'StatusNotWritten';
  }
}
