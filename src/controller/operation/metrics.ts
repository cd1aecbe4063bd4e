import type { RequestListener } from 'node:http';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { resourceName } from '../api/api-resource';
import type { RequestReport } from '../api/requester';
import type { ControllerHooks } from '../controller-hooks';

/** In front of every name. With `_` for `.` and the unit at the end they are the names of OpenTelemetry. */
const PREFIX = 'intents_controller_';

/** Seconds: from a write in a quiet cluster to a first round in the largest. */
const RECONCILE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** What the controller tells Prometheus. No label has a value that users choose, so that their number stays bounded. */
export class ControllerMetrics {
  private readonly registry = new Registry();
  private readonly queueDepth = this.gauge(
    'queue_depth',
    'Objects that wait to be written, back-off included.',
  );
  private readonly reconcile = new Histogram({
    name: `${PREFIX}reconcile_duration_seconds`,
    help: 'Time of a round: compiling what a change can reach, and comparing it with what is there.',
    buckets: RECONCILE_BUCKETS,
    registers: [this.registry],
  });
  private readonly proofs = new Histogram({
    name: `${PREFIX}proof_duration_seconds`,
    help: 'Time of a part of a proof, between which other work is done.',
    buckets: RECONCILE_BUCKETS,
    registers: [this.registry],
  });
  private readonly requests = new Counter({
    name: `${PREFIX}api_requests_total`,
    help: 'Requests to the API server. The status is 0 when no answer came.',
    labelNames: ['verb', 'resource', 'status'],
    registers: [this.registry],
  });
  private readonly requestTime = new Histogram({
    name: `${PREFIX}api_request_duration_seconds`,
    help: 'Time until the API server had answered, watches left out.',
    labelNames: ['verb'],
    buckets: REQUEST_BUCKETS,
    registers: [this.registry],
  });
  private readonly policies = this.gauge(
    'policies_managed',
    'Policies that are wanted, and are as they should be.',
  );
  private readonly pending = this.gauge(
    'policies_pending',
    'Policies that are wanted, and are not yet as they should be.',
  );
  private readonly leftOver = this.gauge(
    'policies_left_over',
    'Policies with the marks of intents that none asks for and that somebody else has written.',
  );
  private readonly intents = this.gauge('intents', 'ClientIntents that were read.');
  private readonly unresolved = this.gauge('unresolved_targets', 'Targets of intents that lead to nothing.');
  private readonly failing = this.gauge(
    'failing_intents',
    'ClientIntents that are not ready, and that only people can make so.',
  );
  private readonly unseen = this.gauge(
    'unseen',
    'Kinds and namespaces that may not be seen: a role is missing, or is lost.',
  );
  /** Only where something is proved: a 0 would say that all holds. */
  private proofFailures: Gauge | undefined;
  private readonly drift = new Counter({
    name: `${PREFIX}drift_total`,
    help: 'Changes of others to what the controller had written.',
    labelNames: ['repaired'],
    registers: [this.registry],
  });
  private readonly leads = this.gauge('leader', '1 on the replica that writes, else 0.');
  private readonly synced = this.gauge('synced', '1 once everything was listed, else 0.');
  private readonly reviews = new Counter({
    name: `${PREFIX}conversion_reviews_total`,
    help: 'Conversions that the API server asked for.',
    labelNames: ['result'],
    registers: [this.registry],
  });
  private readonly certificateEnd = this.gauge(
    'certificate_expiry_timestamp_seconds',
    'When the certificate of the webhook runs out, in seconds since 1970; 0 without one.',
  );

  /** @param processMetrics also those of the process: memory, processor time, the event loop */
  constructor({ processMetrics = true } = {}) {
    if (processMetrics) collectDefaultMetrics({ register: this.registry });
    for (const repaired of ['true', 'false']) this.drift.inc({ repaired }, 0);
  }

  /** For the client of the API server. */
  readonly onRequest = ({ verb, resource, status, milliseconds }: RequestReport): void => {
    const kind = resource === undefined ? 'none' : resourceName(resource);
    this.requests.inc({ verb, resource: kind, status: String(status) });
    if (verb !== 'watch') this.requestTime.observe({ verb }, milliseconds / 1000);
  };

  /** For the controller. */
  readonly hooks: ControllerHooks = {
    onRound: ({ milliseconds }) => {
      this.reconcile.observe(milliseconds / 1000);
    },
    onProof: ({ milliseconds }) => {
      this.proofs.observe(milliseconds / 1000);
    },
    onDrift: ({ repaired }) => {
      this.drift.inc({ repaired: String(repaired) });
    },
    onState: (state) => {
      this.policies.set(state.policiesManaged);
      this.pending.set(state.policiesPending);
      this.leftOver.set(state.policiesLeftOver);
      this.intents.set(state.intents);
      this.unresolved.set(state.unresolvedTargets);
      this.failing.set(state.failing);
      this.setProofFailures(state.proofFailures);
      this.queueDepth.set(state.queueDepth);
      this.unseen.set(state.unseen);
    },
  };

  setLeading(leads: boolean): void {
    this.leads.set(leads ? 1 : 0);
  }

  setSynced(synced: boolean): void {
    this.synced.set(synced ? 1 : 0);
  }

  countReview(result: 'success' | 'failure'): void {
    this.reviews.inc({ result });
  }

  setCertificateEnd(end: Date): void {
    this.certificateEnd.set(Math.floor(end.getTime() / 1000));
  }

  /** Everything in the text form of Prometheus. */
  print(): Promise<string> {
    return this.registry.metrics();
  }

  /** Answers `/metrics`. */
  readonly handler: RequestListener = (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/metrics') {
      response.writeHead(404).end('there is /metrics\n');
      return;
    }
    void this.print().then(
      (text) => response.writeHead(200, { 'content-type': this.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  };

  private setProofFailures(count: number | undefined): void {
    if (count === undefined) {
      this.registry.removeSingleMetric(`${PREFIX}proof_failures`);
      this.proofFailures = undefined;
      return;
    }
    this.proofFailures ??= this.gauge('proof_failures', 'Declared calls that policies in the cluster cut.');
    this.proofFailures.set(count);
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name: `${PREFIX}${name}`, help, registers: [this.registry] });
  }
}
