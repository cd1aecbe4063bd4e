import { ApiError } from './api/api-error';
import { CALICO_NETWORK_POLICIES } from './api/known-resources';
import type { ApiResource, ObjectRef } from './api/api-resource';
import { createReflector, type Reflector } from './api/reflector';
import type { StoreEvent } from './api/store';
import type { ControllerState, Drift } from './controller-hooks';
import type { ControllerOptions } from './controller-options';
import { IncrementalCompiler, type UnitChange } from './desired/incremental-compiler';
import { readChanges } from './desired/read-changes';
import { EventRecorder } from './event-recorder';
import { facetOf } from './observed/facet';
import { ObservedCluster } from './observed/observed-cluster';
import { isOlder, observe, type ObservedObject } from './observed/observed-object';
import { homeOf, Statuses } from './status/statuses';
import { DriftWatch } from './writes/drift-watch';
import type { Decision, Write } from './writes/decision';
import { Effects } from './writes/effects';
import { intentsKey, isEffect, namespaceKey, parseKey, podKey, policyWorkKey } from './writes/work-key';
import { WorkQueue, type WorkResult } from './writes/work-queue';
import { isFormerOutput } from '../compiler/present-policies';
import { isJsonObject, sameJson, type JsonObject } from '../model/json';

/** Changes are taken together for this long before they are compiled. */
const GATHER_MS = 10;
/** Compiling gives way to everything else after this long. */
const SLICE_MS = 15;
const CONCURRENCY = 24;
/** Writes of one key in a row, each because of what the one before left. */
const MOST_STEPS = 4;

const DONE: WorkResult = { type: 'done' };

/**
 * Keeps policies, labels and statuses of a cluster as its intents want them. Several replicas may watch; only one leads
 * and writes.
 */
export class Controller {
  private readonly observed: ObservedCluster;
  private readonly compiler: IncrementalCompiler;
  private readonly queue: WorkQueue;
  private readonly effects: Effects;
  private readonly statuses: Statuses;
  private readonly drifts: DriftWatch;
  private readonly events: EventRecorder;
  private readonly reflectors: readonly Reflector<ObservedObject>[];
  private readonly failures = new Map<string, string>();
  /** Work that the deletion of an object waits for, by the key of the object. */
  private readonly cleanups = new Map<string, Set<string>>();
  /** Said already, under dryRun. */
  private readonly said = new Map<string, string>();
  private readonly stopping = new AbortController();
  private readonly idleListeners = new Set<() => void>();
  private running: Promise<unknown> = Promise.resolve();
  private tellSynced: () => void = () => undefined;
  private isLeading = false;
  private hasSynced = false;
  private isCompiling = false;
  private isRoundDue = false;
  /** After the first round only what changes is news. */
  private firstRoundDone = false;

  /** Resolves once everything was listed and compiled. */
  readonly whenSynced: Promise<void>;

  constructor(readonly options: ControllerOptions) {
    const { api, clock, random, kinds, settings, instance, log } = options;
    this.whenSynced = new Promise((resolve) => (this.tellSynced = resolve));
    this.observed = new ObservedCluster(kinds.map(({ resource }) => resource));
    this.compiler = new IncrementalCompiler(settings);
    this.queue = new WorkQueue({
      work: (key) => this.work(key),
      onFailure: (key, error, wait) => {
        this.failed(key, error, wait);
      },
      waitAsked: (error) => (error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0),
      concurrency: options.concurrency ?? CONCURRENCY,
      clock,
      random,
    });
    const isUnsettled = (key: string): boolean => this.queue.isUnsettled(key);
    const hasFailed = (key: string): boolean => this.failures.has(key);
    const gates = { observed: this.observed, compiler: this.compiler, isUnsettled, hasFailed };
    const calico = kinds.some(({ resource }) => resource === CALICO_NETWORK_POLICIES);
    const policyKinds = calico ? [CALICO_NETWORK_POLICIES] : [];
    this.effects = new Effects(
      this.observed,
      this.compiler,
      gates,
      () => this.queue.unsettled(),
      policyKinds,
    );
    this.statuses = new Statuses(
      this.observed,
      this.compiler,
      this.effects,
      {
        isUnsettled,
        failures: this.failures,
        failureOf: (key) => this.failures.get(key),
        cleanupOf: (key) => this.cleanupOf(key),
      },
      options.finalizers !== false,
      () =>
        clock
          .wallTime()
          .toISOString()
          .replace(/\.\d+Z$/, 'Z'),
    );
    this.drifts = new DriftWatch(clock);
    this.events = new EventRecorder(api, clock, instance, log);
    this.reflectors = this.makeReflectors();
  }

