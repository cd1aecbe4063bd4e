import type { FakeServer } from '../controller/api/fake-server';
import { json, refusal } from '../controller/api/fake-server';
import { fakeCluster, kubeconfigOf, type FakeClusterOptions } from '../sources/live/fake-cluster';
import { SHOP, WRITTEN_POLICY } from '../sources/live/shop';
import { cli, folderOf } from './cli-run';
import { parseChecked } from './json-schema';

let server: FakeServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

interface Prepared {
  /** Options that lead to the cluster. */
  readonly at: string[];
  readonly folder: string;
}

async function cluster(
  objects: readonly Record<string, any>[] = SHOP,
  options: FakeClusterOptions = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Prepared> {
  const folder = folderOf({ 'x.txt': '', ...files });
  server = await fakeCluster(objects, options);
  return { at: ['--kubeconfig', kubeconfigOf(server, folder), '--context', 'prod'], folder };
}

const clone = (value: unknown): any => JSON.parse(JSON.stringify(value));

/** The cluster with one object as it was changed by hand. */
function changed(kind: string, name: string, change: (object: any) => void): Record<string, any>[] {
  return SHOP.map((object) => {
    if (object['kind'] !== kind || object['metadata'].name !== name) return object;
    const copy = clone(object);
    change(copy);
    return copy;
  });
}

describe('commands on a live cluster', () => {
  it('connectivity lists what is there, owners once for all their pods', async () => {
    const { at } = await cluster();
    const { out, err, code } = await cli(['connectivity', ...at, '-o', 'json']);
    expect(err).toBe('');
    const listing: any = parseChecked('connectivity', out);
    expect(
      listing.peers.map(({ id }: { id: string }) => id).filter((id: string) => id.includes('[')),
    ).toEqual(['shop/cart[Deployment]', 'shop/frontend[Deployment]']);
    expect(listing.connections).toContainEqual({
      from: 'shop/frontend[Deployment]',
      to: 'shop/cart[Deployment]',
      ports: [{ protocol: 'TCP', first: 7070, last: 7070 }],
    });
    expect(listing.findings).toEqual([]);
    expect(code).toBe(0);
  });

  it('take context: where a path is taken, and read no Secret', async () => {
    const { at } = await cluster();
    const words = ['connectivity', 'context:prod', ...at.slice(0, 2)];
    expect((await cli(words)).out).toContain('shop/cart');
    expect((await cli(['connectivity', 'context:', ...at.slice(0, 2)])).out).toContain('shop/cart');
    expect(server!.asked.filter(({ path }) => path.includes('secrets'))).toEqual([]);
  });

  it('replay compiles what is to be applied, and judges what is live as it is', async () => {
    const intents = `
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: cart, namespace: shop }
spec: { workload: { name: cart, kind: Deployment }, targets: [{ kubernetes: { name: frontend, kind: Deployment } }] }
`;
    const seen = { source_namespace: 'shop', source_workload: 'frontend', destination_namespace: 'shop' };
    const flow = JSON.stringify({ ...seen, destination_workload: 'cart', port: 7070 });
    const { at, folder } = await cluster(SHOP, {}, { 'intents.yaml': intents, 'flows.json': flow });
    const words = ['replay', `${folder}/flows.json`, ...at, '--after', `${folder}/intents.yaml`];
    const { out, err, code } = await cli([...words, '--compile', '--assume-default-deny', '-o', 'json']);
    expect([code, err]).toEqual([0, expect.any(String)]);
    expect(parseChecked('replay', out)).toMatchObject({ change: true, judged: 1, connections: [] });
    const plain = parseChecked('replay', (await cli([...words, '-o', 'json'])).out);
    expect(plain).toMatchObject({ findings: [{ id: 'intents-not-compiled' }] });
  });

  it('find kinds one group at a time where the server is old', async () => {
    const { at } = await cluster(SHOP, { old: true });
    const { out } = await cli(['connectivity', ...at]);
    expect(out).toMatch(/shop\/frontend.*shop\/cart.*7070/);
  });

  it('explain names the policy as kubectl takes it', async () => {
    const { at } = await cluster();
    const words = ['explain', '--from', 'shop/frontend', '--to', 'shop/cart', '--port', '7070', ...at];
    expect((await cli(words)).out).toContain('networkpolicy/cart -n shop --context prod (spec.ingress[0]');
    const explained: any = parseChecked('explain', (await cli([...words, '-o', 'json'])).out);
    expect(explained.ingress.decidedBy[0].place).toMatchObject({
      live: 'networkpolicy/cart -n shop --context prod',
    });
    expect(explained.verdict).toBe('allow');
  });

  it('explain knows the addresses of running pods', async () => {
    const { at } = await cluster();
    const { out } = await cli([
      ...['explain', '--from', '10.1.0.1', '--to', 'shop/cart', '--port', '7070', '-o', 'json'],
      ...at,
    ]);
    expect(JSON.parse(out).from).toContain('frontend');
  });

  it('check, test and map read it as they read files', async () => {
    const { at, folder } = await cluster(
      SHOP,
      {},
      {
        'flows.yaml': 'flows:\n  - { from: shop/frontend, to: shop/cart, port: 7070, expect: allow }\n',
      },
    );
    expect(parseChecked('check', (await cli(['check', ...at, '-o', 'json'])).out)).toMatchObject({
      version: 1,
    });
    expect((await cli(['test', `${folder}/flows.yaml`, ...at])).code).toBe(0);
    expect((await cli(['map', ...at, '-o', 'mermaid'])).out).toContain('cart');
  });

  it('compile prints objects that can be applied: without uid, version and status', async () => {
    const intents = {
      apiVersion: 'k8s.otterize.com/v2beta1',
      kind: 'ClientIntents',
      metadata: { name: 'frontend', namespace: 'shop', uid: 'i', resourceVersion: '3' },
      spec: {
        workload: { name: 'frontend', kind: 'Deployment' },
        targets: [{ kubernetes: { name: 'cart', kind: 'Deployment' } }],
      },
      status: { upToDate: true },
    };
    const { at } = await cluster([...SHOP, intents]);
    // Running pods are replaced by others with the labels of the output.
    const { out, err, code } = await cli(['compile', ...at, '--assume-default-deny']);
    expect(err).not.toMatch(/declared-call-denied|policy-selects-nothing/);
    expect(out).toContain('kind: NetworkPolicy');
    expect(out).toContain('kind: Deployment');
    expect(out).not.toMatch(
      /uid:|resourceVersion|managedFields|ownerReferences|creationTimestamp|status:|kind: Pod\b/,
    );
    expect(code).toBe(0);
  });

  it('convert prints the intents, and nothing else, as they can be applied', async () => {
    const intents = {
      apiVersion: 'k8s.otterize.com/v2beta1',
      kind: 'ClientIntents',
      metadata: { name: 'frontend', namespace: 'shop', uid: 'i', resourceVersion: '3' },
      spec: { workload: { name: 'frontend' }, targets: [{ kubernetes: { name: 'cart' } }] },
    };
    const { at } = await cluster([...SHOP, intents]);
    const { out, code } = await cli(['convert', '--to', 'v1beta1', ...at]);
    expect(out).toMatch(/^apiVersion: k8s\.otterize\.com\/v1beta1\nkind: ClientIntents\n/);
    expect(out).not.toMatch(/uid|^---$/m);
    expect(code).toBe(0);
  });

  it('adopt reads it', async () => {
    const { at } = await cluster();
    const { out } = await cli(['adopt', ...at]);
    expect(out).toContain('kind: ClientIntents');
  });

  it('take manifests beside it as applied to it, running pods included', async () => {
    const { at, folder } = await cluster(
      SHOP,
      {},
      {
        'more.yaml': WRITTEN_POLICY.replace('7070', '7171'),
        'frontend.yaml': `
apiVersion: apps/v1
kind: Deployment
metadata: { name: frontend, namespace: shop }
spec:
  selector: { matchLabels: { app: frontend } }
  template:
    metadata: { labels: { app: frontend, tier: web } }
    spec: { containers: [{ name: main, image: shop/frontend:2, ports: [{ containerPort: 8080 }] }] }
`,
      },
    );
    const policy: any = JSON.parse(
      (await cli(['connectivity', `${folder}/more.yaml`, ...at, '-o', 'json'])).out,
    );
    expect(policy.connections).toContainEqual({
      from: 'shop/frontend[Deployment]',
      to: 'shop/cart[Deployment]',
      ports: [{ protocol: 'TCP', first: 7171, last: 7171 }],
    });
    expect(policy.findings).toEqual([]);
    const rolled: any = JSON.parse(
      (await cli(['connectivity', `${folder}/frontend.yaml`, ...at, '-o', 'json'])).out,
    );
    expect(rolled.findings).toEqual([]);
    expect(rolled.peers.map(({ id }: { id: string }) => id)).toContain('shop/frontend[Deployment]');
  });

  it('read one namespace with -n, and say so', async () => {
    const { at } = await cluster(SHOP);
    const { out, code } = await cli(['connectivity', ...at, '-n', 'shop', '-o', 'json']);
    const { findings }: any = JSON.parse(out);
    expect(findings.map(({ id }: { id: string }) => id)).toEqual(['live-one-namespace']);
    expect(code).toBe(0);
    const lists = server!.asked.filter(({ path }) => !/^\/apis?$/.test(path));
    expect(lists.every(({ path }) => path.includes('/namespaces/shop'))).toBe(true);
  });

  it('say that verdicts are incomplete when something may not be listed', async () => {
    const { at } = await cluster(SHOP, {
      forbidden: ['networkpolicies'],
      stale: ['projectcalico.org', 'metrics.k8s.io'],
    });
    const { out, code } = await cli(['connectivity', ...at, '-o', 'json']);
    const { findings }: any = JSON.parse(out);
    const unread = findings.filter(({ id }: { id: string }) => id === 'live-kind-unread');
    expect(unread.map(({ message }: { message: string }) => message)).toEqual([
      expect.stringContaining('you may not list networkpolicies.networking.k8s.io'),
      expect.stringContaining('which kinds projectcalico.org has'),
    ]);
    expect(code).toBe(0);
    expect((await cli(['connectivity', ...at, '--strict'])).code).toBe(1);
    expect((await cli(['diff', 'context:prod', 'context:prod', ...at.slice(0, 2)])).err).toContain(
      'you may not list networkpolicies',
    );
  });
});

describe('a cluster that cannot be read', () => {
  it.each([
    [
      'nothing may be listed',
      {
        forbidden: [
          'namespaces',
          'pods',
          'services',
          'deployments',
          'replicasets',
          'networkpolicies',
          'clientintents',
        ],
      },
      /nothing can be listed: .*forbidden.*-n NAMESPACE/,
    ],
    [
      'the credentials are not taken',
      { always: json(refusal(401, 'Unauthorized', 'Unauthorized'), 401) },
      /does not take the credentials .*Log in again/,
    ],
    [
      'discovery is forbidden',
      { always: json(refusal(403, 'Forbidden', 'forbidden: cannot get path'), 403) },
      /refuses \(403\): forbidden/,
    ],
    ['something else answers', { always: json({ hello: 1 }) }, /serves no kind/],
  ] as [string, FakeClusterOptions, RegExp][])(
    'ends with 2 and plain words when %s',
    async (_, options, words) => {
      const { at } = await cluster(SHOP, options);
      const { out, err, code } = await cli(['connectivity', ...at]);
      expect([out, code]).toEqual(['', 2]);
      expect(err).toMatch(words);
      expect(err).not.toMatch(/^\s+at |mistake in intents/m);
    },
  );

  it('ends with 2 when nobody listens, the context is unknown, or there is no kubeconfig', async () => {
    const { at, folder } = await cluster();
    await server!.stop();
    for (const [words, message] of [
      [at, /The cluster prod cannot be reached: .*ECONNREFUSED/],
      [[...at.slice(0, 2), '--context', 'dev'], /has no context "dev"\. It has prod\./],
      [['--kubeconfig', `${folder}/none`, '--context', 'prod'], /kubeconfig .*none cannot be read/],
    ] as [string[], RegExp][]) {
      const { out, err, code } = await cli(['connectivity', ...words]);
      expect([out, code]).toEqual(['', 2]);
      expect(err).toMatch(message);
      expect(err).not.toMatch(/^\s+at |mistake in intents/m);
    }
    server = undefined;
  });
});

describe('intents diff with a live side', () => {
  it('says what an apply would change', async () => {
    const { at, folder } = await cluster(SHOP, {}, { 'new.yaml': WRITTEN_POLICY.replace('7070', '7171') });
    const { out, err, code } = await cli(['diff', `${folder}/new.yaml`, ...at, '--fail-on', 'any']);
    expect(out).toContain('1 connection added, 1 removed');
    expect(err).toBe('');
    expect(code).toBe(1);
    // One snapshot for both sides.
    expect(server!.asked.filter(({ path }) => path.endsWith('/pods'))).toHaveLength(1);
  });

  it('compares two sides when both are named', async () => {
    const { at, folder } = await cluster(SHOP, {}, { 'new.yaml': WRITTEN_POLICY });
    const { out } = await cli(['diff', 'context:prod', `${folder}/new.yaml`, ...at.slice(0, 2)]);
    expect(out).toContain('shop/cart[Deployment]');
    const { code, err } = await cli(['diff', folder, folder, ...at]);
    expect(code).toBe(2);
    expect(err).toContain('With --context give one path');
  });
});

describe('intents drift with a live cluster', () => {
  it('finds none where the server only filled in defaults', async () => {
    const { at, folder } = await cluster(SHOP, {}, { 'dist/p.yaml': WRITTEN_POLICY });
    const { out, code } = await cli(['drift', `${folder}/dist`, ...at]);
    expect(out).toBe(`The cluster prod is what ${folder}/dist says: 1 object\n`);
    expect(code).toBe(0);
  });

  it('names the field that somebody changed, and what that opened', async () => {
    const objects = changed('NetworkPolicy', 'cart', ({ spec }) => {
      spec.ingress[0].from.push({ namespaceSelector: {} });
      spec.ingress[0].ports[0].port = 9090;
    });
    const { at, folder } = await cluster(objects, {}, { 'dist/p.yaml': WRITTEN_POLICY });
    const { out, code } = await cli(['drift', `${folder}/dist`, ...at]);
    expect(out).toContain(`The cluster prod is not what ${folder}/dist says: 1 object differs`);
    expect(out).toContain('~ NetworkPolicy/shop/cart  differs in spec.ingress[0].from and 1 more field');
    expect(out).toContain('TCP 9090');
    expect(out).toContain(`kubectl apply -f ${folder}/dist --context prod`);
    expect(code).toBe(1);
    const report: any = parseChecked(
      'drift',
      (await cli(['drift', `${folder}/dist`, ...at, '-o', 'json'])).out,
    );
    expect(report.objects[0].fields).toEqual(['spec.ingress[0].from', 'spec.ingress[0].ports[0].port']);
    expect((await cli(['drift', `${folder}/dist`, ...at, '-o', 'markdown'])).out).toContain(
      '| object | what |',
    );
  });

  it('tells an empty selector from none, in both directions', async () => {
    const objects = changed('NetworkPolicy', 'cart', ({ spec }) => {
      spec.ingress[0].from[0].namespaceSelector = {};
    });
    const { at, folder } = await cluster(objects, {}, { 'dist/p.yaml': WRITTEN_POLICY });
    const { out } = await cli(['drift', `${folder}/dist`, ...at]);
    expect(out).toContain('differs in spec.ingress[0].from[0].namespaceSelector');
  });

  it('finds what is missing and policies that are left over', async () => {
    const extra = { ...clone(SHOP.at(-1)), metadata: { name: 'by-hand', namespace: 'shop' } };
    const { at, folder } = await cluster(
      [...SHOP, extra],
      {},
      {
        'dist/p.yaml': `${WRITTEN_POLICY}---${WRITTEN_POLICY.replace('name: cart,', 'name: other,')}`,
      },
    );
    const { out, code } = await cli(['drift', `${folder}/dist`, ...at]);
    expect(out).toContain('+ NetworkPolicy/shop/other  missing');
    expect(out).toContain('- NetworkPolicy/shop/by-hand  left over');
    expect(out).toContain('delete what is left over');
    expect(code).toBe(1);
  });

  it('refuses what does not go together', async () => {
    const { at, folder } = await cluster();
    for (const words of [
      ['--app', 'true'],
      ['--against', folder],
    ]) {
      const { code, err } = await cli(['drift', folder, ...at, ...words]);
      expect(code).toBe(2);
      expect(err).toContain('--context compares with a cluster');
    }
    expect((await cli(['drift', 'context:prod'])).err).toContain('the cluster with --context');
  });
});
