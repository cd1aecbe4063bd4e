import { buildCluster } from '../../src/model/build-cluster';
import type { Cluster } from '../../src/model/cluster';
import type { JsonObject } from '../../src/model/json';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../src/model/pod-template';
import type { Workload } from '../../src/model/workload';
import { resourceOf } from './resource-of';

function cluster(...manifests: JsonObject[]): Cluster {
  return buildCluster(manifests.map(resourceOf));
}

function only(model: Cluster): Workload {
  const [workload] = model.workloads;
  if (workload === undefined || model.workloads.length !== 1) throw new Error('not one workload');
  return workload;
}

function template(labels: JsonObject, spec: JsonObject = { containers: [] }): JsonObject {
  return { metadata: { labels }, spec };
}

function deployment(name: string, podTemplate: JsonObject, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', ...metadata },
    spec: { template: podTemplate },
  };
}

function owned(
  kind: string,
  name: string,
  by: { apiVersion: string; kind: string; name: string; uid?: string },
  rest: JsonObject & { metadata?: JsonObject },
): JsonObject {
  const { metadata = {}, ...body } = rest;
  return {
    apiVersion: kind === 'Pod' ? 'v1' : kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name, namespace: 'shop', ownerReferences: [{ ...by, controller: true }], ...metadata },
    ...body,
  };
}

const messages = (model: Cluster): string[] => model.findings.map(({ id, message }) => `${id}: ${message}`);

