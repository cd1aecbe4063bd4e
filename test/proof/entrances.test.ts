import { deployment, read, service } from './proof-fixture';
import { entrancesOf } from '../../src/proof/entrances';
import { ConnectionSet } from '../../src/reachability/sets/connection-set';
import { entrancesText } from '../../src/reports/connectivity/entrances-text';
import { cidrs, netpol } from '../reachability/world';

const WEB = deployment('web', { port: 8080 });
const INGRESS = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: main, namespace: shop }
spec: { ingressClassName: nginx, defaultBackend: { service: { name: web, port: { number: 80 } } } }
`;
const CONTROLLER = `---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: nginx }
spec: { controller: k8s.io/ingress-nginx }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: controller, namespace: ingress-nginx }
spec:
  selector: { matchLabels: { app: nginx } }
  template:
    metadata: { labels: { app: nginx } }
    spec: { containers: [{ name: c, image: x, args: [/nginx-ingress-controller] }] }
`;

function offered(type: string): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { ${type}, selector: { app: web }, ports: [{ port: 80, targetPort: 8080 }] }
`;
}

const from = (peer: string): string =>
  netpol(
    'shop',
    'web',
    `podSelector: { matchLabels: { app: web } }, ingress: [{ from: [${peer}], ports: [{ port: 8080 }] }]`,
  );

function entrances(yaml: string, nodes?: string, unlisted = ConnectionSet.NONE): string[] {
  const { cluster, reachability } = read(WEB + yaml);
  const found = entrancesOf(cluster, reachability, {
    ...(nodes === undefined ? {} : { nodeCidrs: cidrs(nodes) }),
    openToUnlisted: () => unlisted,
  });
  return entrancesText(found)
    .split('\n')
    .slice(1)
    .filter((line) => line !== '')
    .map((line) => line.replace(/ {2,}/g, ' | '));
}

describe('what Services, Ingresses and routes offer to the outside', () => {
  it('is nothing without any', () => {
    expect(entrances(service('web'))).toEqual([]);
  });

  it('reaches a pod that no policy isolates', () => {
    expect(entrances(offered('type: LoadBalancer'))).toEqual([
      'Service/shop/web (LoadBalancer) | shop/web[Deployment] | from addresses outside | TCP 8080',
    ]);
  });

  it('is denied where policies let no address in', () => {
    const yaml = offered('type: NodePort') + from('{ podSelector: {} }');
    expect(entrances(yaml)).toEqual([
      'Service/shop/web (NodePort) | shop/web[Deployment] | from addresses outside | denied: TCP 8080',
    ]);
  });

  it('comes with the address of the client under externalTrafficPolicy Local, else perhaps with that of a node (calico-policy-model 5.4)', () => {
    const block = from('{ ipBlock: { cidr: 203.0.113.0/24 } }');
    const local = 'type: LoadBalancer, externalTrafficPolicy: Local';
    const line = (verdict: string): string[] => [
      `Service/shop/web (LoadBalancer) | shop/web[Deployment] | from addresses outside | ${verdict}`,
    ];
    expect(entrances(offered(local) + block)).toEqual(line('TCP 8080'));
    expect(entrances(offered('type: LoadBalancer') + block)).toEqual(line('undecided: TCP 8080'));
    expect(entrances(offered('type: LoadBalancer') + block, '203.0.113.64/26')).toEqual(line('TCP 8080'));
    expect(entrances(offered('type: LoadBalancer') + block, '10.0.0.0/24')).toEqual(
      line('undecided: TCP 8080'),
    );
  });

  it('comes from the pods of an Ingress controller that the manifests have (network-policy-semantics 2.1 item 17)', () => {
    const line = (verdict: string): string[] => [
      `Service/shop/web (Ingress main) | shop/web[Deployment] | from ingress-nginx/controller[Deployment] | ${verdict}`,
    ];
    const objects = service('web') + INGRESS + CONTROLLER;
    const nginx = '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } } }';
    expect(entrances(objects + from(nginx))).toEqual(line('TCP 8080'));
    expect(entrances(objects + from('{ podSelector: {} }'))).toEqual(line('denied: TCP 8080'));
  });

  it('comes from somebody unknown where they do not have the controller', () => {
    const line = (verdict: string): string[] => [
      `Service/shop/web (Ingress main) | shop/web[Deployment] | from a controller that is not in the manifests | ${verdict}`,
    ];
    const objects = service('web') + INGRESS;
    expect(entrances(objects)).toEqual(line('TCP 8080'));
    expect(entrances(objects + from('{ namespaceSelector: {} }'))).toEqual(line('TCP 8080'));
    // Nobody but listed pods may enter, and none of these is known to be it.
    expect(entrances(objects + from('{ podSelector: {} }'))).toEqual(line('denied: TCP 8080'));
    const some = from('{ namespaceSelector: { matchLabels: { ingress: yes-please } } }');
    expect(entrances(objects + some, undefined, ConnectionSet.of(6, 8080, 8080))).toEqual(
      line('undecided: TCP 8080'),
    );
    expect(entrances(objects + from('{ ipBlock: { cidr: 10.0.0.0/8 } }'))).toEqual(
      line('undecided: TCP 8080'),
    );
  });
});
