import type { CniProfileName } from './reachability';
import { ConnectionSet } from './sets/connection-set';
import { droppedTunnels, TUNNELS } from './sets/tunnels';
import type { FelixSettings } from '../policies/calico/felix-configuration';

/** The text by which Calico orders policies of equal order. */
export type PolicyTies = 'stored-name' | 'name-first';

/** What network plugins do differently where the API leaves it open, or where they do not follow it. */
export interface CniProfile {
  readonly name: CniProfileName;
  /** Whether Calico's own policy kinds are enforced at all. */
  readonly calicoPolicies: boolean;
  /**
   * Whether selectors of Kubernetes policies see the labels that Calico sets, in place of what pods say of themselves:
   * Calico makes them into selectors of its own, over its own labels (k8sSelectorToCalico of
   * libcalico-go/lib/backend/k8s/conversion; calico-policy-model 4.1 and 5.1). So `projectcalico.org/name` in a
   * namespaceSelector is the name of the namespace, and in a podSelector `projectcalico.org/namespace`, `…/serviceaccount`
   * and `…/orchestrator`, `pcns.` before a label of the namespace and `pcsa.` before one of the service account are
   * there. And what has the orchestrator's label is a pod: a network set that is labelled so is met as one.
   */
  readonly setsOwnLabels: boolean;
  /**
   * Whether tunnel packets from pods are dropped whatever policies say: UDP to port 4789 (VXLAN) and IP protocol 4 (IP in
   * IP). So Felix does by its defaults (endpointIptablesChain of felix/rules/endpoints.go; calico-policy-model 5.4); its
   * settings `allowVXLANPacketsFromWorkloads`, `allowIPIPPacketsFromWorkloads` and `vxlanPort` may say otherwise.
   */
  readonly dropsTunnels: boolean;
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
  /**
   * Whether port names are looked up at sidecars: init containers with `restartPolicy: Always`, which are containers of
   * the running pod. kube-network-policies 1.1.1 does not look there.
   */
  readonly namesSidecarPorts: boolean;
  /**
   * What a `namedPort` of an AdminNetworkPolicy or BaselineAdminNetworkPolicy stands for: the port of that name, as
   * network-policy-api has it; every port of a pod that declares the name (kube-network-policies 1.1.1); or every port
   * of every pod (Calico 3.31, which does not look at the name). docs/cni-differences.md shows all three.
   */
  readonly adminNamedPort: 'the-port' | 'every-port-of-declarers' | 'every-port';
  /**
   * What a `namespaces` peer of an AdminNetworkPolicy or BaselineAdminNetworkPolicy stands for: the pods of the namespaces,
   * as network-policy-api has it, or their NetworkSets as well (Calico 3.31; rules/namespace-sets.ts). Whether Calico 3.32
   * does the same with a ClusterNetworkPolicy is not known, so there it is open.
   */
  readonly namespacePeers: 'pods' | 'pods-and-network-sets';
  /**
   * Whether whoever has the address of a pod that has ended, and no running pod, is taken for that pod
   * (kube-network-policies 1.1.1: `LookupPod` of pkg/podinfo). The model has no pods that have ended: verdicts are those
   * of a host, and a finding says it.
   */
  readonly endedPodsKeepAddresses: boolean;
  /**
   * What becomes of `nodes` peers of policies of the whole cluster, and of `domainNames`: nodes and names, as
   * network-policy-api has it; the pods of nodes, in an AdminNetworkPolicy or BaselineAdminNetworkPolicy
   * (kube-network-policies 1.1.1, evaluateAdminEgress); or the policy is not read at all, as Calico 3.31 knows neither. Its
   * converter puts a deny of everybody in the place of such a rule, but hands the policy on with an error that its clients
   * do not know again (kubeadminnetworkpolicy.go: errors.As with a pointer, of what GetError gives as a value), so that
   * they leave the policy out. Whether 3.32 does so with a ClusterNetworkPolicy is not known, so there it is open.
   */
  readonly nodePeers: 'the-nodes' | 'pods-of-nodes' | 'policy-not-read';
  /**
   * Whether a pod that any NetworkPolicy selects, for whichever direction, never reaches the baseline tier
   * (kube-network-policies 1.1.1). By network-policy-api only isolation in that direction ends the evaluation.
   */
  readonly anyPolicyEndsBaseline: boolean;
  /**
   * Whether a rule that cannot be put into the kernel takes every policy of the node away: Calico 3.31 with nftables, and
   * rules with an ICMP code (src/policies/calico/nftables-limits.ts). Manifests do not say where pods run, so with such a
   * rule nothing that policies deny is sure, whoever they are about.
   */
  readonly failsOpenOnIcmpCodes: boolean;
  /**
   * Whether sets with overlapping members may fail in the same way after a change: Calico 3.31 with nftables. It hangs on
   * the order of changes, which manifests do not tell, so verdicts stay and a finding says it.
   */
  readonly mayFailOnOverlaps: boolean;
  /**
   * Whether rules that end nft 1.0.6 may be written at all (src/policies/calico/nft-faults.ts): Calico 3.31 with nftables.
   * It hangs on the version of nft, and for most on what the rule takes the place of, so verdicts stay and a finding says it.
   */
  readonly mayEndNft: boolean;
  /** Whether it has come to the failure on a code, and what policies deny is undecided. */
  readonly deniesAreUnsure: boolean;
  /**
   * What decides between ClusterNetworkPolicies of one tier and one priority, or AdminNetworkPolicies of one priority. The
   * API leaves it open: "the implementation can apply any of the matching policies" (network-policy-api v1alpha2, `priority`;
   * v1alpha1 calls it undefined). Calico (calico-policy-model 5.1, 5.2) and kube-network-policies 1.1.1 go by the name.
   */
  readonly equalPriorities: 'open' | 'by-name';
  /**
   * What decides between policies of equal order in one tier (calico-policy-model 5.2): the names under which Calico up to
   * 3.31 keeps them, `namespace/tier.name` (PolKVLess of felix/calc), or from 3.32 on `name/namespace/kind`. Where Calico's
   * policies are not enforced nothing depends on it.
   */
  readonly policyTies: PolicyTies;
}

