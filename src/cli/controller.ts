import { createRequire } from 'node:module';
import { InvalidInputError } from '../compiler/invalid-input-error';
import { CALICO_NETWORK_POLICIES } from '../controller/api/known-resources';
import { policyKindsOf } from '../controller/policy-kinds';
import type * as kubeConfigModule from '../controller/api/kube-config';
import type * as replicaModule from '../controller/start-replica';
import type { ReplicaSettings } from '../controller/start-replica';
import { compileResources, type CompileSettings } from '../proof/compile-resources';
import { readDnsLockFile } from '../sources/dns-lock-file';
import { UsageError } from '../sources/usage-error';
import type { CommandModule } from './command-module';
import { SYSTEM_CLOCK } from '../controller/api/clock';
import type * as planModule from './controller-plan';
import type * as openLiveModule from '../sources/live/open-live';
import { addCompilerOptions, compilerOptions, type CompilerFlags } from './compile-options';
import { addOperationOptions, type OperationFlags } from './controller-options';
import { addNetworkOptions, reachabilityOptions } from './model-options';
import { textInOptionWords } from './option-words';
import { stopSignal } from './stop-signal';
import { todayOf, type Terminal } from './terminal';

type Flags = OperationFlags & Omit<CompilerFlags, 'namespace'>;

const HELP = `
Watches a cluster and keeps true what "intents compile" would write for it: policies, labels of pods and namespaces,
and the status of each ClientIntents. What somebody changes by hand is repaired, and an Event says who it was.

It runs until it is told to end (SIGTERM, Ctrl-C): it then finishes the writes that are on their way and gives the lease
back. A second signal ends it at once.

Examples:
  $ intents controller --plan --context staging                          what it would change there, and for whom
  $ intents controller --plan --profile otterize                         the same in place of Otterize's operator
  $ intents controller --dry-run --log-format text --context staging     what it would do in a cluster, from here
  $ intents controller                                                   in a pod, for the whole cluster
  $ intents controller -n shop -n billing --egress                       for two namespaces, with a Role in each
  $ intents controller --webhook-service intents/intents-controller-webhook`;

/** `intents controller`: keeps the policies and labels of a live cluster as its intents want them. */
export const command: CommandModule = {
  declare(command, terminal, finish) {
    addCompilerOptions(addNetworkOptions(addOperationOptions(command)))
      .addHelpText('after', HELP)
      .action(async (flags: Flags) => {
        finish(await control(flags, terminal));
      });
  },
};

async function control(flags: Flags, terminal: Terminal): Promise<number> {
  const settings = replicaSettings(flags, terminal);
  if (flags.plan === true) return plan(settings, flags, terminal);
  // All that talks to a cluster is loaded only now.
  const load = createRequire(__filename);
  const { startReplica } = load('../controller/start-replica') as typeof replicaModule;
  const { ClusterAccessError } = load('../controller/api/kube-config') as typeof kubeConfigModule;
  const { signal, forget } = stopSignal();
  try {
    await startReplica(settings, signal);
    return 0;
  } catch (error) {
    if (error instanceof ClusterAccessError) throw new UsageError(error.message);
    if (isTaken(error)) throw new UsageError(`${error.message}: choose another address to listen on.`);
    throw error;
  } finally {
    forget();
  }
}

/** Reads the cluster once, and prints what a controller would do in it. */
async function plan(settings: ReplicaSettings, flags: Flags, terminal: Terminal): Promise<number> {
  const load = createRequire(__filename);
  const { openLive } = load('../sources/live/open-live') as typeof openLiveModule;
  const { printPlan } = load('./controller-plan') as typeof planModule;
  const { FIELD_MANAGER } = load('../controller/start-replica') as typeof replicaModule;
  const { api, context } = await openLive(settings.access);
  const { compile, namespaces, finalizers, adopt } = settings;
  return printPlan(
    {
      api,
      context,
      clock: SYSTEM_CLOCK,
      fieldManager: FIELD_MANAGER,
      compile,
      namespaces,
      finalizers,
      adopt,
      output: flags.output,
    },
    terminal,
  );
}

