import { cliOn } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const CALICO = `${SHOP}---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: no-probes }
spec:
  order: 10
  selector: app == 'cart'
  types: [Ingress]
  ingress:
    - action: Deny
      protocol: TCP
      source: { selector: app == 'frontend' }
      destination: { ports: [7070] }
`;

async function explain(manifests: string, from: string, to: string, ...words: string[]) {
  const all = ['explain', '--from', from, '--to', to, ...words, '-', '-o', 'json'];
  const { out, code } = await cliOn(manifests, ...all);
  expect(code).toBe(0);
  return parseChecked('explain', out);
}

describe('intents explain -o json', () => {
  it('names policy, rule, file and line for each direction', async () => {
    const json = await explain(SHOP, 'shop/frontend', 'shop/cart', '--port', 'grpc');
    expect(json).toEqual({
      version: 1,
      from: 'shop/frontend[Deployment]',
      to: 'shop/cart[Deployment]',
      protocol: 'TCP',
      port: 7070,
      verdict: 'allow',
      egress: { verdict: 'allow', isolated: false, decidedBy: [] },
      ingress: {
        verdict: 'allow',
        isolated: true,
        decidedBy: [
          { policy: 'NetworkPolicy/shop/cart', rule: 0, action: 'allow', place: { file: 'stdin', line: 37 } },
        ],
      },
      findings: [],
      unknown: [],
    });
  });

  it('takes a Service and its port after translation (network-policy-semantics 2.1 item 15)', async () => {
    const json = await explain(SHOP, 'shop/frontend', 'svc/shop/cart', '--port', 'api');
    expect(json).toMatchObject({ to: 'shop/cart[Deployment]', port: 7070, verdict: 'allow' });
  });

  it('takes the port of a headless Service as the port of its pods: nothing translates it', async () => {
    const headless = SHOP.replace(
      'spec: { selector: { app: cart }',
      'spec: { clusterIP: None, selector: { app: cart }',
    );
    const asked = async (port: string): Promise<unknown> =>
      explain(headless, 'shop/frontend', 'svc/shop/cart', '--port', port);
    expect(await asked('80')).toMatchObject({ port: 80, verdict: 'deny' });
    expect(await asked('7070')).toMatchObject({ port: 7070, verdict: 'allow' });
    expect(await asked('api')).toMatchObject({ port: 7070, verdict: 'allow' });
  });

  it.each([
    [
      'type: ExternalName, externalName: db.example.com',
      /another name for db\.example\.com: ask about its address/,
    ],
    [
      'type: ClusterIP',
      /no selector, so it is not known who is behind it: ask about the address it leads to/,
    ],
  ])('has no answer for a Service of %s, and says what to ask instead', async (spec, message) => {
    const other = SHOP.replace('spec: { selector: { app: cart }', `spec: { ${spec}`);
    const words = ['--from', 'shop/frontend', '--to', 'svc/shop/cart', '--port', '80'];
    const { err, code } = await cliOn(other, 'explain', ...words, '-');
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('tells the smallest mend: the intent, or the rule', async () => {
    const { verdict, mend } = await explain(SHOP, 'tools/probe', 'shop/cart', '--port', '7070');
    expect(verdict).toBe('deny');
    expect(mend).toBe(`Declare the call: in a ClientIntents for probe in namespace tools, add the target
  - service: { name: cart.shop }

Or by hand: in an ingress policy of shop/cart[Deployment], add the rule
  - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: tools } }, podSelector: { matchLabels: { app: probe } } }]
    ports: [{ protocol: TCP, port: 7070 }]`);
  });

  it('names the ClientIntents of the client when there is one, and ports that are open', async () => {
    const intents = `${SHOP}---
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: frontend-calls, namespace: shop }
spec: { workload: { name: frontend }, targets: [{ kubernetes: { name: other } }] }
`;
    const { mend } = await explain(intents, 'shop/frontend', 'shop/cart', '--port', '9');
    expect(mend).toContain('shop/cart[Deployment] lets it in on other ports only: TCP 7070.');
    expect(mend).toContain(`in ClientIntents shop/frontend-calls (stdin:`);
  });

  it('names the rule that denies, and does not suggest to add one behind it', async () => {
    const json = await explain(CALICO, 'shop/frontend', 'shop/cart', '--port', '7070');
    expect(json.ingress.decidedBy).toEqual([
      expect.objectContaining({ policy: 'GlobalNetworkPolicy/no-probes', rule: 0, action: 'deny' }),
    ]);
    expect(json.mend).toContain('Narrow ingress[0] of GlobalNetworkPolicy/no-probes (stdin:');
    expect(json.mend).not.toContain('add the rule');
  });

  it('takes the address of a Service for the workload behind it', async () => {
    const live = SHOP.replace(
      'spec: { selector: { app: cart }',
      'spec: { clusterIP: 10.96.0.9, selector: { app: cart }',
    );
    const json = await explain(live, 'shop/frontend', '10.96.0.9', '--port', '80');
    expect(json).toMatchObject({ to: 'shop/cart[Deployment]', port: 7070, verdict: 'allow' });
  });

  it('takes the address of a pod for the pod, however it is written, and refuses one that several have', async () => {
    const live = (name: string): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: live } }
spec: { containers: [{ name: main, image: x }] }
status: { phase: Running, podIPs: [{ ip: 10.1.1.1 }, { ip: 'fd00::1' }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: live, namespace: shop }
spec: { podSelector: { matchLabels: { app: live } }, policyTypes: [Egress] }
`;
    for (const address of ['10.1.1.1', '10.1.1.1/32', 'fd00:0:0::0001'])
      expect(await explain(SHOP + live('one'), address, '8.8.8.8', '--port', '80')).toMatchObject({
        from: 'shop/one[Pod]',
        verdict: 'deny',
      });
    const words = ['explain', '--from', '10.1.1.1', '--to', '8.8.8.8', '--port', '80', '-'];
    expect((await cliOn(SHOP + live('one') + live('two'), ...words)).err).toContain(
      '10.1.1.1 is the address of shop/one[Pod] and shop/two[Pod]: name one of them.',
    );
  });

  it('says of a range whose addresses differ to ask about one of them', async () => {
    const block = `${SHOP}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: block, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/9 } }] }] }
