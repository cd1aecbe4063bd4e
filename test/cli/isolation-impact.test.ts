import { cli, folderOf } from './cli-run';
import { parseChecked } from './json-schema';

const home = process.cwd();

afterEach(() => {
  process.chdir(home);
});

const workload = (name: string, ports = ''): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec: { selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { containers: [{ name: c, image: x${ports === '' ? '' : `, ports: [${ports}]`} }] } } }
`;
const intents = (name: string, targets: string): string => `---
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: ${name}, namespace: shop }
spec: { workload: { name: ${name}, kind: Deployment }, targets: [${targets}] }
`;
const policy = (name: string, rules: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: { matchLabels: { app: ${name} } }, ${rules} }
`;
const object = (kind: string, apiVersion: string, name: string, rest: string): string =>
  `---\nkind: ${kind}\napiVersion: ${apiVersion}\nmetadata: { name: ${name}, namespace: shop, labels: { app: cart } }\n${rest}\n`;

const CART = '{ name: grpc, containerPort: 7070 }, { name: metrics, containerPort: 9090 }';
const WORKLOADS = workload('frontend') + workload('checkout') + workload('cart', CART);
const TO_CART = '{ kubernetes: { name: cart, kind: Deployment } }';
const BOTH = intents('frontend', TO_CART) + intents('checkout', TO_CART);
const FROM_FRONTEND =
  'ingress: [{ from: [{ podSelector: { matchLabels: { app: frontend } } }], ports: [{ port: 7070 }] }]';
const ISOLATED = policy('cart', FROM_FRONTEND);
const tcp = (port: number) => ({ protocol: 'TCP', first: port, last: port });

/** The impact of the only isolation between two texts. */
async function impact(before: string, after: string) {
  process.chdir(folderOf({ 'before.yaml': before, 'after.yaml': after }));
  const { out } = await cli(['diff', 'before.yaml', 'after.yaml', '-o', 'json']);
  const { isolation } = parseChecked('diff', out);
  expect(isolation).toHaveLength(1);
  return isolation[0];
}

