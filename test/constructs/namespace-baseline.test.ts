import { ApiObject, Chart, Testing } from 'cdk8s';
import {
  DefaultDeny,
  NamespaceBaseline,
  type IntentsCompilerOptions,
  type NamespaceBaselineProps,
} from 'cdk8s-intents';
import { attach, deployment, namespace, type Manifest } from './apps';

function synth(
  props: NamespaceBaselineProps,
  options: IntentsCompilerOptions = {},
): { objects: Manifest[]; policy: Manifest | undefined; said: string[] } {
  const app = Testing.app();
  const chart = namespace(app, 'shop');
  deployment(chart, 'cart', { port: 8080 });
  deployment(chart, 'web');
  deployment(namespace(app, 'monitoring'), 'prometheus');
  new NamespaceBaseline(chart, 'baseline', props);
  const { findings } = attach(app, { excess: 'error', ...options });
  const objects = Testing.synth(chart) as Manifest[];
  return {
    objects,
    policy: objects.find(({ kind }) => kind === 'NetworkPolicy'),
    said: findings()
      .filter(({ severity }) => severity !== 'info')
      .map(({ id }) => id),
  };
}

const SAME = { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } } };

describe('NamespaceBaseline', () => {
  it('denies ingress of every pod when nothing else is said', () => {
    const { policy, said } = synth({});
    expect(policy).toMatchObject({ metadata: { name: 'namespace-baseline', namespace: 'shop' } });
    expect(policy?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress'] });
    expect(said).toEqual([]);
  });

  it('lets the pods of the namespace call each other, which then counts as declared', () => {
    const { policy, said } = synth({ sameNamespace: true });
    expect(policy?.spec.ingress).toEqual([{ from: [SAME] }]);
    expect(said).toEqual([]);
  });

  it('lets in pods of other namespaces, which then counts as declared', () => {
    const from = [{ namespace: 'monitoring', labels: { app: 'prometheus' }, ports: [8080] }];
    const { policy, said } = synth({ from });
    expect(policy?.spec.ingress).toEqual([
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
            podSelector: { matchLabels: { app: 'prometheus' } },
          },
        ],
        ports: [{ protocol: 'TCP', port: 8080 }],
      },
    ]);
    expect(said).toEqual([]);
  });

  it('denies egress but for DNS over UDP and TCP, the namespace itself and the Kubernetes API', () => {
    const { policy } = synth({ egress: true, sameNamespace: true, kubernetesApi: ['10.0.0.1:6443'] });
    expect(policy?.spec.policyTypes).toEqual(['Ingress', 'Egress']);
    expect(policy?.spec.egress).toEqual(
      [
        { to: [SAME] },
        {
          to: [{ ipBlock: { cidr: '10.0.0.1/32' } }],
          ports: [{ protocol: 'TCP', port: 6443 }],
        },
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
              podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
            },
          ],
          ports: [
            { protocol: 'TCP', port: 53 },
            { protocol: 'UDP', port: 53 },
          ],
        },
      ].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    );
  });

  it('labels the Namespace of the chart, or makes one', () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    const { objects } = synth({ labels });
    const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
    expect(namespaces.map(({ metadata }) => metadata.labels)).toEqual([labels]);

    const bare = new Chart(Testing.app(), 'bare', { namespace: 'bare' });
    new NamespaceBaseline(bare, 'baseline', { labels });
    expect(Testing.synth(bare)).toContainEqual(
      expect.objectContaining({ kind: 'Namespace', metadata: { name: 'bare', labels } }),
    );
  });

  it('is not written in shadow, though its Namespace is', () => {
    const { objects, policy } = synth({ labels: { team: 'a' } }, { enforcement: 'shadow' });
    expect(policy).toBeUndefined();
    expect(objects.find(({ kind }) => kind === 'Namespace')?.metadata.labels).toEqual({ team: 'a' });
  });

  it('takes the place of a default deny, here and everywhere', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    deployment(chart, 'cart');
    new NamespaceBaseline(chart, 'baseline');
    expect(() => new DefaultDeny(chart, 'deny')).toThrow(/already denies all ingress/);
    DefaultDeny.everywhere(app);
    attach(app);
    const policies = (Testing.synth(chart) as Manifest[]).filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies.map(({ metadata: { name } }) => name)).toEqual(['namespace-baseline']);
  });

  it.each<[string, object, RegExp]>([
    ['a misspelt field', { sameNamespaces: true }, /Did you mean sameNamespace\?/],
    ['DNS without egress', { dns: false }, /egress is not denied/],
    ['the API without egress', { kubernetesApi: ['10.0.0.1:6443'] }, /egress is not denied/],
    ['an empty selector', { from: [{ namespace: 'a', labels: {} }] }, /no labels select every pod/],
    ['a misspelt field of a caller', { from: [{ namespace: 'a', port: [1] }] }, /Did you mean ports\?/],
    ['no namespace of a caller', { from: [{ namespace: 'A' }] }, /not the name of a namespace/],
    ['an empty list of ports', { from: [{ namespace: 'a', ports: [] }] }, /empty list/],
  ])('refuses %s', (_what, props, message) => {
    const chart = new Chart(Testing.app(), 'shop', { namespace: 'shop' });
    expect(() => new NamespaceBaseline(chart, 'baseline', props)).toThrow(message);
    expect(chart.node.children.filter((child) => ApiObject.isApiObject(child))).toEqual([]);
  });
});
