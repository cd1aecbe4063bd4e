import { buildCluster } from '../../src/model/build-cluster';
import type { JsonObject } from '../../src/model/json';
import { DEFAULT_POD_TEMPLATE_KINDS } from '../../src/model/workloads/pod-template';
import { resourceOf } from './resource-of';

import { ANY_LABELS, cluster, deployment, messages, only, owned, template } from './cluster-fixture';

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
      sidecarPorts: [{ name: 'metrics', port: 15090, protocol: 'TCP' }],
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
      spec: { selector: ANY_LABELS, template: template({ ...labels, 'pod-template-hash': '1' }), ...rest },
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