  /** Begins to watch. Never rejects; ends when {@link stop} is called. */
  start(): void {
    const { signal } = this.stopping;
    this.running = Promise.all(this.reflectors.map((reflector) => reflector.run(signal)));
    void Promise.all(this.reflectors.map(({ whenSynced }) => whenSynced)).then(() => {
      this.hasSynced = true;
      this.scheduleRound();
    });
  }

  /** Everything was listed and compiled, so that what is wanted is about all of the cluster. */
  get isSynced(): boolean {
    return this.firstRoundDone;
  }

  /** Writes from now on; call it when this replica leads. Before everything is known nothing is written. */
  lead(): void {
    if (this.isLeading) return;
    this.isLeading = true;
    if (this.firstRoundDone) this.workOnEverything();
  }

  /** Begins no further write, and resolves when those on their way are done. The replica goes on watching. */
  async yield(): Promise<void> {
    this.isLeading = false;
    await this.queue.close();
    this.queue.clear();
    this.failures.clear();
    this.cleanups.clear();
  }

  /** {@link yield}, and ends watching. */
  async stop(): Promise<void> {
    await this.yield();
    this.stopping.abort();
    await this.running;
  }

  /** Resolves when nothing waits to be compiled or written, back-off left aside. For tests and plans. */
  async whenIdle(): Promise<void> {
    await this.whenSynced;
    while (this.isRoundDue || this.isCompiling || this.observed.hasChanges || !this.queue.isIdle) {
      if (this.queue.isIdle) await new Promise<void>((resolve) => this.idleListeners.add(resolve));
      else await this.queue.whenIdle();
    }
  }

  get state(): ControllerState {
    let [managed, pending, intents, unresolved] = [0, 0, 0, 0];
    for (const unit of this.compiler.allUnits.values()) {
      for (const key of unit.policies.keys()) {
        if (this.effects.policy(unit.namespace, key).type === 'nothing') managed++;
        else pending++;
      }
      intents += unit.outcomes.size;
      for (const { targets } of unit.outcomes.values())
        unresolved += targets.filter(({ findings }) =>
          findings.some(({ severity }) => severity === 'error'),
        ).length;
    }
    return {
      policiesManaged: managed,
      policiesPending: pending,
      intents,
      unresolvedTargets: unresolved,
      failing: this.failures.size,
      queueDepth: this.queue.depth,
    };
  }

  private makeReflectors(): Reflector<ObservedObject>[] {
    const {
      api,
      reflector = createReflector,
      clock,
      random,
      kinds,
      namespaces,
      fieldManager,
      adopt = [],
      log,
    } = this.options;
    const managers = { own: fieldManager, adopted: adopt };
    return kinds.flatMap(({ resource }) => {
      const scopes = namespaces === undefined ? [undefined] : namespaces;
      return scopes.map((namespace) =>
        reflector<ObservedObject>({
          api,
          resource,
          ...(namespace === undefined ? {} : { selection: { namespace } }),
          project: (object) => observe(resource, object, managers),
          onEvent: (event) => {
            this.take(event);
          },
          onProblem: ({ during, error, key, retryInMs }) => {
            log?.warn(
              { kind: resource.kind, during, error: String(error), key, retryInMs },
              'watching has a problem',
            );
          },
          clock,
          random,
        }),
      );
    });
  }

