import type { CniProfileName } from './reachability';

/** What network plugins do differently where the API leaves it open. */
export interface CniProfile {
  readonly name: CniProfileName;
  /** Whether Calico's own policy kinds are enforced at all. */
  readonly calicoPolicies: boolean;
  /**
   * Whether processes of a pod's own node reach it whatever its policies say (network-policy-semantics 2.1 item 13,
   * calico-policy-model 5.4 step 6). Manifests do not say where pods run, so what policies deny from a host-network
   * workload, or from an address in `nodeCidrs`, stays undecided.
   */
  readonly ownNodeAlwaysEnters: boolean;
  /**
   * Whether the named ports of a NetworkPolicy are looked up at init containers that end as well. Calico makes the
   * policy into rules of its own, which do so (calico-policy-model 5.5). AdminNetworkPolicy and its successors are
   * left out: what they say is what their API says, whatever the plugin.
   */
  readonly namesInitContainerPorts: boolean;
}

export const CNI_PROFILES: Readonly<Record<CniProfileName, CniProfile>> = {
  kubernetes: {
    name: 'kubernetes',
    calicoPolicies: false,
    ownNodeAlwaysEnters: true,
    namesInitContainerPorts: false,
  },
  calico: {
    name: 'calico',
    calicoPolicies: true,
    ownNodeAlwaysEnters: true,
    namesInitContainerPorts: true,
  },
};
