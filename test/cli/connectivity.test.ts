import { cli, cliOn, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP } from './shop';

const ALL4 = '0.0.0.0-255.255.255.255';
const ALL6 = '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';
const [CART, FRONTEND, PROBE] = [
  'shop/cart[Deployment]',
  'shop/frontend[Deployment]',
  'tools/probe[Deployment]',
];

function pairs(
  connections: readonly { from: string; to: string; ports: unknown }[],
): Record<string, unknown> {
  return Object.fromEntries(connections.map(({ from, to, ports }) => [`${from} > ${to}`, ports]));
}

describe('intents connectivity -o json', () => {
  it('prints peers and connections as DESIGN.md has them', async () => {
    const { out, err, code } = await cliOn(SHOP, 'connectivity', '-', '-o', 'json');
    const json = parseChecked('connectivity', out);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(json.version).toBe(1);
    expect(json.peers).toEqual([
      { id: CART, namespace: 'shop', name: 'cart', kind: 'Deployment' },
      { id: FRONTEND, namespace: 'shop', name: 'frontend', kind: 'Deployment' },
      { id: PROBE, namespace: 'tools', name: 'probe', kind: 'Deployment' },
      { id: ALL4, addresses: ['0.0.0.0', '255.255.255.255'] },
      { id: ALL6, addresses: ['::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'] },
    ]);
    expect(pairs(json.connections)).toEqual({
      [`${CART} > ${PROBE}`]: 'all',
      [`${CART} > ${ALL4}`]: 'all',
      [`${CART} > ${ALL6}`]: 'all',
      [`${FRONTEND} > ${CART}`]: [{ protocol: 'TCP', first: 7070, last: 7070 }],
      [`${FRONTEND} > ${PROBE}`]: 'all',
      [`${FRONTEND} > ${ALL4}`]: 'all',
      [`${FRONTEND} > ${ALL6}`]: 'all',
      [`${PROBE} > ${ALL4}`]: 'all',
      [`${PROBE} > ${ALL6}`]: 'all',
      [`${ALL4} > ${PROBE}`]: 'all',
      [`${ALL6} > ${PROBE}`]: 'all',
    });
    expect(json).toMatchObject({ undecided: [], findings: [], unknown: [] });
  });

  it('gives disjoint, maximal address ranges and prints ICMP as types and codes', async () => {
    const policy = `
apiVersion: v1
kind: Pod
metadata: { name: a, namespace: x }
spec: { containers: [{ name: c, image: x }] }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: ping }
spec:
  selector: all()
  types: [Ingress]
  ingress:
    - { action: Allow, protocol: ICMP, icmp: { type: 8 }, source: { nets: [10.0.0.0/8] } }
    - { action: Allow, protocol: 47, source: { nets: [10.0.0.0/9] } }
`;
    const { out } = await cliOn(policy, 'connectivity', '-', '-o', 'json', '--focus', 'x/a');
    const json = parseChecked('connectivity', out);
    const incoming = json.connections.filter(({ to }: { to: string }) => to === 'x/a[Pod]');
    const ping = {
      protocol: 'ICMP',
      first: 2048,
      last: 2303,
      icmp: { first: { type: 8, code: 0 }, last: { type: 8, code: 255 } },
    };
    expect(pairs(incoming)).toEqual({
      '10.0.0.0-10.127.255.255 > x/a[Pod]': [ping, { protocol: 47, first: 0, last: 65535 }],
      '10.128.0.0-10.255.255.255 > x/a[Pod]': [ping],
    });
    expect(json.peers.map(({ id }: { id: string }) => id).slice(0, 5)).toEqual([
      'x/a[Pod]',
      '0.0.0.0-9.255.255.255',
      '10.0.0.0-10.127.255.255',
      '10.128.0.0-10.255.255.255',
      '11.0.0.0-255.255.255.255',
    ]);
  });

  it('lists what is undecided apart, and objects outside the model as unknown', async () => {
    const host = SHOP.replace(
      'labels: { app: probe } }, spec: {',
      'labels: { app: probe } }, spec: { hostNetwork: true,',
    );
    const cilium = `${host}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: extra, namespace: shop }
spec: {}
`;
    const { out, code } = await cliOn(cilium, 'connectivity', '-', '-o', 'json');
    const json = parseChecked('connectivity', out);
    expect(pairs(json.undecided)).toMatchObject({ [`${PROBE} > ${CART}`]: 'all' });
    expect(json.unknown).toEqual([
      expect.objectContaining({
        object: 'CiliumNetworkPolicy/shop/extra',
        place: { file: 'stdin', line: cilium.split('\n').indexOf('apiVersion: cilium.io/v2') + 1 },
      }),
    ]);
    expect(json.findings.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['outside-the-model', 'own-node-open']),
    );
    expect(code).toBe(0);
    expect((await cliOn(cilium, 'connectivity', '-', '-o', 'json', '--strict')).code).toBe(1);
  });

  it('prints the same connections grouped', async () => {
    const { out } = await cliOn(SHOP, 'connectivity', '-', '-o', 'json', '--grouped');
    const grouped = parseChecked('connectivity', out);
    const plain = parseChecked('connectivity', (await cliOn(SHOP, 'connectivity', '-', '-o', 'json')).out);
    const multiplied: Record<string, unknown> = {};
    for (const { from, to, ports } of grouped.groups) {
      for (const a of from) for (const b of to) if (a !== b) multiplied[`${a} > ${b}`] = ports;
    }
    expect(multiplied).toEqual(pairs(plain.connections));
    expect(grouped).not.toHaveProperty('connections');
  });

  it('is the same whatever the order of the documents', async () => {
    const reversed = SHOP.split('---').reverse().join('---');
    const [a, b] = await Promise.all([
      cliOn(SHOP, 'connectivity', '-', '-o', 'json'),
      cliOn(reversed, 'connectivity', '-', '-o', 'json'),
    ]);
    expect(a.out).toBe(b.out);
  });
});

