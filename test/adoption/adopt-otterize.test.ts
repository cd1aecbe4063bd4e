import { from, adopted, objectsOf, targetsOf, residueOf, deployment, policy, all } from './adoption-fixture';

const OTTERIZE = `
apiVersion: k8s.otterize.com/v1alpha3
kind: ClientIntents
metadata: { name: web, namespace: shop }
spec: { service: { name: web }, calls: [{ name: cart }] }
`;

describe('adopting Otterize', () => {
  it('leaves its objects as they are, and proves that what is compiled is what its operator enforces', () => {
    const result = adopted(all(deployment('shop/web'), deployment('shop/cart'), OTTERIZE));
    expect(objectsOf(result)).toEqual(['ClientIntents shop/web']);
    expect(result.objects[0]).toMatchObject({ apiVersion: 'k8s.otterize.com/v1alpha3' });
    expect(result.residue).toEqual([]);
    expect(result.systems).toEqual(['otterize']);
  });

  it('says where the operator lets through more (otterize-operator 10.2 W-9)', () => {
    const job = deployment('shop/web', {}, 'StatefulSet').replaceAll('"app":"web"', '"app":"job"');
    const typed = OTTERIZE.replace('service: { name: web }', 'service: { name: web, kind: Deployment }');
    const result = adopted(all(deployment('shop/web'), job, deployment('shop/cart'), typed));
    expect(residueOf(result, 'changed')).toEqual([
      expect.stringMatching(/web\[StatefulSet\] can no longer reach shop\/cart/),
    ]);
  });

  it('adds what policies admit to the intents of the same client', () => {
    const newer = OTTERIZE.replace('v1alpha3', 'v2beta1').replace(
      'service: { name: web }, calls: [{ name: cart }]',
      'workload: { name: web }, targets: [{ kubernetes: { name: cart } }]',
    );
    const hand = policy('db/store', {
      podSelector: { matchLabels: { app: 'store' } },
      ingress: [{ from: [{ ...from('web')[0], namespaceSelector: {} }] }],
    });
    const objects = [deployment('shop/web'), deployment('shop/cart'), deployment('db/store'), hand];
    const result = adopted(all(...objects, newer));
    expect(targetsOf(result, 'web')).toEqual([
      { kubernetes: { name: 'cart' } },
      { kubernetes: { name: 'store.db', kind: 'Deployment' } },
    ]);
    expect(residueOf(result, 'changed')).toEqual([]);
    expect(residueOf(adopted(all(...objects, OTTERIZE)), 'lost')).toEqual([
      expect.stringContaining('v1alpha3'),
    ]);
  });
});
