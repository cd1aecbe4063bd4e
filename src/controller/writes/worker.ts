import type { Decision, Write } from './decision';
import type { DriftWatch } from './drift-watch';
import type { Teller } from './teller';
import { isEffect } from './work-key';
import type { WorkResult } from './work-queue';
import { ApiError, isWorthRetrying } from '../api/api-error';
import type { ApiResource, ObjectRef } from '../api/api-resource';
import type { Clock } from '../api/clock';
import type { KubernetesApi } from '../api/kubernetes-api';
import type { ControllerHooks, ControllerLog } from '../controller-hooks';
import { isJsonObject, type JsonObject } from '../../model/json';

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
  /** Whether this replica still leads. */
  readonly mayWrite: () => boolean;
  /** Whether what is written follows from a change; false while a new leader puts everything right. */
  readonly isNews: () => boolean;
  /** Takes in an object as the API server has it after a write. */
  readonly onAnswer: (resource: ApiResource, object: JsonObject) => void;
  /** Something has become true or untrue that statuses tell of. */
  readonly onOutcome: (key: string) => void;
}

/** Writes of one key in a row, each because of what the one before left. */
const MOST_STEPS = 4;

const DONE: WorkResult = { type: 'done' };

/** Does what is decided about a key, and remembers why it could not. */
export class Worker {
  /** Why the last try of a key came to nothing. */
  readonly failures = new Map<string, string>();
  /** Said already, where nothing is written. */
  private readonly said = new Map<string, string>();

  constructor(private readonly parts: WorkerParts) {}

  /** One key: decided on what is known now, and again on what each write has left. */
  async work(key: string): Promise<WorkResult> {
    const { decide, mayWrite, drifts } = this.parts;
    let sent: Write | undefined;
    for (let step = 0; step < MOST_STEPS && mayWrite(); step++) {
      const decision = decide(key);
      if (decision.type === 'waits') return { type: 'waits', on: decision.on, didPart: sent !== undefined };
      if (decision.type === 'nothing') this.succeeded(key);
      if (decision.type === 'conflict') this.conflicting(key, decision.message);
      if (decision.type !== 'write') return DONE;
      const { write } = decision;
      const wait = drifts.waitFor(key);
      if (wait > 0) return { type: 'later', milliseconds: wait };
      if (this.parts.dryRun) return this.wouldWrite(key, write);
      if (sent !== undefined && isSame(sent, write)) throw new NotKeptError(nameOf(sent), sent.what);
      sent = write;
      if (!(await this.send(key, write))) return DONE;
    }
    return DONE;
  }

  /** A try that failed, and is to be made again. */
  failed(key: string, error: unknown, retryInMs: number): void {
    const message = error instanceof Error ? error.message : String(error);
    const isNew = this.failures.get(key) !== message;
    this.failures.set(key, message);
    this.parts.log?.warn({ key, error: message, retryInMs: Math.round(retryInMs) }, 'a write failed');
    if (!isNew || isWorthRetrying(error)) return;
    this.parts.teller.failure(key, message);
    if (isEffect(key)) this.parts.onOutcome(key);
  }

  /** There is nothing to do about a key any more. */
  succeeded(key: string): void {
    if (this.failures.delete(key) && isEffect(key)) this.parts.onOutcome(key);
  }

  private conflicting(key: string, message: string): void {
    if (this.failures.get(key) === message) return;
    this.failures.set(key, message);
    this.parts.teller.conflict(key, message);
    this.parts.onOutcome(key);
  }

  private wouldWrite(key: string, write: Write): WorkResult {
    const text = JSON.stringify(write);
    if (this.said.get(key) === text) return DONE;
    this.said.set(key, text);
    this.parts.log?.info({ action: write.action, object: nameOf(write), what: write.what }, 'would write');
    const drift = this.parts.drifts.repaired(key);
    if (drift !== undefined) this.parts.teller.drift(key, { ...drift, repaired: false });
    return DONE;
  }

  /** Sends a write, and takes in what the API server has afterwards. False when there is nothing more to do. */
  private async send(key: string, write: Write): Promise<boolean> {
    const { clock, onAnswer } = this.parts;
    const began = clock.now();
    try {
      const answer = await this.request(write);
      this.report(write, began, undefined);
      if (answer !== undefined) onAnswer(resourceOf(write), answer);
      this.written(key, write);
      return write.action !== 'delete';
    } catch (error) {
      this.report(write, began, error);
      if (isGone(error)) return false;
      throw error;
    }
  }

  private async request(write: Write): Promise<JsonObject | undefined> {
    const { api } = this.parts;
    if (write.action === 'patch') return api.patch(write.ref, 'merge', write.body);
    if (write.action === 'delete') {
      await api.delete(write.ref, { uid: write.uid });
      return undefined;
    }
    const { resource, manifest, subresource } = write;
    return api.apply(resource, manifest, {
      force: true,
      ...(subresource === undefined ? {} : { subresource }),
    });
  }

  private written(key: string, write: Write): void {
    const { log, drifts, teller } = this.parts;
    log?.info({ action: write.action, object: nameOf(write), what: write.what }, 'written');
    const drift = drifts.repaired(key);
    if (drift !== undefined) teller.drift(key, { ...drift, repaired: true });
    else if (this.parts.isNews() && write.action === 'apply' && key.startsWith('policy|'))
      teller.policyWritten(key, `${nameOf(write)} is written: ${write.what}.`);
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
  if (error.isNotFound) return true;
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

/** Times of conditions go on. */
function isSame(a: Write, b: Write): boolean {
  const textOf = (write: Write): string => JSON.stringify(write).replace(/"lastTransitionTime":"[^"]*"/g, '');
  return textOf(a) === textOf(b);
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