function replicaSettings(flags: Flags, terminal: Terminal): ReplicaSettings {
  const { namespace, kubeconfig, context, lease, webhookService: service } = flags;
  const webhookAddress = flags.webhookBindAddress;
  if (service === undefined && flags.webhookSecret !== undefined)
    throw new UsageError('--webhook-secret has no effect without --webhook-service.');
  if (service !== undefined && webhookAddress === 'off')
    throw new UsageError('--webhook-service needs an address to listen on, and --webhook-bind-address is 0.');
  if (service !== undefined && namespace !== undefined)
    throw new UsageError(
      "--webhook-service changes the CRDs, which are the whole cluster's: leave it out beside --namespace.",
    );
  const compile = compileSettings(flags, terminal);
  checkReach(compile, namespace);
  return {
    access: {
      ...(kubeconfig === undefined ? {} : { kubeconfig }),
      ...(context === undefined ? {} : { context }),
    },
    compile,
    namespaces: namespace,
    dryRun: flags.dryRun === true,
    finalizers: flags.finalizers ?? namespace === undefined,
    takeOver: flags.takeOver === true,
    adopt: flags.adopt,
    rate: { perSecond: flags.kubeApiQps, burst: flags.kubeApiBurst },
    leaderElect: flags.leaderElect !== false,
    lease,
    metricsAddress: onUnlessOff(flags.metricsBindAddress),
    probeAddress: onUnlessOff(flags.healthProbeBindAddress),
    webhook:
      service === undefined || webhookAddress === 'off'
        ? undefined
        : { service, secret: flags.webhookSecret ?? `${service.name}-tls`, address: webhookAddress },
    log: {
      level: flags.logLevel,
      format: flags.logFormat,
      write: (line) => {
        void terminal.out(line);
      },
    },
  };
}

/**
 * No Role gives a right over a tier, without which nothing of Calico can be written or seen (calico-policy-model 1.1, RBAC).
 *
 * @throws UsageError where policies of Calico would be written
 */
function checkReach(compile: CompileSettings, namespaces: readonly string[] | undefined): void {
  if (namespaces === undefined || !policyKindsOf(compile).includes(CALICO_NETWORK_POLICIES)) return;
  const option = compile.dialect === 'calico' ? '--dialect calico' : '--domain-policies calico';
  throw new UsageError(
    `${option} needs rights over a tier, which are the whole cluster's: leave --namespace out, or write NetworkPolicies, which Calico enforces as well.`,
  );
}

/** @throws UsageError for what the compiler refuses: at the start, not when the first object comes */
function compileSettings(flags: Flags, terminal: Terminal): CompileSettings {
  const { assumeDefaultDeny, exempt = [], dialect } = flags;
  if (exempt.length > 0 && assumeDefaultDeny !== true)
    throw new UsageError('--exempt has no effect without --assume-default-deny.');
  const options = {
    ...compilerOptions(flags, todayOf(terminal)),
    ...(flags.proof ? {} : { proof: 'off' as const }),
  };
  const settings: CompileSettings = {
    options,
    dnsLock: options.dnsLock === undefined ? undefined : readDnsLockFile(options.dnsLock),
    reachabilityOptions: reachabilityOptions(flags),
    dialect,
    assumedDeny: assumeDefaultDeny === true ? { exempt } : undefined,
  };
  try {
    compileResources([], settings);
  } catch (error) {
    if (error instanceof InvalidInputError) throw new UsageError(textInOptionWords(error.message));
    throw error;
  }
  return settings;
}

function onUnlessOff<T>(address: T | 'off'): T | undefined {
  return address === 'off' ? undefined : address;
}

function isTaken(error: unknown): error is { readonly message: string } {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error))
    return false;
  return error.code === 'EADDRINUSE' || error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL';
}
