import type { OutsideCall } from '../compilation';
import type { LabelledServer, ServerReference } from './label-scheme';
import type { ModelIndex } from '../resolution/model-index';
import type { PolicyDraft } from '../policy-draft';
import type { ResolvedCall } from '../resolution/resolved-call';
import type { ProtectedService } from '../../intents/client-intents';
import type { Finding } from '../../model/finding';
import type { Labels } from '../../model/resource';
import type { Service } from '../../model/services/service';
import type { Workload } from '../../model/workloads/workload';

/** A naming and labelling scheme: turns calls into policies and labels. Pure, and blind to the order of its input. */
export interface Profile {
  emit(input: ProfileInput): Emission;
  /**
   * How its policies select the pods of a server or client. Workloads that labels cannot single out are left out, and a
   * finding says so.
   */
  select(reference: ServerReference, findings: Finding[]): readonly SelectedPods[];
  /** Name and key of the policy that lets a client out. With the key of its ingress policy the two become one. */
  egressPolicy(client: SelectedPods): { readonly name: string; readonly key: string };
  /**
   * Whether egress to a Service opens the ports of the Service too, beside those of its pods: for network plugins that
   * judge a packet before the Service's address is translated (otterize-operator 4.7).
   */
  readonly opensServicePorts: boolean;
  /**
   * Whether each call gets an egress rule of its own, and one more for each Service in front of a workload target: for
   * network plugins that judge by the selector of the Service (otterize-operator 4.6).
   */
  readonly egressRulePerCall: boolean;
  /** Whether the policy for external traffic selects as the access policy of the server does, where that is exact. */
  readonly externalLikeAccess: boolean;
}

/** A server or client as the policies of a profile select it. */
export type SelectedPods = Pick<
  LabelledServer,
  'namespace' | 'key' | 'stem' | 'podLabels' | 'serverLabels' | 'policyLabels'
>;

export interface ProfileInput {
  readonly index: ModelIndex;
  readonly calls: readonly ResolvedCall[];
  /** Declared calls to the API server and the internet. */
  readonly outside: readonly OutsideCall[];
  readonly protections: readonly ResolvedProtection[];
}

/** A ProtectedService with what it protects; never without workloads. */
export interface ResolvedProtection {
  readonly protectedService: ProtectedService;
  readonly servers: readonly Workload[];
  /** When it names a Service. */
  readonly service?: Service | undefined;
}

/** What a profile makes; names are not final yet. */
export interface Emission {
  readonly policies: readonly PolicyDraft[];
  readonly podLabels: ReadonlyMap<Workload, Labels>;
  /** By namespace. */
  readonly namespaceLabels: ReadonlyMap<string, Labels>;
  readonly findings: readonly Finding[];
  /** What goes wrong when pods carry these labels, which are {@link podLabels} and those that further policies need. */
  conflicts(labels: ReadonlyMap<Workload, Labels>): readonly Finding[];
}

/** The label by which policies about intents are known; its value differs between profiles. */
export const POLICY_LABEL = 'intents.otterize.com/network-policy';
/** The label by which policies about external traffic are known; its value is the identity of the server. */
export const EXTERNAL_LABEL = 'intents.otterize.com/network-policy-external-traffic';
/** The labels by which policies for scrapers of metrics are known (otterize-operator 3.2). */
export const METRICS_LABEL = 'intents.otterize.com/network-policy-metrics-collectors';
export const METRICS_LEVEL_LABEL = 'intents.otterize.com/network-policy-metrics-collectors-level';
/** The label by which policies for webhooks are known; its value is the name of the configuration. */
export const WEBHOOK_LABEL = 'intents.otterize.com/network-policy-webhooks';
/** Whatever carries one of them was made here, or by the operator that this replaces. */
export const OWN_POLICY_LABELS: readonly string[] = [
  POLICY_LABEL,
  EXTERNAL_LABEL,
  METRICS_LABEL,
  WEBHOOK_LABEL,
];
