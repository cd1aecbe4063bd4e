import type { ApiResource } from './api/api-resource';
import { CALICO_NETWORK_POLICIES, CILIUM_NETWORK_POLICIES } from './api/known-resources';
import { NETWORK_PLUGINS } from '../compiler/domains/network-plugin';
import type { CompileSettings } from '../proof/compile-resources';

/** Kinds of other systems that policies are written in. */
export function policyKindsOf({ dialect, options: { cni } }: CompileSettings): readonly ApiResource[] {
  const domains = cni === undefined ? undefined : NETWORK_PLUGINS[cni].domains;
  return [
    ...(dialect === 'calico' || domains === 'calico' ? [CALICO_NETWORK_POLICIES] : []),
    ...(domains === 'cilium' ? [CILIUM_NETWORK_POLICIES] : []),
  ];
}
