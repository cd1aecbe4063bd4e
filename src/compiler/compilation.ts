import type { DnsOptions } from './egress/dns-rules';
import type { NetworkPluginName } from './domains/network-plugin';
import type { ExternalAccess, NamespaceAccess } from './exceptions/external-access';
import type { EnforcementOptions } from './enforcement/enforcement';
import type { StagedEnforcement } from './enforcement/staged-enforcement';
import type { PresentReachability } from './present-policies';
import type {
  ClientIntents,
  InternetTarget,
  KubernetesApiTarget,
  ProtectedService,
  Target,
} from '../intents/client-intents';
import type { DnsLock } from '../intents/dns-lock';
import type { Cidr } from '../model/cidr';
import type { Finding } from '../model/finding';
import type { JsonObject } from '../model/json';
import type { Place } from '../model/place';
import type { Labels, Resource } from '../model/resource';
import type { Service } from '../model/services/service';
import type { TransportProtocol, Workload } from '../model/workloads/workload';
import type { ObjectSource } from './resolution/source-words';

/** Naming and labelling scheme; see DESIGN.md, Profiles. */
export type ProfileName = 'seed' | 'otterize' | 'selectors';

/** When a policy is made that nobody declared by hand: where traffic would be blocked without it, always, or never. */
export type Automatic = 'if-blocked' | 'always' | 'off';

export interface CompileOptions {
  /** Default `seed`. */
  readonly profile?: ProfileName;
  /**
   * With the profile `otterize`: write just what the operator writes, its defects included, for a change-over without a
   * diff. Default false.
   */
  readonly strictOtterize?: boolean;
  /** Workloads to isolate even when nobody calls them; each gets a default-deny policy. Default none. */
  readonly protectedServices?: readonly ProtectedService[];
  /**
   * Who can talk to whom under the policies that are there already ({@link presentReachability}), for whatever is done
   * `if-blocked`. Default: there are none.
   */
  readonly present?: PresentReachability | undefined;
  /**
   * Ways in for what load balancers, node ports and Ingresses bring. `if-blocked`: where a policy, made here or there
   * already, isolates the server; making one for an open server would cut its other callers. Default `if-blocked`.
   */
  readonly externalTraffic?: Automatic;
  /** Ingress controllers as `namespace/name`; Ingress traffic then comes from their pods only. Default: found by IngressClass. */
  readonly ingressControllers?: readonly string[];
  /**
   * Pods of Gateways, as `namespace/gateway=namespace/name`; the traffic of their routes then comes from these pods only.
   * Default: found by label, by the Service that a Gateway names as its address, and by GatewayClass.
   */
  readonly gateways?: readonly string[];
  /**
   * Metrics scrapers as `namespace/name`: let in, as `externalTraffic` says, where annotations `prometheus.io/scrape`,
   * ServiceMonitors and PodMonitors have them scrape. Default none.
   */
  readonly metricsScrapers?: readonly string[];
  /** Ways in for the API server to the servers of webhooks and aggregated APIs. Default `if-blocked`. */
  readonly webhookTraffic?: Automatic;
  /**
   * Address ranges that the API server calls webhooks from. Default: the addresses of `kubernetesApi`. Without any, the
   * ports of webhooks are opened to anyone, and a finding says so.
   */
  readonly controlPlaneCidrs?: readonly string[];
  /**
   * Egress policies for declared calls. `if-blocked`: for clients whose egress a policy that is there already denies;
   * `always`: for every client, which isolates it. Default `if-blocked`.
   */
  readonly egress?: Automatic;
  /** Addresses of the domain names of internet targets. Default none; `cni` may do without. */
  readonly dnsLock?: DnsLock | undefined;
  /**
   * The network plugin. One that knows domain names (`cilium`, `calico-enterprise`) gets policies of its own for them.
   * Default: one that knows none.
   */
  readonly cni?: NetworkPluginName | undefined;
  /** Exceptions for addresses outside the cluster. Default none. */
  readonly externalAccess?: readonly ExternalAccess[];
  /** What whole namespaces let in, by policies that are there already: it counts as declared. Default none. */
  readonly namespaceAccess?: readonly NamespaceAccess[];
  /** The day, as `2026-12-31`: exceptions run out. Default: not known, and nothing is said of it. */
  readonly today?: string | undefined;
  /** What is enforced, and what is only compiled and reported. Default: everything is enforced. */
  readonly enforcement?: EnforcementOptions;
  /**
   * As `present`, without the default denies that are themselves subject to `enforcement`
   * ({@link StagedEnforcement.denyScope}); `undefined` when there are none. Default, where it is not given: `present`.
   */
  readonly presentInShadow?: PresentReachability | undefined;
  /** DNS that egress policies keep open; `false` for none. Default: the cluster's DNS over UDP and TCP. */
  readonly dns?: DnsOptions | false;
  /** Where the API server is, as `10.0.0.1:6443`, `10.0.0.0/28:443` or `[fd00::1]:6443`. Default: not known. */
  readonly kubernetesApi?: readonly string[];
  /** Address ranges of nodes: what host-network pods and load balancers speak with. Default: not known. */
  readonly nodeCidrs?: readonly string[];
  /** Where the objects are from, in what findings say. Default `manifests`. */
  readonly source?: ObjectSource | undefined;
  /**
   * Only the policies of these namespaces are made, and only the labels that they need. The model must have these
   * namespaces whole, and the workloads and Services that intents from or to them name; the intents must be all of those.
   * Default: all namespaces.
   */
  readonly within?: ReadonlySet<string> | undefined;
}

