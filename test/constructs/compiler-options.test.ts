import { ApiObject, Testing, type App } from 'cdk8s';
import {
  ClientIntents,
  DefaultDeny,
  IntentsCompiler,
  Target,
  type IntentsCompilerOptions,
} from 'cdk8s-intents';
import { attach, deployment, find, namespace, serious, synth } from './apps';

/** A shop behind an Ingress, under a default deny for both directions. */
function shop(): { app: App; chart: ReturnType<typeof namespace> } {
  const app = Testing.app();
  const chart = namespace(app, 'shop');
  const web = deployment(chart, 'web', { port: 8080 });
  new ApiObject(chart, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
  });
  new ApiObject(chart, 'ingress', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web' },
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  });
  new ClientIntents(chart, 'web-calls', {
    workload: web,
    targets: [Target.kubernetesApi(), Target.internet({ ips: ['203.0.113.7'], ports: [443] })],
  });
  return { app, chart };
}

function synthesize(options: IntentsCompilerOptions, deny = true) {
  const { app, chart } = shop();
  if (deny) new DefaultDeny(chart, 'deny', { egress: true });
  const { findings } = attach(app, { ...options, proof: 'report' });
  const manifests = synth(chart);
  return { manifests, names: manifests.map(({ metadata }) => metadata.name), found: serious(findings()) };
}