  private take(event: StoreEvent<ObservedObject>): void {
    const gone = event.type === 'deleted';
    const object = gone ? event.before : event.after;
    const known = this.observed.find(object.resource);
    if (known !== undefined && !gone && isOlder(object, known)) return;
    if (gone && known !== undefined && known.uid !== object.uid) return;
    this.put(object, gone);
  }

  /** What is there now, from a watch or from the answer to a write. */
  private put(object: ObservedObject, gone: boolean): void {
    const before = this.observed.put(object, gone);
    if (this.observed.hasChanges) this.scheduleRound();
    if (!this.firstRoundDone) return;
    this.noticeDrift(before, object, gone);
    const key = this.keyOf(object);
    if (key !== undefined) this.lookAt(key);
    if (facetOf(object.resource) === 'objects' && before === undefined) this.lookAtOrphans(object);
  }

  private keyOf({ resource }: ObservedObject): string | undefined {
    const { group, kind, namespace = 'default', name } = resource;
    switch (facetOf(resource)) {
      case 'pod':
        return podKey(namespace, name);
      case 'namespace':
        return namespaceKey(name);
      case 'policies':
        return policyWorkKey(namespace, `${group}/${kind}/${name}`);
      case 'intents':
        return kind === 'ClientIntents' || kind === 'ProtectedService'
          ? intentsKey(namespace, kind, name)
          : undefined;
      case 'objects':
      case 'shared':
        return undefined;
    }
  }

  /** Adds a key if there is something to do about it: most changes in a cluster are none of ours. */
  private lookAt(key: string): void {
    if (!this.isLeading || !this.firstRoundDone) return;
    if (this.decide(key).type !== 'nothing') this.queue.add(key);
    else if (this.failures.delete(key)) this.tellIntentsOf(key);
  }

  private lookAtOrphans({ resource: { namespace = 'default' } }: ObservedObject): void {
    const there = this.observed.namespace(namespace);
    if (there === undefined || there.orphans.size === 0) return;
    for (const name of [...there.orphans]) {
      const pod = there.pods.get(name);
      if (pod !== undefined && there.rootOf(pod) === undefined) continue;
      there.orphans.delete(name);
      if (pod !== undefined) this.lookAt(podKey(namespace, name));
    }
  }

  private scheduleRound(): void {
    if (this.isRoundDue || !this.hasSynced) return;
    this.isRoundDue = true;
    this.options.clock.timer(GATHER_MS, () => {
      this.isRoundDue = false;
      if (!this.isCompiling) void this.round();
    });
  }

  /** Compiles what has changed, and puts to work whatever follows. */
  private async round(): Promise<void> {
    const { clock, hooks, log } = this.options;
    this.isCompiling = true;
    const began = clock.now();
    const changes: UnitChange[] = [];
    let sliceBegan = began;
    do {
      readChanges(this.observed, this.compiler);
      for (let change = this.compile(); change !== undefined; change = this.compile()) {
        changes.push(change);
        if (clock.now() - sliceBegan < SLICE_MS) continue;
        await new Promise((resolve) => setImmediate(resolve));
        sliceBegan = clock.now();
      }
      // What came in meanwhile belongs to the same picture: half of it would be a wrong one.
    } while (this.observed.hasChanges);
    this.isCompiling = false;
    const isFirst = !this.firstRoundDone;
    this.firstRoundDone = true;
    if (this.isLeading && isFirst) this.workOnEverything();
    else if (this.isLeading) this.workOn(changes);
    hooks?.onRound?.({ milliseconds: clock.now() - began, namespaces: changes.length });
    log?.debug({ milliseconds: Math.round(clock.now() - began), namespaces: changes.length }, 'compiled');
    if (isFirst) this.tellSynced();
    this.tellIdle();
  }

