import { sortFindings, type Finding } from '../model/finding';
import { adminPolicyNamedPort } from './admin-policy-named-port';
import { andOrPeer } from './and-or-peer';
import { calicoAllowWidensPolicy } from './calico-allow-widens-policy';
import { calicoInternetIncludesCluster } from './calico-internet-includes-cluster';
import type { Check, CheckContext } from './check';
import { dnsSelectorAnyNamespace } from './dns-selector-any-namespace';
import { dnsUdpOnly } from './dns-udp-only';
import { exemptionMissesIntentsOperator } from './exemption-misses-intents-operator';
import { inClusterTcpOnly } from './in-cluster-tcp-only';
import { ipv4OnlyInternet } from './ipv4-only-internet';
import { portOnServiceNotTarget } from './port-on-service-not-target';
import { selectsEverythingPeer } from './selects-everything-peer';
import { selectsHostEndpoints } from './selects-host-endpoints';

export type { Check, CheckContext } from './check';

/** Every check, by id. */
export const CHECKS: readonly Check[] = [
  adminPolicyNamedPort,
  andOrPeer,
  calicoAllowWidensPolicy,
  calicoInternetIncludesCluster,
  dnsSelectorAnyNamespace,
  dnsUdpOnly,
  exemptionMissesIntentsOperator,
  inClusterTcpOnly,
  ipv4OnlyInternet,
  portOnServiceNotTarget,
  selectsEverythingPeer,
  selectsHostEndpoints,
];

/** Runs the checks, by default all of them, and gives their findings in the order of reports. */
export function runChecks(context: CheckContext, checks: readonly Check[] = CHECKS): readonly Finding[] {
  return sortFindings(checks.flatMap((check) => check.run(context)));
}
