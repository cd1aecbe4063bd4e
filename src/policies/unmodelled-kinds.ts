import type { Resource } from '../model/resource';

/** Kinds that decide about traffic but are not evaluated, by `group/Kind`; what each does, for the reason given. */
const KINDS: ReadonlyMap<string, string> = new Map([
  [
    'projectcalico.org/HostEndpoint',
    'it brings the network interfaces of nodes under policy, which pods and node addresses are seen through',
  ],
  [
    'projectcalico.org/Profile',
    'it says what happens where no policy decides; only the profiles of namespaces and service accounts are modelled',
  ],
  ['cilium.io/CiliumNetworkPolicy', 'it is a policy of Cilium'],
  ['cilium.io/CiliumClusterwideNetworkPolicy', 'it is a policy of Cilium'],
  ['crd.antrea.io/NetworkPolicy', 'it is a policy of Antrea'],
  ['crd.antrea.io/ClusterNetworkPolicy', 'it is a policy of Antrea'],
  ['crd.antrea.io/Tier', 'it orders policies of Antrea'],
  ['k8s.ovn.org/EgressFirewall', 'it is an egress firewall of OVN-Kubernetes'],
  ['network.openshift.io/EgressNetworkPolicy', 'it is an egress policy of OpenShift SDN'],
  ['network.openshift.io/NetNamespace', 'it joins or isolates namespaces of OpenShift SDN'],
  ['security.istio.io/AuthorizationPolicy', 'it is enforced by the proxies of Istio'],
  [
    'security.istio.io/PeerAuthentication',
    'it is enforced by the proxies of Istio, which can refuse plain connections',
  ],
  ['networking.istio.io/Sidecar', 'it limits where the proxies of Istio connect to'],
  ['policy.linkerd.io/Server', 'it is enforced by the proxies of Linkerd'],
  ['policy.linkerd.io/ServerAuthorization', 'it is enforced by the proxies of Linkerd'],
  ['policy.linkerd.io/AuthorizationPolicy', 'it is enforced by the proxies of Linkerd'],
  ['policy.linkerd.io/EgressNetwork', 'it is enforced by the proxies of Linkerd'],
  ['kuma.io/MeshTrafficPermission', 'it is enforced by the proxies of Kuma'],
  ['kuma.io/TrafficPermission', 'it is enforced by the proxies of Kuma'],
  ['networking.gke.io/FQDNNetworkPolicy', 'it allows egress by domain name on GKE'],
  ['networking.gke.io/ClusterwideNetworkPolicy', 'it is a policy of GKE'],
  ['vpcresources.k8s.aws/SecurityGroupPolicy', 'it puts pods into security groups of AWS'],
  ['networking.k8s.aws/ClusterNetworkPolicy', 'it is a policy of the AWS network plugin'],
  ['networking.k8s.aws/ApplicationNetworkPolicy', 'it is a policy of the AWS network plugin'],
  ['k8s.cni.cncf.io/MultiNetworkPolicy', 'it is about secondary networks'],
]);

/** Why the object may change verdicts although it is not evaluated; undefined for every other kind. */
export function unmodelledReason(resource: Pick<Resource, 'group' | 'kind'>): string | undefined {
  // Calico stores its objects in a group of their own; they mean the same there.
  const group = resource.group === 'crd.projectcalico.org' ? 'projectcalico.org' : resource.group;
  const what = KINDS.get(`${group}/${resource.kind}`);
  return what === undefined ? undefined : `${resource.kind} (${resource.group}) is not evaluated: ${what}.`;
}
