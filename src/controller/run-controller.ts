import type { Clock, Random } from './api/clock';
import { isWorthRetrying } from './api/api-error';
import { sleep } from './api/clock';
import type { KubernetesApi } from './api/kubernetes-api';
import type { Controller } from './controller';
import type { ControllerLog } from './controller-hooks';
import { writesOfLeader } from './leader-election/guarded-api';
import { apiLeaseStore } from './leader-election/api-lease-store';
import { LeaderElection, LeaseLost, type ElectionEvent } from './leader-election/leader-election';
import type { LeaseName } from './leader-election/lease-record';
import type { BindAddress } from './operation/bind-address';
import { listen, type HttpListener } from './operation/http-listener';
import type { ControllerMetrics } from './operation/metrics';
import { probes } from './operation/probes';
import { ConversionServer, type ConversionServerOptions } from './webhook/conversion-server';

/** What of a controller the one who runs it uses. */
export type RunnableController = Pick<
  Controller,
  'start' | 'whenSynced' | 'isSynced' | 'unseen' | 'lead' | 'yield' | 'stop'
>;

/** What a replica is made of. */
export interface RunOptions {
  readonly api: KubernetesApi;
  /**
   * Makes the controller, once the API server can be asked what it serves. It writes through the API that it is given, which
   * lets nothing through while another replica may lead.
   */
  readonly makeController: (api: KubernetesApi) => Promise<RunnableController>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: ControllerLog;
  readonly metrics: ControllerMetrics;
  /** Name of this replica; another one for every process. */
  readonly instance: string;
  /** Absent: this replica writes without asking others, as the only one there is. */
  readonly lease?: LeaseName | undefined;
  /** Through which the Lease is renewed, so that no other request holds that up. Default: {@link api}. */
  readonly leaseApi?: KubernetesApi | undefined;
  readonly metricsAddress?: BindAddress | undefined;
  readonly probeAddress?: BindAddress | undefined;
  /** Absent: versions are not converted here. */
  readonly conversion?:
    Omit<ConversionServerOptions, 'api' | 'clock' | 'random' | 'log' | 'metrics' | 'mayLead'> | undefined;
  /**
   * How long conversions are still answered after the end has begun, in milliseconds: until nobody sends requests here any
   * more.
   */
  readonly lameDuck?: number | undefined;
}

/** How long to wait before the API server is asked again what it serves, in milliseconds: doubled each time. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
/**
 * How long writes that are on their way have at the end, in milliseconds: the Lease is to be given back, and conversions are to be
 * answered for a while, within the 30 seconds that Kubernetes gives a pod.
 */
const DRAIN = 10_000;

/**
 * Runs a replica until `signal` is aborted: serves probes, metrics and conversions, watches, and writes while it leads. In
 * the end writes on their way are finished, the lease is given back, and the servers are closed, in this order.
 */
export async function runController(options: RunOptions, signal: AbortSignal): Promise<void> {
  const replica = new Replica(options, signal);
  try {
    await replica.run();
  } finally {
    await replica.close();
  }
}

class Replica {
  private controller: RunnableController | undefined;
  private conversion: ConversionServer | undefined;
  private readonly listeners: HttpListener[] = [];
  private readonly election: LeaderElection | undefined;
  /** Aborted when the term that it belongs to is lost. */
  private lost = new AbortController();

  constructor(
    private readonly options: RunOptions,
    private readonly signal: AbortSignal,
  ) {
    const { api, clock, random, lease, leaseApi = api, instance } = options;
    if (lease === undefined) return;
    this.election = new LeaderElection({
      lease,
      identity: instance,
      store: apiLeaseStore(leaseApi, lease),
      clock,
      random,
      onEvent: (event) => {
        this.say(event, lease);
      },
    });
  }

  async run(): Promise<void> {
    const { log, instance } = this.options;
    await this.serve();
    const controller = await this.start();
    if (controller === undefined) return;
    this.controller = controller;
    controller.start();
    void controller.whenSynced.then(() => {
      this.options.metrics.setSynced(true);
      log.info({ instance }, 'everything was listed');
    });
    await this.lead(controller);
    log.info({ instance }, 'ending');
    await controller.stop();
  }

