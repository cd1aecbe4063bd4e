import { join } from 'node:path';
import { cli, folderOf, type CliResult } from '../cli/cli-run';
import { deployment } from './calling-shop';
import type { KubeObject } from './client';
import { ControlPlane } from './control-plane';
import { makeNamespace } from './install';
import { runDeployment } from './kubelet';

const NODE = '192.0.2.1';
/** In the range of pods that the Node has, and of no pod. */
const GONE = '10.64.0.250';

const PROBED = {
  containers: [
    {
      name: 'main',
      image: 'shop/server',
      ports: [{ containerPort: 8080 }],
      readinessProbe: { tcpSocket: { port: 8080 } },
    },
  ],
};

/** Sees what the model asks for, except Nodes, as most people's rights are. */
const RULES = [
  {
    apiGroups: [''],
    resources: ['namespaces', 'pods', 'services', 'serviceaccounts'],
    verbs: ['get', 'list'],
  },
  {
    apiGroups: ['apps', 'batch', 'networking.k8s.io', 'discovery.k8s.io'],
    resources: ['*'],
    verbs: ['list'],
  },
];

describe('flow logs and a real API server', () => {
  let plane: ControlPlane;
  let folder: string;
  let at: readonly string[];

  beforeAll(async () => {
    plane = await ControlPlane.start();
    const { api } = plane;
    await makeNamespace(api, 'shop');
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node' } };
    await api.create({ ...node, spec: { podCIDR: '10.64.0.0/24', podCIDRs: ['10.64.0.0/24'] } });
    await api.merge(node, { status: { addresses: [{ type: 'InternalIP', address: NODE }] } }, '/status');
    const server = deployment('server', { port: 8080 });
    server['spec'].template.spec = PROBED;
    const [client] = await runDeployment(api, await api.create(deployment('client')));
    const [answering] = await runDeployment(api, await api.create(server));
    const service = await api.create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'server', namespace: 'shop' },
      spec: { selector: { app: 'server' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    const [from, to] = [client, answering].map((pod): string => pod?.['status'].podIP);
    folder = folderOf({
      'flows.csv': `source_ip,source_port,destination_ip,destination_port
${from},40001,${service['spec'].clusterIP},80
${from},40002,${to},8080
${from},40003,${to},8080
${NODE},40004,${to},8080
${GONE},40005,${to},8080
`,
      'deny.yaml':
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: deny, namespace: shop }\nspec: { podSelector: {} }\n',
    });
    at = ['--kubeconfig', plane.kubeconfig(plane.token('admin')), '--context', 'test'];
  });
  afterAll(() => plane.stop());

  const run = (command: string, ...words: string[]): Promise<CliResult> =>
    cli([command, join(folder, 'flows.csv'), ...words]);

  /** The client calls the Service; of the pods behind it, and of the node, is said what is known. */
  function expectWhole({ out, err, code }: CliResult): void {
    expect(code).toBe(0);
    expect(out).toContain('name: client\n  namespace: shop');
    expect(out).toMatch(/TCP 8080: 3 connections.*\n {4}- service:\n {8}name: server\n/);
    expect(out.match(/^ {4}- /gm)).toHaveLength(1);
    expect(err).toContain('Health probes: no policy is in their way (1 connection):');
    expect(err).toMatch(
      /1 record: addresses in the range of pods that no known pod had .*\n {4}10\.64\.0\.250/,
    );
    expect(err).not.toContain('warning');
  }

  it('are imported by the addresses of its pods, Services and Nodes', async () => {
    expectWhole(await run('import', ...at));
  });

  it('are imported the same by a snapshot of it, beside the manifests of the app', async () => {
    const { api } = plane;
    const lists = await Promise.all(
      ['api/v1/pods', 'apis/apps/v1/replicasets', 'api/v1/services', 'api/v1/nodes'].map(async (path) => {
        const { items, kind, apiVersion } = await api.get(`/${path}`);
        const own = { apiVersion: apiVersion as string, kind: (kind as string).replace(/List$/, '') };
        return (items as KubeObject[]).map((item) => ({ ...own, ...item }));
      }),
    );
    const server = deployment('server', { port: 8080 });
    server['spec'].template.spec = PROBED;
    const service = (await api.get('/api/v1/namespaces/shop/services/server'))['spec'];
    const written = folderOf({
      'snapshot.json': JSON.stringify({ apiVersion: 'v1', kind: 'List', items: lists.flat() }),
      'app.json': JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [
          deployment('client'),
          server,
          {
            apiVersion: 'v1',
            kind: 'Service',
            metadata: { name: 'server', namespace: 'shop' },
            spec: { selector: service.selector, ports: [{ port: 80, targetPort: 8080 }] },
          },
        ],
      }),
    });
    const files = ['--manifests', join(written, 'app.json'), '--snapshot', join(written, 'snapshot.json')];
    const imported = await run('import', ...files);
    expectWhole(imported);
    expect(imported.out).toBe((await run('import', ...at)).out);
    // The cluster itself is a snapshot as well.
    const live = ['--manifests', join(written, 'app.json'), '--snapshot', 'context:test', ...at.slice(0, 2)];
    expectWhole(await run('import', ...live));
  });

  it('are replayed under its policies, and under what is about to be applied', async () => {
    const now = await run('replay', ...at);
    expect([now.code, now.out]).toEqual([0, expect.stringContaining('Nothing would be cut')]);
    const { code, out } = await run('replay', ...at, '--after', join(folder, 'deny.yaml'));
    expect(code).toBe(1);
    expect(out).toContain('shop/client[Deployment] -> shop/server[Deployment] TCP 8080');
    expect(out).toContain(`Health probes: a node always reaches its own pods\n      node ${NODE} -> `);
    expect(out.match(/ -> /g)).toHaveLength(2);
  });

  it('are imported by someone who may not list Nodes, with a warning that says what is missing', async () => {
    const { api } = plane;
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'dev', namespace: 'shop' },
    };
    const group = 'rbac.authorization.k8s.io';
    await api.create(account);
    await api.create({
      apiVersion: `${group}/v1`,
      kind: 'ClusterRole',
      metadata: { name: 'dev' },
      rules: RULES,
    });
    await api.create({
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'dev' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'dev' },
      subjects: [{ kind: 'ServiceAccount', name: 'dev', namespace: 'shop' }],
    });
    const mine = [
      ...['--kubeconfig', plane.kubeconfig(await plane.serviceAccountToken('shop', 'dev'))],
      ...['--context', 'test'],
    ];
    const { out, err, code } = await run('import', ...mine);
    expect([code, out]).toEqual([0, (await run('import', ...at)).out]);
    expect(err).toContain('you may not list nodes: whose addresses are those of nodes');
    // Nobody says which addresses are those of pods.
    expect(err).toContain('private addresses that no known pod, Service or node has');
    const told = await run('import', ...mine, '--pod-cidr', '10.64.0.0/16', '--node-cidr', `${NODE}/32`);
    expect(told.err).not.toContain('may not list nodes');
    expect(told.err).toContain('addresses in the range of pods that no known pod had');
  });
});
