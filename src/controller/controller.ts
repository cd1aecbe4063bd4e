import { setMaxListeners } from 'node:events';
import { ApiError, isWorthRetrying } from './api/api-error';
import type { ApiResource } from './api/api-resource';
import { CALICO_NETWORK_POLICIES, CILIUM_NETWORK_POLICIES } from './api/known-resources';
import type { StoreEvent } from './api/store';
import type { ControllerState } from './controller-hooks';
import type { ControllerOptions } from './controller-options';
import { IncrementalCompiler, type UnitChange } from './desired/incremental-compiler';
import { EventRecorder } from './event-recorder';
import { facetOf } from './observed/facet';
import { ObservedCluster } from './observed/observed-cluster';
import type { ObservedObject } from './observed/observed-object';
import { countState } from './count-state';
import { LeftoverPolicies } from './leftover-policies';
import { Rounds } from './rounds';
import { StateReports } from './state-reports';
import { blindSpot } from './proof/blind-spot';
import { ProofWork } from './proof/proof-work';
import { reachedBy } from './proof/reached-by';
import { Statuses } from './status/statuses';
import { Cleanups } from './writes/cleanups';
import { Decisions } from './writes/decisions';
import { DELETED, DriftWatch } from './writes/drift-watch';
import { Effects } from './writes/effects';
import { Subjects, type Due } from './writes/subjects';
import { Teller } from './writes/teller';
import { intentsKey, MOST_AT_ONCE, parseKey, podKey, rankOf } from './writes/work-key';
import { WorkQueue, type WorkResult } from './writes/work-queue';
import { Worker } from './writes/worker';
import { Watches } from './watches';
import type { CompileSettings } from '../proof/compile-resources';

/** Writes on their way at one time. */
const CONCURRENCY = 24;

/**
 * Keeps policies, labels and statuses of a cluster as its intents want them. Several replicas may watch; only one leads
 * and writes.
 */
export class Controller {
  /** Resolves once everything was listed and compiled. */
  readonly whenSynced: Promise<void>;
  private readonly observed: ObservedCluster;
  private readonly compiler: IncrementalCompiler;
  private readonly subjects: Subjects;
  private readonly queue: WorkQueue;
  private readonly effects: Effects;
  private readonly decisions: Decisions;
  private readonly proofs: ProofWork;
  private readonly drifts: DriftWatch;
  private readonly teller: Teller;
  private readonly worker: Worker;
  private readonly rounds: Rounds;
  private readonly leftovers: LeftoverPolicies;
  private readonly reports: StateReports;
  private readonly watches: Watches;
  private readonly cleanups = new Cleanups((key) => this.queue.has(key));
  private readonly stopping = new AbortController();
  private readonly idleListeners = new Set<() => void>();
  private running: Promise<unknown> = Promise.resolve();
  private tellSynced: () => void = () => undefined;
  private isLeading = false;
  private isListed = false;
  private isCompiled = false;
  /** Whether this leader has put everything right once. */
  private isSettledOnce = false;

  constructor(readonly options: ControllerOptions) {
    this.whenSynced = new Promise((resolve) => (this.tellSynced = resolve));
    // Every watch listens for the end.
    setMaxListeners(0, this.stopping.signal);
    this.observed = new ObservedCluster(options.kinds.map(({ resource }) => resource));
    this.compiler = new IncrementalCompiler(sourced(options));
    this.subjects = new Subjects(this.observed, this.compiler);
    this.drifts = new DriftWatch(options.clock);
    this.queue = this.makeQueue();
    this.teller = this.makeTeller();
    this.proofs = this.makeProofs();
    this.worker = this.makeWorker();
    this.effects = this.makeEffects();
    this.decisions = new Decisions(
      this.effects,
      this.makeStatuses(),
      () => this.watches.unseenNamespaces,
      (namespace) => this.watches.unseenIn(namespace),
    );
    this.rounds = this.makeRounds();
    this.leftovers = new LeftoverPolicies(this.observed, this.compiler, options.log);
    this.reports = new StateReports(options.clock, options.hooks?.onState, () => {
      if (this.isLeading && this.isCompiled) this.leftovers.tell();
      return this.state;
    });
    this.watches = new Watches({
      ...options,
      onEvent: (event) => {
        this.take(event);
      },
      onSeen: () => {
        if (this.isCompiled && this.isLeading) this.workOnAll();
        this.reports.due();
      },
    });
  }