`;
    const json = await explain(block, '10.0.0.0/8', 'shop/cart', '--port', '80');
    expect(json.verdict).toBe('unknown');
    expect(json.reason).toContain('Not all addresses of 10.0.0.0/8 are treated alike');
  });

  it('takes addresses, labels and ICMP', async () => {
    expect(await explain(SHOP, '8.8.8.8', 'shop/cart', '--port', '1')).toMatchObject({
      from: '8.8.8.8',
      verdict: 'deny',
    });
    expect(await explain(SHOP, 'ip:10.0.0.0/8', 'shop/cart', '--port', '1')).toMatchObject({
      from: '10.0.0.0-10.255.255.255',
    });
    expect(await explain(SHOP, 'pods:shop/app=frontend', 'shop/cart', '--port', '7070')).toMatchObject({
      from: 'pod in shop with app=frontend',
      verdict: 'allow',
    });
    expect(await explain(SHOP, 'shop/cart', '1.1.1.1', '--protocol', 'icmp', '--type', '8')).toMatchObject({
      protocol: 'ICMP',
      type: 8,
      code: 0,
      verdict: 'allow',
    });
  });
});

describe('intents explain for people', () => {
  it('goes from egress to ingress to the mend', async () => {
    const { out } = await cliOn(
      SHOP,
      'explain',
      '--from',
      'tools/probe',
      '--to',
      'shop/frontend',
      '--port',
      '8080',
      '-',
    );
    expect(out).toBe(`tools/probe[Deployment] -> shop/frontend[Deployment] TCP 8080: DENIED

Egress of tools/probe[Deployment]: open, no policy isolates it

Ingress of shop/frontend[Deployment]: isolated, and no rule lets it through; isolated by
  NetworkPolicy/shop/default-deny  stdin:26

Mend:
  Declare the call: in a ClientIntents for probe in namespace tools, add the target
    - kubernetes: { name: frontend.shop, kind: Deployment } # opens every port of it

  Or by hand: in an ingress policy of shop/frontend[Deployment], add the rule
    - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: tools } }, podSelector: { matchLabels: { app: probe } } }]
      ports: [{ protocol: TCP, port: 8080 }]
`);
  });

  it.each([
    [['--from', 'shop/cart', '--port', '1'], /required option '--to <peer>' not specified/],
    [['--from', 'shop/cart', '--to', 'shop/frontend'], /The port is missing/],
    [
      ['--from', 'shop/crt', '--to', 'shop/frontend', '--port', '1'],
      /--from: There is no workload shop\/crt in the manifests\. Did you mean shop\/cart\?/,
    ],
    [
      ['--from', 'svc/shop/crt', '--to', 'shop/frontend', '--port', '1'],
      /There is no Service shop\/crt in the manifests\. Did you mean svc\/shop\/cart\?/,
    ],
    [
      ['--from', 'Shop/Cart', '--to', 'shop/frontend', '--port', '1'],
      /"Shop\/Cart" is not a peer: write namespace\/name/,
    ],
    [
      ['--from', 'shop/cart', '--to', '8.8.8.8', '--port', 'http'],
      /The port name "http" means nothing there/,
    ],
    [['--from', 'pods:x/a', '--to', 'shop/cart', '--port', '1'], /"a" is not a label: write key=value/],
    [['--from', 'shop/cart', '--to', '10.0.0.1/8', '--port', '1'], /bits set beyond its prefix/],
    [['--from', 'shop/cart', '--to', '8.8.8.8', '--protocol', 'ICMP', '--port', '8'], /ICMP has no ports/],
  ])('%j is bad use', async (words, message) => {
    const { out, err, code } = await cliOn(SHOP, 'explain', ...words, '-');
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toMatch(message);
  });
});