describe('intents connectivity in other forms', () => {
  it('prints an aligned table that joins address ranges with the same verdict', async () => {
    const { out } = await cliOn(SHOP, 'connectivity', '-', '--focus', 'shop/cart');
    expect(out).toBe(`FROM                       TO                         PORTS
shop/cart[Deployment]      tools/probe[Deployment]    all
shop/cart[Deployment]      0.0.0.0/0, ::/0            all
shop/frontend[Deployment]  shop/cart[Deployment]      TCP 7070

3 workloads, 3 connections, seen from shop/cart[Deployment]
`);
  });

  it('prints CSV, one line for each range of ports', async () => {
    const { out } = await cliOn(SHOP, 'connectivity', '-', '-o', 'csv', '--focus', 'shop/frontend');
    expect(out.split('\n').slice(0, 3)).toEqual([
      'from,to,verdict,protocol,first,last',
      'shop/frontend[Deployment],shop/cart[Deployment],allow,TCP,7070,7070',
      'shop/frontend[Deployment],tools/probe[Deployment],allow,all,0,65535',
    ]);
  });

  it('prints a Markdown matrix', async () => {
    const { out } = await cliOn(SHOP, 'connectivity', '-', '-o', 'markdown');
    expect(out)
      .toBe(`| from \\ to | shop/cart[Deployment] | shop/frontend[Deployment] | tools/probe[Deployment] | 0.0.0.0/0 | ::/0 |
| --- | --- | --- | --- | --- | --- |
| shop/cart[Deployment] | · | – | all | all | all |
| shop/frontend[Deployment] | TCP 7070 | · | all | all | all |
| tools/probe[Deployment] | – | – | · | all | all |
| 0.0.0.0/0 | – | – | all | · | · |
| ::/0 | – | – | all | · | · |
`);
  });

  it('prints a graph for Graphviz with namespaces as clusters', async () => {
    const { out } = await cliOn(SHOP, 'connectivity', '-', '-o', 'dot');
    expect(out).toContain('subgraph "cluster_shop" {');
    expect(out).toContain('"shop/frontend[Deployment]" -> "shop/cart[Deployment]" [label="TCP 7070"];');
  });

  it('says who that is not in the manifests could connect', async () => {
    const words = ['connectivity', '-', '--exposure', '--focus', 'shop/cart'];
    const { out } = await cliOn(SHOP, ...words);
    expect(out).toContain(`EXPOSURE: pods that are not in these manifests
shop/cart[Deployment]  from pods with app=frontend in shop  TCP 7070
shop/cart[Deployment]  to any pod in any namespace          all (no policy isolates it)
`);
    const json = parseChecked('connectivity', (await cliOn(SHOP, ...words, '-o', 'json')).out);
    expect(json.exposure).toEqual([
      {
        workload: CART,
        direction: 'ingress',
        isolated: true,
        peer: { namespace: 'shop', labels: { app: 'frontend' } },
        ports: [{ protocol: 'TCP', first: 7070, last: 7070 }],
        everywhere: false,
        undecided: [],
      },
      expect.objectContaining({
        everywhere: true,
        direction: 'egress',
        peer: { namespaceLabels: {}, labels: {} },
        ports: 'all',
      }),
    ]);
  });
});