  /** Begins to watch. Never rejects; ends when {@link stop} is called. */
  start(): void {
    this.running = this.watches.run(this.stopping.signal);
    void this.watches.whenListed.then(() => {
      this.isListed = true;
      this.rounds.schedule();
    });
  }

  /** Everything was listed and compiled, so that what is wanted is about all of the cluster. */
  get isSynced(): boolean {
    return this.isCompiled;
  }

  /** What may not be seen, and counts as not there, in a few words each. */
  get unseen(): readonly string[] {
    return this.watches.unseen;
  }

  /** Writes from now on; call it when this replica leads. Before everything is known nothing is written. */
  lead(): void {
    if (this.isLeading) return;
    this.isLeading = true;
    if (this.isCompiled) this.workOnAll();
    this.reports.due();
  }

  /** Begins no further write, and resolves when those on their way are done. The replica goes on watching. */
  async yield(): Promise<void> {
    this.isLeading = false;
    this.isSettledOnce = false;
    await this.queue.close();
    this.queue.clear();
    this.worker.clear();
    this.drifts.clear();
    this.proofs.clear();
    this.cleanups.clear();
    this.reports.due();
  }

  /** {@link yield}, and ends watching. */
  async stop(): Promise<void> {
    await this.yield();
    this.reports.stop();
    this.rounds.stop();
    this.stopping.abort();
    await this.running;
  }

  /** Resolves when nothing waits to be compiled or written, back-off left aside. For tests and plans. */
  async whenIdle(): Promise<void> {
    await this.whenSynced;
    while (!this.rounds.isIdle || !this.queue.isIdle) {
      if (this.queue.isIdle) await new Promise<void>((resolve) => this.idleListeners.add(resolve));
      else await this.queue.whenIdle();
    }
  }

  /** What there is now. It looks at every policy, so it is not for each change. */
  get state(): ControllerState {
    return {
      ...countState({
        observed: this.observed,
        compiler: this.compiler,
        effects: this.effects,
        hasFailed: (key) => this.worker.failures.has(key),
      }),
      policiesLeftOver: this.leftovers.names.length,
      proofFailures: this.isLeading ? this.proofs.failures : undefined,
      queueDepth: this.queue.depth,
      unseen: this.watches.unseen.length,
    };
  }

  private makeQueue(): WorkQueue {
    const { clock, random, concurrency = CONCURRENCY } = this.options;
    return new WorkQueue({
      work: (key) => this.workOnKey(key),
      onFailure: (key, error, wait) => {
        this.worker.failed(key, error, wait);
      },
      onWorked: () => {
        this.reports.due();
      },
      mayPass: isWorthRetrying,
      waitAsked: (error) => (error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0),
      concurrency,
      rankOf,
      limits: MOST_AT_ONCE,
      clock,
      random,
    });
  }

  private workOnKey(key: string): Promise<WorkResult> {
    const subject = parseKey(key);
    return subject.type === 'proof' ? this.proofs.work(subject.namespace) : this.worker.work(key);
  }

  private makeTeller(): Teller {
    const { api, clock, hooks, log, instance, dryRun = false } = this.options;
    const events = dryRun ? undefined : new EventRecorder(api, clock, instance, log);
    return new Teller(this.subjects, events, hooks, log);
  }

