import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient } from '../../../src/controller/api/api-client';
import { connect, ClusterAccessError } from '../../../src/controller/api/kube-config';
import { PODS } from '../../../src/controller/api/known-resources';
import { FakeServer, json, refusal } from './fake-server';

let folder: string;
let server: FakeServer | undefined;
const environment = { KUBECONFIG: process.env['KUBECONFIG'], HOME: process.env['HOME'] };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kube-config-'));
  process.env['HOME'] = folder;
  delete process.env['KUBECONFIG'];
});

afterEach(async () => {
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
  server = undefined;
});

const SERVER = 'https://127.0.0.1:1';

/** Writes a kubeconfig with one context `main`, whose user is as given. */
function write(name: string, { user = {}, address = SERVER, more = {} }: Parts = {}): string {
  const path = join(folder, name);
  writeFileSync(
    path,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'main',
      contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', namespace: 'shop' } }],
      clusters: [{ name: 'c', cluster: { server: address } }],
      users: [{ name: 'u', user }],
      ...more,
    }),
  );
  return path;
}

interface Parts {
  readonly user?: object;
  readonly address?: string;
  readonly more?: object;
}

async function refusedWith(options: Parameters<typeof connect>[0]): Promise<string> {
  const error: unknown = await connect(options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ClusterAccessError);
  return (error as Error).message;
}

describe('the way to a cluster', () => {
  it('is that of the current context, with its namespace', async () => {
    const { server: address, name, namespace } = await connect({ kubeconfig: write('config') });
    expect([address, name, namespace]).toEqual([SERVER, 'main', 'shop']);
  });

  it('is found in KUBECONFIG, in more than one file, and else below the home folder', async () => {
    const other = {
      more: {
        'current-context': undefined,
        contexts: [{ name: 'other', context: { cluster: 'd', user: 'v' } }],
        clusters: [{ name: 'd', cluster: { server: 'https://other' } }],
        users: [{ name: 'v', user: {} }],
      },
    };
    process.env['KUBECONFIG'] = `${write('a')}:${write('b', other)}`;
    expect((await connect({ context: 'other' })).server).toBe('https://other');
    delete process.env['KUBECONFIG'];
    mkdirSync(join(folder, '.kube'));
    write('.kube/config');
    expect((await connect()).server).toBe(SERVER);
  });

  it('that is not there is told in plain words', async () => {
    expect(await refusedWith({})).toContain('There is no kubeconfig');
    expect(await refusedWith({ kubeconfig: join(folder, 'none') })).toContain('cannot be read');
    const kubeconfig = write('config');
    expect(await refusedWith({ kubeconfig, context: 'mian' })).toBe(
      'The kubeconfig has no context "mian". It has main.',
    );
    expect(
      await refusedWith({ kubeconfig: write('b', { more: { 'current-context': undefined } }) }),
    ).toContain('no current context. It has main.');
    expect(await refusedWith({ kubeconfig: write('c', { more: { clusters: [] } }) })).toContain(
      'names the cluster "c", which the kubeconfig does not have',
    );
    expect(await refusedWith({ kubeconfig: write('d', { address: 'cluster.local' }) })).toContain(
      'not an http or https address',
    );
    const broken = join(folder, 'broken');
    for (const text of ['a: [', '', '- 1', 'just words', '{"contexts": 3, "clusters": [{}]}']) {
      writeFileSync(broken, text);
      expect(await refusedWith({ kubeconfig: broken })).toMatch(/cannot be read|no current context/);
    }
  });
});

describe('credentials', () => {
  async function headersWith(user: object, more: object = {}) {
    server = await FakeServer.start(json({ kind: 'PodList', metadata: { resourceVersion: '1' }, items: [] }));
    const connection = await connect({
      kubeconfig: write('config', { user, address: server.address, more }),
    });
    await createApiClient({ connection, component: 'test' }).list(PODS);
    return server.asked[0]!.headers;
  }

  it('are a token, of the file itself or of one beside it', async () => {
    expect((await headersWith({ token: 'abc' })).authorization).toBe('Bearer abc');
    await server?.stop();
    writeFileSync(join(folder, 'token'), 'from-file\n');
    expect((await headersWith({ tokenFile: 'token', token: 'old' })).authorization).toBe('Bearer from-file');
  });

  it('are a name and a password', async () => {
    const basic = Buffer.from('me:secret').toString('base64');
    expect((await headersWith({ username: 'me', password: 'secret' })).authorization).toBe(`Basic ${basic}`);
  });

  it('are what a plugin prints, which is told the version to speak', async () => {
    const plugin = join(folder, 'plugin');
    writeFileSync(
      plugin,
      `#!/bin/sh
version=$(printf '%s' "$KUBERNETES_EXEC_INFO" | sed 's/.*apiVersion":"\\([^"]*\\)".*/\\1/')
printf '{"kind":"ExecCredential","apiVersion":"%s","status":{"token":"plugin-%s"}}' "$version" "$GREETING"`,
      { mode: 0o755 },
    );
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      command: plugin,
      env: [{ name: 'GREETING', value: 'hello' }],
      interactiveMode: 'Never',
    };
    expect((await headersWith({ exec })).authorization).toBe('Bearer plugin-hello');
  });

  it('are asked for once for many requests', async () => {
    const count = join(folder, 'count');
    const plugin = join(folder, 'plugin');
    writeFileSync(
      plugin,
      `#!/bin/sh
echo x >> ${count}
echo '{"status":{"token":"a"}}'`,
      { mode: 0o755 },
    );
    server = await FakeServer.start(json({ kind: 'PodList', metadata: { resourceVersion: '1' }, items: [] }));
    const user = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: plugin } };
    const connection = await connect({ kubeconfig: write('config', { user, address: server.address }) });
    const api = createApiClient({ connection, component: 'test' });
    await Promise.all([api.list(PODS), api.list(PODS)]);
    await api.list(PODS);
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(count, 'utf8')).toBe('x\n');
    expect(server.asked).toHaveLength(3);
  });

  it('that a plugin fails to give are a ClusterAccessError with its words', async () => {
    const user = {
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: 'sh',
        args: ['-c', 'echo please log in >&2; exit 1'],
      },
    };
    server = await FakeServer.start(json(refusal(500, '', '')));
    const connection = await connect({ kubeconfig: write('config', { user, address: server.address }) });
    await expect(createApiClient({ connection, component: 'test' }).list(PODS)).rejects.toThrow(
      'No credentials for "main": please log in',
    );
    const missing = { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/no/such/plugin' } };
    const other = await connect({ kubeconfig: write('e', { user: missing, address: server.address }) });
    await expect(createApiClient({ connection: other, component: 'test' }).list(PODS)).rejects.toThrow(
      ClusterAccessError,
    );
  });

  it('act as whom the kubeconfig says, in the groups that it says', async () => {
    const headers = await headersWith({
      token: 'abc',
      as: 'jane',
      'as-groups': ['dev', 'ops'],
      'as-uid': '7',
      'as-user-extra': { scopes: ['a'] },
    });
    expect(headers).toMatchObject({
      'impersonate-user': 'jane',
      'impersonate-group': 'dev, ops',
      'impersonate-uid': '7',
      'impersonate-extra-scopes': 'a',
    });
  });
});
