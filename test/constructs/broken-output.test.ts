import {
  ApiObject,
  Chart,
  JsonPatch,
  Testing,
  type App,
  type IResolver,
  type ResolutionContext,
} from 'cdk8s';
import {
  CalicoDefaultDeny,
  ClientIntents,
  DefaultDeny,
  NetworkPolicy,
  Peer,
  Target,
  Tier,
  type IntentsCompilerOptions,
} from 'cdk8s-intents';
import { attach, deployment, namespace, serious, type Manifest } from './apps';

/**
 * The proof is no pass-through: each test breaks one part of what would be written and reads the words of the
 * finding. A resolver of the app's own breaks the output the way a faulty plugin or patch would, after the compiler.
 */
function shop() {
  const app = Testing.app();
  const chart = namespace(app, 'shop');
  const cart = deployment(chart, 'cart', { port: 7070 });
  const frontend = deployment(chart, 'frontend', { port: 8080 });
  deployment(chart, 'stranger');
  new ClientIntents(chart, 'frontend-calls', {
    workload: frontend,
    targets: [Target.workload(cart, { ports: [7070] })],
  });
  return { app, chart };
}

/** Replaces what an object renders to under one key path. */
function breakField(
  app: App,
  kind: string,
  name: string,
  path: string,
  change: (value: any) => unknown,
): void {
  const done = new WeakSet();
  const resolver: IResolver = {
    resolve: (context: ResolutionContext) => {
      if (context.obj.kind !== kind || context.obj.name !== name || context.key.join('.') !== path) return;
      const value: unknown = context.value;
      if (typeof value === 'object' && value !== null) {
        if (done.has(value)) return;
        const changed = change(value);
        if (typeof changed === 'object' && changed !== null) done.add(changed);
        context.replaceValue(changed);
      } else if (change(value) !== value) {
        context.replaceValue(change(value));
      }
    },
  };
  app.resolvers.unshift(resolver);
}

function findingsOf(app: App, options: IntentsCompilerOptions = {}): string[] {
  const { findings } = attach(app, { ...options, proof: 'report' });
  app.synthYaml();
  return serious(findings());
}

const POLICY = 'access-to-cart-from-shop';