  private makeProofs(): ProofWork {
    const { observed, compiler, drifts } = this;
    const { clock, hooks, log, settings } = this.options;
    return new ProofWork({
      observed,
      compiler,
      settings,
      calico: this.isWatched(CALICO_NETWORK_POLICIES),
      staysAsItIs: (key) => this.worker.failures.has(key) || drifts.contestOf(key) !== undefined,
      clock,
      hooks,
      log,
      onChange: ({ namespace, name, appeared, annotated }) => {
        const key = intentsKey(namespace, 'ClientIntents', name);
        for (const finding of appeared) this.teller.denied(key, finding, annotated);
        if (this.isLeading && annotated === undefined) this.queue.add(key, { fresh: false });
        this.reports.due();
      },
    });
  }

  private makeWorker(): Worker {
    const { api, clock, hooks, log, dryRun = false } = this.options;
    return new Worker({
      api,
      clock,
      hooks,
      log,
      dryRun,
      drifts: this.drifts,
      teller: this.teller,
      decide: (key) => this.decisions.of(key),
      writerOf: (key, part) => this.subjects.writerOf(key, part),
      mayWrite: () => this.isLeading,
      isNews: () => this.isSettledOnce,
      onAnswer: (resource, object) => {
        this.watches.takeAnswer(resource, object);
      },
      onOutcome: (key) => {
        this.afterOutcome(key);
      },
    });
  }

  private makeEffects(): Effects {
    const { dryRun = false } = this.options;
    const gates = {
      observed: this.observed,
      compiler: this.compiler,
      // Where nothing is written nothing comes before anything else: what is said is all that would come about.
      isUnsettled: (key: string) => !dryRun && this.queue.isUnsettled(key),
      hasFailed: (key: string) => this.worker.failures.has(key),
      waitsFor: (key: string, other: string) => this.queue.waitsFor(key, other),
      unseen: () => this.watches.unseenNamespaces,
    };
    const policyKinds = [CALICO_NETWORK_POLICIES, CILIUM_NETWORK_POLICIES].filter((kind) =>
      this.isWatched(kind),
    );
    return new Effects(this.observed, this.compiler, gates, () => this.queue.unsettled(), policyKinds);
  }

  private isWatched(kind: ApiResource): boolean {
    return this.options.kinds.some(({ resource }) => resource === kind);
  }

  private makeStatuses(): Statuses {
    const { clock, namespaces, finalizers = namespaces === undefined } = this.options;
    const { drifts, proofs } = this;
    const { failures } = this.worker;
    const progress = {
      isUnsettled: (key: string) => this.queue.isUnsettled(key),
      failureOf: (key: string) => failures.get(key),
      contestOf: (key: string) => drifts.contestOf(key),
      get isTroubled() {
        return failures.size > 0 || drifts.isContested;
      },
      cleanupOf: (key: string) => this.cleanups.blockerOf(key),
      proofOf: (client: string, namespace: string, name: string) => proofs.of(client, namespace, name),
      blindSpot: blindSpot(sourced(this.options)),
    };
    const now = (): string =>
      clock
        .wallTime()
        .toISOString()
        .replace(/\.\d+Z$/, 'Z');
    return new Statuses(this.observed, this.compiler, this.effects, progress, finalizers, now);
  }

  private makeRounds(): Rounds {
    const { clock, hooks, log } = this.options;
    const { observed, compiler } = this;
    const onRound = (changes: readonly UnitChange[]): void => {
      this.afterRound(changes);
    };
    return new Rounds({ observed, compiler, clock, hooks, log, onRound });
  }

  /** What is there now, or is gone, as a watch or the answer to a write tells. */
  private take(event: StoreEvent<ObservedObject>): void {
    const gone = event.type === 'deleted';
    const object = gone ? event.before : event.after;
    const before = this.observed.put(object, gone);
    if (this.observed.hasChanges && this.isListed) this.rounds.schedule();
    // A replica that does not lead sees in this way what the leader has done.
    if (this.isCompiled && ['policies', 'intents'].includes(facetOf(object.resource))) this.reports.due();
    if (!this.isCompiled || !this.isLeading) return;
    if (before !== undefined) this.noticeDrift(object, gone);
    const key = this.subjects.keyOf(object);
    if (key !== undefined) this.lookAt(key);
    if (before === undefined && facetOf(object.resource) === 'objects') this.lookAtOrphans(object);
  }