describe('ranges of addresses', () => {
  const live = (name: string, ip: string, more = ''): string => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { ${more}containers: [{ name: main, image: x }] }
status: { phase: Running, podIPs: [{ ip: ${ip} }] }
`;
  const policy = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec: { podSelector: { matchLabels: { app: a } }, policyTypes: [Egress] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: b, namespace: shop }
spec: { podSelector: { matchLabels: { app: b } }, ingress: [{ from: [{ ipBlock: { cidr: 10.1.1.0/24 } }] }] }
`;

  it('say that they do not speak of pods whose addresses are known', async () => {
    const { out } = await cliOn(live('a', '10.1.1.1') + live('b', '10.1.2.1') + policy, 'connectivity', '-');
    expect(out).toMatch(/^10\.1\.1\.0\/24 +shop\/b\[Pod\] +all$/m);
    expect(out).toContain(
      'Ranges are addresses outside the cluster: the 2 addresses of pods that are known are not meant by any.',
    );
    const { out: one } = await cliOn(live('a', '10.1.1.1') + policy, 'connectivity', '-', '--grouped');
    expect(one).toContain('the one address of a pod that is known is not meant by any.');
  });

  it('are left out where pods have all of their addresses', async () => {
    const narrow = policy.replace('10.1.1.0/24', '10.1.1.1/32');
    const { out } = await cliOn(live('a', '10.1.1.1') + live('b', '10.1.2.1') + narrow, 'connectivity', '-');
    expect(out).not.toMatch(/10\.1\.1\.1/);
    const words = ['connectivity', '-', '--grouped', '-o', 'json'];
    const json = (await cliOn(live('a', '10.1.1.1') + live('b', '10.1.2.1') + narrow, ...words)).out;
    expect(json).not.toContain('10.1.1.1');
    expect((await cliOn(live('b', '10.1.2.1') + narrow, 'connectivity', '-')).out).toMatch(
      /^10\.1\.1\.1 +shop\/b\[Pod\] +all$/m,
    );
  });

  it('say nothing where no address of a pod is known; that of a host is known too, and its node’s', async () => {
    expect((await cliOn(policy, 'connectivity', '-')).out).not.toContain('Ranges');
    const host = live('h', '10.1.1.9', 'hostNetwork: true, ');
    expect((await cliOn(host + policy, 'connectivity', '-')).out).toContain('the one address of a pod');
  });
});

