import { ApiObject, Testing, type App } from 'cdk8s';
import { ClientIntents, DefaultDeny, Target, type IntentsCompilerOptions } from 'cdk8s-intents';
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