const CALICO: CniProfile = {
  name: 'calico',
  calicoPolicies: true,
  setsOwnLabels: true,
  dropsTunnels: true,
  ownNodeAlwaysEnters: true,
  namesInitContainerPorts: true,
  namesSidecarPorts: true,
  adminNamedPort: 'every-port',
  namespacePeers: 'pods-and-network-sets',
  endedPodsKeepAddresses: false,
  nodePeers: 'policy-not-read',
  anyPolicyEndsBaseline: false,
  failsOpenOnIcmpCodes: false,
  mayFailOnOverlaps: false,
  mayEndNft: false,
  deniesAreUnsure: false,
  equalPriorities: 'by-name',
  policyTies: 'stored-name',
};

const CALICO_NFTABLES: CniProfile = {
  ...CALICO,
  name: 'calico-nftables',
  failsOpenOnIcmpCodes: true,
  mayFailOnOverlaps: true,
  mayEndNft: true,
};

export const CNI_PROFILES: Readonly<Record<CniProfileName, CniProfile>> = {
  kubernetes: {
    name: 'kubernetes',
    calicoPolicies: false,
    setsOwnLabels: false,
    dropsTunnels: false,
    ownNodeAlwaysEnters: true,
    namesInitContainerPorts: false,
    namesSidecarPorts: true,
    adminNamedPort: 'the-port',
    namespacePeers: 'pods',
    endedPodsKeepAddresses: false,
    nodePeers: 'the-nodes',
    anyPolicyEndsBaseline: false,
    failsOpenOnIcmpCodes: false,
    mayFailOnOverlaps: false,
    mayEndNft: false,
    deniesAreUnsure: false,
    equalPriorities: 'open',
    policyTies: 'name-first',
  },
  calico: CALICO,
  'calico-nftables': CALICO_NFTABLES,
  'kube-network-policies': {
    name: 'kube-network-policies',
    calicoPolicies: false,
    setsOwnLabels: false,
    dropsTunnels: false,
    ownNodeAlwaysEnters: true,
    namesInitContainerPorts: false,
    namesSidecarPorts: false,
    adminNamedPort: 'every-port-of-declarers',
    namespacePeers: 'pods',
    endedPodsKeepAddresses: true,
    nodePeers: 'pods-of-nodes',
    anyPolicyEndsBaseline: true,
    failsOpenOnIcmpCodes: false,
    mayFailOnOverlaps: false,
    mayEndNft: false,
    deniesAreUnsure: false,
    equalPriorities: 'by-name',
    policyTies: 'name-first',
  },
};

/** The same plugin from Calico 3.32 on; absent for others. One object each, so that equal answers are the same object. */
const SINCE_332: ReadonlyMap<CniProfile, CniProfile> = new Map(
  [CALICO, CALICO_NFTABLES].map((profile) => [profile, { ...profile, policyTies: 'name-first' }]),
);

/** The profile once a rule is there that its data plane cannot hold. */
const DOWN: ReadonlyMap<CniProfile, CniProfile> = new Map(
  [CALICO_NFTABLES, ...SINCE_332.values()]
    .filter(({ failsOpenOnIcmpCodes }) => failsOpenOnIcmpCodes)
    .map((profile) => [profile, { ...profile, deniesAreUnsure: true }]),
);

/** What policies say about the plugin that enforces them. */
export interface PluginSigns {
  /** There is a ClusterNetworkPolicy, which Calico enforces from 3.32 on (calico-policy-model, version map). */
  readonly clusterNetworkPolicy: boolean;
  /** There is a rule that nftables cannot hold. Asked only where it matters. */
  readonly beyondNftables: () => boolean;
}

/** The profile of a plugin over these policies. Always the same object for the same answer. */
export function profileFor(
  name: CniProfileName,
  { clusterNetworkPolicy, beyondNftables }: PluginSigns,
): CniProfile {
  const written = CNI_PROFILES[name];
  const profile = clusterNetworkPolicy ? (SINCE_332.get(written) ?? written) : written;
  const down = DOWN.get(profile);
  return down !== undefined && beyondNftables() ? down : profile;
}

/** What the plugin drops from every pod, whatever policies say. @param felix settings of Calico's agent; absent: its defaults */
export function droppedFromPods({ dropsTunnels }: CniProfile, felix?: FelixSettings): ConnectionSet {
  if (!dropsTunnels) return ConnectionSet.NONE;
  return felix === undefined ? TUNNELS : droppedTunnels(felix);
}