describe('callers of a workload that is isolated for the first time', () => {
  it('are those of intents, with the ports that each loses and keeps', async () => {
    const { callers } = await impact(WORKLOADS + BOTH, WORKLOADS + BOTH + ISOLATED);
    expect(callers).toEqual({
      lose: [
        {
          who: 'shop/checkout[Deployment]',
          by: ['ClientIntents/shop/checkout'],
          ports: [tcp(7070), tcp(9090)],
        },
        { who: 'shop/frontend[Deployment]', by: ['ClientIntents/shop/frontend'], ports: [tcp(9090)] },
      ],
      keep: [{ who: 'shop/frontend[Deployment]', by: ['ClientIntents/shop/frontend'], ports: [tcp(7070)] }],
      undecided: [],
    });
  });

  it('are also those whose intent goes in the same change', async () => {
    const { callers } = await impact(WORKLOADS + BOTH, WORKLOADS + intents('frontend', TO_CART) + ISOLATED);
    expect(callers.lose.map(({ who }: { who: string }) => who)).toContain('shop/checkout[Deployment]');
  });

  it('lose nothing that they did not have', async () => {
    const shut = policy('checkout', 'policyTypes: [Egress]');
    const { callers } = await impact(WORKLOADS + BOTH + shut, WORKLOADS + BOTH + shut + ISOLATED);
    expect(callers.lose.map(({ who }: { who: string }) => who)).toEqual(['shop/frontend[Deployment]']);
  });

  it('are not there when they are gone or new', async () => {
    const without = workload('frontend') + workload('cart', CART);
    const gone = await impact(WORKLOADS + BOTH, without + intents('frontend', TO_CART) + ISOLATED);
    expect(gone.callers.lose.map(({ who }: { who: string }) => who)).toEqual(['shop/frontend[Deployment]']);
    const fresh = await impact(without + intents('frontend', TO_CART), WORKLOADS + BOTH + ISOLATED);
    expect(fresh.callers.lose.map(({ who }: { who: string }) => who)).toEqual(['shop/frontend[Deployment]']);
  });

  it('keep it where some port gets through and nobody says which is meant', async () => {
    const bare = workload('frontend') + workload('cart');
    const { callers } = await impact(
      bare + intents('frontend', TO_CART),
      bare + intents('frontend', TO_CART) + ISOLATED,
    );
    expect(callers).toMatchObject({ lose: [], keep: [{ ports: [tcp(7070)] }] });
  });

  it('come from outside where a Service or an Ingress says so', async () => {
    const service = object(
      'Service',
      'v1',
      'cart',
      'spec: { type: LoadBalancer, selector: { app: cart }, ports: [{ name: api, port: 80, targetPort: grpc }] }',
    );
    const ingress = object(
      'Ingress',
      'networking.k8s.io/v1',
      'web',
      'spec: { rules: [{ host: a.example, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: cart, port: { number: 80 } } } }] } }] }',
    );
    const base = WORKLOADS + service + ingress;
    const { callers } = await impact(base, base + ISOLATED);
    expect(callers.lose).toEqual([
      {
        who: 'any address outside the cluster',
        by: ['Ingress/shop/web', 'Service/shop/cart (LoadBalancer: from outside the cluster)'],
        ports: [tcp(7070)],
      },
    ]);
    const partly = await impact(
      base,
      base + policy('cart', 'ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }]'),
    );
    expect(partly.callers.keep[0]).toMatchObject({
      who: expect.stringContaining('203.0.113.0-203.0.113.255'),
      ports: [tcp(7070)],
    });
    expect(partly.callers.lose[0].who).toContain('0.0.0.0-203.0.112.255');
  });

  it('are not told apart where it is a scraper that no manifest has', async () => {
    const service = object(
      'Service',
      'v1',
      'cart',
      'spec: { selector: { app: cart }, ports: [{ name: metrics, port: 9090 }] }',
    );
    const monitor = object(
      'ServiceMonitor',
      'monitoring.coreos.com/v1',
      'cart',
      'spec: { selector: { matchLabels: { app: cart } }, endpoints: [{ port: metrics }] }',
    );
    const base = WORKLOADS + service + monitor;
    const { callers } = await impact(base, base + ISOLATED);
    expect(callers).toEqual({
      lose: [],
      keep: [],
      undecided: [
        { who: 'ServiceMonitor/shop/cart (Prometheus)', by: ['ServiceMonitor/shop/cart (Prometheus)'] },
      ],
    });
  });

  it('are the API server for a webhook: it loses access where no address gets in, else nobody knows', async () => {
    const service = object(
      'Service',
      'v1',
      'cart',
      'spec: { selector: { app: cart }, ports: [{ port: 443, targetPort: 7070 }] }',
    );
    const webhook = `---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: { name: hook }\nwebhooks: [{ name: a.b.c, admissionReviewVersions: [v1], sideEffects: None, clientConfig: { service: { name: cart, namespace: shop } } }]\n`;
    const base = WORKLOADS + service + webhook;
    const shut = await impact(base, base + ISOLATED);
    expect(shut.callers.lose).toMatchObject([{ who: 'the API server', ports: [tcp(7070)] }]);
    const partly = await impact(
      base,
      base + policy('cart', 'ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/24 } }] }]'),
    );
    expect(partly.callers).toMatchObject({ lose: [], keep: [], undecided: [{ who: 'the API server' }] });
  });

  it('are asked of nothing that is opened', async () => {
    expect(await impact(WORKLOADS + BOTH + ISOLATED, WORKLOADS + BOTH)).not.toHaveProperty('callers');
  });
});

describe('calls of a workload whose egress is isolated for the first time', () => {
  it('are those of its intents, inside and outside', async () => {
    const calls = intents(
      'checkout',
      `${TO_CART}, { internet: { ips: [203.0.113.0/24], domains: [api.example], ports: [443] } }`,
    );
    const rules =
      'policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 203.0.113.0/25 } }], ports: [{ port: 443 }] }]';
    const found = await impact(WORKLOADS + calls, WORKLOADS + calls + policy('checkout', rules));
    expect(found).not.toHaveProperty('callers');
    expect(found.calls).toMatchObject({
      lose: [
        { who: expect.stringContaining('203.0.113.128-203.0.113.255') },
        { who: 'shop/cart[Deployment]' },
      ],
      keep: [{ who: expect.stringContaining('203.0.113.0-203.0.113.127'), ports: [tcp(443)] }],
      undecided: [{ who: 'api.example' }],
    });
  });
});

