import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import type { JsonObject } from '../../src/model/json';
import { resourceOf } from './resource-of';

import { cluster, deployment, messages, only, template } from './cluster-fixture';

describe('namespaces', () => {
  it('always carry their name as a label (network-policy-semantics 2.1 item 12)', () => {
    const model = cluster(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'a' } } },
      deployment('cart', template({})),
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'other' } },
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'x' } },
    );
    expect(
      [...model.namespaces.values()].map(({ name, labels, declared }) => [name, labels, declared]),
    ).toEqual([
      ['other', { 'kubernetes.io/metadata.name': 'other' }, false],
      ['shop', { team: 'a', 'kubernetes.io/metadata.name': 'shop' }, true],
    ]);
  });

  it('keep the name as that label whatever the manifest says', () => {
    const model = cluster({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', labels: { 'kubernetes.io/metadata.name': 'kube-system' } },
    });
    expect(model.namespaces.get('shop')?.labels).toEqual({ 'kubernetes.io/metadata.name': 'shop' });
    expect(model.findings.map(({ severity }) => severity)).toEqual(['warning']);
  });
});

describe('services', () => {
  const service = (spec: JsonObject): JsonObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's' },
    spec,
  });

  it('have the defaults of the API server', () => {
    const model = cluster(
      service({
        selector: { app: 'cart' },
        ports: [
          { port: 80, targetPort: 0, protocol: '', name: 'w' },
          { port: 53, protocol: 'UDP', targetPort: 'dns', name: 'd' },
        ],
      }),
    );
    expect(model.services).toMatchObject([
      {
        namespace: 'default',
        type: 'ClusterIP',
        headless: false,
        selector: { app: 'cart' },
        ports: [
          { port: 80, protocol: 'TCP', targetPort: 80 },
          { port: 53, protocol: 'UDP', targetPort: 'dns', name: 'd' },
        ],
      },
    ]);
    expect(model.findings).toEqual([]);
  });

  it('have no selector when it is empty, and are headless with clusterIP None', () => {
    const [headless] = cluster(service({ clusterIP: 'None', selector: {} })).services;
    expect(headless).toMatchObject({ headless: true, selector: undefined, ports: [] });
  });

  it.each<[JsonObject, string]>([
    [{ type: 'Loadbalancer', ports: [{ port: 80 }] }, 'spec.type is "Loadbalancer"'],
    [{ ports: [{ port: 99999 }] }, 'a port is a number from 1 to 65535'],
    [{ ports: [{ port: 80, targetPort: '8080' }] }, 'the string "8080", which is not a port name'],
    [{ ports: [{ port: 80, targetPort: 65536 }] }, 'a port is a number from 1 to 65535'],
    [{ ports: [{ port: 80, targetPort: 'HTTP' }] }, 'only lower-case letters'],
    [{ ports: [{ port: 80, targetport: 8080 }] }, 'spec.ports[0].targetport is not a field'],
    [{ ports: [{ port: 80 }], selectors: { app: 'x' } }, 'spec.selectors is not a field'],
    [{ ports: [{ port: 80, name: 'Web' }] }, '"Web", which is no name of a port'],
    [{ ports: [{ port: 80, name: 'a' }, { port: 81 }] }, 'spec.ports[1].name is missing'],
    [
      {
        ports: [
          { port: 80, name: 'a' },
          { port: 81, name: 'a' },
        ],
      },
      'spec.ports[1].name (a) is there twice',
    ],
    [
      {
        ports: [
          { port: 80, name: 'a' },
          { port: 80, name: 'b', protocol: 'TCP' },
        ],
      },
      'spec.ports[1].port (TCP 80) is there twice',
    ],
    [{ ports: [] }, 'spec.ports is empty'],
    [{ ports: [{}] }, 'spec.ports[0].port is missing'],
    [{ ports: [{ port: 80 }], selector: { a: 1 } }, 'must be a string'],
  ])('say what is wrong in %j', (spec, message) => {
    const model = cluster(service(spec));
    expect(model.services).toHaveLength(1);
    expect(messages(model)).toEqual([expect.stringContaining(message)]);
  });
});

