import { sortFindings, type Finding } from '../model/finding';
import { adminPolicyNamedPort } from './admin-policy-named-port';
import { adminPolicyVersionsMixed } from './admin-policy-versions-mixed';
import { allowAllRule } from './allow-all-rule';
import { andOrPeer } from './and-or-peer';
import { apiServerCutOff } from './api-server-cut-off';
import { calicoAllowWidensPolicy } from './calico-allow-widens-policy';
import { calicoDenyOnlyPolicy } from './calico-deny-only-policy';
import { calicoExclusionOneFamily } from './calico-exclusion-one-family';
import { calicoIcmpCode } from './calico-icmp-code';
import { calicoInternetIncludesCluster } from './calico-internet-includes-cluster';
import { calicoNotSelectorIncludesOutside } from './calico-not-selector-includes-outside';
import { calicoOrderTie } from './calico-order-tie';
import { calicoPassInLastTier } from './calico-pass-in-last-tier';
import type { Check, CheckContext } from './check';
import { calicoPolicySelectsNothing } from './calico-policy-selects-nothing';
import { clusterPolicySupport } from './cluster-policy-support';
import { cutOffWorkload } from './cut-off-workload';
import { deadIsolationAnnotation } from './dead-isolation-annotation';
import { declaredOnly } from './declared-only';
import { dnsSelectorAnyNamespace } from './dns-selector-any-namespace';
import { dnsTcpOnly } from './dns-tcp-only';
import { dnsToAnywhere } from './dns-to-anywhere';
import { dnsUdpOnly } from './dns-udp-only';
import { duplicateItem } from './duplicate-item';
import { egressWithoutDns } from './egress-without-dns';
import { emptyEgressNotIsolating } from './empty-egress-not-isolating';
import { emptyPortItem } from './empty-port-item';
import { emptySelectorNarrowRule } from './empty-selector-narrow-rule';
import { endPortSupport } from './end-port-support';
import { exceptVoided } from './except-voided';
import { exemptionMissesIntentsOperator } from './exemption-misses-intents-operator';
import { hostNetworkPeer } from './host-network-peer';
import { implicitPolicyTypes } from './implicit-policy-types';
import { implicitProtocol } from './implicit-protocol';
import { inClusterTcpOnly } from './in-cluster-tcp-only';
import { internetIncludesCluster } from './internet-includes-cluster';
import { ipv4OnlyInternet } from './ipv4-only-internet';
import { loadBalancerCutOff } from './load-balancer-cut-off';
import { metadataAddressReachable } from './metadata-address-reachable';
import { mistypedPrivateRange } from './mistyped-private-range';
import { namedPortAgainstAddresses } from './named-port-against-addresses';
import { namedPortNotDeclared } from './named-port-not-declared';
import { namespaceNameLabel } from './namespace-name-label';
import { namespaceSelectorMatchesNothing } from './namespace-selector-matches-nothing';
import { namespaceWithoutDefaultDeny } from './namespace-without-default-deny';
import { namespaceWithoutPolicies } from './namespace-without-policies';
import { peerInOtherNamespace } from './peer-in-other-namespace';
import { peerMatchesNothing } from './peer-matches-nothing';
import { peerSelectsAllPods } from './peer-selects-all-pods';
import { policyDiffersFromIntents } from './policy-differs-from-intents';
import { policyMissingForIntents } from './policy-missing-for-intents';
import { policyNamespaceUnknown } from './policy-namespace-unknown';
import { policyOnFinishedPods } from './policy-on-finished-pods';
import { policyOnHostNetwork } from './policy-on-host-network';
import { policySelectsNothing } from './policy-selects-nothing';
import { portOnServiceNotTarget } from './port-on-service-not-target';
import { portProtocolMismatch } from './port-protocol-mismatch';
import { redundantPolicy } from './redundant-policy';
import { redundantRule } from './redundant-rule';
import { rulesWithoutType } from './rules-without-type';
import { sctpSupport } from './sctp-support';
import { selectsEverythingPeer } from './selects-everything-peer';
import { selectsHostEndpoints } from './selects-host-endpoints';
import { serverNotIsolated } from './server-not-isolated';
import { serviceAddressInBlock } from './service-address-in-block';
import { servicePortNotOpen } from './service-port-not-open';
import { serviceTargetPortUnresolved } from './service-target-port-unresolved';
import { shadowedRule } from './shadowed-rule';
import { staleAccessLabel } from './stale-access-label';
import { staleIdentityLabel } from './stale-identity-label';
import { stalePolicy } from './stale-policy';
import { typeWithoutRules } from './type-without-rules';
import { workloadNotIsolated } from './workload-not-isolated';

