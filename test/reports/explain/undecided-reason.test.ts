import { buildCluster } from '../../../src/model/build-cluster';
import { readPolicies } from '../../../src/policies/read-policies';
import { evaluate } from '../../../src/reachability/evaluate';
import type { Peer } from '../../../src/reachability/reachability';
import { undecidedReason } from '../../../src/reports/explain/undecided-reason';
import { calicoNp, netpol, object, pod } from '../../reachability/world';
import { resourcesOf } from '../../policies/resource-fixture';

const DB: Peer = { type: 'pod', namespace: 'shop', labels: { app: 'db' } };

function reason(policy: string, to = DB): string {
  const resources = resourcesOf(pod('shop', 'api', 'app: api') + policy);
  const cluster = buildCluster(resources);
  const [api] = cluster.workloads;
  if (api === undefined) throw new Error('the fixture has no api');
  const reachability = evaluate(cluster, readPolicies(resources));
  const from: Peer = { type: 'workload', workload: api };
  const explanation = reachability.explain(from, to, 6, 5432);
  expect(explanation.verdict).toBe('unknown');
  return undecidedReason({ from, to, protocol: 6, port: 5432, explanation }, reachability.findings);
}

const says = (rule: string, name: string): string =>
  `${rule} asks for the port named ${name}, and which number a pod that is not in the manifests declares under that name, if any, is not known. Add its workload to the manifests, or write the port as a number.`;

describe('the reason why a verdict is undecided', () => {
  it('is the name of a port at a pod that is not in the manifests (network-policy-semantics 2.1 item 9)', () => {
    const peer = 'to: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: pg }]';
    const policy = netpol('shop', 'out', `podSelector: {}, policyTypes: [Egress], egress: [{ ${peer} }]`);
    expect(reason(policy)).toBe(says('egress[0] of NetworkPolicy/shop/out', '"pg"'));
  });

  it('is so for policies of Calico', () => {
    const rule = `{ action: Allow, protocol: TCP, destination: { selector: app == 'db', ports: [pg, metrics] } }`;
    expect(reason(calicoNp('shop', 'out', `types: [Egress], egress: [${rule}]`))).toBe(
      says('egress[0] of NetworkPolicy/shop/out', '"metrics", "pg"'),
    );
  });

  it('is so for policies of the whole cluster', () => {
    const spec =
      'tier: Admin, priority: 1, subject: { namespaces: {} }, egress: [{ name: pg, action: Deny, to: [{ namespaces: {} }], protocols: [{ destinationNamedPort: pg }] }]';
    const policy = object('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', 'g', spec);
    expect(reason(policy)).toBe(says('egress[0] of ClusterNetworkPolicy/g', '"pg"'));
  });

  it('is a fact that is missing, which a finding names, where no port is asked for by name', () => {
    const rule = '{ action: Allow, protocol: TCP, destination: { services: { name: db, namespace: shop } } }';
    const policy = calicoNp('shop', 'out', `types: [Egress], egress: [${rule}]`);
    expect(reason(policy)).toMatch(/name a Service whose endpoints are not in the input/);
  });
});
