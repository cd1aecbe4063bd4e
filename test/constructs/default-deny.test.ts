import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { CalicoDefaultDeny, CALICO_SYSTEM_NAMESPACES, DefaultDeny } from 'cdk8s-intents';
import { attach, deployment, find, namespace, serious, synth } from './apps';

describe('DefaultDeny', () => {
  it('is default-deny-ingress as everybody writes it', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    new DefaultDeny(chart, 'deny');
    expect(find(synth(chart), 'NetworkPolicy', 'default-deny-ingress')).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'default-deny-ingress', namespace: 'shop' },
      spec: { podSelector: {}, policyTypes: ['Ingress'] },
    });
  });

  it('keeps DNS over UDP and TCP when it denies egress', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    new DefaultDeny(chart, 'deny', { ingress: false, egress: true });
    expect(find(synth(chart), 'NetworkPolicy', 'default-deny-egress').spec).toEqual({
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [
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
      ],
    });
  });

  it('is refused when the namespace has one for that direction already, wherever it stands', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    const first = new DefaultDeny(chart, 'deny');
    const second = new Chart(app, 'more', { namespace: 'shop' });
    expect(() => new DefaultDeny(second, 'deny', { egress: true })).toThrow(
      'more/deny: shop/deny already denies all ingress of namespace shop. Remove one of the two.',
    );
    new DefaultDeny(second, 'egress', { ingress: false, egress: true });
    chart.node.tryRemoveChild(first.node.id);
    new DefaultDeny(second, 'deny');
    expect(synth(second).map(({ metadata }) => metadata.name)).toEqual([
      'default-deny-egress',
      'default-deny-ingress',
    ]);
  });

  it('says at construction what it cannot do', () => {
    const app = Testing.app();
    expect(() => new DefaultDeny(new Chart(app, 'bare'), 'deny')).toThrow(
      "bare/deny: its chart bare has no namespace. Write new Chart(app, 'bare', { namespace: '…' }).",
    );
    const chart = namespace(app, 'shop');
    expect(() => new DefaultDeny(chart, 'none', { ingress: false })).toThrow(
      'shop/none: it denies neither ingress nor egress.',
    );
    expect(() => new DefaultDeny(chart, 'dns', { dns: {} })).toThrow(
      'dns is given, but egress is not denied',
    );
    expect(() => new DefaultDeny(chart, 'typo', JSON.parse('{"egres":true}'))).toThrow(
      'shop/typo: egres is true: there is no such option. Did you mean egress?',
    );
    expect(() => new DefaultDeny(chart, 'typo', JSON.parse('{"egress":true,"dns":{"pod":[]}}'))).toThrow(
      'shop/typo: dns.pod is []: there is no such option. Did you mean pods?',
    );
    expect(() => DefaultDeny.everywhere(app, JSON.parse('{"exempt":"legacy"}'))).toThrow(
      'default-deny-everywhere: exempt is "legacy": it must be a list.',
    );
    expect(() => DefaultDeny.everywhere(app, JSON.parse('{"exmpt":["legacy"]}'))).toThrow(
      'default-deny-everywhere: exmpt is ["legacy"]: there is no such option. Did you mean exempt?',
    );
  });
});

describe('DefaultDeny.everywhere', () => {
  const denied = (app: App): string[] =>
    app.charts
      .flatMap((chart) => synth(chart))
      .filter(({ kind }) => kind === 'NetworkPolicy')
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
      .sort();

  it('covers each namespace of the app, those that come later and those without a chart too', () => {
    const app = new App({ outdir: Testing.app().outdir });
    namespace(app, 'shop');
    DefaultDeny.everywhere(app, { exempt: ['legacy'] });
    deployment(namespace(app, 'later'), 'a');
    namespace(app, 'legacy');
    const other = new Chart(app, 'other');
    new ApiObject(other, 'elsewhere', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: 'elsewhere' },
    });
    new ApiObject(other, 'nowhere', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } });
    new ApiObject(other, 'role', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'r' },
    });
    const { findings } = attach(app);
    expect(denied(app)).toEqual([
      'default/default-deny-ingress',
      'elsewhere/default-deny-ingress',
      'later/default-deny-ingress',
      'shop/default-deny-ingress',
    ]);
    expect(
      findings()
        .filter(({ id }) => id === 'default-deny-exempt')
        .map(({ object }) => object),
    ).toEqual(['Namespace/legacy']);
    expect(serious(findings())).toEqual([]);
  });

  it('leaves to a DefaultDeny what it denies, and adds the rest', () => {
    const app = new App({ outdir: Testing.app().outdir });
    new DefaultDeny(namespace(app, 'both'), 'deny', { egress: true, dns: false });
    new DefaultDeny(namespace(app, 'half'), 'deny');
    namespace(app, 'none');
    DefaultDeny.everywhere(app, { egress: true });
    const { findings } = attach(app);
    expect(denied(app)).toEqual([
      'both/default-deny',
      'half/default-deny-egress',
      'half/default-deny-ingress',
      'none/default-deny',
    ]);
    expect(serious(findings())).toEqual([]);
    expect(() => DefaultDeny.everywhere(app)).toThrow('the app has a default deny everywhere already');
  });

  it('needs no compiler', () => {
    const app = new App({ outdir: Testing.app().outdir });
    namespace(app, 'shop');
    DefaultDeny.everywhere(app, { egress: true });
    expect(app.synthYaml()).toContain('name: default-deny\n');
  });

  it('does not number the files of the charts', () => {
    const app = new App({ outdir: Testing.app().outdir });
    const other = new Chart(app, 'other');
    new ApiObject(other, 'elsewhere', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: 'elsewhere' },
    });
    DefaultDeny.everywhere(app);
    app.synthYaml();
    expect(app.charts.map((chart) => chart.node.id)).toEqual(['other']);
  });
});

describe('CalicoDefaultDeny', () => {
  it('writes global-deny-ingress of the worked example (calico-policy-model 6.1), never selecting hosts', () => {
    const app = Testing.app();
    const chart = new Chart(app, 'cluster', { namespace: 'ops' });
    new CalicoDefaultDeny(chart, 'deny', {
      direction: 'ingress',
      exemptNamespaces: [...CALICO_SYSTEM_NAMESPACES, 'otterize-system'],
    });
    expect(synth(chart)).toEqual([
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkPolicy',
        metadata: { name: 'global-deny-ingress' },
        spec: {
          tier: 'default',
          namespaceSelector:
            'has(projectcalico.org/name) && projectcalico.org/name not in {"calico-apiserver", "calico-system", "kube-system", "otterize-system"}',
          types: ['Ingress'],
        },
      },
    ]);
  });

  it('names the construct when an option cannot be used', () => {
    const chart = new Chart(Testing.app(), 'cluster');
    expect(
      () => new CalicoDefaultDeny(chart, 'deny', { direction: 'ingress', exemptNamespaces: ['Kube System'] }),
    ).toThrow(/^cluster\/deny: exemptNamespaces\[0\] is "Kube System": /);
  });

  it('is proved to cover the app: an allowing policy that comes before it in the order is no escape from isolation', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    deployment(chart, 'cart', { port: 80 });
    const cluster = new Chart(app, 'cluster');
    new CalicoDefaultDeny(cluster, 'deny', {
      direction: 'ingress',
      exemptNamespaces: ['kube-system', 'otterize-system'],
    });
    const { findings } = attach(app);
    synth(chart);
    expect(serious(findings())).toEqual([]);
  });
});
