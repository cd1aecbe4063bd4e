import type { Decision, Expected, Write } from './decision';
import { CONTEST_MS, type DriftWatch } from './drift-watch';
import type { Teller } from './teller';
import { isEffect } from './work-key';
import type { WorkResult } from './work-queue';
import { ApiError, isWorthRetrying } from '../api/api-error';
import type { ApiResource, ObjectRef } from '../api/api-resource';
import type { Clock } from '../api/clock';
import type { KubernetesApi } from '../api/kubernetes-api';
import type { ControllerHooks, ControllerLog } from '../controller-hooks';
import { isJsonObject, jsonAt, type JsonObject } from '../../model/json';

/** What a worker is made of. */
export interface WorkerParts {
  readonly api: KubernetesApi;
  readonly clock: Clock;
  readonly hooks: ControllerHooks | undefined;
  readonly log: ControllerLog | undefined;
  readonly dryRun: boolean;
  readonly drifts: DriftWatch;
  readonly teller: Teller;
  readonly decide: (key: string) => Decision;
  /** Who else wrote last what a key is about, or a part of it such as `status`, as far as anybody can tell. */
  readonly writerOf: (key: string, part: string) => string | undefined;
  /** Whether this replica still leads. */
  readonly mayWrite: () => boolean;
  /** Whether what is written follows from a change; false while a new leader puts everything right. */
  readonly isNews: () => boolean;
  /** Takes in an object as the API server has it after a write. */
  readonly onAnswer: (resource: ApiResource, object: JsonObject) => void;
  /** Something has become true or untrue that statuses tell of. */
  readonly onOutcome: (key: string) => void;
}

/** A write, and the version of the object that came of it. */
interface Sent {
  readonly write: Write;
  readonly version: string | undefined;
}

/** Writes of one key in a row, each because of what the one before left: more than any key needs by itself. */
const MOST_STEPS = 4;

/** A failure that may pass is told of when it has not after so many tries, which take about eight seconds. */
const LASTING_TRIES = 6;

const DONE: WorkResult = { type: 'done' };

/** Does what is decided about a key, and remembers why it could not. */
export class Worker {
  /** Why the last try of a key came to nothing. */
  readonly failures = new Map<string, string>();
  /** Said already, where nothing is written. */
  private readonly said = new Map<string, string>();
  /** How often in a row the tries of a key have failed in the same words. */
  private readonly tries = new Map<string, number>();
  /** Keys that met a conflict once: the watch is about to tell what is there instead. */
  private readonly unsaid = new Set<string>();
  /** Contests that people were told of, by key, and what ends the wait for them to be over. */
  private readonly contests = new Map<string, { readonly message: string; readonly forget: () => void }>();

  constructor(private readonly parts: WorkerParts) {}

  /** Forgets what went wrong, as one who does not write any more. */
  clear(): void {
    this.failures.clear();
    this.tries.clear();
    this.said.clear();
    this.unsaid.clear();
    for (const { forget } of this.contests.values()) forget();
    this.contests.clear();
  }

  /** One key: decided on what is known now, and again on what each write has left. */
  async work(key: string): Promise<WorkResult> {
    const { decide, mayWrite, drifts } = this.parts;
    let sent: Sent | undefined;
    for (let step = 0; mayWrite(); step++) {
      const decision = decide(key);
      if (decision.type === 'waits') return { type: 'waits', on: decision.on, didPart: sent !== undefined };
      if (decision.type === 'nothing') this.succeeded(key);
      if (decision.type === 'conflict') this.conflicting(key, decision.message);
      if (decision.type !== 'write') return DONE;
      const { write } = decision;
      this.noticeRepetition(key, write, sent);
      const wait = drifts.waitFor(key);
      if (wait > 0) return this.contested(key, wait);
      if (this.parts.dryRun) return this.wouldWrite(key, write);
      if (isNotKept(sent, write)) throw new NotKeptError(nameOf(write), write.what);
      if (step === MOST_STEPS) throw new RestlessError(nameOf(write), write.what);
      sent = await this.send(key, write);
      if (sent === undefined) return DONE;
    }
    return DONE;
  }

