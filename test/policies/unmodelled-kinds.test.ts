import { readPolicies } from '../../src/policies/read-policies';
import { resourcesOf } from './resource-fixture';

describe('kinds that decide about traffic and are not evaluated', () => {
  it.each([
    ['projectcalico.org', 'HostEndpoint', 'interfaces of nodes'],
    ['crd.projectcalico.org', 'HostEndpoint', 'interfaces of nodes'],
    ['projectcalico.org', 'Profile', 'where no policy decides'],
    ['cilium.io', 'CiliumNetworkPolicy', 'Cilium'],
    ['cilium.io', 'CiliumClusterwideNetworkPolicy', 'Cilium'],
    ['crd.antrea.io', 'NetworkPolicy', 'Antrea'],
    ['crd.antrea.io', 'ClusterNetworkPolicy', 'Antrea'],
    ['crd.antrea.io', 'Tier', 'Antrea'],
    ['k8s.ovn.org', 'EgressFirewall', 'OVN-Kubernetes'],
    ['network.openshift.io', 'EgressNetworkPolicy', 'OpenShift SDN'],
    ['network.openshift.io', 'NetNamespace', 'OpenShift SDN'],
    ['security.istio.io', 'AuthorizationPolicy', 'Istio'],
    ['security.istio.io', 'PeerAuthentication', 'Istio'],
    ['networking.istio.io', 'Sidecar', 'Istio'],
    ['policy.linkerd.io', 'Server', 'Linkerd'],
    ['policy.linkerd.io', 'ServerAuthorization', 'Linkerd'],
    ['policy.linkerd.io', 'AuthorizationPolicy', 'Linkerd'],
    ['policy.linkerd.io', 'EgressNetwork', 'Linkerd'],
    ['kuma.io', 'MeshTrafficPermission', 'Kuma'],
    ['kuma.io', 'TrafficPermission', 'Kuma'],
    ['networking.gke.io', 'FQDNNetworkPolicy', 'GKE'],
    ['networking.gke.io', 'ClusterwideNetworkPolicy', 'GKE'],
    ['vpcresources.k8s.aws', 'SecurityGroupPolicy', 'AWS'],
    ['networking.k8s.aws', 'ClusterNetworkPolicy', 'AWS'],
    ['networking.k8s.aws', 'ApplicationNetworkPolicy', 'AWS'],
    ['k8s.cni.cncf.io', 'MultiNetworkPolicy', 'secondary networks'],
  ])('%s %s: a reason says so', (group, kind, words) => {
    const set = readPolicies(
      resourcesOf(`{ apiVersion: ${group}/v1, kind: ${kind}, metadata: { name: p } }`),
    );
    expect(set.findings).toEqual([]);
    expect(set.outOfModel.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(new RegExp(`^${kind} \\(${group}\\) is not evaluated: .*${words}`)),
    ]);
  });

  it.each([
    ['policy.networking.k8s.io', 'Foo'],
    ['projectcalico.org', 'IPPool'],
    ['policy', 'PodDisruptionBudget'],
    ['apps', 'Deployment'],
  ])('%s %s decides nothing', (group, kind) => {
    const set = readPolicies(
      resourcesOf(`{ apiVersion: ${group}/v1, kind: ${kind}, metadata: { name: p } }`),
    );
    expect([...set.findings, ...set.outOfModel]).toEqual([]);
  });
});
