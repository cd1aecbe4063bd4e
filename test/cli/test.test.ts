import { cli, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const folder = folderOf({ 'manifests/shop.yaml': SHOP });
const MANIFESTS = `${folder}/manifests`;

function test(flows: string, ...words: string[]) {
  return cli(['test', '-', '--manifests', MANIFESTS, ...words], { stdin: () => flows });
}

describe('intents test', () => {
  it('judges flows in the order asked, with TCP as the default protocol', async () => {
    const { out, err, code } = await test(
      `flows:
  - { from: shop/frontend, to: shop/cart, port: 7070, expect: allow }
  - { from: "shop/frontend[Deployment]", to: { ip: 8.8.8.8 }, port: 53, protocol: UDP, expect: deny }
  - { from: { namespace: tools, labels: { app: curl } }, to: shop/cart, port: 7070, expect: deny }
  - { from: { namespace: shop, labels: { app: frontend } }, to: shop/cart, port: grpc, expect: allow }
  - { from: tools/probe, to: svc/shop/cart, port: 80, expect: allow }
`,
      '-o',
      'json',
    );
    const { results } = parseChecked('test', out);
    expect(err).toBe('');
    expect(code).toBe(1);
    expect(results.map(({ verdict, pass }: { verdict: string; pass: boolean }) => [verdict, pass])).toEqual([
      ['allow', true],
      ['allow', false],
      ['deny', true],
      ['allow', true],
      ['deny', false],
    ]);
    expect(results[0]).toEqual({
      flow: { from: 'shop/frontend', to: 'shop/cart', port: 7070, protocol: 'TCP' },
      verdict: 'allow',
      expect: 'allow',
      pass: true,
      decidedBy: {
        ingress: [
          {
            policy: 'NetworkPolicy/shop/cart',
            rule: 0,
            action: 'allow',
            place: {
              file: `${MANIFESTS}/shop.yaml`,
              line: SHOP.split('\n').findIndex((line) => line.includes('- from')) + 1,
            },
          },
        ],
        egress: [],
      },
      place: { file: 'stdin', line: 2 },
    });
    expect(results[4].decidedBy.ingress.map(({ policy }: { policy: string }) => policy)).toEqual([
      'NetworkPolicy/shop/cart',
      'NetworkPolicy/shop/default-deny',
    ]);
  });

  it('gives a namespace that is not in the manifests the label with its name', async () => {
    const policy = `${SHOP}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: monitoring, namespace: shop }
spec:
  podSelector: {}
  ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }] }]
`;
    const flows = folderOf({
      'flows.yaml': `flows:
  - { from: { namespace: monitoring, labels: {} }, to: shop/cart, port: 1, expect: allow }
  - { from: { namespace: other, labels: {} }, to: shop/cart, port: 1, expect: deny }
  - { from: { namespace: tools, labels: {} }, to: shop/cart, port: 1, expect: deny }
`,
    });
    const result = await cli(['test', `${flows}/flows.yaml`, '--manifests', '-'], { stdin: () => policy });
    expect(result.out).toContain('3 flows: all as expected');
    expect(result.code).toBe(0);
  });

  it('finds a pod by its name, and the workload that owns it', async () => {
    const live = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: { name: a-1, namespace: x, ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: a, controller: true }] }
spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: a, namespace: x }
spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [] } } }
---
apiVersion: v1
kind: Pod
metadata: { name: a-1-z, namespace: x, labels: { app: a }, ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: a-1, controller: true }] }
spec: { containers: [] }
status: { podIP: 10.0.0.7, podIPs: [{ ip: 10.0.0.7 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: b, namespace: x }
spec: { containers: [] }
`;
    const flows = folderOf({
      'flows.yaml': `flows:
  - { from: { pod: x/a-1-z }, to: { pod: x/b }, port: 1, expect: allow }
  - { from: { pod: x/b }, to: { ip: 10.0.0.7 }, port: 1, expect: allow }
`,
    });
    const { out } = await cli(['test', `${flows}/flows.yaml`, '--manifests', '-'], { stdin: () => live });
    expect(out).toContain('pass  x/a[Deployment] -> x/b[Pod] TCP 1  allow');
    expect(out).toContain('pass  x/b[Pod] -> x/a[Deployment] TCP 1  allow');
  });

  it('says for people what decided, and how to mend what should be allowed', async () => {
    const { out, code } = await test(
      'flows:\n  - { from: tools/probe, to: shop/cart, port: 7070, expect: allow }\n',
    );
    expect(code).toBe(1);
    expect(out).toBe(`FAIL  tools/probe[Deployment] -> shop/cart[Deployment] TCP 7070  allow
      stdin:2: expected allow, but it is denied
      ingress: NetworkPolicy/shop/cart  ${MANIFESTS}/shop.yaml:31
      ingress: NetworkPolicy/shop/default-deny  ${MANIFESTS}/shop.yaml:26
      mend:
        Declare the call: in a ClientIntents for probe in namespace tools, add the target
          - service: { name: cart.shop }

        Or by hand: in an ingress policy of shop/cart[Deployment], add the rule
          - from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: tools } }, podSelector: { matchLabels: { app: probe } } }]
            ports: [{ protocol: TCP, port: 7070 }]