  /** A try that failed, and is to be made again. */
  failed(key: string, error: unknown, retryInMs: number): void {
    const message = error instanceof Error ? error.message : String(error);
    const before = this.failures.get(key);
    const isNew = before !== message || this.unsaid.delete(key);
    this.failures.set(key, message);
    const tries = before === message ? (this.tries.get(key) ?? 1) + 1 : 1;
    this.tries.set(key, tries);
    this.parts.log?.warn({ work: key, error: message, retryInMs: Math.round(retryInMs) }, 'a write failed');
    // What mostly passes by itself has not passed: an object that the API server itself fails at, for instance.
    const isLasting = isWorthRetrying(error) && tries === LASTING_TRIES;
    if (!isLasting && (!isNew || isWorthRetrying(error))) return;
    if (before === undefined && error instanceof ApiError && error.isConflict) {
      this.unsaid.add(key);
      return;
    }
    this.parts.teller.failure(key, message);
    if (isEffect(key)) this.parts.onOutcome(key);
  }

  /** There is nothing to do about a key any more. */
  succeeded(key: string): void {
    this.tellRepaired(key);
    this.tries.delete(key);
    this.said.delete(key);
    this.unsaid.delete(key);
    if (this.failures.delete(key) && isEffect(key)) this.parts.onOutcome(key);
  }

  private conflicting(key: string, message: string): void {
    if (this.failures.get(key) === message) return;
    this.failures.set(key, message);
    this.parts.teller.conflict(key, message);
    this.parts.onOutcome(key);
  }

  /**
   * The same as was written before is due again: somebody has changed it, so fast that it was not seen otherwise. What the
   * API server itself does not keep is no such thing.
   */
  private noticeRepetition(key: string, write: Write, sent: Sent | undefined): void {
    const { drifts, writerOf } = this.parts;
    if (isNotKept(sent, write) || this.failures.has(key) || drifts.hasNoticed(key)) return;
    const part = partOf(write);
    if (!drifts.isRepeated(key, textOf(write), part)) return;
    // What was there before was put right, or it would not be due again.
    this.tellRepaired(key);
    const by = writerOf(key, part);
    drifts.notice(key, { object: nameOf(write), what: write.what, ...(by === undefined ? {} : { by }) });
  }

  /** Somebody insists: he is let have it for a while, and people are told. */
  private contested(key: string, wait: number): WorkResult {
    const { drifts, teller, onOutcome, clock } = this.parts;
    const known = this.contests.get(key);
    const message = drifts.contestOf(key) ?? known?.message ?? '';
    if (message !== known?.message) {
      teller.conflict(key, message);
      onOutcome(key);
    }
    known?.forget();
    // A little later than it can be over, so that it is.
    const forget = clock.timer(wait + CONTEST_MS + 1_000, () => {
      this.contests.delete(key);
      onOutcome(key);
    });
    this.contests.set(key, { message, forget });
    return { type: 'later', milliseconds: wait };
  }

  private wouldWrite(key: string, write: Write): WorkResult {
    const drift = this.parts.drifts.take(key);
    const text = `${write.what} ${textOf(write)}`;
    if (this.said.get(key) === text) return DONE;
    this.said.set(key, text);
    this.parts.log?.info({ action: write.action, object: nameOf(write), what: write.what }, 'would write');
    if (drift !== undefined) this.parts.teller.drift(key, { ...drift, repaired: false });
    return DONE;
  }

