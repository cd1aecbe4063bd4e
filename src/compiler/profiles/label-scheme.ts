import type { DraftRule, PolicyDraft } from '../policy-draft';
import type { ResolvedCall } from '../resolution/resolved-call';
import type { ModelIndex } from '../resolution/model-index';
import type { ClientIntents, WorkloadName } from '../../intents/client-intents';
import type { Labels } from '../../model/resource';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

export const CLIENT_LABEL = 'intents.otterize.com/client';
export const OWNER_KIND_LABEL = 'intents.otterize.com/owner-kind';
export const ACCESS_PREFIX = 'intents.otterize.com/access-';
export const SERVICE_ACCESS_PREFIX = 'intents.otterize.com/svc-access-';

/** A server as a scheme sees it: workloads by name, or what is behind a Service. */
export interface ServerReference {
  readonly index: ModelIndex;
  /** As the intents name it. */
  readonly wanted: WorkloadName;
  readonly workloads: readonly Workload[];
  readonly service?: Service | undefined;
}

/** What a scheme makes of a server: the same for every call to it. */
export interface LabelledServer {
  readonly namespace: string;
  readonly name: string;
  /** Unique among servers: calls of one key go to one server. */
  readonly key: string;
  /** The part of policy names that stands for it. */
  readonly stem: string;
  /** The label key that lets pods in. */
  readonly accessLabel: string;
  /** Selects its pods and no others. */
  readonly podLabels: Labels;
  /** Labels its pods need for that; empty when it is selected by labels they have already. */
  readonly serverLabels: ReadonlyMap<Workload, Labels>;
  /** Of the policies that protect it. */
  readonly policyLabels: Labels;
  /** Of its default-deny policy. */
  readonly denyLabels: Labels;
  readonly service?: Service | undefined;
}

/** Names and labels of a profile that labels pods. The way they are put together is `emit-labelled.ts`. */
export interface LabelScheme {
  /** Key of the label that holds the identity string of a pod. */
  readonly identityLabel: string;
  server(reference: ServerReference): LabelledServer;
  /** Labels of a calling pod besides its access labels; the identity label is among them. */
  clientLabels(client: Workload): Labels;
  /** Labels of every pod, whether or not it takes part in a call. Absent: there are none. */
  everyPod?(workload: Workload): Labels;
  /** The label of pods that call the API server, for which no policy is made. Absent: there is none. */
  readonly apiAccessLabel?: string;
  /** Labels by which a policy selects a namespace. */
  namespaceLabels(namespace: string): Labels;
  /** Whether those labels have to be written into Namespace objects, or are there anyway. */
  readonly labelsNamespaces: boolean;
  /** The policies of one server from the rules for each client namespace. */
  policies(server: LabelledServer, namespaces: readonly NamespaceRules[]): readonly PolicyDraft[];
}

/** What the clients of one namespace may do at one server. */
export interface NamespaceRules {
  readonly namespace: string;
  readonly rules: readonly DraftRule[];
  readonly causes: ReadonlySet<ClientIntents>;
}

/** The server of a call, for {@link LabelScheme.server}. */
export function referenceOf({ target, servers, service }: ResolvedCall, index: ModelIndex): ServerReference {
  const wanted =
    target.type === 'workload' ? target.server : { namespace: target.namespace, name: target.name };
  return { index, wanted, workloads: servers, service };
}
