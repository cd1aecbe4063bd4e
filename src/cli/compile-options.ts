import { Command, InvalidArgumentError, Option } from 'commander';
import type { Dialect } from '../compiler/dialect';
import type { DnsOptions, DnsPods } from '../compiler/egress/dns-rules';
import type { EnforcementMode, EnforcementOptions } from '../compiler/enforcement/enforcement';
import type { IntentsCompilerOptions } from '../compiler/compiler-options';
import { printCidr } from '../model/cidr';
import { collect, type ModelFlags } from './model-options';

/** Options of the compiler, in the words of its construct. */
export interface CompilerFlags extends ModelFlags {
  readonly profile?: NonNullable<IntentsCompilerOptions['profile']>;
  readonly strictOtterize?: boolean;
  readonly externalTraffic?: NonNullable<IntentsCompilerOptions['externalTraffic']>;
  readonly ingressController?: readonly string[];
  readonly gateway?: readonly string[];
  readonly metricsScraper?: readonly string[];
  readonly webhookTraffic?: NonNullable<IntentsCompilerOptions['webhookTraffic']>;
  readonly controlPlaneCidr?: readonly string[];
  readonly egress?: boolean;
  readonly enforcement?: EnforcementOptions;
  readonly dnsLock?: string;
  readonly domainPolicies?: 'calico-enterprise' | 'cilium';
  readonly dns?: readonly DnsPods[] | false;
  readonly nodeLocalDns?: readonly string[];
  readonly kubernetesApi?: readonly string[];
  readonly excess?: NonNullable<IntentsCompilerOptions['excess']>;
  readonly dialect: Dialect;
  readonly assumeDefaultDeny?: boolean;
  readonly exempt?: readonly string[];
}

const AUTOMATIC = ['if-blocked', 'always', 'off'];

/** Declares {@link CompilerFlags}, beside those of the model. */
export function addCompilerOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--profile <name>', 'names and labels of the policies (default: "seed")').choices([
        'seed',
        'otterize',
        'selectors',
      ]),
    )
    .option(
      '--strict-otterize',
      'with --profile otterize: just what the operator writes, its defects included',
    )
    .addOption(
      new Option(
        '--external-traffic <when>',
        'let in what load balancers, node ports and Ingresses bring (default: "if-blocked")',
      ).choices(AUTOMATIC),
    )
    .option(
      '--ingress-controller <namespace/name>',
      'who Ingress traffic comes from; repeatable (default: found by IngressClass)',
      namespacedNames,
    )
    .option(
      '--gateway <gateway=pods>',
      'the pods that carry the traffic of a Gateway, as namespace/gateway=namespace/name; repeatable',
      collect,
    )
    .option(
      '--metrics-scraper <namespace/name>',
      'who scrapes metrics, and is let in; repeatable',
      namespacedNames,
    )
    .addOption(
      new Option(
        '--webhook-traffic <when>',
        'let the API server in to webhooks and aggregated APIs (default: "if-blocked")',
      ).choices(AUTOMATIC),
    )
    .option(
      '--control-plane-cidr <cidr>',
      'where the API server calls webhooks from; repeatable (default: --kubernetes-api)',
      collect,
    )
    .option('--egress', 'restrict where every client may go (default: only where a policy denies its egress)')
    .option('--no-egress', 'make no egress policies at all')
    .option(
      '--dns <pods>',
      'DNS that egress policies keep open, as namespace/label=value,…[:port]; repeatable (default: "kube-system/k8s-app=kube-dns")',
      dnsPods,
    )
    .option('--no-dns', 'keep no DNS open')
    .option(
      '--node-local-dns <address>',
      'an address on the nodes that answers DNS, such as 169.254.20.10; repeatable',
      collect,
    )
    .option(
      '--kubernetes-api <address:port>',
      'where the API server is, for egress policies: 10.0.0.1:6443; repeatable',
      collect,
    )
    .option(
      '--enforcement <mode>',
      'enforce or shadow; for one namespace or workload shop=enforce, shop/cart=shadow; repeatable',
      enforcementModes,
    )
    .option('--dns-lock <file>', 'addresses of domain names, as intents dns-lock keeps them')
    .addOption(
      new Option(
        '--domain-policies <plugin>',
        'hand domain names to a network plugin that knows them',
      ).choices(['calico-enterprise', 'cilium']),
    )
    .addOption(
      new Option(
        '--dialect <dialect>',
        'kind of the policies: NetworkPolicy of Kubernetes or of projectcalico.org/v3',
      )
        .choices(['kubernetes', 'calico'])
        .default('kubernetes'),
    )
    .option(
      '--assume-default-deny',
      'the cluster denies ingress to all pods, though the manifests do not say so',
    )
    .option('--exempt <namespace>', 'a namespace that --assume-default-deny leaves out; repeatable', collect)
    .addOption(
      new Option(
        '--excess <severity>',
        'how bad access is that nobody declared (default: "warning")',
      ).choices(['error', 'warning', 'info']),
    );
}

