import { EVENTS } from './api/known-resources';
import type { Clock } from './api/clock';
import type { KubernetesApi } from './api/kubernetes-api';
import type { ControllerLog } from './controller-hooks';
import type { ObservedObject } from './observed/observed-object';

/** What people are told of an object. */
export interface EventText {
  readonly type: 'Normal' | 'Warning';
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

/** The longest message that an Event takes. */
const LONGEST = 1024;
/** The same is not said again within this time. */
const QUIET_MS = 300_000;
/** Events at once, and one more every few seconds: what goes wrong for everybody must not drown the API server. */
const BURST = 50;
const REFILL_MS = 2_000;
const MOST_REMEMBERED = 5_000;
/** It is said this often that there are too many. */
const SAY_LEFT_OUT_MS = 60_000;

/** Writes Events; what cannot be written is said in the log and costs nobody anything. */
export class EventRecorder {
  private readonly said = new Map<string, number>();
  private tokens = BURST;
  private filledAt: number;
  private count = 0;
  /** Events that were too many, since that was said last. */
  private leftOut = 0;
  private saidLeftOutAt = -Infinity;

  constructor(
    private readonly api: KubernetesApi,
    private readonly clock: Clock,
    private readonly instance: string,
    private readonly log: ControllerLog | undefined,
  ) {
    this.filledAt = clock.now();
  }

  record(object: ObservedObject, { type, reason, message }: EventText): void {
    const { namespace, name, kind, apiVersion } = object.resource;
    const text = message.length > LONGEST ? `${message.slice(0, LONGEST - 1)}…` : message;
    const key = `${kind}/${namespace ?? ''}/${name} ${reason} ${text}`;
    if (!this.allows(key)) return;
    const now = this.clock.wallTime().toISOString();
    const home = namespace ?? 'default';
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: this.nameFor(name), namespace: home },
      involvedObject: {
        apiVersion,
        kind,
        name,
        ...(namespace === undefined ? {} : { namespace }),
        uid: object.uid,
      },
      type,
      reason,
      message: text,
      source: { component: 'intents-controller' },
      reportingComponent: 'k8s.otterize.com/intents-controller',
      reportingInstance: this.instance,
      firstTimestamp: now.replace(/\.\d+Z$/, 'Z'),
      lastTimestamp: now.replace(/\.\d+Z$/, 'Z'),
      count: 1,
    };
    this.api.create(EVENTS, event).catch((error: unknown) => {
      this.log?.debug(
        { error: String(error), object: `${kind}/${home}/${name}`, reason },
        'an Event was not written',
      );
    });
  }

  private allows(key: string): boolean {
    const now = this.clock.now();
    const before = this.said.get(key);
    if (before !== undefined && now - before < QUIET_MS) return false;
    this.tokens = Math.min(BURST, this.tokens + (now - this.filledAt) / REFILL_MS);
    this.filledAt = now;
    if (this.tokens < 1) {
      this.leaveOut(key, now);
      return false;
    }
    this.tokens -= 1;
    if (this.said.size >= MOST_REMEMBERED) this.said.clear();
    this.said.set(key, now);
    return true;
  }

  /** Conditions and the log hold what an Event would say; that it was not written is said as well. */
  private leaveOut(text: string, now: number): void {
    this.leftOut += 1;
    this.log?.debug({ event: text }, 'an Event was left out');
    if (now - this.saidLeftOutAt < SAY_LEFT_OUT_MS) return;
    this.log?.warn({ leftOut: this.leftOut, event: text }, 'too many Events, some are left out');
    this.leftOut = 0;
    this.saidLeftOutAt = now;
  }

  /** As client-go names them: the object and a moment that no other has. */
  private nameFor(name: string): string {
    this.count += 1;
    const moment = (this.clock.wallTime().getTime() * 1000 + (this.count % 1000)).toString(16);
    return `${name.slice(0, 230)}.${moment}`;
  }
}
