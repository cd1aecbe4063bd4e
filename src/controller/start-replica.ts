import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { createApiClient } from './api/api-client';
import { SYSTEM_CLOCK } from './api/clock';
import type { RateLimit } from './api/token-bucket';
import { connect, type ConnectOptions } from './api/kube-config';
import type { KubernetesApi } from './api/kubernetes-api';
import { Controller } from './controller';
import type { LeaseName } from './leader-election/lease-record';
import { discoverKinds, type WatchedKind } from './observed/watched-kinds';
import type { BindAddress } from './operation/bind-address';
import { createLog, type LogOptions } from './operation/controller-log';
import { ControllerMetrics } from './operation/metrics';
import { policyKindsOf } from './policy-kinds';
import { NotAlone, RenewedController } from './renewed-controller';
import { runController, type RunnableController } from './run-controller';
import { findOperator, refusal } from './takeover/running-operator';
import { takeOver } from './takeover/take-over';
import type { CompileSettings } from '../proof/compile-resources';

/** What a replica is told. */
export interface ReplicaSettings {
  readonly access: ConnectOptions;
  readonly compile: CompileSettings;
  /** Absent: all. */
  readonly namespaces?: readonly string[] | undefined;
  readonly dryRun: boolean;
  /** How many requests it sends to the API server. Default 200 a second, 400 at once. */
  readonly rate?: RateLimit | undefined;
  readonly finalizers: boolean;
  /** Whether policies that Otterize's operator made become the controller's, as they stand. */
  readonly takeOver: boolean;
  /** Field managers whose policies of intents count as the controller's own. Default: none. */
  readonly adopt?: readonly string[] | undefined;
  /** Whether the replicas elect the one that writes. */
  readonly leaderElect: boolean;
  /** Default `intents-controller`, in the namespace that this replica runs in. */
  readonly lease?: LeaseName | undefined;
  readonly metricsAddress?: BindAddress | undefined;
  readonly probeAddress?: BindAddress | undefined;
  readonly webhook?: WebhookSettings | undefined;
  readonly log: Pick<LogOptions, 'level' | 'format' | 'write'>;
  /** How often it looks for an operator that came back and for other kinds, in milliseconds. Default a minute; for tests. */
  readonly period?: number | undefined;
}

/** Where versions are converted. */
export interface WebhookSettings {
  readonly service: { readonly namespace: string; readonly name: string; readonly port: number };
  /** The Secret of its certificates, in the namespace of the Service. */
  readonly secret: string;
  readonly address: BindAddress;
}

/** The field manager of everything that the controller writes, whatever replica writes it. */
export const FIELD_MANAGER = 'cdk8s-intents';

/** The namespace of the pod that this is, as Kubernetes tells its pods. */
const OWN_NAMESPACE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** While conversions are still answered at the end: until every API server has learnt that this replica is going. */
const LAME_DUCK = 5_000;

/**
 * Runs one replica until `signal` is aborted.
 *
 * @throws ClusterAccessError when there is no way to a cluster as asked; an API server that does not answer is waited for
 */
export async function startReplica(settings: ReplicaSettings, signal: AbortSignal): Promise<void> {
  const { access, leaderElect, dryRun, webhook, metricsAddress, probeAddress } = settings;
  const instance = `${hostname()}_${randomUUID().slice(0, 8)}`;
  const log = createLog({ ...settings.log, instance });
  const metrics = new ControllerMetrics();
  const connection = await connect(access);
  const { onRequest } = metrics;
  const client = { connection, component: 'controller', fieldManager: FIELD_MANAGER, onRequest };
  const api = createApiClient({ ...client, rate: settings.rate });
  const home = ownNamespace() ?? connection.namespace ?? 'default';
  log.info({ cluster: connection.name, dryRun, namespaces: settings.namespaces ?? 'all' }, 'starting');
  await runController(
    {
      api,
      makeController: async (guarded) => {
        const prepare = dryRun ? undefined : (): Promise<void> => replaceOperator(api, settings, log);
        await prepare?.();
        return makeController(guarded, settings, { instance, log, metrics, prepare });
      },
      clock: SYSTEM_CLOCK,
      random: Math.random,
      log,
      metrics,
      instance,
      // A dry run writes nothing, a Lease neither; any number of them may watch.
      lease:
        leaderElect && !dryRun
          ? (settings.lease ?? { namespace: home, name: 'intents-controller' })
          : undefined,
      // Whatever waits for a slow or busy server, the Lease is renewed in time.
      leaseApi: createApiClient(client),
      metricsAddress,
      probeAddress,
      conversion: webhook === undefined || dryRun ? undefined : conversionOf(webhook),
      lameDuck: LAME_DUCK,
    },
    signal,
  );
  log.info({}, 'ended');
}

/**
 * Makes sure that Otterize's operator does not run, and takes over what it left. Every replica may do so, since it changes
 * nothing that anybody sees.
 *
 * @throws NotAlone while the operator runs: the controller starts, or goes on, once it is gone
 */
async function replaceOperator(
  api: KubernetesApi,
  settings: Pick<ReplicaSettings, 'namespaces' | 'takeOver'>,
  log: ReturnType<typeof createLog>,
): Promise<void> {
  const { namespaces } = settings;
  const operator = await findOperator({ api, clock: SYSTEM_CLOCK, namespaces });
  const refused = refusal(operator);
  if (refused !== undefined) throw new NotAlone(refused);
  if (operator.unseen.length > 0)
    log.debug({ unseen: operator.unseen }, "cannot see everywhere whether Otterize's operator runs");
  if (!settings.takeOver) return;
  const taken = await takeOver({ api, fieldManager: FIELD_MANAGER, namespaces });
  if (taken.length > 0)
    log.info({ policies: taken.length, from: [...new Set(taken.flatMap(({ from }) => from))] }, 'taken over');
}

async function makeController(
  api: KubernetesApi,
  { compile, namespaces, dryRun, finalizers, adopt, period }: ReplicaSettings,
  {
    instance,
    log,
    metrics,
    prepare,
  }: {
    readonly instance: string;
    readonly log: ReturnType<typeof createLog>;
    readonly metrics: ControllerMetrics;
    readonly prepare: (() => Promise<void>) | undefined;
  },
): Promise<RunnableController> {
  const discover = (before?: readonly WatchedKind[]): Promise<readonly WatchedKind[]> =>
    discoverKinds(api, {
      namespaced: namespaces !== undefined,
      needed: policyKindsOf(compile),
      before,
      onSilent: (path, error) => {
        log.warn({ path, error }, 'an API does not answer; what it serves is not looked at until it does');
      },
    });
  const make = (kinds: readonly WatchedKind[]): RunnableController =>
    new Controller({
      api,
      clock: SYSTEM_CLOCK,
      random: Math.random,
      fieldManager: FIELD_MANAGER,
      kinds,
      settings: compile,
      namespaces,
      dryRun,
      finalizers,
      adopt,
      instance,
      hooks: metrics.hooks,
      log,
    });
  return new RenewedController({
    kinds: await discover(),
    discover,
    make,
    prepare,
    clock: SYSTEM_CLOCK,
    log,
    period,
  });
}

function conversionOf({ service, secret, address }: WebhookSettings) {
  return { service, secret: { namespace: service.namespace, name: secret }, address };
}

function ownNamespace(): string | undefined {
  try {
    const text = readFileSync(OWN_NAMESPACE, 'utf8').trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}