describe('workloads', () => {
  it.each([
    ['apps/v1', 'Deployment'],
    ['apps/v1', 'StatefulSet'],
    ['apps/v1', 'DaemonSet'],
    ['apps/v1', 'ReplicaSet'],
    ['v1', 'ReplicationController'],
    ['batch/v1', 'Job'],
    ['argoproj.io/v1alpha1', 'Rollout'],
  ])(
    'take the labels of the template of a %s %s (network-policy-semantics 2.1 item 21)',
    (apiVersion, kind) => {
      const workload = only(
        cluster({
          apiVersion,
          kind,
          metadata: { name: 'cart', namespace: 'shop', labels: { app: 'not-this' } },
          spec: { template: template({ app: 'cart' }) },
        }),
      );
      expect(workload).toMatchObject({
        id: `shop/cart[${kind}]`,
        labels: { app: 'cart' },
        serviceAccount: 'default',
        finished: false,
      });
    },
  );

  it('take the labels of a CronJob from the template of its job, and those of a Pod from the Pod', () => {
    const cron = {
      metadata: { name: 'c' },
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      spec: { jobTemplate: { spec: { template: template({ a: 'b' }) } } },
    };
    expect(only(cluster(cron)).labels).toEqual({ a: 'b' });
    const pod = {
      metadata: { name: 'p', labels: { c: 'd' } },
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { containers: [] },
    };
    expect(only(cluster(pod))).toMatchObject({ id: 'default/p[Pod]', labels: { c: 'd' } });
  });

  it('do not take a kind of another group for one of theirs', () => {
    const model = cluster({
      apiVersion: 'example.com/v1',
      kind: 'Deployment',
      metadata: { name: 'x' },
      spec: {},
    });
    expect(model.workloads).toEqual([]);
  });

  it('can be of kinds that the user registers, and of a kind that looks like one a word is said', () => {
    const custom = {
      apiVersion: 'example.com/v1',
      kind: 'App',
      metadata: { name: 'x' },
      spec: { template: template({ a: 'b' }) },
    };
    expect(messages(cluster(custom))).toEqual([
      expect.stringContaining('unknown-workload-kind: App example.com/v1'),
    ]);
    const kinds = DEFAULT_POD_TEMPLATE_KINDS.register({
      group: 'example.com',
      kind: 'App',
      path: ['spec', 'template'],
    });
    const model = buildCluster([resourceOf(custom)], { kinds });
    expect(only(model)).toMatchObject({ id: 'default/x[App]', labels: { a: 'b' } });
    expect(model.findings).toEqual([]);
    expect(DEFAULT_POD_TEMPLATE_KINDS.pathOf('example.com', 'App')).toBeUndefined();
  });

  it('are not what an operator makes of its own kinds, and a word is said', () => {
    const model = cluster({
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      metadata: { name: 'k8s', namespace: 'monitoring' },
      spec: { replicas: 2 },
    });
    expect(model.workloads).toEqual([]);
    expect(messages(model)).toEqual([
      'unknown-workload-kind: An operator makes pods from this Prometheus monitoring.coreos.com/v1; the manifests do not say which labels and ports these get, so they are not part of any verdict',
    ]);
    expect(
      messages(cluster({ apiVersion: 'example.com/v1', kind: 'Prometheus', metadata: { name: 'x' } })),
    ).toEqual([]);
  });

  it('count ports of containers and of init containers that keep running, and keep the others apart', () => {
    const spec = {
      hostNetwork: true,
      serviceAccountName: 'cart',
      containers: [
        {
          ports: [
            { containerPort: 8080, name: 'http' },
            { containerPort: 53, protocol: 'UDP' },
          ],
        },
      ],
      initContainers: [
        { ports: [{ containerPort: 1 }] },
        { restartPolicy: 'Always', ports: [{ containerPort: 15090, name: 'metrics' }] },
      ],
    };
    const model = cluster(deployment('cart', template({}, spec)));
    expect(only(model)).toMatchObject({
      hostNetwork: true,
      serviceAccount: 'cart',
      ports: [
        { name: 'http', port: 8080, protocol: 'TCP' },
        { port: 53, protocol: 'UDP' },
        { name: 'metrics', port: 15090, protocol: 'TCP' },
      ],
      initContainerPorts: [{ port: 1, protocol: 'TCP' }],
    });
    expect(model.serviceAccounts).toEqual([{ namespace: 'shop', name: 'cart', labels: {}, declared: false }]);
  });

  it('stay in the model with what can be read when something is wrong', () => {
    const spec = {
      containers: [
        {
          ports: [
            { containerPort: 0 },
            { containerPort: '80' },
            { containerPort: 80, protocol: 'tcp' },
            { containerPort: 81 },
          ],
        },
      ],
    };
    const model = cluster(
      deployment('cart', template({ version: 1, app: 'a b', tier: 'x' }, spec)),
      deployment('empty', {}),
    );
    expect(model.workloads.map(({ id, labels, ports }) => [id, labels, ports])).toEqual([
      ['shop/cart[Deployment]', { app: 'a b', tier: 'x' }, [{ port: 81, protocol: 'TCP' }]],
      ['shop/empty[Deployment]', {}, []],
    ]);
    expect(model.findings.map(({ severity, id, place }) => `${severity} ${id} ${place.file}`)).toEqual([
      'error invalid-field Deployment.cart.spec.template.metadata.labels.version',
      'error invalid-field Deployment.cart.spec.template.metadata.labels.app',
      'error invalid-field Deployment.cart.spec.template.spec.containers.0.ports.0.containerPort',
      'error invalid-field Deployment.cart.spec.template.spec.containers.0.ports.1.containerPort',
      'error invalid-field Deployment.cart.spec.template.spec.containers.0.ports.2.protocol',
      'error invalid-field Deployment.empty.spec.template.spec',
    ]);
  });

  it('keep labels named like parts of every JavaScript object', () => {
    const labels: JsonObject = JSON.parse('{"constructor": "a", "toString": "b"}');
    expect(only(cluster(deployment('cart', template(labels)))).labels).toEqual({
      constructor: 'a',
      toString: 'b',
    });
  });

  it('take the template of a Rollout with workloadRef from the object it names, and say when that is not there', () => {
    const rollout = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'cart', namespace: 'shop' },
      spec: { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' } },
    };
    const both = cluster(rollout, deployment('cart', template({ app: 'cart' })));
    expect(both.workloads.map(({ id, labels }) => [id, labels])).toEqual([
      ['shop/cart[Deployment]', { app: 'cart' }],
      ['shop/cart[Rollout]', { app: 'cart' }],
    ]);
    const alone = cluster(rollout);
    expect(only(alone).labels).toEqual({});
    expect(messages(alone)).toEqual([expect.stringContaining('rollout-without-template')]);
  });

  it('know pods and jobs that have run to their end', () => {
    const job = (name: string, status: JsonObject): JsonObject => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name },
      spec: { template: template({}) },
      status,
    });
    const pod = (name: string, phase: string): JsonObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [] },
      status: { phase, podIP: '10.0.0.1' },
    });
    const model = cluster(
      job('a', { completionTime: '2024-01-01T00:00:00Z' }),
      job('b', { conditions: [{ type: 'Complete', status: 'True' }] }),
      job('c', { conditions: [{ type: 'Failed', status: 'False' }] }),
      pod('d', 'Succeeded'),
      pod('e', 'Failed'),
      pod('f', 'Running'),
    );
    expect(model.workloads.map(({ name, finished, addresses }) => [name, finished, addresses])).toEqual([
      ['a', true, []],
      ['b', true, []],
      ['c', false, []],
      ['d', true, []],
      ['e', true, []],
      ['f', false, ['10.0.0.1']],
    ]);
  });
});

