import { adopted, objectsOf, targetsOf, residueOf } from './adoption-fixture';

const NAIS = `
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: frontend, namespace: shop }
spec:
  ingresses: [https://shop.example.com]
  leaderElection: true
  accessPolicy:
    outbound:
      rules: [{ application: cart }, { application: payments, namespace: billing }, { application: far, cluster: other }]
      external: [{ host: api.example.com, ports: [{ port: 443 }] }, { ipv4: 203.0.113.7 }]
---
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: cart, namespace: shop }
spec: { accessPolicy: { inbound: { rules: [{ application: frontend }, { application: silent }] } } }
---
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: silent, namespace: shop }
---
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: payments, namespace: billing }
spec: { accessPolicy: { inbound: { rules: [{ application: '*', namespace: '*' }] } } }
`;

describe('adopting nais (intent-systems C1, C2)', () => {
  const result = adopted(NAIS);

  it('writes calls that both ends declare, and those out of the cluster', () => {
    expect(targetsOf(result, 'frontend')).toEqual([
      { internet: { domains: ['api.example.com'], ports: [443] } },
      { internet: { ips: ['203.0.113.7/32'] } },
      { kubernetes: { name: 'cart', kind: 'Deployment' } },
      { kubernetes: { name: 'payments.billing', kind: 'Deployment' } },
      { service: { name: 'kubernetes.default' } },
    ]);
    expect(targetsOf(result, 'silent')).toBeUndefined();
  });

  it('isolates every application, both ways', () => {
    expect(objectsOf(result)).toEqual(
      expect.arrayContaining(['NetworkPolicy shop/default-deny', 'NetworkPolicy billing/default-deny']),
    );
  });

  it('lists what it cannot carry over, and nothing changes', () => {
    expect(residueOf(result, 'lost')).toEqual([
      expect.stringContaining('Prometheus'),
      expect.stringContaining('https://shop.example.com'),
      expect.stringContaining('the cluster other'),
      expect.stringContaining('shop/cart has an inbound rule for shop/silent'),
    ]);
    const [dns, other] = [true, false].map((wanted) =>
      residueOf(result, 'unproved').filter((message) => message.includes('DNS pods') === wanted),
    );
    expect(other).toEqual([expect.stringContaining('api.example.com')]);
    // nais opens DNS on every port; intents open port 53.
    expect(dns?.[0]).toContain('on all today, and on TCP 53; UDP 53 under what is written');
    expect(residueOf(result, 'changed')).toEqual([]);
    expect(result.systems).toEqual(['nais']);
  });

  it('lists a rule whose other half is missing: nothing goes through, and no intent says it', () => {
    const rules = (frontend: string, cart: string): string => `
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: frontend, namespace: shop }
spec: { accessPolicy: ${frontend} }
---
apiVersion: nais.io/v1alpha1
kind: Application
metadata: { name: cart, namespace: shop }
spec: { accessPolicy: ${cart} }
`;
    const outward = '{ outbound: { rules: [{ application: cart }] } }';
    const inward = '{ inbound: { rules: [{ application: frontend }] } }';
    const halves = (yaml: string): string[] =>
      residueOf(adopted(yaml), 'lost').filter((message) => message.includes('nothing goes through'));
    expect(halves(rules(outward, '{}'))).toEqual([
      'shop/frontend has an outbound rule for shop/cart, which does not let it in: nothing goes through today, and no intent is written for it',
    ]);
    expect(halves(rules('{}', inward))).toEqual([
      'shop/cart has an inbound rule for shop/frontend, which may not go out to it: nothing goes through today, and no intent is written for it',
    ]);
    expect(halves(rules(outward, inward))).toEqual([]);
  });

  it('has the place of the very rule', () => {
    const item = result.residue.find(({ message }) => message.includes('the cluster other'));
    expect(item?.place.line).toBe(10);
  });
});
