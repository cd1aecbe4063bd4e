import { findPoliciesWithoutPods } from '../../src/proof/policies-without-pods';
import { DENY_INGRESS, deployment, lines, policy, read } from './proof-fixture';

function withoutPods(yaml: string): string[] {
  const { cluster, policies } = read(yaml);
  return lines(findPoliciesWithoutPods(cluster, policies.kubernetes));
}

const selecting = (selector: string): string =>
  policy('p', `podSelector: { ${selector} }, policyTypes: [Ingress]`);

describe('findPoliciesWithoutPods', () => {
  it('is silent about a policy that selects a pod, and about one for all pods', () => {
    expect(withoutPods(deployment('cart') + selecting('matchLabels: { app: cart }'))).toEqual([]);
    expect(withoutPods(DENY_INGRESS)).toEqual([]);
  });

  it('warns of a selector that no pod of the namespace fits', () => {
    const message =
      'warning policy-selects-nothing: NetworkPolicy/shop/p selects no pod of the manifests (app=crat): those it was written for, if there are any, are not isolated by it';
    expect(withoutPods(deployment('cart') + selecting('matchLabels: { app: crat }'))).toEqual([message]);
    expect(
      withoutPods(deployment('cart') + deployment('crat.other') + selecting('matchLabels: { app: crat }')),
    ).toEqual([message]);
  });

  it('looks at expressions as well', () => {
    const yaml = (values: string): string =>
      deployment('cart') + selecting(`matchExpressions: [{ key: app, operator: In, values: [${values}] }]`);
    expect(withoutPods(yaml('cart, web'))).toEqual([]);
    expect(withoutPods(yaml('web'))).toEqual([expect.stringMatching(/^warning policy-selects-nothing/)]);
  });

  it('only notes it where the manifests have no workload of the namespace', () => {
    expect(withoutPods(selecting('matchLabels: { app: cart }'))).toEqual([
      'info policy-selects-nothing: NetworkPolicy/shop/p selects no pod of the manifests (app=cart): they have no workload of namespace shop',
    ]);
  });

  it('notes pods that an operator seems to make', () => {
    const operator = `
---
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: { name: main, namespace: shop, labels: { app: alertmanager } }
spec: {}
`;
    expect(
      withoutPods(deployment('cart') + operator + selecting('matchLabels: { app: alertmanager }')),
    ).toEqual([
      'info policy-selects-nothing: NetworkPolicy/shop/p selects no pod of the manifests (app=alertmanager): it seems to mean what an operator makes of Alertmanager/shop/main',
    ]);
  });

  it('warns of a policy for pods on the network of their node, which cannot have an effect (intent-systems L12)', () => {
    expect(
      withoutPods(deployment('agent', { host: true }) + selecting('matchLabels: { app: agent }')),
    ).toEqual([
      'warning policy-on-host-network: NetworkPolicy/shop/p has no effect: it selects only shop/agent[Deployment], which uses the network of its node',
    ]);
  });

  it('takes no word of Object.prototype for a label', () => {
    expect(withoutPods(deployment('cart') + selecting('matchLabels: { constructor: x }'))).toHaveLength(1);
  });
});
