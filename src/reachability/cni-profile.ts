import type { CniProfileName } from './reachability';

/** What network plugins do differently where the API leaves it open. */
export interface CniProfile {
  readonly name: CniProfileName;
  /** Whether Calico's own policy kinds are enforced at all. */
  readonly calicoPolicies: boolean;
  /**
   * Whether processes of a pod's own node reach it whatever its policies say (network-policy-semantics 2.1 item 13,
   * calico-policy-model 5.4 step 6). Manifests do not say where pods run, so what policies deny to a host-network
   * workload stays undecided.
   */
  readonly ownNodeAlwaysEnters: boolean;
}

export const CNI_PROFILES: Readonly<Record<CniProfileName, CniProfile>> = {
  kubernetes: {
    name: 'kubernetes',
    calicoPolicies: false,
    ownNodeAlwaysEnters: true,
  },
  calico: {
    name: 'calico',
    calicoPolicies: true,
    ownNodeAlwaysEnters: true,
  },
};
