import { InvalidArgumentError, Option, type Command } from 'commander';
import { namespaceName } from './model-options';
import { wholeNumber } from './whole-number';
import { DEFAULT_RATE } from '../controller/api/token-bucket';
import { readBindAddress, type BindAddress } from '../controller/operation/bind-address';

/** Options about the cluster and the process; those of the compiler are the same as everywhere. */
export interface OperationFlags {
  readonly namespace?: readonly string[];
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly dryRun?: boolean;
  /** Absent: as it is for the scope, see {@link addOperationOptions}. */
  readonly finalizers?: boolean;
  readonly takeOver?: boolean;
  readonly adopt?: readonly string[];
  /** False: nothing is proved. */
  readonly proof: boolean;
  readonly plan?: boolean;
  readonly output: 'text' | 'json';
  readonly leaderElect?: boolean;
  readonly lease?: NamespacedName;
  readonly metricsBindAddress: BindAddress | 'off';
  readonly healthProbeBindAddress: BindAddress | 'off';
  readonly kubeApiQps: number;
  readonly kubeApiBurst: number;
  readonly webhookService?: ServiceAddress;
  readonly webhookSecret?: string;
  readonly webhookBindAddress: BindAddress | 'off';
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  readonly logFormat: 'json' | 'text';
}

export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

export interface ServiceAddress extends NamespacedName {
  readonly port: number;
}

/**
 * Declares {@link OperationFlags}. Finalizers are off by default with `--namespace`: Role and RoleBinding are in the
 * namespaces themselves, so when one of them is deleted the rights to take finalizers off go with it, and it never ends.
 */
export function addOperationOptions(command: Command): Command {
  return addProcessOptions(addElectionOptions(addClusterOptions(command)));
}

function addClusterOptions(command: Command): Command {
  return command
    .option(
      '-n, --namespace <name>',
      'only this namespace, with no rights outside of it; repeatable (default: all)',
      namespaces,
    )
    .option('--context <name>', 'context of the kubeconfig (default: the current one)')
    .option(
      '--kubeconfig <file>',
      'where the cluster is (default: KUBECONFIG, then ~/.kube/config, then the account of the pod)',
    )
    .option('--dry-run', 'write nothing: say what would be written, and what somebody has changed')
    .option(
      '--plan',
      'write nothing and end: print what would be changed, and which connections that changes',
    )
    .addOption(
      new Option('-o, --output <form>', 'form of the plan').choices(['text', 'json']).default('text'),
    )
    .option(
      '--take-over',
      "make policies of Otterize's operator, which must not run any more, the controller's as they stand",
    )
    .option(
      '--adopt <manager>',
      "policies of intents that this field manager wrote are the controller's from now on, to repair and to delete: kubectl-client-side-apply for what somebody applied by hand; repeatable",
      fieldManagers,
    )
    .option(
      '--no-proof',
      'prove nothing: statuses say what was written, not whether policies of others cut it (default: what is declared is proved)',
    )
    .option(
      '--finalizers',
      'keep intents that are deleted until all that followed from them is gone (default, but with --namespace)',
    )
    .option(
      '--no-finalizers',
      'put no finalizer on intents, and take off those that are there: what follows from one that is deleted while nobody runs goes when somebody does (default with --namespace, where rights may go before intents)',
    );
}

function addElectionOptions(command: Command): Command {
  return command
    .option('--leader-elect', 'let one of several replicas write, by a Lease (default)')
    .option('--no-leader-elect', 'write without asking others: there must be no second replica')
    .option(
      '--lease <namespace/name>',
      'the Lease of the election (default: intents-controller in the namespace of the pod)',
      namespacedName,
    );
}

function addProcessOptions(command: Command): Command {
  return command
    .addOption(address('--metrics-bind-address <address>', 'where /metrics is served; 0 for nowhere', 8080))
    .addOption(
      new Option('--kube-api-qps <number>', 'requests to the API server per second, in the long run')
        .argParser(wholeNumber(10))
        .default(DEFAULT_RATE.perSecond),
    )
    .addOption(
      new Option('--kube-api-burst <number>', 'requests at once after a quiet time')
        .argParser(wholeNumber(10))
        .default(DEFAULT_RATE.burst),
    )
    .addOption(
      address('--health-probe-bind-address <address>', 'where /healthz and /readyz are; 0 for nowhere', 8081),
    )
    .option(
      '--webhook-service <namespace/name[:port]>',
      'convert versions of intents, for API servers that call this Service (default: nobody converts)',
      serviceAddress,
    )
    .option(
      '--webhook-secret <name>',
      'Secret of the certificates of the webhook, in the namespace of its Service (default: the name of the Service, and "-tls")',
    )
    .addOption(address('--webhook-bind-address <address>', 'where conversions are served', 9443))
    .addOption(
      new Option('--log-level <level>', 'what is worth a line')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info'),
    )
    .addOption(
      new Option('--log-format <format>', 'form of a line').choices(['json', 'text']).default('json'),
    );
}

function address(flags: string, description: string, port: number): Option {
  return new Option(flags, description).argParser(bindAddress).default({ port }, `:${port}`);
}

function bindAddress(text: string): BindAddress | 'off' {
  const read = readBindAddress(text);
  if (read === undefined)
    throw new InvalidArgumentError('Write :8080, 127.0.0.1:8080 or [::1]:8080, or 0 for nowhere.');
  return read;
}

function namespaces(text: string, before: readonly string[] = []): readonly string[] {
  return [...new Set([...before, namespaceName(text)])];
}

/** As long as the API server takes (Kubernetes, "Server-Side Apply": at most 128 bytes, printable). */
function fieldManagers(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[!-~]{1,128}$/.test(text))
    throw new InvalidArgumentError(
      'Write the name of a field manager, as kubectl get --show-managed-fields prints it.',
    );
  return [...new Set([...before, text])];
}

const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

function namespacedName(text: string): NamespacedName {
  const [namespace = '', name = '', ...more] = text.split('/');
  if (more.length > 0 || !NAME.test(namespace) || !NAME.test(name))
    throw new InvalidArgumentError('Write namespace/name, for example intents/intents-controller.');
  return { namespace, name };
}

function serviceAddress(text: string): ServiceAddress {
  const [, named = '', port = '443'] = /^([^:]*)(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  const number = Number(port);
  if (named === '' || number < 1 || number > 65_535)
    throw new InvalidArgumentError('Write namespace/name or namespace/name:port.');
  return { ...namespacedName(named), port: number };
}