export type { Check, CheckContext } from './check';

/** Every check, by id. */
export const CHECKS: readonly Check[] = [
  adminPolicyNamedPort,
  adminPolicyVersionsMixed,
  allowAllRule,
  andOrPeer,
  apiServerCutOff,
  calicoAllowWidensPolicy,
  calicoDenyOnlyPolicy,
  calicoExclusionOneFamily,
  calicoIcmpCode,
  calicoInternetIncludesCluster,
  calicoNotSelectorIncludesOutside,
  calicoOrderTie,
  calicoPassInLastTier,
  calicoPolicySelectsNothing,
  clusterPolicySupport,
  cutOffWorkload,
  deadIsolationAnnotation,
  declaredOnly,
  dnsSelectorAnyNamespace,
  dnsTcpOnly,
  dnsToAnywhere,
  dnsUdpOnly,
  duplicateItem,
  egressWithoutDns,
  emptyEgressNotIsolating,
  emptyPortItem,
  emptySelectorNarrowRule,
  endPortSupport,
  exceptVoided,
  exemptionMissesIntentsOperator,
  hostNetworkPeer,
  implicitPolicyTypes,
  implicitProtocol,
  inClusterTcpOnly,
  internetIncludesCluster,
  ipv4OnlyInternet,
  loadBalancerCutOff,
  metadataAddressReachable,
  mistypedPrivateRange,
  namedPortAgainstAddresses,
  namedPortNotDeclared,
  namespaceNameLabel,
  namespaceSelectorMatchesNothing,
  namespaceWithoutDefaultDeny,
  namespaceWithoutPolicies,
  peerInOtherNamespace,
  peerMatchesNothing,
  peerSelectsAllPods,
  policyDiffersFromIntents,
  policyMissingForIntents,
  policyNamespaceUnknown,
  policyOnFinishedPods,
  policyOnHostNetwork,
  policySelectsNothing,
  portOnServiceNotTarget,
  portProtocolMismatch,
  redundantPolicy,
  redundantRule,
  rulesWithoutType,
  sctpSupport,
  selectsEverythingPeer,
  selectsHostEndpoints,
  serverNotIsolated,
  serviceAddressInBlock,
  servicePortNotOpen,
  serviceTargetPortUnresolved,
  shadowedRule,
  staleAccessLabel,
  staleIdentityLabel,
  stalePolicy,
  typeWithoutRules,
  workloadNotIsolated,
];

/** The checks that a synth runs: without notes, and without what the compiler and the proof say there themselves. */
export const SYNTH_CHECKS: readonly Check[] = CHECKS.filter(
  ({ synth = true, optIn = false }) => synth && !optIn,
);

/** The checks that run where nothing is configured. */
export const DEFAULT_CHECKS: readonly Check[] = CHECKS.filter(({ optIn = false }) => !optIn);

/** A {@link CheckContext}; `examined` is by default all policies. */
export type CheckedInput = Omit<CheckContext, 'examined'> & Partial<Pick<CheckContext, 'examined'>>;

/** Runs the checks, by default those that run where nothing is configured, and gives their findings in the order of reports. */
export function runChecks(
  input: CheckedInput,
  checks: readonly Check[] = DEFAULT_CHECKS,
): readonly Finding[] {
  const context: CheckContext = { examined: input.policies, ...input };
  return sortFindings(checks.flatMap((check) => check.run(context)));
}
