import type { PodTemplateKind } from '../model/workloads/pod-template';
import type { Finding } from '../model/finding';
import type { Automatic, CompileOptions, ProfileName } from './compilation';
import type { NetworkPluginName } from './domains/network-plugin';
import type { DnsOptions } from './egress/dns-rules';
import type { EnforcementMode, EnforcementOptions } from './enforcement/enforcement';

/** What {@link IntentsCompiler.attach} can be told. */
export interface IntentsCompilerOptions {
  /**
   * Naming and labelling scheme of the policies: `seed` as documented, `otterize` as the operator's last release,
   * `selectors` without added labels.
   *
   * @default 'seed'
   */
  readonly profile?: ProfileName;
  /**
   * With the profile `otterize`: write just what the operator writes, its defects included, for a change-over without a
   * diff. Findings `otterize-differs` say what is wrong with it.
   *
   * @default false
   */
  readonly strictOtterize?: boolean;
  /**
   * Whether policies are made that let in what load balancers, node ports, Ingresses and routes of the Gateway API bring,
   * and the scrapers of metrics that are named: where another policy would block it, always (which isolates the
   * servers), or never.
   *
   * @default 'if-blocked'
   */
  readonly externalTraffic?: Automatic;
  /**
   * Ingress controllers, as `namespace/name`. Servers behind an Ingress are then open to their pods only.
   *
   * @default - found by IngressClass where the app has the controller; else anyone is let in, and a warning says so
   */
  readonly ingressControllers?: readonly string[];
  /**
   * The pods that carry the traffic of Gateways, as `namespace/gateway=namespace/name`. Servers behind their routes are then
   * open to these pods only, and the Gateways need not be in the app.
   *
   * @default - found by the labels of pods, by the Service a Gateway names as its address, and by GatewayClass; else anyone
   * is let in, and a warning says so
   */
  readonly gateways?: readonly string[];
  /**
   * Scrapers of metrics, as `namespace/name` of a workload or of a Prometheus object: let in wherever annotations
   * `prometheus.io/scrape`, ServiceMonitors and PodMonitors have them scrape, on the ports these name.
   *
   * @default - none
   */
  readonly metricsScrapers?: readonly string[];
  /**
   * Whether policies are made that let the API server in to the servers of admission and conversion webhooks and of
   * aggregated APIs: where another policy would block it, always, or never.
   *
   * @default 'if-blocked'
   */
  readonly webhookTraffic?: Automatic;
  /**
   * Address ranges that the API server calls webhooks from: of the control plane's nodes, or of its network interfaces or
   * proxies in your network.
   *
   * @default - the addresses of `kubernetesApi`; without any, webhook ports are opened to anyone, and a warning says so
   */
  readonly controlPlaneCidrs?: readonly string[];
  /**
   * Whether policies are made that let clients out to what they declare: where a policy of the app denies their egress,
   * always (true; it isolates every client), or never (false).
   *
   * @default 'if-blocked'
   */
  readonly egress?: Automatic | boolean;
  /**
   * Staged adoption: what is enforced, and what is in shadow, which is compiled, proved and reported and writes nothing
   * that isolates; the default denies of the app included. `'shadow'` for all of the app, or by namespace and workload:
   * `{ default: 'shadow', namespaces: { shop: 'enforce' } }`. The synth says who loses access by enforcing a namespace.
   *
   * @default - everything is enforced
   */
  readonly enforcement?: EnforcementMode | EnforcementOptions;
  /**
   * Path of a lock file with the addresses of the domain names of internet targets, as `intents dns-lock` writes it,
   * relative to the working directory.
   *
   * @default - none: domain names open nothing, and a finding says so
   */
  readonly dnsLock?: string;
  /**
   * The network plugin. One that knows domain names gets policies of its own for them: `cilium` CiliumNetworkPolicies,
   * `calico-enterprise` (and Calico Cloud) NetworkPolicies of Calico.
   *
   * @default - calico where the app has policies of Calico, else any
   */
  readonly cni?: NetworkPluginName;
  /**
   * The day, as `2026-12-31`, for tests: an ExternalAccess may have run out. What is written never depends on it.
   *
   * @default - today
   */
  readonly today?: string;
  /**
   * DNS that egress policies keep open, or `false` for none.
   *
   * @default - pods with k8s-app=kube-dns in kube-system, UDP and TCP 53
   */
  readonly dns?: DnsOptions | false;
  /**
   * Addresses and ports of the Kubernetes API for egress policies, as `kubectl get endpoints kubernetes` prints them:
   * `10.0.0.1:6443`; blocks as `10.0.0.0/28:443`, IPv6 as `[fd00::1]:6443`.
   *
   * @default - unknown; a finding says where it matters
   */
  readonly kubernetesApi?: readonly string[];
  /**
   * What happens when the proof finds an error: fail the synth, print it and go on, or prove nothing.
   *
   * @default 'error'
   */
  readonly proof?: 'error' | 'report' | 'off';
  /**
   * How bad it is that a protected server can be reached by somebody who has not declared it.
   *
   * @default 'warning'
   */
  readonly excess?: 'error' | 'warning' | 'info';
  /**
   * Whether notes are printed in full, as errors and warnings are: what nobody must act on, such as a target that only the
   * network part of is enforced.
   *
   * @default false - a line counts them, and names the namespaces that a default deny leaves out
   */
  readonly notes?: boolean;
  /** Further kinds that make pods, beside the built-in ones. */
  readonly podTemplateKinds?: readonly PodTemplateKind[];
  /**
   * Address ranges that pods get, for policies with address blocks.
   *
   * @default - unknown; the proof says where it matters
   */
  readonly podCidrs?: readonly string[];
  /**
   * Addresses of nodes: what host-network pods speak with, and load balancers that forward through other nodes. Policies
   * for both are made with them.
   *
   * @default - unknown; the proof says where it matters
   */
  readonly nodeCidrs?: readonly string[];
  /**
   * Gets what was found, once per synth.
   *
   * @default - they are printed on stderr, unless the synth fails with them
   */
  readonly onFindings?: (findings: readonly Finding[]) => void;
}