/** The options of {@link addCompilerOptions} that are on a command line, as they are written there: `--profile`. */
export function givenCompilerOptions(command: Command): string[] {
  const own = addCompilerOptions(new Command()).options;
  const given = own.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli');
  return [...new Set(given.map(({ long, flags }) => (long ?? flags).replace('--no-', '--')))];
}

/**
 * What the compiler and the proof are told.
 *
 * @param today as `2026-12-31`: addresses of a lock file may be old
 */
export function compilerOptions(
  flags: Omit<CompilerFlags, 'namespace'>,
  today: string,
): IntentsCompilerOptions {
  const { profile, strictOtterize, enforcement, excess, podCidr, nodeCidr } = flags;
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(strictOtterize === undefined ? {} : { strictOtterize }),
    ...(enforcement === undefined ? {} : { enforcement }),
    ...waysIn(flags),
    ...waysOut(flags, today),
    ...(excess === undefined ? {} : { excess }),
    ...(podCidr === undefined ? {} : { podCidrs: podCidr.map(printCidr) }),
    ...(nodeCidr === undefined ? {} : { nodeCidrs: nodeCidr.map(printCidr) }),
  };
}

function waysIn(flags: Omit<CompilerFlags, 'namespace'>): IntentsCompilerOptions {
  const { externalTraffic, ingressController, gateway, metricsScraper } = flags;
  const { webhookTraffic, controlPlaneCidr } = flags;
  return {
    ...(externalTraffic === undefined ? {} : { externalTraffic }),
    ...(ingressController === undefined ? {} : { ingressControllers: ingressController }),
    ...(gateway === undefined ? {} : { gateways: gateway }),
    ...(metricsScraper === undefined ? {} : { metricsScrapers: metricsScraper }),
    ...(webhookTraffic === undefined ? {} : { webhookTraffic }),
    ...(controlPlaneCidr === undefined ? {} : { controlPlaneCidrs: controlPlaneCidr }),
  };
}

function waysOut(flags: Omit<CompilerFlags, 'namespace'>, today: string): IntentsCompilerOptions {
  const { egress, dns, nodeLocalDns, dnsLock, domainPolicies, kubernetesApi } = flags;
  return {
    ...(egress === undefined ? {} : { egress }),
    ...(dnsLock === undefined ? {} : { dnsLock, today }),
    ...(domainPolicies === undefined ? {} : { cni: domainPolicies }),
    ...(dns === undefined && nodeLocalDns === undefined ? {} : { dns: dnsOptions(dns, nodeLocalDns) }),
    ...(kubernetesApi === undefined ? {} : { kubernetesApi }),
  };
}

function namespacedNames(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[^/\s]+\/[^/\s]+$/.test(text)) {
    throw new InvalidArgumentError(
      'Write namespace/name, for example ingress-nginx/ingress-nginx-controller.',
    );
  }
  return [...before, text];
}

/** `shadow` for all, `shop=enforce` for a namespace, `shop/cart=shadow` for a workload. */
function enforcementModes(text: string, before: EnforcementOptions = {}): EnforcementOptions {
  const equals = text.lastIndexOf('=');
  const name = text.slice(0, Math.max(equals, 0));
  const mode = modeOf(text.slice(equals + 1));
  if (equals < 0) return { ...before, default: mode };
  const field = name.includes('/') ? 'workloads' : 'namespaces';
  return { ...before, [field]: { ...before[field], [name]: mode } };
}

function modeOf(word: string): EnforcementMode {
  if (word === 'enforce' || word === 'shadow') return word;
  throw new InvalidArgumentError(
    'Write enforce or shadow, or for one namespace or workload shop=enforce, shop/cart=shadow.',
  );
}

function dnsOptions(
  pods: readonly DnsPods[] | false | undefined,
  nodeLocalAddresses: readonly string[] | undefined,
): DnsOptions | false {
  if (pods === false) return nodeLocalAddresses === undefined ? false : { pods: [], nodeLocalAddresses };
  return {
    ...(pods === undefined ? {} : { pods }),
    ...(nodeLocalAddresses === undefined ? {} : { nodeLocalAddresses }),
  };
}

/** `kube-system/k8s-app=kube-dns`, or with a port behind it `openshift-dns/dns.operator.openshift.io/daemonset-dns=default:5353`. */
function dnsPods(text: string, before: readonly DnsPods[] | false = []): readonly DnsPods[] {
  const [, namespace = '', labels = '', port] =
    /^([^/\s]+)\/([^:\s]+=[^:\s]*)(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  if (namespace === '') {
    throw new InvalidArgumentError('Write namespace/label=value, for example kube-system/k8s-app=kube-dns.');
  }
  const pairs = labels.split(',').map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    return equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  const pods = {
    namespace,
    labels: Object.fromEntries(pairs),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
  return [...(before === false ? [] : before), pods];
}
