export { CalicoDefaultDeny, type CalicoDefaultDenyProps } from './constructs/calico-default-deny';
export { GlobalNetworkSet, NetworkSet, type NetworkSetProps } from './constructs/calico-network-set';
export {
  CalicoNetworkPolicy,
  GlobalNetworkPolicy,
  type CalicoEntity,
  type CalicoPolicyProps,
  type CalicoProtocol,
  type CalicoRule,
  type GlobalNetworkPolicyProps,
  type SelectorText,
} from './constructs/calico-policy';
export { Tier, type TierProps } from './constructs/calico-tier';
export { ClientIntents, type ClientIntentsProps } from './constructs/client-intents';
export type { IntentsCompilerOptions } from './compiler/compiler-options';
export {
  DefaultDeny,
  DefaultDenyEverywhere,
  type DefaultDenyEverywhereProps,
  type DefaultDenyProps,
} from './constructs/default-deny';
export { ControllerDeployment, type ControllerDeploymentProps } from './constructs/controller-deployment';
export { ExternalAccess, type ExternalAccessProps } from './constructs/external-access';
export { IntentsCompiler } from './constructs/intents-compiler';
export { ManifestInclude, type ManifestIncludeProps } from './constructs/manifest-include';
export {
  NamespaceBaseline,
  type BaselineCaller,
  type NamespaceBaselineProps,
} from './constructs/namespace-baseline';
export {
  NetworkPolicy,
  type NetworkPolicyProps,
  type PolicyRule,
  type RulePort,
} from './constructs/network-policy';
export { Peer, type PodPeerOptions } from './constructs/peer';
export { Target, type InternetOptions, type PortReference, type TargetOptions } from './constructs/target';
export type { NamedWorkload, WorkloadReference } from './constructs/workload-reference';
export { IntentsValidation, type IntentsValidationProps } from './validation/intents-validation';
export { Sel, SelectorBuilder, SelectorLabel } from './policies/calico/selector-builder';
export {
  defineConfig,
  type ConfiguredIgnore,
  type IntentsConfiguration,
  type RuleSeverity,
} from './checks/configuration';
export { IGNORE_ANNOTATION } from './checks/ignore';
export { CALICO_SYSTEM_NAMESPACES } from './compiler/default-denies/calico-default-deny';
export type { EnforcementMode, EnforcementOptions } from './compiler/enforcement/enforcement';
export type { NetworkPluginName } from './compiler/domains/network-plugin';
export type { DnsOptions } from './compiler/egress/dns-rules';
export type { Automatic, ProfileName } from './compiler/compilation';
export type { Finding, Severity } from './model/finding';
export type { Edit, Fix } from './model/fix';
export type { Place } from './model/place';
export type { PodTemplateKind } from './model/workloads/pod-template';
