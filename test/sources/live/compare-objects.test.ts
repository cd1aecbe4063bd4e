import { readManifests } from '../../../src/sources/manifest';
import { differencesOf } from '../../../src/sources/live/compare-objects';

/** Fields that differ between what is written and what a cluster has. */
function fields(written: string, live: string): string[] {
  const [asked, there] = [written, live].map((text) => readManifests(text, { file: 'x.yaml' }).resources[0]!);
  return differencesOf(asked!, there!).map(({ field }) => field);
}

const policy = (spec: string): string =>
  `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: a, namespace: b }, spec: ${spec} }`;
const calico = (spec: string): string =>
  `{ apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: { name: a, namespace: b }, spec: ${spec} }`;
const deployment = (labels: string, spec: string, more = ''): string =>
  `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: a, namespace: b }, spec: { ${more} selector: { matchLabels: { a: a } }, template: { metadata: { labels: ${labels} }, spec: ${spec} } } }`;

describe('a written policy and the live one', () => {
  it.each([
    // Defaults of NetworkPolicy v1 (Kubernetes API reference).
    ['{ podSelector: {} }', '{ podSelector: {}, policyTypes: [Ingress] }'],
    [
      '{ podSelector: {}, egress: [{}] }',
      '{ podSelector: {}, egress: [{}], policyTypes: [Ingress, Egress] }',
    ],
    ['{ podSelector: {}, ingress: [] }', '{ podSelector: {}, policyTypes: [Ingress] }'],
    ['{ podSelector: { matchLabels: {} } }', '{ podSelector: {}, policyTypes: [Ingress] }'],
    [
      '{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }',
      '{ podSelector: {}, ingress: [{ ports: [{ port: 80, protocol: TCP }] }], policyTypes: [Ingress] }',
    ],
    [
      '{ podSelector: {}, ingress: [{ from: [] }] }',
      '{ podSelector: {}, ingress: [{}], policyTypes: [Ingress] }',
    ],
  ])('are the same when the server only filled in: %s', (written, live) => {
    expect(fields(policy(written), policy(live))).toEqual([]);
  });

  it.each([
    ['{ podSelector: {} }', '{ podSelector: {}, policyTypes: [Ingress, Egress] }', 'spec.policyTypes'],
    [
      '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }',
      '{ podSelector: {}, ingress: [{}] }',
      'spec.ingress[0].from',
    ],
    ['{ podSelector: {}, ingress: [] }', '{ podSelector: {}, ingress: [{}] }', 'spec.ingress'],
    [
      '{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }',
      '{ podSelector: {}, ingress: [{ ports: [{ port: 80, protocol: UDP }] }] }',
      'spec.ingress[0].ports[0].protocol',
    ],
    [
      '{ podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] }',
      '{ podSelector: {}, ingress: [{ ports: [{ port: 80, endPort: 90 }] }] }',
      'spec.ingress[0].ports[0].endPort',
    ],
    ['{ podSelector: { matchLabels: { a: b } } }', '{ podSelector: {} }', 'spec.podSelector.matchLabels'],
    [
      '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: {} }] }] }',
      '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }',
      'spec.ingress[0].from[0].namespaceSelector',
    ],
  ])('differ where it means something else: %s against %s', (written, live, field) => {
    expect(fields(policy(written), policy(live))).toContain(field);
  });

  it('of Calico has types by its rules, and the tier default', () => {
    // calico-policy-model: defaults that Calico's API server fills in.
    expect(
      fields(
        calico('{ egress: [{ action: Allow }] }'),
        calico(
          '{ tier: default, types: [Egress], egress: [{ action: Allow, source: {}, destination: {} }] }',
        ),
      ),
    ).toEqual([]);
    expect(
      fields(calico('{ selector: all() }'), calico('{ selector: all(), types: [Ingress], order: 5 }')),
    ).toEqual(['spec.order']);
    expect(
      fields(calico('{ selector: all() }'), calico('{ selector: all(), tier: other, types: [Ingress] }')),
    ).toEqual(['spec.tier']);
  });
});

describe('a written workload and the live one', () => {
  const spec = '{ containers: [{ name: m, image: i, resources: { requests: { cpu: 0.5, memory: 1Gi } } }] }';

  it('are the same whatever the server and others filled in beside traffic', () => {
    const live = deployment(
      '{ a: a }',
      '{ dnsPolicy: ClusterFirst, hostNetwork: false, serviceAccountName: default, containers: [{ name: m, image: i, imagePullPolicy: Always, resources: { requests: { cpu: 500m, memory: 1Gi } } }] }',
      'replicas: 5, strategy: { type: RollingUpdate },',
    );
    expect(fields(deployment('{ a: a }', spec), live)).toEqual([]);
  });

  it.each([
    [deployment('{ a: a, extra: x }', spec), 'spec.template.metadata.labels.extra'],
    [deployment('{ a: b }', spec), 'spec.template.metadata.labels.a'],
    [deployment('{ a: a }', spec.replace('image: i', 'image: j')), 'spec.template.spec.containers[0].image'],
    [
      deployment('{ a: a }', spec.replace('{ containers', '{ hostNetwork: true, containers')),
      'spec.template.spec.hostNetwork',
    ],
    [
      deployment('{ a: a }', spec.replace('name: m', 'name: m, ports: [{ containerPort: 1 }]')),
      'spec.template.spec.containers[0].ports',
    ],
    [
      deployment('{ a: a }', spec.replace('0.5', '0.6')),
      'spec.template.spec.containers[0].resources.requests.cpu',
    ],
  ])('differ where it decides about traffic, or where it is written', (live, field) => {
    expect(fields(deployment('{ a: a }', spec), live)).toEqual([field]);
  });
});

describe('other objects', () => {
  const service = (spec: string): string =>
    `{ apiVersion: v1, kind: Service, metadata: { name: a, namespace: b }, spec: ${spec} }`;
  const namespace = (metadata: string): string =>
    `{ apiVersion: v1, kind: Namespace, metadata: ${metadata} }`;

  it('are compared in the same way', () => {
    const written = service('{ selector: { a: b }, ports: [{ port: 80 }] }');
    expect(
      fields(
        written,
        service(
          '{ type: ClusterIP, clusterIP: 10.0.0.1, selector: { a: b }, ports: [{ port: 80, targetPort: 80, protocol: TCP }] }',
        ),
      ),
    ).toEqual([]);
    expect(
      fields(written, service('{ type: NodePort, selector: { a: b, c: d }, ports: [{ port: 80 }] }')),
    ).toEqual(['spec.selector.c', 'spec.type']);
  });

  it('may have labels of others, but not lack their own, whatever these are called', () => {
    expect(
      fields(namespace('{ name: a, labels: { x: y } }'), namespace('{ name: a, labels: { x: y, z: z } }')),
    ).toEqual([]);
    expect(fields(namespace('{ name: a, labels: { constructor: y } }'), namespace('{ name: a }'))).toEqual([
      'metadata.labels.constructor',
    ]);
  });
});
