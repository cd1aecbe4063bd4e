import type { FakeServer } from '../controller/api/fake-server';
import { fakeCluster, kubeconfigOf, type FakeClusterOptions } from '../sources/live/fake-cluster';
import { SHOP } from '../sources/live/shop';
import { cli, folderOf } from './cli-run';
import { parseChecked } from './json-schema';
import { SHOP as MANIFESTS } from './shop';

const home = process.cwd();
let server: FakeServer | undefined;

afterEach(async () => {
  process.chdir(home);
  await server?.stop();
  server = undefined;
});

const FLOW = JSON.stringify({
  time: '2026-11-02T10:00:00Z',
  source_namespace: 'shop',
  source_workload: 'frontend',
  destination_namespace: 'shop',
  destination_workload: 'cart',
  port: 7070,
  count: 12,
});

/** A folder with a log and files, and a cluster some of which may not be listed. */
async function prepare(
  options: FakeClusterOptions,
  files: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const folder = folderOf({ 'flows.json': FLOW, ...files });
  server = await fakeCluster(SHOP, options);
  const kubeconfig = kubeconfigOf(server, folder);
  process.chdir(folder);
  return ['--kubeconfig', kubeconfig];
}

const UNREAD = /^warning live-kind-unread: --context prod\n.*you may not list networkpolicies/m;

describe('intents import says what was found while it read', () => {
  it('of a live cluster: which kinds may not be listed', async () => {
    const at = await prepare({ forbidden: ['networkpolicies'] });
    const { out, err, code } = await cli(['import', 'flows.json', '--context', 'prod', ...at]);
    expect(out).toContain('name: cart');
    expect(err).toMatch(UNREAD);
    expect(code).toBe(0);
  });

  it('and says nothing where all of it could be read', async () => {
    const at = await prepare({});
    const { err } = await cli(['import', 'flows.json', '--context', 'prod', ...at]);
    expect(err).not.toContain('live-kind-unread');
  });

  it('as an error to --strict', async () => {
    const at = await prepare({ forbidden: ['networkpolicies'] });
    const { code } = await cli(['import', 'flows.json', '--context', 'prod', '--strict', ...at]);
    expect(code).toBe(1);
  });

  it('in JSON', async () => {
    const at = await prepare({ forbidden: ['networkpolicies'] });
    const { out } = await cli(['import', 'flows.json', '--context', 'prod', '-o', 'json', ...at]);
    expect(parseChecked('import', out).findings).toContainEqual(
      expect.objectContaining({ id: 'live-kind-unread' }),
    );
  });

  it('beside a merge', async () => {
    const at = await prepare({ forbidden: ['networkpolicies'] });
    const words = ['--context', 'prod', '--merge', 'intents.yaml', '--dry-run'];
    const { err } = await cli(['import', 'flows.json', ...words, ...at]);
    expect(err).toMatch(UNREAD);
  });

  it('of a cluster that is the snapshot: without its pods, addresses stay unknown', async () => {
    const at = await prepare({ forbidden: ['pods'] }, { 'shop.yaml': MANIFESTS });
    const words = ['--manifests', 'shop.yaml', '--snapshot', 'context:prod'];
    const { err } = await cli(['import', 'flows.json', ...words, ...at]);
    expect(err).toMatch(/live-kind-unread: --context prod\n.*you may not list pods/);
  });

  it('of intents that are there and cannot be understood: they hold nothing that would be left as it is', async () => {
    const broken =
      'apiVersion: k8s.otterize.com/v2beta1\nkind: ClientIntents\nmetadata: { name: frontend, namespace: shop }\nspec: { targets: [] }\n';
    process.chdir(folderOf({ 'flows.json': FLOW, 'shop.yaml': MANIFESTS, 'broken.yaml': broken }));
    const { err, code } = await cli(['import', 'flows.json', '--manifests', 'shop.yaml', 'broken.yaml']);
    expect(err).toMatch(
      /^error invalid-field: ClientIntents\/shop\/frontend, broken.yaml:4\n {2}spec\.workload is missing/m,
    );
    expect(code).toBe(1);
  });
});

