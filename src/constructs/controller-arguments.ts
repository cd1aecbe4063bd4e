import type { Construct } from 'constructs';
import { checkOptions } from './check-options';
import { ConstructError } from './construct-error';
import type { IntentsCompilerOptions } from '../compiler/compiler-options';
import { NETWORK_PLUGINS, type NetworkPluginName } from '../compiler/domains/network-plugin';
import type { DnsOptions } from '../compiler/egress/dns-rules';

/** Options of the compiler that the controller has no use for, or no file to read from. */
const WITHOUT_ARGUMENT: readonly (keyof IntentsCompilerOptions)[] = [
  'dnsLock',
  'today',
  'notes',
  'podTemplateKinds',
  'onFindings',
];

/**
 * The options of the compiler as `intents controller` takes them, so that the controller makes what the app makes.
 *
 * @throws ConstructError for an option that cannot be handed on
 */
export function compilerArguments(scope: Construct, id: string, options: IntentsCompilerOptions): string[] {
  checkOptions(options);
  const left = WITHOUT_ARGUMENT.find((name) => options[name] !== undefined);
  if (left !== undefined)
    throw new ConstructError(
      scope,
      id,
      `compiler.${left} cannot be handed to the controller`,
      `Leave ${left} out.`,
    );
  return [...waysIn(options), ...waysOut(options), ...clusterFacts(options)];
}

function waysIn(options: IntentsCompilerOptions): string[] {
  const { profile, strictOtterize, externalTraffic, webhookTraffic } = options;
  return [
    ...one('--profile', profile),
    ...(strictOtterize === true ? ['--strict-otterize'] : []),
    ...one('--external-traffic', externalTraffic),
    ...each('--ingress-controller', options.ingressControllers),
    ...each('--gateway', options.gateways),
    ...each('--metrics-scraper', options.metricsScrapers),
    ...one('--webhook-traffic', webhookTraffic),
    ...each('--control-plane-cidr', options.controlPlaneCidrs),
    ...each('--enforcement', enforcementWords(options.enforcement)),
    ...one('--excess', options.excess),
    // A controller fails for nothing that it finds: it tells.
    ...(options.proof === 'off' ? ['--no-proof'] : []),
  ];
}

function waysOut({ egress, dns, kubernetesApi }: IntentsCompilerOptions): string[] {
  const always = egress === true || egress === 'always';
  const never = egress === false || egress === 'off';
  return [
    ...(always ? ['--egress'] : never ? ['--no-egress'] : []),
    ...each('--kubernetes-api', kubernetesApi),
    ...dnsArguments(dns),
  ];
}

function dnsArguments(dns: DnsOptions | false | undefined): string[] {
  if (dns === undefined) return [];
  if (dns === false) return ['--no-dns'];
  const pods = dns.pods?.map(({ namespace, labels, port }) => {
    const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
    return `${namespace}/${pairs.join(',')}${port === undefined ? '' : `:${port}`}`;
  });
  return [
    ...(pods?.length === 0 ? ['--no-dns'] : each('--dns', pods)),
    ...each('--node-local-dns', dns.nodeLocalAddresses),
  ];
}

function clusterFacts({ podCidrs, nodeCidrs, cni }: IntentsCompilerOptions): string[] {
  return [
    ...each('--pod-cidr', podCidrs),
    ...each('--node-cidr', nodeCidrs),
    ...(cni === undefined ? [] : pluginArguments(cni)),
  ];
}

/** A plugin with policies for domain names is named by these, any other by what enforces its policies. */
function pluginArguments(cni: NetworkPluginName): string[] {
  const { domains, evaluatedAs } = NETWORK_PLUGINS[cni];
  return domains === undefined ? ['--cni', evaluatedAs] : ['--domain-policies', cni];
}

function enforcementWords(enforcement: IntentsCompilerOptions['enforcement']): string[] {
  if (enforcement === undefined) return [];
  if (typeof enforcement === 'string') return [enforcement];
  const { default: all, namespaces = {}, workloads = {} } = enforcement;
  return [
    ...(all === undefined ? [] : [all]),
    ...Object.entries({ ...namespaces, ...workloads }).map(([name, mode]) => `${name}=${mode}`),
  ];
}

function one(flag: string, value: string | undefined): string[] {
  return value === undefined ? [] : [flag, value];
}

function each(flag: string, values: readonly string[] = []): string[] {
  return values.flatMap((value) => [flag, value]);
}