describe('the impact in reports for people', () => {
  const run = async (form: string) => {
    process.chdir(folderOf({ 'a.yaml': WORKLOADS + BOTH, 'b.yaml': WORKLOADS + BOTH + ISOLATED }));
    return (await cli(['diff', 'a.yaml', 'b.yaml', '-o', form])).out;
  };

  it('stands below the workload', async () => {
    expect((await run('text')).split('\n\n').at(-1)).toBe(
      [
        'Isolated for the first time',
        '    shop/cart[Deployment]  ingress  by shop/cart',
        '        lose access: shop/checkout[Deployment] on TCP 7070, 9090 (ClientIntents/shop/checkout), shop/frontend[Deployment] on TCP 9090 (ClientIntents/shop/frontend)',
        '        keep access: shop/frontend[Deployment] on TCP 7070 (ClientIntents/shop/frontend)',
        '',
      ].join('\n'),
    );
  });

  it('has a column of the table', async () => {
    expect(await run('markdown')).toMatch(
      /\| shop\/cart\[Deployment\] \| ingress \| isolated for the first time \| .* \| lose access: shop\/checkout.*; keep access: shop\/frontend/,
    );
  });

  it('is part of the message of code scanning', async () => {
    const { runs } = JSON.parse(await run('sarif'));
    const found = runs[0].results.find(({ ruleId }: { ruleId: string }) => ruleId === 'workload-isolated');
    expect(found.message.text).toMatch(
      /for the first time, by NetworkPolicy\/shop\/cart; lose access: .*; keep access: /,
    );
  });

  it('says so where nobody is known to call', async () => {
    process.chdir(folderOf({ 'a.yaml': WORKLOADS, 'b.yaml': WORKLOADS + ISOLATED }));
    expect((await cli(['diff', 'a.yaml', 'b.yaml'])).out).toContain(
      'no caller is known from intents, Services',
    );
  });

  it('knows callers that only flow logs show, with how often and when last', async () => {
    const before = workload('cart', '{ containerPort: 7070 }') + workload('batch') + workload('web');
    const after =
      before +
      policy(
        'cart',
        'ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 7070 }] }]',
      );
    const seen = (name: string, count: number): string =>
      JSON.stringify({
        time: '2026-11-02T23:00:00Z',
        count,
        source_namespace: 'shop',
        source_workload: name,
        destination_namespace: 'shop',
        destination_workload: 'cart',
        port: 7070,
      });
    process.chdir(
      folderOf({
        'before.yaml': before,
        'after.yaml': after,
        'flows.json': `${seen('batch', 3)}\n${seen('web', 40)}\n`,
      }),
    );
    const words = ['diff', 'before.yaml', 'after.yaml', '--flows', 'flows.json'];
    const json = parseChecked('diff', (await cli([...words, '-o', 'json'])).out);
    expect(json.isolation).toMatchObject([
      {
        workload: 'shop/cart[Deployment]',
        callers: {
          lose: [
            {
              who: 'shop/batch[Deployment]',
              by: ['flow logs: 3 connections, last 2026-11-02T23:00:00Z'],
              ports: [{ protocol: 'TCP', first: 7070, last: 7070 }],
            },
          ],
          keep: [{ who: 'shop/web[Deployment]' }],
        },
      },
    ]);
    expect((await cli(words)).out).toContain(
      'lose access: shop/batch[Deployment] on TCP 7070 (flow logs: 3 connections, last 2026-11-02T23:00:00Z)',
    );
  });

  it('says so where nobody was seen in the flow logs either', async () => {
    const before = workload('cart') + workload('web');
    process.chdir(
      folderOf({
        'before.yaml': before,
        'after.yaml': before + policy('cart', 'policyTypes: [Ingress]'),
        'flows.json':
          '{"source_ip":"203.0.113.9","destination_namespace":"shop","destination_workload":"web","port":80}\n',
      }),
    );
    const { out } = await cli(['diff', 'before.yaml', 'after.yaml', '--flows', 'flows.json']);
    expect(out).toContain('and none was seen in the flow logs');
  });

  it('says so where standard input is to be flow logs and manifests', async () => {
    process.chdir(folderOf({ 'before.yaml': workload('cart') }));
    const { code, err } = await cli(['diff', 'before.yaml', '-', '--flows', '-']);
    expect([code, err]).toEqual([2, expect.stringContaining('but only one of them')]);
  });

  it('says which lines of a flow log it could not read', async () => {
    const seen =
      '{"source_ip":"203.0.113.9","destination_namespace":"shop","destination_workload":"cart","port":80}';
    const files = { 'before.yaml': workload('cart'), 'flows.json': `${seen}\n{"broken":\n` };
    process.chdir(folderOf(files));
    const { err } = await cli(['diff', 'before.yaml', 'before.yaml', '--flows', 'flows.json']);
    expect(err).toContain('2 records: 1 mapped, 1 unreadable');
    expect(err).toContain('flows.json:2');
  });
});
