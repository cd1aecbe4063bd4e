/**
 * Raw manifests as they stand in YAML: only the fields that decide about packets. The oracle shares no type
 * with `src/`, so that a wrong idea there cannot slip in here.
 */

export type Labels = Readonly<Record<string, string>>;

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
}

export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelExpression[];
}

export interface LabelExpression {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  readonly values?: readonly string[];
}

export type Transport = 'TCP' | 'UDP' | 'SCTP';

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol?: Transport;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports?: readonly ContainerPort[];
  /** Only for init containers: `Always` makes a sidecar of one. */
  readonly restartPolicy?: 'Always';
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly hostNetwork?: boolean;
  readonly restartPolicy?: string;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
}

export interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels };
  readonly spec: PodSpec;
}

export interface NamespaceManifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Namespace';
  readonly metadata: Metadata;
}

export interface ServiceAccountManifest {
  readonly apiVersion: 'v1';
  readonly kind: 'ServiceAccount';
  readonly metadata: Metadata;
}

export interface ServiceManifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Service';
  readonly metadata: Metadata;
  readonly spec: {
    readonly type?: 'ExternalName';
    readonly externalName?: string;
    readonly selector?: Labels;
    readonly clusterIP?: string;
    readonly ports: readonly ServicePort[];
  };
}

/** Its fields stand beside its metadata. */
export interface EndpointSliceManifest {
  readonly apiVersion: 'discovery.k8s.io/v1';
  readonly kind: 'EndpointSlice';
  readonly metadata: Metadata;
  readonly addressType: 'IPv4' | 'IPv6';
  readonly endpoints: readonly {
    readonly addresses: readonly string[];
    readonly conditions: { readonly ready: boolean };
  }[];
  readonly ports: readonly { readonly name: string; readonly protocol: Transport; readonly port: number }[];
}

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: Transport;
  readonly targetPort?: number | string;
}

export interface PodManifest {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: Metadata;
  readonly spec: PodSpec;
  readonly status?: { readonly phase?: string; readonly podIPs?: readonly { readonly ip: string }[] };
}

/** A kind with `spec.template`. */
export interface TemplateManifest {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet';
  readonly metadata: Metadata;
  readonly spec: { readonly selector: LabelSelector; readonly template: PodTemplate };
}