  /** Adds a key if there is something to do about it: most changes in a cluster are none of ours. */
  private lookAt(key: string): void {
    if (this.decisions.isDue(key)) this.queue.add(key, { fresh: !this.worker.failures.has(key) });
    // While it is worked on, what the watch tells may be undone already, and the worker decides once more anyhow.
    else if (!this.queue.isUnsettled(key)) this.worker.succeeded(key);
  }

  /** Pods whose owner was not known before. */
  private lookAtOrphans({ resource: { namespace = 'default' } }: ObservedObject): void {
    const there = this.observed.namespace(namespace);
    for (const name of [...(there?.orphans ?? [])]) {
      const pod = there?.pods.get(name);
      if (pod !== undefined && there?.rootOf(pod) === undefined) continue;
      there?.orphans.delete(name);
      if (pod !== undefined) this.lookAt(podKey(namespace, name));
    }
  }

  private noticeDrift(object: ObservedObject, gone: boolean): void {
    const key = this.subjects.keyOf(object);
    if (key === undefined || facetOf(object.resource) === 'intents') return;
    const decision = this.decisions.tryTo(key);
    if (gone && decision?.type === 'nothing') this.drifts.forgetWritten(key);
    if (!this.rounds.isIdle || this.queue.isUnsettled(key) || decision?.type !== 'write') return;
    const { kind, namespace, name } = object.resource;
    this.drifts.notice(key, {
      object: namespace === undefined ? `${kind}/${name}` : `${kind}/${namespace}/${name}`,
      what: gone ? DELETED : decision.write.what,
      ...(gone || object.writers.other === undefined ? {} : { by: object.writers.other }),
    });
  }

  private afterRound(changes: readonly UnitChange[]): void {
    const isFirst = !this.isCompiled;
    this.effects.wantedChanged();
    if (this.isLeading && isFirst) this.workOnAll();
    else if (this.isLeading)
      this.workOn(this.subjects.dueAfter(changes), this.proofs.mark(reachedBy(changes)));
    this.isCompiled = true;
    if (isFirst) this.tellSynced();
    for (const listener of [...this.idleListeners]) {
      this.idleListeners.delete(listener);
      listener();
    }
    this.reports.due();
  }

  /** What has become true or untrue is told by statuses, and may let declared calls through or cut them. */
  private afterOutcome(key: string): void {
    if (!this.isLeading) return;
    const subject = parseKey(key);
    if (subject.type === 'policy') this.queue.addAll(this.proofs.mark([subject.namespace]));
    for (const one of this.subjects.intentsOf(key)) this.queue.add(one, { fresh: false });
  }

  private workOnAll(): void {
    this.workOn(this.subjects.dueAtAll(), this.proofs.mark(this.compiler.allUnits.keys()));
  }

  private workOn({ effects, intents }: Due, proofs: readonly string[]): void {
    const due = [...effects].filter((key) => this.decisions.isDue(key));
    for (const key of intents) if (this.isDeleting(key)) this.cleanups.begin(key, due);
    this.queue.addAll([...due, ...proofs]);
    this.queue.addAll([...intents].filter((key) => this.decisions.isDue(key)));
    this.queue.open();
    if (!this.isSettledOnce) void this.queue.whenIdle().then(() => (this.isSettledOnce = this.isLeading));
  }

  private isDeleting(key: string): boolean {
    return this.subjects.objectsOf(key).some(({ deleting }) => deleting);
  }
}

/** The settings, with what of the cluster is seen. */
function sourced({ settings, namespaces }: ControllerOptions): CompileSettings {
  return { ...settings, source: namespaces === undefined ? 'cluster' : 'namespaces' };
}
