import { adopted, targetsOf, residueOf, deployment, all } from './adoption-fixture';

const UDS = `
apiVersion: uds.dev/v1alpha1
kind: Package
metadata: { name: shop, namespace: shop }
spec:
  sso: [{ name: login }]
  network:
    expose: [{ service: web, host: shop, gateway: tenant, port: 80, targetPort: 8080 }]
    allow:
      - { direction: Egress, selector: { app: web }, remoteNamespace: db, remoteSelector: { app: store }, port: 5432 }
      - { direction: Ingress, remoteGenerated: IntraNamespace }
      - { direction: Egress, remoteGenerated: IntraNamespace }
      - { direction: Egress, selector: { app: web }, remoteGenerated: KubeAPI }
      - { direction: Egress, selector: { app: web }, remoteHost: example.com, port: 443 }
---
apiVersion: uds.dev/v1alpha1
kind: Package
metadata: { name: db, namespace: db }
spec:
  network:
    allow: [{ direction: Ingress, selector: { app: store }, remoteNamespace: shop, port: 5432 }]
`;

describe('adopting UDS (intent-systems A1, A2)', () => {
  const result = adopted(all(UDS, deployment('shop/web'), deployment('shop/cart'), deployment('db/store')));

  it('writes calls that both ends allow', () => {
    expect(targetsOf(result, 'web')).toEqual([
      { kubernetes: { name: 'cart', kind: 'Deployment' } },
      { kubernetes: { name: 'store.db', kind: 'Deployment', ports: [5432] } },
    ]);
    expect(targetsOf(result, 'cart')).toEqual([{ kubernetes: { name: 'web', kind: 'Deployment' } }]);
  });

  it('lists gateways, platform and hosts, and nothing changes', () => {
    expect(residueOf(result, 'lost').map((message) => message.split(' ')[0])).toEqual([
      'sso',
      'web',
      'KubeAPI',
      'example.com',
    ]);
    expect(residueOf(result, 'changed')).toEqual([]);
  });
});