export interface JobManifest {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'Job';
  readonly metadata: Metadata;
  readonly spec: { readonly template: PodTemplate };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

export interface CronJobManifest {
  readonly apiVersion: 'batch/v1';
  readonly kind: 'CronJob';
  readonly metadata: Metadata;
  readonly spec: {
    readonly schedule: string;
    readonly jobTemplate: { readonly spec: { readonly template: PodTemplate } };
  };
}

export type WorkloadManifest = PodManifest | TemplateManifest | JobManifest | CronJobManifest;

export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

export interface NetworkPolicyPort {
  readonly protocol?: Transport;
  readonly port?: number | string;
  readonly endPort?: number;
}

export interface NetworkPolicySpec {
  readonly podSelector?: LabelSelector;
  readonly policyTypes?: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly {
    readonly from?: readonly NetworkPolicyPeer[];
    readonly ports?: readonly NetworkPolicyPort[];
  }[];
  readonly egress?: readonly {
    readonly to?: readonly NetworkPolicyPeer[];
    readonly ports?: readonly NetworkPolicyPort[];
  }[];
}

export interface NetworkPolicyManifest {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'NetworkPolicy';
  readonly metadata: Metadata;
  readonly spec: NetworkPolicySpec;
}

export interface CalicoEntity {
  readonly nets?: readonly string[];
  readonly notNets?: readonly string[];
  readonly selector?: string;
  readonly notSelector?: string;
  readonly namespaceSelector?: string;
  readonly ports?: readonly (number | string)[];
  readonly notPorts?: readonly (number | string)[];
  readonly serviceAccounts?: { readonly names?: readonly string[]; readonly selector?: string };
  readonly services?: { readonly name: string; readonly namespace?: string };
}

export interface IcmpFields {
  readonly type?: number;
  readonly code?: number;
}

export interface CalicoRule {
  readonly action: 'Allow' | 'Deny' | 'Pass' | 'Log';
  readonly ipVersion?: 4 | 6;
  readonly protocol?: number | string;
  readonly notProtocol?: number | string;
  readonly icmp?: IcmpFields;
  readonly notICMP?: IcmpFields;
  readonly source?: CalicoEntity;
  readonly destination?: CalicoEntity;
}

export interface CalicoPolicySpec {
  readonly tier?: string;
  readonly order?: number;
  readonly selector?: string;
  /** GlobalNetworkPolicy only. */
  readonly namespaceSelector?: string;
  readonly serviceAccountSelector?: string;
  readonly types?: readonly ('Ingress' | 'Egress')[];
  readonly ingress?: readonly CalicoRule[];
  readonly egress?: readonly CalicoRule[];
  /** GlobalNetworkPolicy only. */
  readonly applyOnForward?: boolean;
  readonly doNotTrack?: boolean;
  readonly preDNAT?: boolean;
  /** Staged kinds only. */
  readonly stagedAction?: 'Set' | 'Delete' | 'Learn' | 'Ignore';
}

export interface CalicoPolicyManifest {
  readonly apiVersion: 'projectcalico.org/v3';
  readonly kind:
    'NetworkPolicy' | 'GlobalNetworkPolicy' | 'StagedNetworkPolicy' | 'StagedGlobalNetworkPolicy';
  readonly metadata: Metadata;
  readonly spec: CalicoPolicySpec;
}

export interface StagedKubernetesManifest {
  readonly apiVersion: 'projectcalico.org/v3';
  readonly kind: 'StagedKubernetesNetworkPolicy';
  readonly metadata: Metadata;
  readonly spec: NetworkPolicySpec & { readonly stagedAction?: 'Set' | 'Delete' | 'Learn' | 'Ignore' };
}

export interface TierManifest {
  readonly apiVersion: 'projectcalico.org/v3';
  readonly kind: 'Tier';
  readonly metadata: Metadata;
  readonly spec: { readonly order?: number; readonly defaultAction?: 'Deny' | 'Pass' };
}

export interface NetworkSetManifest {
  readonly apiVersion: 'projectcalico.org/v3';
  readonly kind: 'NetworkSet' | 'GlobalNetworkSet';
  readonly metadata: Metadata;
  readonly spec: { readonly nets?: readonly string[] };
}

export interface NamespacedPods {
  readonly namespaceSelector: LabelSelector;
  readonly podSelector: LabelSelector;
}

/** The subject and the selecting peers of cluster-wide policies: one of the two. */
export interface ClusterPods {
  readonly namespaces?: LabelSelector;
  readonly pods?: NamespacedPods;
}

export interface ClusterPeer extends ClusterPods {
  /** These three of egress only. */
  readonly networks?: readonly string[];
  readonly nodes?: LabelSelector;
  readonly domainNames?: readonly string[];
}

export interface DestinationPort {
  readonly destinationPort: {
    readonly number?: number;
    readonly range?: { readonly start: number; readonly end: number };
  };
}

/** `protocols` of v1alpha2: one of the four. */
export interface ClusterProtocol {
  readonly tcp?: DestinationPort;
  readonly udp?: DestinationPort;
  readonly sctp?: DestinationPort;
  readonly destinationNamedPort?: string;
}

/** `ports` of v1alpha1: one of the three. */
export interface AdminPort {
  readonly portNumber?: { readonly protocol: Transport; readonly port: number };
  readonly portRange?: { readonly protocol: Transport; readonly start: number; readonly end: number };
  readonly namedPort?: string;
}

export interface ClusterRule {
  readonly name?: string;
  readonly action: 'Accept' | 'Allow' | 'Deny' | 'Pass';
  readonly from?: readonly ClusterPeer[];
  readonly to?: readonly ClusterPeer[];
  readonly protocols?: readonly ClusterProtocol[];
  readonly ports?: readonly AdminPort[];
}

export interface ClusterNetworkPolicyManifest {
  readonly apiVersion: 'policy.networking.k8s.io/v1alpha2';
  readonly kind: 'ClusterNetworkPolicy';
  readonly metadata: Metadata;
  readonly spec: {
    readonly tier: 'Admin' | 'Baseline';
    readonly priority: number;
    readonly subject: ClusterPods;
    readonly ingress?: readonly ClusterRule[];
    readonly egress?: readonly ClusterRule[];
  };
}

export interface AdminNetworkPolicyManifest {
  readonly apiVersion: 'policy.networking.k8s.io/v1alpha1';
  readonly kind: 'AdminNetworkPolicy' | 'BaselineAdminNetworkPolicy';
  readonly metadata: Metadata;
  readonly spec: {
    /** AdminNetworkPolicy only. */
    readonly priority?: number;
    readonly subject: ClusterPods;
    readonly ingress?: readonly ClusterRule[];
    readonly egress?: readonly ClusterRule[];
  };
}

export type ClusterWideManifest = ClusterNetworkPolicyManifest | AdminNetworkPolicyManifest;

export type PolicyManifest =
  NetworkPolicyManifest | CalicoPolicyManifest | StagedKubernetesManifest | ClusterWideManifest;

export type Manifest =
  | NamespaceManifest
  | ServiceAccountManifest
  | ServiceManifest
  | EndpointSliceManifest
  | WorkloadManifest
  | PolicyManifest
  | TierManifest
  | NetworkSetManifest;