1 flow: 1 not as expected
`);
  });

  it('fails an undecided verdict, with its reason', async () => {
    const host = SHOP.replace(
      'labels: { app: probe } }, spec: {',
      'labels: { app: probe } }, spec: { hostNetwork: true,',
    );
    const flows = folderOf({
      'flows.yaml': 'flows: [{ from: tools/probe, to: shop/cart, port: 7070, expect: deny }]\n',
    });
    const { out, code } = await cli(['test', `${flows}/flows.yaml`, '--manifests', '-', '-o', 'json'], {
      stdin: () => host,
    });
    const { results } = parseChecked('test', out);
    expect(code).toBe(1);
    expect(results[0]).toMatchObject({ verdict: 'unknown', pass: false });
    expect(results[0].reason).toContain('whatever their policies say');
  });

  it('prints JUnit with a suite for each file and everything escaped', async () => {
    const { out } = await test(
      'flows:\n  - { from: tools/probe, to: shop/cart, port: 7070, expect: allow }\n',
      '-o',
      'junit',
    );
    expect(out).toContain('<testsuites name="intents test" tests="1" failures="1">');
    expect(out).toContain('<testsuite name="stdin" tests="1" failures="1">');
    expect(out).toContain(
      '<testcase name="tools/probe[Deployment] -&gt; shop/cart[Deployment] TCP 7070 allow"',
    );
    expect(out).toContain('<failure message="stdin:2: expected allow, but it is denied">');
  });

  it('knows ICMP by type and code, and other protocols by number', async () => {
    const { out, code } = await test(`flows:
  - { from: tools/probe, to: { ip: 8.8.8.8 }, protocol: ICMP, type: 8, expect: allow }
  - { from: tools/probe, to: shop/cart, protocol: 47, expect: deny }
`);
    expect(out).toContain('ICMP type 8 code 0  allow');
    expect(out).toContain('protocol 47  deny');
    expect(code).toBe(0);
  });
});

describe('a wrong assertions file', () => {
  it.each([
    ['flow: []', /stdin:1: flow is not known\. Did you mean flows\?/],
    ['flows: []', /stdin:1: flows is empty, so nothing would be tested/],
    ['', /stdin:1: The file is empty/],
    ['flows: [', /stdin:1: The file cannot be read/],
    [
      'flows: [{ from: shop/cart }]',
      /flows\[0\]\.to is missing: write namespace\/name[^]*flows\[0\]\.expect is missing/,
    ],
    [
      'flows: [{ from: shop/cart, to: shop/frontend, port: 1, expext: allow }]',
      /flows\[0\]\.expext is not known\. Did you mean expect\?/,
    ],
    [
      'flows: [{ from: shop/cart, to: shop/frontend, port: 1, expect: alow }]',
      /expect is "alow", but must be allow or deny\. Did you mean allow\?/,
    ],
    ['flows: [{ from: shop/cart, to: shop/frontend, expect: allow }]', /The port is missing/],
    ['flows: [{ from: shop/cart, to: shop/frontend, port: 70000, expect: allow }]', /70000 is not a port/],
    [
      'flows: [{ from: shop/frontend, to: shop/cart, port: gprc, expect: allow }]',
      /no port named "gprc"; it has grpc \(TCP\)/,
    ],
    [
      'flows: [{ from: shop/frontend, to: shop/cart, port: 1, protocol: TPC, expect: allow }]',
      /"TPC" is not a protocol/,
    ],
    [
      'flows: [{ from: shop/frontend, to: svc/shop/cart, port: 81, expect: allow }]',
      /Service shop\/cart has no port TCP 81; it has TCP 80 \(api\)/,
    ],
    [
      'flows: [{ from: shop/frontend, to: { ip: 8.8.8.300 }, port: 1, expect: allow }]',
      /flows\[0\]\.to\.ip: "8\.8\.8\.300" is not an IPv4 or IPv6 address/,
    ],
    [
      'flows: [{ from: { pod: shop/cart }, to: { ip: 8.8.8.8 }, port: 1, expect: allow }]',
      /no pod shop\/cart in the manifests\. For the Deployment write shop\/cart/,
    ],
    [
      'flows: [{ from: { namespace: x }, to: { ip: 8.8.8.8 }, port: 1, expect: allow }]',
      /has no labels: write labels: \{\}/,
    ],
    [
      'flows: [{ from: { namespace: x, labels: { a: 1 } }, to: { ip: 8.8.8.8 }, port: 1, expect: allow }]',
      /from\.labels\.a must be a string; quote it/,
    ],
    [
      'flows: [{ from: { namespace: x, labels: {}, namespaceLabels: { kubernetes.io/metadata.name: other } }, to: { ip: 8.8.8.8 }, port: 1, expect: allow }]',
      /from\.namespaceLabels\.kubernetes\.io\/metadata\.name must be x, the name of the namespace/,
    ],
    [
      'flows: [{ from: { namespace: x, label: {} }, to: { ip: 8.8.8.8 }, port: 1, expect: allow }]',
      /from\.label is not known\. Did you mean labels\?/,
    ],
    [
      'flows:\n  - { from: shop/frontend, to: shop/cart, port: 1, expect: deny }\n  - { from: frontend, to: shop/crt, port: 1, expect: deny }',
      /stdin:3: There is no workload default\/frontend[^]*Did you mean shop\/frontend\[Deployment\]\?\nstdin:3: There is no workload shop\/crt in the manifests\. Did you mean shop\/cart\?/,
    ],
  ])('%s is bad use, with file and line', async (flows, message) => {
    const { out, err, code } = await test(flows);
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toMatch(message);
  });

  it('is not looked for when there is none', async () => {
    const { err, code } = await cli(['test', '--manifests', MANIFESTS]);
    expect(code).toBe(2);
    expect(err).toBe(
      'error: There is no assertions file. Name one before --manifests, or write a first one with --generate.\n',
    );
    expect((await cli(['test', 'nowhere.yaml', '--manifests', MANIFESTS])).err).toBe(
      'error: nowhere.yaml does not exist.\n',
    );
    expect((await cli(['test', folder, '--manifests', MANIFESTS])).err).toContain('is a folder');
  });

  it('asks which one when a name means two workloads', async () => {
    const two = `${SHOP}---