describe('breaking one part of the output', () => {
  it('nothing broken: nothing found', () => {
    expect(findingsOf(shop().app)).toEqual([]);
  });

  it('labels are added after all that the app does to an object: its resolvers and overrides cannot lose them', () => {
    const { app, chart } = shop();
    const frontend = ApiObject.of(chart.node.findChild('frontend'));
    const original = frontend.toJson.bind(frontend);
    frontend.toJson = () => {
      const json = original() as Manifest;
      json.spec.template.metadata.labels = { app: 'frontend' };
      return json;
    };
    breakField(app, 'Namespace', 'shop', 'metadata', ({ labels: _dropped, ...metadata }) => metadata);
    expect(findingsOf(app)).toEqual([]);
  });

  it('the label of the server dropped: it is open to all', () => {
    const { app } = shop();
    breakField(app, 'NetworkPolicy', POLICY, 'spec.podSelector', () => ({ matchLabels: { app: 'card' } }));
    expect(findingsOf(app)).toEqual([
      expect.stringMatching(
        /^error server-not-isolated: No policy isolates shop\/cart\[Deployment\]: everybody can call it/,
      ),
      expect.stringContaining(
        'warning policy-selects-nothing: NetworkPolicy/shop/access-to-cart-from-shop selects no pod of the manifests (app=card)',
      ),
    ]);
  });

  it('the label of the server dropped under a default deny: nobody reaches it', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny');
    breakField(app, 'NetworkPolicy', POLICY, 'spec.podSelector', () => ({ matchLabels: { app: 'card' } }));
    expect(findingsOf(app)).toEqual([
      expect.stringMatching(
        /^error declared-call-denied: .*ingress of shop\/cart\[Deployment\] is denied by NetworkPolicy\/shop\/default-deny-ingress/,
      ),
      expect.stringContaining(
        'warning policy-selects-nothing: NetworkPolicy/shop/access-to-cart-from-shop selects no pod of the manifests (app=card)',
      ),
    ]);
  });

  it('the policy deleted', () => {
    const { app } = shop();
    breakField(app, 'NetworkPolicy', POLICY, 'kind', () => 'ConfigMap');
    expect(findingsOf(app)).toEqual([expect.stringMatching(/^error server-not-isolated/)]);
  });

  it('the port of the policy changed', () => {
    const { app } = shop();
    breakField(app, 'NetworkPolicy', POLICY, 'spec.ingress.0.ports.0', () => ({
      protocol: 'TCP',
      port: 7071,
    }));
    expect(findingsOf(app)).toEqual([
      expect.stringMatching(
        /^error declared-call-denied: .* would not work on TCP 7070 \(TCP 7071 would work\)/,
      ),
      expect.stringMatching(
        /^warning undeclared-access: NetworkPolicy\/shop\/access-to-cart-from-shop lets shop\/frontend\[Deployment\] reach shop\/cart\[Deployment\] on TCP 7071/,
      ),
    ]);
  });

  it('the peer of the policy widened', () => {
    const { app } = shop();
    breakField(app, 'NetworkPolicy', POLICY, 'spec.ingress.0.from.0', () => ({ podSelector: {} }));
    expect(findingsOf(app)).toEqual([
      expect.stringMatching(
        /^warning undeclared-access: NetworkPolicy\/shop\/access-to-cart-from-shop lets shop\/stranger\[Deployment\] reach shop\/cart\[Deployment\] on TCP 7070, which no intent declares/,
      ),
    ]);
  });

  it('a stranger wears the access label', () => {
    const { app, chart } = shop();
    const stranger = ApiObject.of(chart.node.findChild('stranger'));
    stranger.addJsonPatch(
      JsonPatch.add('/spec/template/metadata/labels/intents.otterize.com~1access-cart-shop-78c639', 'true'),
    );
    const found = findingsOf(app);
    expect(found).toEqual([
      expect.stringMatching(
        /^error stale-access-label: the pods of Deployment shop\/stranger .* can make a call that is not declared/,
      ),
      expect.stringMatching(
        /^warning undeclared-access: .* lets shop\/stranger\[Deployment\] reach shop\/cart/,
      ),
    ]);
  });

  it('a policy written by hand opens a protected server', () => {
    const { app, chart } = shop();
    new NetworkPolicy(chart, 'open-cart', {
      pods: { app: 'cart' },
      ingress: [{ peers: [Peer.pods({ labels: { app: 'stranger' } })] }],
    });
    expect(findingsOf(app)).toEqual([
      expect.stringMatching(
        /^warning undeclared-access: NetworkPolicy\/shop\/open-cart lets shop\/stranger\[Deployment\] reach shop\/cart\[Deployment\] on every port and protocol/,
      ),
    ]);
  });

  it.each([
    [{ anyNamespace: true }, 'one without labels in any other namespace'],
    [
      { namespace: 'attacker' },
      'one without labels in a namespace with kubernetes.io/metadata.name=attacker',
    ],
    [{ labels: { app: 'probe' } }, 'one with app=probe in namespace shop'],
  ] as const)('a policy written by hand lets in pods that are not in the manifests: %j', (peer, example) => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    const srv = deployment(chart, 'srv', { port: 8080 });
    const client = deployment(chart, 'client');
    new ClientIntents(chart, 'client-calls', { workload: client, targets: [Target.workload(srv)] });
    new NetworkPolicy(chart, 'hw', { pods: { app: 'srv' }, ingress: [{ peers: [Peer.pods(peer)] }] });
    expect(findingsOf(app, { excess: 'error' })).toEqual([
      `error undeclared-access: NetworkPolicy/shop/hw lets pods that are not in these manifests (for example ${example}) reach shop/srv[Deployment] on every port and protocol, which no intent declares`,
    ]);
  });

  it('a policy written by hand opens more ports to a declared client: only that policy is blamed', () => {
    const { app, chart } = shop();
    new NetworkPolicy(chart, 'open-cart', {
      pods: { app: 'cart' },
      ingress: [{ peers: [Peer.pods({ labels: { app: 'frontend' } })] }],
    });
    const { findings } = attach(app);
    app.synthYaml();
    expect(findings().filter(({ id }) => id === 'undeclared-access')).toEqual([
      expect.objectContaining({
        message:
          'NetworkPolicy/shop/open-cart lets shop/frontend[Deployment] reach shop/cart[Deployment] on all but TCP 7070, which no intent declares',
        mend: 'Declare the call with ClientIntents, or narrow NetworkPolicy/shop/open-cart.',
      }),
    ]);
  });

  it('fails the synth for undeclared access when told to', () => {
    const { app, chart } = shop();
    new NetworkPolicy(chart, 'open-cart', {
      pods: { app: 'cart' },
      ingress: [{ peers: 'anyone', ports: [7070] }],
    });
    attach(app, { excess: 'error' });
    expect(() => app.synthYaml()).toThrow(
      /error undeclared-access: NetworkPolicy\/shop\/open-cart[^]*any address outside the cluster/,
    );
  });

  it('a default deny that misses its namespace', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny');
    breakField(app, 'NetworkPolicy', 'default-deny-ingress', 'spec.podSelector', () => ({
      matchLabels: { app: 'cart' },
    }));
    expect(findingsOf(app)).toEqual([
      expect.stringMatching(
        /^error default-deny-misses-workload: No policy isolates shop\/frontend\[Deployment\] for ingress/,
      ),
      expect.stringMatching(
        /^error default-deny-misses-workload: No policy isolates shop\/stranger\[Deployment\] for ingress/,
      ),
    ]);
  });

  it('egress of the client denied by a default deny: a policy lets it out', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny', { egress: true });
    expect(findingsOf(app)).toEqual([]);
    expect(app.synthYaml()).toContain('name: egress-from-frontend');
  });

  it('egress of the client denied, and told to make no egress policies', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny', { egress: true });
    expect(findingsOf(app, { egress: false })).toEqual([
      expect.stringMatching(
        /^error declared-call-denied: .* egress of shop\/frontend\[Deployment\] is denied by NetworkPolicy\/shop\/default-deny$/,
      ),
    ]);
  });

  it('egress of the client denied for the whole cluster: a NetworkPolicy comes before the deny and lets it out (calico-policy-model 5.1)', () => {
    const { app } = shop();
    new CalicoDefaultDeny(new Chart(app, 'cluster'), 'deny', { direction: 'egress' });
    expect(findingsOf(app)).toEqual([]);
    expect(app.synthYaml()).toContain('name: egress-from-frontend');
  });

  it('egress of the client denied in a tier of its own: a NetworkPolicy would cut what that tier allows, so none is made', () => {
    const { app } = shop();
    const cluster = new Chart(app, 'cluster');
    new Tier(cluster, 'last', { name: 'last', order: 2_000_000 });
    new CalicoDefaultDeny(cluster, 'deny', { direction: 'egress', tier: 'last' });
    expect(findingsOf(app)).toEqual([
      expect.stringMatching(
        /^error declared-call-denied: .* egress of shop\/frontend\[Deployment\] is denied by GlobalNetworkPolicy\/last.global-deny-egress$/,
      ),
    ]);
  });

  it('a call to the internet that a policy of an earlier tier denies', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    const frontend = deployment(chart, 'frontend');
    new ClientIntents(chart, 'frontend-calls', {
      workload: frontend,
      targets: [Target.internet({ ips: ['1.2.3.0/24'], ports: [443] })],
    });
    const cluster = new Chart(app, 'cluster');
    new Tier(cluster, 'first', { name: 'first', order: 10 });
    new CalicoDefaultDeny(cluster, 'deny', { direction: 'egress', tier: 'first' });
    expect(findingsOf(app)).toEqual([
      'error declared-call-denied: The declared call of shop/frontend[Deployment] to 1.2.3.0/24 would not work on TCP 443: egress of shop/frontend[Deployment] is denied by GlobalNetworkPolicy/first.global-deny-egress',
    ]);
  });

  it('a call to the Kubernetes API with egress denied, and told to make no egress policies', () => {
    const app = Testing.app();
    const chart = namespace(app, 'shop');
    const frontend = deployment(chart, 'frontend');
    new ClientIntents(chart, 'frontend-calls', { workload: frontend, targets: [Target.kubernetesApi()] });
    new CalicoDefaultDeny(new Chart(app, 'cluster'), 'deny', { direction: 'egress' });
    expect(findingsOf(app, { egress: false, kubernetesApi: ['10.0.0.1:6443'] })).toEqual([
      expect.stringMatching(
        /^error declared-call-denied: .* to the Kubernetes API at 10\.0\.0\.1\/32 would not work on TCP 6443: .* denied by GlobalNetworkPolicy\//,
      ),
    ]);
  });

  it('egress denied by a NetworkPolicy that an Allow of the same tier widens (calico-policy-model 5.3)', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny', { egress: true });
    new CalicoDefaultDeny(new Chart(app, 'cluster'), 'egress', {
      direction: 'egress',
      allow: { pods: true, internet: { ports: [443] } },
    });
    expect(findingsOf(app)).toContainEqual(
      expect.stringMatching(
        /^warning calico-allow-widens-policy: NetworkPolicy\/shop\/default-deny isolates shop\/.* for egress/,
      ),
    );
  });

  it('egress that lets calls inside the cluster through needs no more', () => {
    const { app } = shop();
    new CalicoDefaultDeny(new Chart(app, 'cluster'), 'deny', { direction: 'egress', allow: { pods: true } });
    expect(findingsOf(app)).toEqual([]);
    expect(app.synthYaml()).not.toContain('egress-from');
  });

  it('a server that nobody calls, under a default deny, opened by a policy of the app', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny');
    new NetworkPolicy(chart, 'hw', {
      pods: { app: 'stranger' },
      ingress: [{ peers: 'anyone', ports: [80] }],
    });
    expect(findingsOf(app)).toEqual([
      'warning undeclared-access: NetworkPolicy/shop/hw lets 2 workloads (shop/cart[Deployment], shop/frontend[Deployment]) reach shop/stranger[Deployment] on TCP 80, which no intent declares',
      'warning undeclared-access: NetworkPolicy/shop/hw lets any address outside the cluster reach shop/stranger[Deployment] on TCP 80, which no intent declares',
    ]);
  });

  it('the same with excess that fails', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny');
    new NetworkPolicy(chart, 'hw', {
      pods: { app: 'stranger' },
      ingress: [{ peers: 'anyone', ports: [80] }],
    });
    expect(findingsOf(app, { excess: 'error' }).filter((line) => line.startsWith('error'))).toHaveLength(2);
  });

  it('the way in from outside lost', () => {
    const { app, chart } = shop();
    new DefaultDeny(chart, 'deny');
    new ApiObject(chart, 'external', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'external' },
      spec: { type: 'LoadBalancer', selector: { app: 'frontend' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    breakField(app, 'NetworkPolicy', 'external-access-to-external', 'spec.podSelector', () => ({
      matchLabels: { app: 'fronted' },
    }));
    expect(findingsOf(app)).toEqual([
      expect.stringMatching(
        /^error external-access-denied: Service shop\/external \(LoadBalancer\) offers shop\/frontend\[Deployment\] to the outside, but addresses outside the cluster cannot reach it on TCP 8080: denied by NetworkPolicy\/shop\/default-deny-ingress$/,
      ),
      expect.stringContaining(
        'warning policy-selects-nothing: NetworkPolicy/shop/external-access-to-external selects no pod of the manifests (app=fronted)',
      ),
    ]);
  });
});
