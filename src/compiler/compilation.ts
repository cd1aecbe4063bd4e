import type {
  ClientIntents,
  InternetTarget,
  KubernetesApiTarget,
  ProtectedService,
  Target,
} from '../intents/client-intents';
import type { Finding } from '../model/finding';
import type { JsonObject } from '../model/json';
import type { Labels, Resource } from '../model/resource';
import type { Service } from '../model/service';
import type { TransportProtocol, Workload } from '../model/workload';

/** Naming and labelling scheme; see DESIGN.md, Profiles. */
export type ProfileName = 'seed' | 'otterize' | 'selectors';

export interface CompileOptions {
  /** Default `seed`. */
  readonly profile?: ProfileName;
  /** Workloads to isolate even when nobody calls them; each gets a default-deny policy. Default none. */
  readonly protectedServices?: readonly ProtectedService[];
}

/** What the compiler makes of intents and model. The fronts write it; they decide nothing. */
export interface Compilation {
  /** Policies to write, sorted by namespace and name; each is exactly the manifest to apply. */
  readonly policies: readonly GeneratedPolicy[];
  /** Labels to add to the pods of workloads: only workloads that get any, sorted by id. */
  readonly podLabels: readonly PodLabels[];
  /** Labels to add to namespaces, sorted by name. */
  readonly namespaceLabels: readonly NamespaceLabels[];
  /** Every declared call that resolved to workloads or outside targets: what the proof checks against. */
  readonly declared: readonly DeclaredCall[];
  /** Declared calls to the API server and the internet, sorted by client; no policy made here opens or closes them. */
  readonly outside?: readonly OutsideCall[];
  /** Ways in from outside the cluster that Services and Ingresses declare. */
  readonly external: readonly DeclaredExternal[];
  readonly findings: readonly Finding[];
}

/** Traffic from outside the cluster to one workload, because a Service or an Ingress says so. */
export interface DeclaredExternal {
  readonly server: Workload;
  /** The Service that stands for it. */
  readonly service: Service;
  /** Ports at the server's pods (after Service translation); `all` for every protocol and port. */
  readonly ports: 'all' | readonly DeclaredPort[];
}

export interface GeneratedPolicy {
  readonly namespace: string;
  readonly name: string;
  readonly manifest: JsonObject;
  /** The intents that caused it, in the order of their places. */
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
