import { compileYaml, deny, NAMESPACES, server, type Compiled } from './compile-yaml';
import type { CompileOptions } from '../../../src/compiler/compilation';
import type { Json } from '../../../src/model/json';

function service(spec: string, metadata = ''): string {
  return `
---
apiVersion: v1
kind: Service
metadata: { name: public, namespace: shop${metadata === '' ? '' : `, ${metadata}`} }
spec: { selector: { app: web }, ports: [{ port: 443, targetPort: http }], ${spec} }
`;
}

function compiled(yaml: string, options: CompileOptions = {}): Compiled {
  return compileYaml(NAMESPACES + server('shop/web') + deny('shop') + yaml, options);
}

const NAME = 'shop/external-access-to-public';
const PORTS: Json = [{ protocol: 'TCP', port: 'http' }];

describe('Services that are offered to the outside', () => {
  it('by addresses of their own are opened as load balancers are (v1 Service, externalIPs)', () => {
    const { policies, proved } = compiled(service('externalIPs: [203.0.113.7]'));
    expect([policies, proved]).toEqual([{ [NAME]: [{ ports: PORTS }] }, []]);
  });

  it('open nothing at pods for the health check of a load balancer, which the node answers', () => {
    const { policies, found } = compiled(
      service('type: LoadBalancer, externalTrafficPolicy: Local, healthCheckNodePort: 32000'),
    );
    expect([policies, found]).toEqual([{ [NAME]: [{ ports: PORTS }] }, []]);
  });

  it('by source ranges in the older annotation are opened to these, and by the field where both are there', () => {
    const annotated =
      'annotations: { service.beta.kubernetes.io/load-balancer-source-ranges: "203.0.113.0/24, 198.51.100.7/32" }';
    const local = 'type: LoadBalancer, externalTrafficPolicy: Local';
    expect(compiled(service(local, annotated)).policies).toEqual({
      [NAME]: [
        {
          from: [{ ipBlock: { cidr: '198.51.100.7/32' } }, { ipBlock: { cidr: '203.0.113.0/24' } }],
          ports: PORTS,
        },
      ],
    });
    const both = compiled(service(`${local}, loadBalancerSourceRanges: [192.0.2.0/24]`, annotated));
    expect(both.policies).toEqual({
      [NAME]: [{ from: [{ ipBlock: { cidr: '192.0.2.0/24' } }], ports: PORTS }],
    });
  });

  it('on a port whose name no container has open nothing for it, and say so', () => {
    const ports =
      'type: LoadBalancer, ports: [{ name: a, port: 1, targetPort: htpp }, { name: b, port: 2, targetPort: http }]';
    const yaml = service('').replace('ports: [{ port: 443, targetPort: http }], ', ports);
    const { policies, found, proved } = compiled(yaml);
    expect(policies).toEqual({ [NAME]: [{ ports: PORTS }] });
    expect([found, proved]).toEqual([['warning external-port-not-found Service/shop/public'], []]);
    const none = compiled(yaml.replace(', { name: b, port: 2, targetPort: http }', ''));
    expect([none.policies, none.found]).toEqual([
      {},
      ['warning external-port-not-found Service/shop/public'],
    ]);
  });

  it('on a port whose name only some of their pods have open it for these, and say nothing', () => {
    const other = server('shop/api')
      .replace('name: http, containerPort', 'name: web, containerPort')
      .replace('labels: { app: api }', 'labels: { app: api, tier: front }');
    const web = server('shop/web').replace(
      'metadata: { labels: { app: web }',
      'metadata: { labels: { app: web, tier: front }',
    );
    const both = service('type: LoadBalancer').replace('selector: { app: web }', 'selector: { tier: front }');
    const yaml =
      NAMESPACES +
      web +
      other.replace('metadata: { labels: { app: api }', 'metadata: { labels: { app: api, tier: front }') +
      deny('shop') +
      both;
    const { policies, found, result } = compileYaml(yaml);
    expect([policies, found]).toEqual([{ [NAME]: [{ ports: PORTS }] }, []]);
    expect(result.external.map(({ server: { id } }) => id)).toEqual(['shop/web[Deployment]']);
  });

  it('by another name are not: an ExternalName leads out of the cluster', () => {
    const { policies, found } = compiled(
      service('type: ExternalName, externalName: example.com, externalIPs: [203.0.113.7]'),
    );
    expect([policies, found]).toEqual([{}, []]);
  });

  it('without pods in the manifests open nothing, and say so', () => {
    const noPods = service('type: NodePort').replace('app: web', 'app: wed');
    const noSelector = service('type: NodePort').replace('selector: { app: web }, ', '');
    for (const yaml of [noPods, noSelector]) {
      const { policies, found } = compiled(yaml);
      expect([policies, found]).toEqual([{}, ['info external-service-without-pods Service/shop/public']]);
    }
  });

  it('and whose pods are on the host network or have finished are left alone, without a word', () => {
    const hostWeb = server('shop/web').replace('    spec:\n', '    spec:\n      hostNetwork: true\n');
    for (const options of [{}, { externalTraffic: 'always' }] as const) {
      const { policies, found, result } = compileYaml(
        NAMESPACES + hostWeb + deny('shop') + service('type: NodePort'),
        options,
      );
      expect([policies, found, result.external]).toEqual([{}, [], []]);
    }
  });

  it('by kinds that are not understood are not opened, and a finding says so', () => {
    const route = `
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: { name: web, namespace: shop }
spec: { to: { kind: Service, name: web } }
`;
    const { policies, found } = compiled(route);
    expect([policies, found]).toEqual([{}, ['warning external-kind-not-read Route/shop/web']]);
    expect(compiled(route, { externalTraffic: 'off' }).found).toEqual([]);
  });
});