describe('ingresses', () => {
  it('are read in the form of v1', () => {
    const model = cluster({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'i' },
      spec: {
        ingressClassName: 'nginx',
        defaultBackend: { service: { name: 'd', port: { number: 80 } } },
        rules: [
          {
            host: 'shop.example.com',
            http: {
              paths: [
                { path: '/', backend: { service: { name: 'w', port: { name: 'http' } } } },
                { path: '/static', backend: { resource: { kind: 'StorageBucket', name: 'b' } } },
              ],
            },
          },
        ],
      },
    });
    expect(model.ingresses).toMatchObject([
      {
        className: 'nginx',
        backends: [
          { service: 'd', port: 80 },
          { service: 'w', port: 'http', host: 'shop.example.com', path: '/' },
        ],
      },
    ]);
    expect(messages(model)).toEqual([expect.stringContaining('ingress-resource-backend')]);
  });

  it('are read in the form of v1beta1', () => {
    const model = cluster({
      apiVersion: 'extensions/v1beta1',
      kind: 'Ingress',
      metadata: { name: 'i', annotations: { 'kubernetes.io/ingress.class': 'alb' } },
      spec: {
        backend: { serviceName: 'd', servicePort: 80 },
        rules: [{ http: { paths: [{ backend: { serviceName: 'w', servicePort: 'http' } }] } }],
      },
    });
    expect(model.ingresses).toMatchObject([
      {
        className: 'alb',
        backends: [
          { service: 'd', port: 80 },
          { service: 'w', port: 'http' },
        ],
      },
    ]);
    expect(model.findings).toMatchObject([{ id: 'unserved-api-version', severity: 'warning' }]);
  });
});

describe('objects written twice', () => {
  it('are an error when they differ, and the last one counts as after kubectl apply', () => {
    const model = cluster(deployment('cart', template({ v: '1' })), deployment('cart', template({ v: '2' })));
    expect(only(model).labels).toEqual({ v: '2' });
    expect(model.resources).toHaveLength(1);
    expect(model.findings).toMatchObject([
      { id: 'duplicate-object', severity: 'error', object: 'Deployment/shop/cart' },
    ]);
    expect(messages(model)[0]).toContain('Deployment.cart');
  });

  it('are not those whose names the API server makes up; two workloads of one id are an error all the same', () => {
    const job: JsonObject = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { generateName: 'm-' },
      spec: { template: template({}) },
    };
    const generated = { ...resourceOf(job), name: 'm-' };
    const model = buildCluster([generated, generated]);
    expect(model.resources).toHaveLength(2);
    expect(messages(model)).toEqual([expect.stringContaining('has the same id default/m-[Job]')]);
  });

  it('are an info when they say the same', () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    expect(cluster(namespace, { ...namespace }).findings).toMatchObject([
      { id: 'duplicate-object', severity: 'info' },
    ]);
  });
});

it('keeps service accounts that are declared and those that pods name', () => {
  const model = cluster(
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'cart', namespace: 'shop', labels: { a: 'b' } },
    },
    deployment('cart', template({}, { containers: [], serviceAccount: 'cart' })),
    deployment('web', template({})),
  );
  expect(model.serviceAccounts).toEqual([
    { namespace: 'shop', name: 'cart', labels: { a: 'b' }, declared: true },
    { namespace: 'shop', name: 'default', labels: {}, declared: false },
  ]);
});

it('is the same whatever the order of the input', () => {
  const objects = ['b', 'a', 'c'].map((name) => deployment(name, template({ app: name })));
  const ids = (manifests: JsonObject[]): string[] => cluster(...manifests).workloads.map(({ id }) => id);
  expect(ids(objects)).toEqual(ids([...objects].reverse()));
});

describe('a model made with an earlier one', () => {
  const service: JsonObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  };
  const ingress: JsonObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  };
  const policy: JsonObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { podSelector: {} },
  };
  const labelled = (labels: JsonObject): JsonObject => deployment('web', template({ app: 'web', ...labels }));

  it('is the one made afresh: labels added, policies appended, Services and Ingresses taken over', () => {
    const kept = [service, ingress].map(resourceOf);
    const earlier = buildCluster([...kept, resourceOf(labelled({}))]);
    const later = [...kept, resourceOf(labelled({ role: 'server' })), resourceOf(policy)];
    const model = buildCluster(later, { earlier });
    const fresh = buildCluster(later);
    const plain = (cluster: Cluster): unknown => JSON.parse(JSON.stringify({ ...cluster, namespaces: [] }));
    expect(plain(model)).toEqual(plain(fresh));
    expect([...model.namespaces.keys()]).toEqual([...fresh.namespaces.keys()]);
    expect(only(model).labels).toEqual({ app: 'web', role: 'server' });
    expect(model.services[0]).toBe(earlier.services[0]);
    expect(model.ingresses[0]).toBe(earlier.ingresses[0]);
  });

  it('reads a Service again that is another object of the same name', () => {
    const earlier = buildCluster([resourceOf(service)]);
    const changed = resourceOf({ ...service, spec: { selector: { app: 'cart' }, ports: [{ port: 80 }] } });
    expect(buildCluster([changed], { earlier }).services[0]?.selector).toEqual({ app: 'cart' });
  });

  it('reads all again where the earlier one has findings, and so has them too', () => {
    const broken = resourceOf({ ...service, spec: { ports: [{ port: 0 }] } });
    const earlier = buildCluster([broken]);
    expect(earlier.findings).not.toEqual([]);
    expect(buildCluster([broken], { earlier }).findings.map(({ id }) => id)).toEqual(
      earlier.findings.map(({ id }) => id),
    );
  });
});