describe('owned objects of a live input', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' };
  const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'cart-1' };
  const replicaSet = (labels: JsonObject, rest: JsonObject = {}): JsonObject =>
    owned('ReplicaSet', 'cart-1', owner, {
      spec: { template: template({ ...labels, 'pod-template-hash': '1' }), ...rest },
    });
  const pod = (name: string, labels: JsonObject, ip: string, by = set): JsonObject =>
    owned('Pod', name, by, {
      metadata: { labels: { ...labels, 'pod-template-hash': '1' } },
      spec: { serviceAccountName: 'default', containers: [] },
      status: { phase: 'Running', podIP: ip, podIPs: [{ ip }, { ip: `fd00::${name}` }] },
    });

  it('fold into their controller, which gets their addresses', () => {
    const model = cluster(
      pod('b', { app: 'cart' }, '10.0.0.2'),
      pod('a', { app: 'cart' }, '10.0.0.1'),
      replicaSet({ app: 'cart' }),
      deployment('cart', template({ app: 'cart' })),
    );
    expect(only(model)).toMatchObject({
      id: 'shop/cart[Deployment]',
      labels: { app: 'cart' },
      addresses: ['10.0.0.1', '10.0.0.2', 'fd00::a', 'fd00::b'],
    });
    expect(model.findings).toEqual([]);
  });

  it('of one owner with different labels are not folded together (network-policy-semantics 2.1 item 19)', () => {
    const model = cluster(
      deployment('cart', template({ app: 'cart' })),
      replicaSet({ app: 'cart' }),
      pod('a', { app: 'cart' }, '10.0.0.1'),
      pod('b', { app: 'cart', debug: 'true' }, '10.0.0.2'),
    );
    expect(model.workloads.map(({ id, labels, addresses }) => [id, labels, addresses])).toEqual([
      ['shop/b[Pod]', { app: 'cart', debug: 'true', 'pod-template-hash': '1' }, ['10.0.0.2', 'fd00::b']],
      ['shop/cart[Deployment]', { app: 'cart' }, ['10.0.0.1', 'fd00::a']],
    ]);
    expect(messages(model)).toEqual([
      expect.stringContaining('pods-differ: Pods of shop/cart[Deployment] differ'),
    ]);
  });

  it('lend the controller their labels when all of them have more than the template', () => {
    const labels = { app: 'cart', 'intents.otterize.com/client': 'cart' };
    const model = cluster(
      deployment('cart', template({ app: 'cart' })),
      replicaSet({ app: 'cart' }),
      pod('a', labels, '10.0.0.1'),
    );
    expect(only(model)).toMatchObject({ id: 'shop/cart[Deployment]', labels });
    expect(messages(model)).toEqual([expect.stringContaining('pods-differ-from-template')]);
  });

  it('count as nothing when they keep no pods', () => {
    const old = replicaSet({ app: 'old' }, { replicas: 0 });
    const model = cluster(deployment('cart', template({ app: 'cart' })), old);
    expect(only(model).labels).toEqual({ app: 'cart' });
    expect(model.findings).toEqual([]);
  });

  it('are workloads of their own when their controller is not in the input, or is another object of that name', () => {
    expect(cluster(pod('a', {}, '10.0.0.1'), pod('b', {}, '10.0.0.2')).workloads.map(({ id }) => id)).toEqual(
      ['shop/a[Pod]', 'shop/b[Pod]'],
    );
    const stale = cluster(
      deployment('cart', template({}), { uid: 'new' }),
      owned('ReplicaSet', 'r', { ...owner, uid: 'old' }, { spec: { template: template({}) } }),
    );
    expect(stale.workloads.map(({ id }) => id)).toEqual(['shop/cart[Deployment]', 'shop/r[ReplicaSet]']);
    const node = cluster(pod('static', {}, '10.0.0.1', { apiVersion: 'v1', kind: 'Node', name: 'n' }));
    expect(only(node).id).toBe('shop/static[Pod]');
  });

  it('that own each other in a circle stay in the model', () => {
    const a = owned('ReplicaSet', 'a', { ...set, name: 'b' }, { spec: { template: template({}) } });
    const b = owned('ReplicaSet', 'b', { ...set, name: 'a' }, { spec: { template: template({}) } });
    expect(cluster(a, b).workloads.length).toBeGreaterThan(0);
  });

  it('of a CronJob fold into it, and a finished run says nothing of it', () => {
    const cron = {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name: 'c', namespace: 'shop' },
      spec: { jobTemplate: { spec: { template: template({ a: 'b' }) } } },
    };
    const job = owned(
      'Job',
      'c-1',
      { apiVersion: 'batch/v1', kind: 'CronJob', name: 'c' },
      { spec: { template: template({ a: 'old' }) }, status: { completionTime: 'x' } },
    );
    expect(only(cluster(cron, job))).toMatchObject({
      id: 'shop/c[CronJob]',
      labels: { a: 'b' },
      finished: false,
    });
  });
});

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
    expect(model.findings).toEqual([]);
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