  /** Ends what is served, conversions last. */
  async close(): Promise<void> {
    const { clock, lameDuck = 0 } = this.options;
    if (this.conversion !== undefined) {
      await sleep(clock, lameDuck);
      await this.conversion.close();
    }
    await Promise.all(this.listeners.map((listener) => listener.close()));
  }

  private async serve(): Promise<void> {
    const { metricsAddress, probeAddress, metrics, conversion, api, clock, random, log } = this.options;
    if (probeAddress !== undefined)
      this.listeners.push(
        await listen(
          probeAddress,
          probes({ readiness: () => this.readiness(), unseen: () => this.controller?.unseen ?? [] }),
        ),
      );
    if (metricsAddress !== undefined) this.listeners.push(await listen(metricsAddress, metrics.handler));
    if (conversion === undefined) return;
    // While the operator that it comes in place of still runs, that converts as well.
    const mayLead = (): boolean => this.controller !== undefined;
    this.conversion = new ConversionServer({ ...conversion, api, clock, random, log, metrics, mayLead });
    this.conversion.start();
  }

  private readiness(): Record<string, boolean> {
    return {
      synced: this.controller?.isSynced === true,
      ...(this.conversion === undefined ? {} : { webhook: this.conversion.isServing }),
      running: !this.signal.aborted,
    };
  }

  /** Until the API server answers and serves what is needed: a restart of the process would not come sooner. */
  private async start(): Promise<RunnableController | undefined> {
    const { clock, random } = this.options;
    for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      const made = await this.make(wait);
      if (made !== undefined || this.signal.aborted) return made;
      await sleep(clock, wait * (1 + 0.2 * random()), this.signal);
    }
  }

  private async make(retryInMs: number): Promise<RunnableController | undefined> {
    const { api, makeController, log } = this.options;
    try {
      const { election } = this;
      return await makeController(
        writesOfLeader(api, () => ({ leads: election?.leads ?? true, signal: this.lost.signal })),
      );
    } catch (error) {
      if (this.signal.aborted) return undefined;
      const message = isWorthRetrying(error) ? 'no answer from the API server' : 'cannot start';
      log.warn({ error, retryInMs }, message);
      return undefined;
    }
  }

  /** Writes while this replica leads, until the end. */
  private async lead(controller: RunnableController): Promise<void> {
    const { metrics } = this.options;
    const term = async (signal: AbortSignal): Promise<void> => {
      this.lost = new AbortController();
      metrics.setLeading(true);
      controller.lead();
      await aborted(signal);
      metrics.setLeading(false);
      if (signal.reason instanceof LeaseLost) this.lost.abort(signal.reason);
      await this.drain(controller);
    };
    await (this.election === undefined ? term(this.signal) : this.election.run(this.signal, term));
  }

  /** Lets writes that are on their way come to their end, and breaks off what takes too long. */
  private async drain(controller: RunnableController): Promise<void> {
    const { clock, log } = this.options;
    const forget = clock.timer(DRAIN, () => {
      log.warn({ afterMs: DRAIN }, 'breaks off writes that are still on their way');
      this.lost.abort(new Error(`it was not answered within ${DRAIN} ms, and this replica ends`));
    });
    await controller.yield();
    forget();
  }

  private say(event: ElectionEvent, { namespace, name }: LeaseName): void {
    const { log } = this.options;
    const lease = `${namespace}/${name}`;
    switch (event.type) {
      case 'leading':
        log.info({ lease }, 'leads, and writes');
        break;
      case 'following':
        log.info({ lease, leader: event.leader }, 'another replica leads; this one watches');
        break;
      case 'lost':
        log.warn({ lease, why: event.why }, 'has lost the lease, and writes no more');
        break;
      case 'released':
        log.info({ lease }, 'has given the lease back');
        break;
      case 'failed':
        log.warn({ lease, error: event.error }, 'cannot reach the lease');
        break;
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}