apiVersion: batch/v1
kind: Job
metadata: { name: cart, namespace: shop }
spec: { template: { metadata: { labels: { app: cart-job } }, spec: { containers: [] } } }
`;
    const flows = folderOf({
      'flows.yaml': 'flows: [{ from: tools/probe, to: shop/cart, port: 1, expect: deny }]\n',
    });
    const { err } = await cli(['test', `${flows}/flows.yaml`, '--manifests', '-'], { stdin: () => two });
    expect(err).toContain(
      'shop/cart is more than one workload; write shop/cart[Deployment] or shop/cart[Job].',
    );
  });
});

describe('intents test --generate', () => {
  it('writes what holds today, grouped by server', async () => {
    const { out, code } = await cli(['test', '--generate', '--manifests', MANIFESTS]);
    expect(code).toBe(0);
    expect(out).toBe(`# What holds today. Keep what should stay true, correct what should not.
flows:
  # shop/cart[Deployment]: isolated by NetworkPolicy/shop/cart, NetworkPolicy/shop/default-deny
  - { from: shop/frontend, to: shop/cart, port: 7070, expect: allow }
  - { from: tools/probe, to: shop/cart, port: 7070, expect: deny }
  - { from: { ip: 8.8.8.8 }, to: shop/cart, port: 7070, expect: deny }
  # shop/frontend[Deployment]: isolated by NetworkPolicy/shop/default-deny
  - { from: shop/cart, to: shop/frontend, port: 8080, expect: deny }
  - { from: tools/probe, to: shop/frontend, port: 8080, expect: deny }
  - { from: { ip: 8.8.8.8 }, to: shop/frontend, port: 8080, expect: deny }
  # tools/probe[Deployment]: no policy isolates its ingress
  - { from: shop/cart, to: tools/probe, port: 80, expect: allow }
  - { from: shop/frontend, to: tools/probe, port: 80, expect: allow }
  - { from: { ip: 8.8.8.8 }, to: tools/probe, port: 80, expect: allow }
`);
  });

  it('writes a file that passes, kinds and port ranges included', async () => {
    const more = `${SHOP}---
apiVersion: batch/v1
kind: Job
metadata: { name: cart, namespace: shop }
spec: { template: { metadata: { labels: { app: frontend } }, spec: { containers: [] } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: range, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from: [{ podSelector: {} }]
      ports: [{ port: 100, endPort: 200 }, { port: 53, protocol: UDP }, { protocol: SCTP }]
`;
    const flows = (await cli(['test', '--generate', '--manifests', '-'], { stdin: () => more })).out;
    expect(flows).toContain('{ from: "shop/cart[Job]", to: shop/frontend, port: 200, expect: allow }');
    expect(flows).toContain('port: 53, protocol: UDP, expect: allow');
    const folder = folderOf({ 'flows.yaml': flows });
    const { out, code } = await cli(['test', `${folder}/flows.yaml`, '--manifests', '-'], {
      stdin: () => more,
    });
    expect(out).toMatch(/all as expected\n$/);
    expect(code).toBe(0);
  });
});
