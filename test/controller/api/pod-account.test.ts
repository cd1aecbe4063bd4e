import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiClient } from '../../../src/controller/api/api-client';
import { PODS } from '../../../src/controller/api/known-resources';
import { connect } from '../../../src/controller/api/kube-config';
import { podConnection } from '../../../src/controller/api/pod-account';
import { ManualClock } from '../manual-clock';
import type { Connection } from '../../../src/controller/api/transport';
import { FakeServer, json, refusal } from './fake-server';

const NAMES = ['KUBECONFIG', 'HOME', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT'] as const;
const before = new Map(NAMES.map((name) => [name, process.env[name]]));
let folder: string;
let server: FakeServer | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pod-account-'));
  process.env['HOME'] = folder;
  delete process.env['KUBECONFIG'];
  process.env['KUBERNETES_SERVICE_HOST'] = '127.0.0.1';
  process.env['KUBERNETES_SERVICE_PORT'] = '6443';
  write('token', 'first\n');
  write('namespace', 'intents\n');
  write('ca.crt', 'a certificate');
});

afterEach(async () => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
  server = undefined;
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

describe('the account of a pod', () => {
  it('leads to the API server that Kubernetes names, in the namespace of the pod', async () => {
    const found = await podConnection(new ManualClock(), folder);
    expect(found).toMatchObject({ server: 'https://127.0.0.1:6443', namespace: 'intents' });
    process.env['KUBERNETES_SERVICE_HOST'] = 'fd00::1';
    expect((await podConnection(new ManualClock(), folder))?.server).toBe('https://[fd00::1]:6443');
  });

  it('is read again after a minute, and when the token is refused; connections stay open while the authority is the same', async () => {
    const clock = new ManualClock();
    const found = await podConnection(clock, folder);
    const first = await found?.access(false);
    expect(first?.headers).toEqual({ authorization: 'Bearer first' });
    write('token', 'second');
    expect((await found?.access(false))?.headers).toEqual({ authorization: 'Bearer first' });
    const again = await found?.access(true);
    expect([again?.headers, again?.agent === first?.agent]).toEqual([
      { authorization: 'Bearer second' },
      true,
    ]);
    write('token', 'third');
    write('ca.crt', 'another certificate');
    await clock.advance(60_001);
    const last = await found?.access(false);
    expect([last?.headers, last?.agent === first?.agent]).toEqual([{ authorization: 'Bearer third' }, false]);
  });

  it('does not count where a kubeconfig is given or there, or outside of a pod', async () => {
    process.env['KUBECONFIG'] = join(folder, 'config');
    expect(await podConnection(new ManualClock(), folder)).toBeUndefined();
    delete process.env['KUBECONFIG'];
    mkdirSync(join(folder, '.kube'));
    write('.kube/config', '{}');
    expect(await podConnection(new ManualClock(), folder)).toBeUndefined();
    rmSync(join(folder, '.kube'), { recursive: true });
    expect(await podConnection(new ManualClock(), join(folder, 'nowhere'))).toBeUndefined();
    delete process.env['KUBERNETES_SERVICE_HOST'];
    expect(await podConnection(new ManualClock(), folder)).toBeUndefined();
  });

  it('is what a client asks with, and asks anew with when it is not let in', async () => {
    server = await FakeServer.start(
      json(refusal(401, 'Unauthorized', 'expired'), 401),
      json({ metadata: { name: 'a' } }),
    );
    const { hostname, port } = new URL(server.address);
    process.env['KUBERNETES_SERVICE_HOST'] = hostname;
    process.env['KUBERNETES_SERVICE_PORT'] = port;
    const connection = await connect({ serviceAccount: folder });
    // The stand-in for an API server speaks no TLS.
    const api = createApiClient({
      connection: { ...connection, server: server.address, access: plain(connection) },
      component: 'test',
    });
    await api.get({ resource: PODS, namespace: 'a', name: 'a' });
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer first',
    ]);
  });
});

function plain(connection: Connection): Connection['access'] {
  const agent = new http.Agent();
  return async (refused) => ({ ...(await connection.access(refused)), agent });
}