  /** A namespace whose objects break the compiler must not stop the others. */
  private compile(): UnitChange | undefined {
    try {
      return this.compiler.next();
    } catch (error) {
      this.options.log?.error(
        { error: String(error), stack: error instanceof Error ? error.stack : '' },
        'a namespace cannot be compiled',
      );
      return this.compile();
    }
  }

  private workOn(changes: readonly UnitChange[]): void {
    const keys = new Set<string>();
    const intents = new Set<string>();
    for (const change of changes) {
      for (const workload of change.workloads) this.addPods(workload, keys);
      for (const name of change.namespaces) keys.add(namespaceKey(name));
      for (const key of changedPolicies(change)) {
        keys.add(policyWorkKey(change.namespace, key));
        for (const unit of [change.before, change.after])
          for (const cause of unit?.policies.get(key)?.causes ?? [])
            intents.add(intentsKey(cause.namespace, 'ClientIntents', cause.name));
      }
      this.addIntents(change.namespace, intents);
    }
    this.workOnKeys(keys, intents);
  }

  /** After a change of leader, or at the beginning: everything that is not as it should be. */
  private workOnEverything(): void {
    const keys = new Set<string>();
    const intents = new Set<string>();
    for (const there of this.observed.namespaces) {
      keys.add(namespaceKey(there.name));
      for (const pod of there.pods.keys()) keys.add(podKey(there.name, pod));
      for (const [key, object] of there.objects)
        if (isFormerOutput(object.resource)) keys.add(policyWorkKey(there.name, key));
      for (const key of this.compiler.unit(there.name)?.policies.keys() ?? [])
        keys.add(policyWorkKey(there.name, key));
      this.addIntents(there.name, intents);
    }
    this.workOnKeys(keys, intents);
  }

  private workOnKeys(keys: ReadonlySet<string>, intents: ReadonlySet<string>): void {
    const due = [...keys].filter((key) => this.decide(key).type !== 'nothing');
    for (const key of intents) {
      const subject = parseKey(key);
      if (subject.type !== 'intents') continue;
      const object = this.observed
        .namespace(subject.namespace)
        ?.get('k8s.otterize.com', subject.kind, subject.name);
      if (object?.deleting === true && !this.cleanups.has(key)) this.cleanups.set(key, new Set(due));
    }
    this.queue.open();
    for (const key of due) this.queue.add(key);
    for (const key of intents) if (this.decide(key).type !== 'nothing') this.queue.add(key);
  }

  private addPods(workload: string, keys: Set<string>): void {
    const home = homeOf(workload);
    for (const pod of this.observed.namespace(home)?.podsOf(workload) ?? [])
      keys.add(podKey(home, pod.resource.name));
  }

  private addIntents(namespace: string, intents: Set<string>): void {
    for (const {
      resource: { kind, name },
    } of this.observed.namespace(namespace)?.ofFacet('intents') ?? [])
      if (kind === 'ClientIntents' || kind === 'ProtectedService')
        intents.add(intentsKey(namespace, kind, name));
  }

  private cleanupOf(key: string): string | undefined {
    const keys = this.cleanups.get(key) ?? new Set<string>();
    for (const work of keys) {
      if (this.queue.isUnsettled(work) || this.failures.has(work)) return work;
      keys.delete(work);
    }
    return undefined;
  }

  private decide(key: string): Decision {
    const subject = parseKey(key);
    switch (subject.type) {
      case 'pod':
        return this.effects.pod(subject.namespace, subject.name);
      case 'namespace':
        return this.effects.namespace(subject.name);
      case 'policy':
        return this.effects.policy(subject.namespace, subject.key);
      case 'intents':
        return this.statuses.decide(subject.namespace, subject.kind, subject.name);
    }
  }

