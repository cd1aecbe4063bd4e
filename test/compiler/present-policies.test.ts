import { clusterOf, manifest, workload } from './cluster-fixture';
import { presentReachability } from '../../src/compiler/present-policies';
import type { Cluster } from '../../src/model/cluster';
import type { Resource } from '../../src/model/resource';
import { readPolicies } from '../../src/policies/read-policies';
import { evaluate } from '../../src/reachability/evaluate';
import type { Peer } from '../../src/reachability/reachability';

const POLICIES: Record<string, Resource> = {
  'of Kubernetes for ingress': networkPolicy({ podSelector: {}, policyTypes: ['Ingress'] }),
  'of Kubernetes for egress': networkPolicy({ podSelector: {}, policyTypes: ['Egress'] }),
  'of Calico for egress': manifest(
    'projectcalico.org/v3',
    'GlobalNetworkPolicy',
    { metadata: { name: 'deny' }, spec: { selector: 'all()', types: ['Egress'] } },
    'deny',
  ),
  'for the whole cluster': manifest(
    'policy.networking.k8s.io/v1alpha1',
    'BaselineAdminNetworkPolicy',
    {
      metadata: { name: 'default' },
      spec: {
        subject: { namespaces: {} },
        egress: [{ name: 'deny', action: 'Deny', to: [{ namespaces: {} }] }],
      },
    },
    'default',
  ),
};

function networkPolicy(spec: Resource['manifest']): Resource {
  const metadata = { name: 'deny', namespace: 'shop' };
  return manifest('networking.k8s.io/v1', 'NetworkPolicy', { metadata, spec }, 'deny', 'shop');
}

function clusterWith(policy: Resource): Cluster {
  return clusterOf(workload('shop/web'), workload('shop/cart'), workload('bank/web'), policy);
}

describe('what the policies that are there already do', () => {
  it.each(Object.keys(POLICIES))('is what a full evaluation says: a policy %s', (name) => {
    const cluster = clusterWith(POLICIES[name]!);
    const policies = readPolicies(cluster.resources);
    const whole = evaluate(cluster, policies);
    for (const workload of cluster.workloads) {
      for (const direction of ['ingress', 'egress'] as const) {
        const present = presentReachability(cluster);
        expect(present?.isolatedBy(workload, direction).map(({ kind, name }) => [kind, name])).toEqual(
          whole.isolatedBy(workload, direction).map(({ kind, name }) => [kind, name]),
        );
        for (const other of cluster.workloads) {
          const peer: Peer = { type: 'workload', workload: other };
          expect(present?.side(workload, direction, peer)).toEqual(whole.side(workload, direction, peer));
        }
      }
    }
  });

  it('is nothing where there is no policy', () => {
    expect(presentReachability(clusterOf(workload('shop/web')))).toBeUndefined();
  });
});
