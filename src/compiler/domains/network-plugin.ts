import type { CniProfileName } from '../../reachability/reachability';

/** The form in which a network plugin takes domain names in its policies. */
export type DomainDialect = 'cilium' | 'calico';

/** What a network plugin is known to do. */
export interface NetworkPlugin {
  /** As which plugin its policies are evaluated. */
  readonly evaluatedAs: CniProfileName;
  /** Absent: its policies know no names, and a field with names would be refused or, worse, dropped. */
  readonly domains?: DomainDialect;
}

/** Network plugins by the words of the option `cni`. */
export type NetworkPluginName = CniProfileName | 'calico-enterprise' | 'cilium';

/**
 * Domain names are for those that understand them: Cilium by `toFQDNs`, with its DNS proxy; Calico Enterprise and Cloud by
 * `destination.domains`. The open Calico has no such field (intent-systems, Calico: names are of the enterprise), and where
 * its API drops it, the rule allows every address.
 */
export const NETWORK_PLUGINS: Readonly<Record<NetworkPluginName, NetworkPlugin>> = {
  kubernetes: { evaluatedAs: 'kubernetes' },
  calico: { evaluatedAs: 'calico' },
  'calico-nftables': { evaluatedAs: 'calico-nftables' },
  'kube-network-policies': { evaluatedAs: 'kube-network-policies' },
  'calico-enterprise': { evaluatedAs: 'calico', domains: 'calico' },
  cilium: { evaluatedAs: 'kubernetes', domains: 'cilium' },
};