  /** One key: decided on what is known now, and again on what each write has left. */
  private async work(key: string): Promise<WorkResult> {
    for (let step = 0; step < MOST_STEPS && this.isLeading; step++) {
      const decision = this.decide(key);
      switch (decision.type) {
        case 'nothing':
          this.succeeded(key);
          return DONE;
        case 'waits':
          return { type: 'waits', on: decision.on };
        case 'conflict':
          this.conflicting(key, decision.message);
          return DONE;
        case 'write': {
          const wait = this.drifts.waitFor(key);
          if (wait > 0) return { type: 'later', milliseconds: wait };
          if (this.options.dryRun === true) {
            this.wouldWrite(key, decision.write);
            return DONE;
          }
          if (!(await this.send(key, decision.write))) return DONE;
        }
      }
    }
    return DONE;
  }

  /** Sends a write, and takes in what the API server has afterwards. False when there was nobody to write to. */
  private async send(key: string, write: Write): Promise<boolean> {
    const { clock, hooks } = this.options;
    const began = clock.now();
    let error: unknown;
    try {
      const answer = await this.request(write);
      if (answer !== undefined) this.put(observe(resourceOf(write), answer, this.managers), false);
      this.written(key, write);
      return write.action !== 'delete';
    } catch (reason) {
      error = reason;
      if (this.isGone(reason)) return false;
      throw reason;
    } finally {
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

  private get managers(): { readonly own: string; readonly adopted: readonly string[] } {
    return { own: this.options.fieldManager, adopted: this.options.adopt ?? [] };
  }

  private async request(write: Write): Promise<JsonObject | undefined> {
    const { api } = this.options;
    switch (write.action) {
      case 'apply': {
        const { resource, manifest, subresource } = write;
        return api.apply(resource, manifest, {
          force: true,
          ...(subresource === undefined ? {} : { subresource }),
        });
      }
      case 'patch':
        return api.patch(write.ref, 'merge', write.body);
      case 'delete': {
        await api.delete(write.ref, { uid: write.uid });
        return undefined;
      }
    }
  }

  /** What was to be written to has gone, or its namespace is going: the watch tells, if it has not yet. */
  private isGone(error: unknown): boolean {
    if (!(error instanceof ApiError)) return false;
    if (error.isNotFound) return true;
    if (error.isForbidden) return /being terminated/.test(error.message);
    return error.isConflict && /uid mismatch|Precondition failed: UID/.test(error.message);
  }

  private written(key: string, write: Write): void {
    const { log } = this.options;
    log?.info({ action: write.action, object: nameOf(write), what: write.what }, 'written');
    const drift = this.drifts.repaired(key);
    if (drift !== undefined) this.tellDrift(key, { ...drift, repaired: true });
  }

  private succeeded(key: string): void {
    if (!this.failures.delete(key) || !isEffect(key)) return;
    this.tellIntentsOf(key);
  }

  private failed(key: string, error: unknown, retryInMs: number): void {
    const message = error instanceof Error ? error.message : String(error);
    const isNew = this.failures.get(key) !== message;
    this.failures.set(key, message);
    this.options.log?.warn({ key, error: message, retryInMs: Math.round(retryInMs) }, 'a write failed');
    if (!isNew || (error instanceof ApiError && error.isTransient) || !(error instanceof ApiError)) return;
    this.tellObjectsOf(key, { type: 'Warning', reason: reasonOf(key), message });
    if (isEffect(key)) this.tellIntentsOf(key);
  }

  private conflicting(key: string, message: string): void {
    if (this.failures.get(key) === message) return;
    this.failures.set(key, message);
    this.options.log?.warn({ key, message }, 'somebody else has what is to be written');
    this.tellObjectsOf(key, { type: 'Warning', reason: 'Conflict', message });
    this.tellIntentsOf(key);
  }

  private wouldWrite(key: string, write: Write): void {
    const text = JSON.stringify(write);
    if (this.said.get(key) === text) return;
    this.said.set(key, text);
    this.options.log?.info({ action: write.action, object: nameOf(write), what: write.what }, 'would write');
    const drift = this.drifts.repaired(key);
    if (drift !== undefined) this.tellDrift(key, { ...drift, repaired: false });
  }

  private noticeDrift(before: ObservedObject | undefined, object: ObservedObject, gone: boolean): void {
    const facet = facetOf(object.resource);
    if (before === undefined || !this.isLeading || this.observed.hasChanges) return;
    const key = this.keyOf(object);
    if (key === undefined || facet === 'intents') return;
    const decision = this.decide(key);
    if (decision.type !== 'write' || this.queue.isUnsettled(key)) return;
    const { kind, namespace, name } = object.resource;
    this.drifts.notice(key, {
      object: namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`,
      what: gone ? 'it was deleted' : decision.write.what,
      ...(gone || object.writers.other === undefined ? {} : { by: object.writers.other }),
    });
  }

  private tellDrift(key: string, drift: Drift): void {
    const { hooks, log } = this.options;
    hooks?.onDrift?.(drift);
    log?.warn({ ...drift }, 'drift');
    const who = drift.by === undefined ? 'Somebody' : drift.by;
    const did = drift.what === 'it was deleted' ? 'deleted it' : `changed ${drift.what}`;
    const then = drift.repaired ? 'it is as the intents want it again' : 'it is left so (dry run)';
    this.tellObjectsOf(key, {
      type: 'Warning',
      reason: drift.repaired ? 'DriftRepaired' : 'Drift',
      message: `${drift.object}: ${who} ${did}; ${then}.`,
    });
  }

  private tellObjectsOf(
    key: string,
    text: { readonly type: 'Warning' | 'Normal'; readonly reason: string; readonly message: string },
  ): void {
    if (this.options.dryRun === true) return;
    for (const object of this.objectsOf(key)) this.events.record(object, text);
  }

  /** The intents behind a policy, else the object itself. */
  private objectsOf(key: string): ObservedObject[] {
    const subject = parseKey(key);
    if (subject.type === 'namespace') return [this.observed.namespace(subject.name)?.namespace ?? []].flat();
    const there = this.observed.namespace(subject.namespace);
    if (subject.type === 'pod') return [there?.pods.get(subject.name) ?? []].flat();
    if (subject.type === 'intents')
      return [there?.get('k8s.otterize.com', subject.kind, subject.name) ?? []].flat();
    const causes = this.compiler.policy(subject.namespace, subject.key)?.causes ?? [];
    const intents = causes
      .slice(0, 3)
      .flatMap(
        ({ namespace, name }) =>
          this.observed.namespace(namespace)?.get('k8s.otterize.com', 'ClientIntents', name) ?? [],
      );
    return intents.length > 0 ? intents : [there?.objects.get(subject.key) ?? []].flat();
  }

  /** Statuses that tell of a key. */
  private tellIntentsOf(key: string): void {
    if (!this.isLeading) return;
    const subject = parseKey(key);
    if (subject.type === 'intents') return;
    const intents = new Set<string>();
    if (subject.type === 'policy') {
      for (const { namespace, name } of this.compiler.policy(subject.namespace, subject.key)?.causes ?? [])
        intents.add(intentsKey(namespace, 'ClientIntents', name));
    }
    this.addIntents(subject.type === 'namespace' ? subject.name : subject.namespace, intents);
    for (const one of intents) this.queue.add(one, { fresh: false });
  }

  private tellIdle(): void {
    for (const listener of [...this.idleListeners]) {
      this.idleListeners.delete(listener);
      listener();
    }
    this.options.hooks?.onState?.(this.state);
  }
}

function changedPolicies({ before, after }: UnitChange): string[] {
  const keys = new Set([...(before?.policies.keys() ?? []), ...(after?.policies.keys() ?? [])]);
  return [...keys].filter(
    (key) => !sameJson(before?.policies.get(key)?.manifest, after?.policies.get(key)?.manifest),
  );
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
  return { name: String(name), ...(typeof namespace === 'string' ? { namespace } : {}) };
}

function reasonOf(key: string): string {
  switch (parseKey(key).type) {
    case 'pod':
    case 'namespace':
      return 'LabelsNotSet';
    case 'policy':
      return 'PolicyNotWritten';
    case 'intents':
      return 'StatusNotWritten';
  }
}