describe('colours', () => {
  it('are there on a screen that wants them only', async () => {
    const words = ['connectivity', '-', '--focus', 'shop/cart'];
    const painted = await cli(words, { stdin: () => SHOP, screen: true, colours: true });
    expect(painted.out).toMatch(/^\u001b\[1mFROM/);
    expect((await cliOn(SHOP, ...words)).out).not.toContain('\u001b');
  });
});

describe('input of intents connectivity', () => {
  it('puts objects without a namespace into default, or into that of -n', async () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: c, image: x }] }\n';
    expect((await cliOn(pod, 'connectivity', '-')).out).toContain('default/a[Pod]');
    expect((await cliOn(pod, 'connectivity', '-', '-n', 'shop')).out).toContain('shop/a[Pod]');
  });

  it('names a template, skips it, and calls that incomplete only under --strict', async () => {
    const folder = folderOf({ 'shop.yaml': SHOP, 'deployment.yaml': 'kind: {{ .Values.kind }}\n' });
    const { err, code } = await cli(['connectivity', folder]);
    expect(code).toBe(0);
    expect(err).toContain('warning templated-manifest');
    expect(err).toContain('deployment.yaml:1');
    expect((await cli(['connectivity', folder, '--strict'])).code).toBe(1);
  });

  it('exits with 2 and prints nothing else when a document cannot be read', async () => {
    const { out, err, code } = await cliOn(`${SHOP}---\nspec: [`, 'connectivity', '-');
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toMatch(
      /^error: a document of the input cannot be read\.\n\nerror invalid-yaml: stdin:\d+\n/,
    );
  });

  it('exits with 1 when a policy is refused, because it then protects nothing', async () => {
    const typo = SHOP.replace('policyTypes: [Ingress]', 'policyTypes: [Ingres]');
    const { err, code } = await cliOn(typo, 'connectivity', '-');
    expect(code).toBe(1);
    expect(err).toContain('NetworkPolicy/shop/default-deny, stdin:');
  });

  it('takes what clusters decide as options', async () => {
    const policy = `${SHOP}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: pods, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ port: 9 }] }] }
`;
    const without = await cliOn(policy, 'connectivity', '-', '-o', 'csv');
    const withRange = await cliOn(
      policy,
      'connectivity',
      '-',
      '-o',
      'csv',
      '--pod-cidr',
      '10.1.0.0/16',
      '--pod-cidr',
      '10.2.0.0/16',
    );
    const line = 'tools/probe[Deployment],shop/cart[Deployment],allow,TCP,9,9';
    expect(without.out).not.toContain(line);
    expect(without.err).toContain('pod-addresses-assumed');
    expect(withRange.out).toContain(line);
  });

  it.each([
    [['connectivity'], /name the manifests \(files, folders, or -\), or a live cluster with --context/],
    [['connectivity', 'nowhere'], /^error: nowhere does not exist\.\n$/],
    [['connectivity', '-', '--focu', 'x'], /unknown option '--focu'\n\(Did you mean --focus\?\)/],
    [['connectivity', '-', '-o', 'xml'], /Allowed choices are text, json, csv, markdown, dot/],
    [
      ['connectivity', '-', '--focus', 'shop/cert'],
      /no workload shop\/cert in the manifests\. Did you mean shop\/cart\?/,
    ],
    [['connectivity', '-', '--focus', 'shopp/*'], /no workload in namespace shopp/],
    [
      ['connectivity', '-', '--focus', 'shop/cart[StatefulSet]'],
      /There is no StatefulSet shop\/cart; there is shop\/cart\[Deployment\]/,
    ],
    [
      ['connectivity', '-', '--pod-cidr', '10.0.0.1/8'],
      /bits set beyond its prefix; the block is 10\.0\.0\.0\/8/,
    ],
    [['connectivity', '-', '-n', 'Shop'], /A namespace is up to 63 lower-case letters/],
    [['connectivity', '-', '-o', 'csv', '--exposure'], /--exposure is there for -o text and -o json/],
  ])('%j is bad use: a clear error, exit code 2, no output', async (words, message) => {
    const { out, err, code } = await cli(words, { stdin: () => SHOP });
    expect({ out, code }).toEqual({ out: '', code: 2 });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('tells how far it is once it has taken more than a second', async () => {
    let time = 0;
    const clock = { stdin: () => SHOP, now: () => (time += 400) };
    const log = await cli(['connectivity', '-', '-o', 'json'], clock);
    expect(log.err).toMatch(/^evaluating 3 workloads \(1 s\)\n/);
    const slow = await cli(['connectivity', '-', '-o', 'json'], { ...clock, now: () => (time += 900) });
    expect(slow.err).toMatch(/^reading manifests: \d documents \(2 s\)\n/);
    const slower = await cli(['connectivity', '-', '-o', 'json'], { ...clock, now: () => (time += 2_000) });
    expect(slower.err).toMatch(/\nevaluating workloads: \d of 3 \(\d+ s\)\n/);
    const live = await cli(['connectivity', '-', '-o', 'json'], { ...clock, live: true });
    expect(live.err).toMatch(/\r *\r$/);
    const screen = await cli(['connectivity', '-'], { ...clock, live: true, screen: true });
    expect(screen.err).toMatch(/\r *\r$/);
    expect(screen.err).not.toContain('printing');
    expect((await cliOn(SHOP, 'connectivity', '-', '-o', 'json')).err).toBe('');
  });
});