describe('intents replay says what was found while it read', () => {
  it('of the cluster before a change, whose other side is in files', async () => {
    const at = await prepare({ forbidden: ['networkpolicies'] }, { 'shop.yaml': MANIFESTS });
    const { err } = await cli([
      ...['replay', 'flows.json', '--before', 'context:prod', '--after', 'shop.yaml'],
      ...at,
    ]);
    expect(err).toMatch(UNREAD);
  });
});

const NODE = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'n',
    labels: { zone: 'a' },
    annotations: { 'projectcalico.org/IPv4VXLANTunnelAddr': '10.1.7.7' },
  },
  spec: { podCIDR: '10.1.0.0/24', taints: [] },
  status: { addresses: [{ type: 'InternalIP', address: '192.168.0.7' }], images: [{ names: ['x'] }] },
};

/** Of a node, of the tunnel of a node, of a pod that is gone, and of nobody in the cluster. */
const ADDRESSES = ['192.168.0.7', '10.1.7.7', '10.1.0.99', '10.200.0.1']
  .map((source_ip) =>
    JSON.stringify({ source_ip, destination_namespace: 'shop', destination_workload: 'cart', port: 7070 }),
  )
  .join('\n');

describe('the Nodes of a live cluster', () => {
  async function onNodes(options: FakeClusterOptions, ...words: string[]) {
    const folder = folderOf({ 'flows.json': ADDRESSES });
    server = await fakeCluster([...SHOP, NODE], options);
    process.chdir(folder);
    const at = ['--kubeconfig', kubeconfigOf(server, folder), '--context', 'prod'];
    return cli([...words, ...at]);
  }

  const expectKnown = (text: string): void => {
    expect(text).toContain('node 192.168.0.7 -> shop/cart');
    expect(text).toContain('node 10.1.7.7 -> shop/cart');
  };

  it('say which addresses are of nodes, which are of pods, and so which are outside', async () => {
    const { err, code } = await onNodes({}, 'import', 'flows.json');
    expect(code).toBe(0);
    expect(err).toMatch(/From nodes.*\(2 connections\)/);
    expect(err).toMatch(/1 record: addresses in the range of pods that no known pod had.*\n {4}10\.1\.0\.99/);
    expect(err).toContain('10.200.0.1 -> shop/cart[Deployment]');
  });

  it('are known to a replay too', async () => {
    const { out } = await onNodes({}, 'replay', 'flows.json', '-o', 'json');
    expect(JSON.parse(out).counts).toMatchObject({ undecided: 2 });
    expectKnown(JSON.stringify(JSON.parse(out).connections.map(({ from, to }: any) => `${from} -> ${to}`)));
  });

  it('may be out of reach: a warning says what is missing, and how to say it instead', async () => {
    const { err, code } = await onNodes({ forbidden: ['nodes'] }, 'import', 'flows.json');
    expect(code).toBe(0);
    expect(err).toContain('you may not list nodes: whose addresses are those of nodes');
    expect(err).toContain('Or name the ranges: --node-cidr and --pod-cidr.');
    await server?.stop();
    const ranges = ['--pod-cidr', '10.1.0.0/24', '--node-cidr', '192.168.0.0/24'];
    const told = await onNodes({ forbidden: ['nodes'] }, 'import', 'flows.json', ...ranges);
    expect(told.err).not.toContain('may not list');
    expect(told.err).toContain('addresses in the range of pods');
  });

  it('are asked for by no command that needs no addresses', async () => {
    await onNodes({ forbidden: ['nodes'] }, 'connectivity');
    expect(server?.asked.filter(({ path }) => path.includes('/nodes'))).toEqual([]);
  });
});