describe('backends of an Ingress', () => {
  const ingress = (spec: string): string => `
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { ${spec} }
`;

  it('are the default one as well as those of paths', () => {
    const paths =
      'rules: [{ http: { paths: [{ backend: { service: { name: web, port: { number: 9090 } } } }] } }]';
    const both = `defaultBackend: { service: { name: web, port: { name: http } } }, ${paths}`;
    expect(compiled(ingress(both)).policies).toEqual({
      'shop/external-access-to-web': [
        {
          ports: [
            { protocol: 'TCP', port: 9090 },
            { protocol: 'TCP', port: 'http' },
          ],
        },
      ],
    });
  });

  it('speak TCP: a UDP port of that number is none of theirs', () => {
    const dns = ingress('defaultBackend: { service: { name: web, port: { number: 53 } } }');
    expect(compiled(dns)).toMatchObject({
      policies: {},
      found: ['warning ingress-port-not-found Ingress/shop/web'],
    });
  });
});

describe('ingress controllers in the manifests', () => {
  const CLASS = (controller: string): string => `
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: x }
spec: { controller: ${controller} }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { ingressClassName: x, defaultBackend: { service: { name: web, port: { number: 80 } } } }
`;

  it.each([
    ['k8s.io/ingress-nginx', 'image: c, args: [/nginx-ingress-controller]'],
    ['example.com/own', 'image: c, args: [/nginx-ingress-controller, --controller-class=example.com/own]'],
    ['traefik.io/ingress-controller', 'image: traefik, args: [--providers.kubernetesingress=true]'],
    ['nginx.org/ingress-controller', 'image: "registry.example.com:5000/nginx/nginx-ingress:3.7@sha256:0"'],
    ['haproxy.org/ingress-controller', 'image: haproxytech/kubernetes-ingress'],
  ])('that serve %s are known by their container', (controller, container) => {
    const pods = server('infra/proxy').replace('image: c', container);
    const { found, proved, result } = compiled(CLASS(controller) + pods);
    expect([found, proved]).toEqual([[], []]);
    expect(result.external[0]?.callers?.workloads.map(({ id }) => id)).toEqual(['infra/proxy[Deployment]']);
  });

  it.each([
    [
      'k8s.io/ingress-nginx',
      'image: c, args: [/nginx-ingress-controller, --controller-class=example.com/own]',
    ],
    ['traefik.io/ingress-controller', 'image: traefik, args: [--providers.kubernetesingress=false]'],
    ['nginx.org/ingress-controller', 'image: notnginx/nginx-ingress'],
  ])('that do not serve %s are not taken for it', (controller, container) => {
    const pods = server('infra/proxy').replace('image: c', container);
    expect(compiled(CLASS(controller) + pods).found).toEqual([
      'warning ingress-controller-unknown Ingress/shop/web',
    ]);
  });
});