/** What the compiler makes of intents and model. The fronts write it; they decide nothing. */
export interface Compilation {
  /** Policies to write, sorted by namespace and name; each is exactly the manifest to apply. */
  readonly policies: readonly GeneratedPolicy[];
  /** The policies as they are once everything is enforced. Absent where `enforcement` was not given. */
  readonly enforced?: readonly GeneratedPolicy[];
  /** What is in shadow. Absent where `enforcement` was not given. */
  readonly staged?: StagedEnforcement;
  /** Labels to add to the pods of workloads, in shadow too: only workloads that get any, sorted by id. */
  readonly podLabels: readonly PodLabels[];
  /** Labels to add to namespaces, sorted by name. */
  readonly namespaceLabels: readonly NamespaceLabels[];
  /** Every declared call that resolved to workloads or outside targets: what the proof checks against. */
  readonly declared: readonly DeclaredCall[];
  /** Declared calls to the API server and the internet, sorted by client. Egress policies open them where there are any. */
  readonly outside?: readonly OutsideCall[];
  /** Ways in from outside the cluster that Services and Ingresses declare. */
  readonly external: readonly DeclaredExternal[];
  readonly findings: readonly Finding[];
}

/** Traffic to one workload from somebody whom no intent can name, because a Service, a route, a webhook… says so. */
export interface DeclaredExternal {
  readonly server: Workload;
  /** The Service that stands for it. Absent for pods that are called themselves. */
  readonly service?: Service | undefined;
  /** Ports at the server's pods (after Service translation); `all` for every protocol and port. */
  readonly ports: 'all' | readonly DeclaredPort[];
  /** Who comes in. Absent: anyone. */
  readonly callers?: ExternalCallers | undefined;
  /** What declares it. Absent: the Service. */
  readonly origin?: ExternalOrigin | undefined;
}

/** What says that somebody calls, and the policy that lets it in. */
export interface ExternalOrigin {
  /** Who calls: traffic from outside the cluster, the API server, a scraper of metrics, or whom an exception names. */
  readonly kind: 'outside' | 'api-server' | 'scraper' | 'exception';
  /** The object that says so: `Service/shop/web`. */
  readonly object: string;
  readonly place: Place;
  /** Name of the policy, where one is needed. */
  readonly policy: string;
}

/** The ones that bring traffic from outside, where not anyone may. At least one of the lists has something. */
export interface ExternalCallers {
  /** Ingress controllers, sorted by id. */
  readonly workloads: readonly Workload[];
  /** Namespaces of ingress controllers whose pods nobody knows closer, sorted. */
  readonly namespaces: readonly string[];
  /** Addresses outside the cluster, or of its nodes. Sorted, disjoint. */
  readonly ranges: readonly Cidr[];
  /** Pods that are not in the manifests, by labels that a controller is known to give them. Absent: none. */
  readonly pods?: readonly LabelledPods[] | undefined;
}

/** Pods of one namespace with all of these labels. */
export interface LabelledPods {
  readonly namespace: string;
  /** Never empty. */
  readonly labels: Labels;
}

export interface GeneratedPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly manifest: JsonObject;
  /** The intents that caused it, in the order of their places; none for default denies and ways in from outside. */
  readonly causes: readonly ClientIntents[];
}

export interface PodLabels {
  readonly workload: Workload;
  readonly labels: Labels;
}

export interface NamespaceLabels {
  readonly namespace: string;
  readonly labels: Labels;
  /** The Namespace object, when the input has one; without it the labels cannot be written, and a finding says so. */
  readonly resource?: Resource | undefined;
}

/** One client workload calling one server workload on some ports, because an intent says so. */
export interface DeclaredCall {
  readonly intents: ClientIntents;
  readonly target: Target;
  readonly client: Workload;
  readonly server: Workload;
  /** The Service it goes through, for messages. */
  readonly service?: Service | undefined;
  /** Ports at the server's pods (after Service translation); `all` for every protocol and port. */
  readonly ports: 'all' | readonly DeclaredPort[];
}

/** One port number at the server's pod. */
export interface DeclaredPort {
  readonly protocol: TransportProtocol;
  readonly port: number;
}

/** One client workload calling something that is no workload of the cluster. */
export interface OutsideCall {
  readonly intents: ClientIntents;
  readonly target: KubernetesApiTarget | InternetTarget;
  readonly client: Workload;
}