describe('options of the compiler', () => {
  it('by default open what is blocked, and say what is not known', () => {
    const { names, found } = synthesize({});
    expect(names).toEqual(expect.arrayContaining(['external-access-to-web', 'egress-from-web']));
    expect(found).toEqual([
      expect.stringMatching(/^error kubernetes-api-unknown/),
      expect.stringMatching(/^warning ingress-controller-unknown/),
    ]);
  });

  it('tell of the ingress controller and of the Kubernetes API', () => {
    const { manifests, found } = synthesize({
      ingressControllers: ['ingress/nginx'],
      kubernetesApi: ['10.0.0.1:6443'],
    });
    expect(find(manifests, 'NetworkPolicy', 'external-access-to-web').spec.ingress).toEqual([
      {
        from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress' } } }],
        ports: [{ protocol: 'TCP', port: 8080 }],
      },
    ]);
    expect(JSON.stringify(find(manifests, 'NetworkPolicy', 'egress-from-web').spec)).toContain('10.0.0.1/32');
    expect(found).toEqual([expect.stringMatching(/^warning ingress-controller-not-found/)]);
  });

  it('tell of the API server, of Gateways and of scrapers', () => {
    const { app, chart } = shop();
    const object = (apiVersion: string, kind: string, more: object): void => {
      new ApiObject(chart, kind, { apiVersion, kind, metadata: { name: 'check' }, ...more });
    };
    const service = { name: 'web', namespace: 'shop', port: 80 };
    const webhooks = [{ name: 'check.example.com', clientConfig: { service } }];
    object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', { webhooks });
    object('gateway.networking.k8s.io/v1', 'HTTPRoute', {
      spec: { parentRefs: [{ name: 'public' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
    });
    object('monitoring.coreos.com/v1', 'PodMonitor', {
      spec: { selector: { matchLabels: { app: 'web' } }, podMetricsEndpoints: [{}] },
    });
    for (const name of ['edge', 'prometheus']) deployment(chart, name);
    new DefaultDeny(chart, 'deny');
    const { findings } = attach(app, {
      profile: 'selectors',
      ingressControllers: ['shop/edge'],
      gateways: ['shop/public=shop/edge'],
      metricsScrapers: ['shop/prometheus'],
      controlPlaneCidrs: ['203.0.113.0/28'],
    });
    const manifests = synth(chart);
    const rules = (name: string): unknown => find(manifests, 'NetworkPolicy', name).spec.ingress;
    const from = (app: string): object => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
      podSelector: { matchLabels: { app } },
    });
    const ports = [{ protocol: 'TCP', port: 8080 }];
    expect(rules('external-access-to-web')).toEqual([{ from: [from('edge')], ports }]);
    expect(rules('metrics-collection-access-to-pod-web')).toEqual([{ from: [from('prometheus')], ports }]);
    expect(rules('webhook-check-access-to-web')).toEqual([
      { from: [{ ipBlock: { cidr: '203.0.113.0/28' } }], ports },
    ]);
    expect(serious(findings())).toEqual([]);
  });

  it('turn both off', () => {
    const { names } = synthesize({ externalTraffic: 'off', egress: false });
    expect(names).not.toContain('external-access-to-web');
    expect(names).not.toContain('egress-from-web');
  });

  it('make both without anything that blocks, and nothing by default then', () => {
    const made = ['external-access-to-web', 'egress-from-web'];
    const options = { externalTraffic: 'always', egress: true, kubernetesApi: ['10.0.0.1:6443'] } as const;
    expect(synthesize(options, false).names).toEqual(expect.arrayContaining(made));
    for (const name of made) expect(synthesize({}, false).names).not.toContain(name);
  });

  it('protect what a ProtectedService of the app names', () => {
    const { app, chart } = shop();
    new ApiObject(chart, 'protected', {
      apiVersion: 'k8s.otterize.com/v2beta1',
      kind: 'ProtectedService',
      metadata: { name: 'web' },
      spec: { name: 'web' },
    });
    attach(app, { proof: 'report' });
    const names = synth(chart).map(({ metadata }) => metadata.name);
    expect(names).toEqual(expect.arrayContaining(['default-deny-web', 'external-access-to-web']));
  });
});

describe('options that cannot be used are refused where they are given', () => {
  const refused = (options: unknown): string => {
    try {
      IntentsCompiler.attach(Testing.app(), options as IntentsCompilerOptions);
      return 'nothing';
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each<[unknown, string]>([
    [null, 'options is null. Write an object with the fields profile, '],
    ['seed', 'options is "seed". Write an object'],
    [{ proff: 'error' }, 'options has a field proff that nobody knows. Did you mean proof?'],
    [{ constructor: 1 }, 'options has a field constructor that nobody knows. The fields are profile, '],
    [
      { profile: 'sed' },
      'profile is "sed", which is none of "seed", "otterize", "selectors". Did you mean "seed"?',
    ],
    [{ profile: 'constructor' }, 'profile is "constructor", which is none of'],
    [{ proof: 'maybe' }, 'proof is "maybe", which is none of "error", "report", "off". Write one of them.'],
    [{ proof: true }, 'proof is true, which is none of'],
    [{ proof: null }, 'proof is null, which is none of'],
    [{ excess: 'warn' }, 'excess is "warn", which is none of "error", "warning", "info"'],
    [
      { egress: 'on' },
      'egress is "on", which is none of "if-blocked", "always", "off", true, false. Write one of them.',
    ],
    [{ externalTraffic: true }, 'externalTraffic is true, which is none of "if-blocked", "always", "off"'],
    [{ podCidrs: '10.0.0.0/8' }, 'podCidrs is "10.0.0.0/8", not a list'],
    [{ podCidrs: ['10.0.0.1/8'] }, 'podCidrs[0] is "10.0.0.1/8", which is no CIDR: '],
    [{ nodeCidrs: ['10.0.0.0/8', 7] }, 'nodeCidrs[1] is 7, not a CIDR'],
    [{ ingressControllers: ['nginx'] }, 'ingressControllers[0] is "nginx", not namespace/name'],
    [{ ingressControllers: ['a/b/c'] }, 'ingressControllers[0] is "a/b/c", not namespace/name'],
    [{ gateways: ['public'] }, 'gateways[0] is "public", not namespace/gateway=namespace/name'],
    [{ gateways: ['a/b=c/d=e/f'] }, 'gateways[0] is "a/b=c/d=e/f", not namespace/gateway=namespace/name'],
    [{ metricsScrapers: ['prometheus'] }, 'metricsScrapers[0] is "prometheus", not namespace/name'],
    [{ metricsScrapers: 'monitoring/prometheus' }, 'metricsScrapers is "monitoring/prometheus", not a list'],
    [{ webhookTraffic: 'on' }, 'webhookTraffic is "on", which is none of "if-blocked", "always", "off"'],
    [{ controlPlaneCidrs: ['10.0.0.1'] }, 'controlPlaneCidrs[0] is "10.0.0.1", which is no CIDR: '],
    [{ kubernetesApi: ['10.0.0.1'] }, 'kubernetesApi[0] is "10.0.0.1": it is not address:port'],
    [{ kubernetesApi: ['10.0.0.1:99999'] }, 'kubernetesApi[0] is 99999: it is not a port'],
    [{ kubernetesApi: [6443] }, 'kubernetesApi[0] is 6443, not text'],
    [{ dns: true }, 'dns is true. Write an object with the fields pods and nodeLocalAddresses'],
    [{ dns: { pod: [] } }, 'dns has a field pod that nobody knows. Did you mean pods?'],
    [{ dns: { pods: [{ namespace: 'kube-system' }] } }, 'dns.pods[0].labels is undefined, not labels'],
    [{ dns: { pods: [{ namespace: 'kube-system', labels: {} }] } }, 'no labels select every pod'],
    [{ dns: { nodeLocalAddresses: ['dns'] } }, 'dns.nodeLocalAddresses[0] is "dns"'],
    [{ podTemplateKinds: [{ group: 'x', kind: 'Y', pth: [] }] }, 'Did you mean path?'],
    [{ podTemplateKinds: [{ group: 'x', kind: '', path: [] }] }, 'podTemplateKinds[0].kind is ""'],
    [{ onFindings: 'print' }, 'onFindings is "print", not a function'],
  ])('%j', (options, message) => {
    expect(refused(options)).toContain(message);
    expect(refused(options)).toMatch(/^IntentsCompiler: /);
  });

  it('takes options that are undefined as left out', () => {
    expect(refused({ profile: undefined, podCidrs: undefined, dns: undefined })).toBe('nothing');
    expect(refused(undefined)).toBe('nothing');
  });

  it('refuses to be attached to anything but the app', () => {
    const chart = namespace(Testing.app(), 'shop');
    expect(() => IntentsCompiler.attach(chart as unknown as App)).toThrow(
      'IntentsCompiler: it is attached to the construct shop, which is not the App. Write IntentsCompiler.attach(app)',
    );
    expect(() => IntentsCompiler.attach(undefined as unknown as App)).toThrow('attached to undefined');
  });
});