/** What the compiler of the core is told. */
export function compileOptions(options: IntentsCompilerOptions): CompileOptions {
  const { profile, externalTraffic, ingressControllers, egress, dns, kubernetesApi, nodeCidrs } = options;
  const { gateways, metricsScrapers, webhookTraffic, controlPlaneCidrs, enforcement, cni, today } = options;
  const { strictOtterize } = options;
  return {
    ...(profile === undefined ? {} : { profile }),
    ...(strictOtterize === undefined ? {} : { strictOtterize }),
    ...(externalTraffic === undefined ? {} : { externalTraffic }),
    ...(ingressControllers === undefined ? {} : { ingressControllers }),
    ...(gateways === undefined ? {} : { gateways }),
    ...(metricsScrapers === undefined ? {} : { metricsScrapers }),
    ...(webhookTraffic === undefined ? {} : { webhookTraffic }),
    ...(controlPlaneCidrs === undefined ? {} : { controlPlaneCidrs }),
    ...(egress === undefined ? {} : { egress: automatic(egress) }),
    ...(enforcement === undefined ? {} : { enforcement: enforcementOptions(enforcement) }),
    ...(cni === undefined ? {} : { cni }),
    ...(today === undefined ? {} : { today }),
    ...(dns === undefined ? {} : { dns }),
    ...(kubernetesApi === undefined ? {} : { kubernetesApi }),
    ...(nodeCidrs === undefined ? {} : { nodeCidrs }),
  };
}

/** One word stands for all of the app. */
export function enforcementOptions(given: EnforcementMode | EnforcementOptions): EnforcementOptions {
  return typeof given === 'string' ? { default: given } : given;
}

function automatic(choice: Automatic | boolean): Automatic {
  if (typeof choice !== 'boolean') return choice;
  return choice ? 'always' : 'off';
}