  /** Sends a write, and takes in what the API server has afterwards. Nothing when there is nothing more to do. */
  private async send(key: string, write: Write): Promise<Sent | undefined> {
    const { clock, onAnswer } = this.parts;
    const began = clock.now();
    try {
      const answer = await this.request(write);
      this.report(write, began, undefined);
      // Before the answer is taken in: that may settle a drift which was repaired just now.
      this.written(key, write);
      if (answer === undefined) {
        this.tellRepaired(key);
        return undefined;
      }
      onAnswer(resourceOf(write), answer);
      return { write, version: versionOf(answer) };
    } catch (error) {
      this.report(write, began, error);
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  private async request(write: Write): Promise<JsonObject | undefined> {
    const { api } = this.parts;
    if (write.action === 'patch') return api.patch(write.ref, 'merge', expecting(write.body, write.expected));
    if (write.action === 'delete') {
      await api.delete(write.ref, { uid: write.uid });
      return undefined;
    }
    const { resource, manifest, subresource, force, expected } = write;
    const options = { force, ...(subresource === undefined ? {} : { subresource }) };
    return api.apply(resource, expecting(manifest, expected), options);
  }

  private written(key: string, write: Write): void {
    const { log, drifts, teller } = this.parts;
    log?.info({ action: write.action, object: nameOf(write), what: write.what }, 'written');
    const isRepair = drifts.written(key, textOf(write), partOf(write));
    const isPolicy = write.action === 'apply' && write.isPart !== true && key.startsWith('policy|');
    if (!isRepair && this.parts.isNews() && isPolicy)
      teller.policyWritten(key, `${nameOf(write)} is written: ${write.what}.`);
    if (write.action === 'apply') for (const event of write.news ?? []) teller.news(key, event);
  }

  /** A drift was repaired once what is there agrees with what is wanted, and not when the API server has said yes. */
  private tellRepaired(key: string): void {
    const drift = this.parts.drifts.settled(key);
    if (drift !== undefined) this.parts.teller.drift(key, { ...drift, repaired: true });
  }

  private report(write: Write, began: number, error: unknown): void {
    const { clock, hooks } = this.parts;
    hooks?.onWrite?.({
      action: write.action,
      resource: resourceOf(write),
      ...(write.action === 'apply' ? { subresource: write.subresource } : {}),
      object: nameOf(write),
      milliseconds: clock.now() - began,
      ...(error === undefined ? {} : { error }),
    });
  }
}

/** What was to be written to has gone, or its namespace is going: the watch tells, if it has not yet. */
function isGone(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  // A kind that is served no more is answered with a page, not with a Status: that may pass, and is tried again.
  if (error.isNotFound) return error.reason !== '';
  if (error.isForbidden) return /being terminated/.test(error.message);
  return error.isConflict && /uid mismatch|Precondition failed: UID/.test(error.message);
}

/** The API server answers as if, and has something else: an admission changes it, or a CRD is older than the controller. */
class NotKeptError extends Error {
  constructor(object: string, what: string) {
    super(
      `${object}: the API server does not keep ${what} as it is written; another admission may change it, or an old CRD drop it`,
    );
  }
}

/** Somebody changes an object each time before the answer to a write is here, and something else of it in turns. */
class RestlessError extends Error {
  constructor(object: string, what: string) {
    super(`${object}: somebody changes ${what} as fast as it is written`);
  }
}

/** Whether what was sent is due again although nobody has changed what came of it. */
function isNotKept(sent: Sent | undefined, write: Write): boolean {
  if (sent === undefined || textOf(sent.write) !== textOf(write)) return false;
  const seen = write.action === 'delete' ? undefined : write.seen;
  return seen === undefined || sent.version === undefined || seen === sent.version;
}

/** A manifest or a patch that is refused for any other object than the one that is expected. */
function expecting(body: JsonObject, expected: Expected | undefined): JsonObject {
  if (expected === undefined) return body;
  const metadata = isJsonObject(body['metadata']) ? body['metadata'] : {};
  return { ...body, metadata: { ...metadata, ...expected } };
}

/** What is written apart from the rest of an object. */
function partOf(write: Write): string {
  return write.action === 'apply' ? (write.subresource ?? '') : '';
}

function versionOf(object: JsonObject): string | undefined {
  const version = jsonAt(object, ['metadata', 'resourceVersion']);
  return typeof version === 'string' ? version : undefined;
}

/** What is asked for, whatever was there before. Times of conditions go on. */
function textOf(write: Write): string {
  return JSON.stringify(wantedBy(write)).replace(/"lastTransitionTime":"[^"]*"/g, '');
}

function wantedBy(write: Write): object {
  if (write.action === 'apply') return { resource: write.resource.kind, manifest: write.manifest };
  return write.action === 'patch' ? { ref: write.ref, body: write.body } : write;
}

function resourceOf(write: Write): ApiResource {
  return write.action === 'apply' ? write.resource : write.ref.resource;
}

function nameOf(write: Write): string {
  const ref: Pick<ObjectRef, 'namespace' | 'name'> =
    write.action === 'apply' ? refIn(write.manifest) : write.ref;
  return `${resourceOf(write).kind}/${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`;
}

function refIn({ metadata }: JsonObject): Pick<ObjectRef, 'namespace' | 'name'> {
  const { namespace, name } = isJsonObject(metadata) ? metadata : {};
  return {
    name: typeof name === 'string' ? name : '',
    ...(typeof namespace === 'string' ? { namespace } : {}),
  };
}
