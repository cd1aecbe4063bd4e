import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ControlPlane } from './control-plane';
import { makeNamespace } from './install';
import { createApiClient } from '../../src/controller/api/api-client';
import { SYSTEM_CLOCK } from '../../src/controller/api/clock';
import { NAMESPACES, PODS } from '../../src/controller/api/known-resources';
import { podConnection } from '../../src/controller/api/pod-account';

describe('the account that Kubernetes gives to a pod', () => {
  const before = { ...process.env };
  let plane: ControlPlane;
  let folder: string;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    await makeNamespace(plane.api, 'intents');
    await plane.api.create({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'some', namespace: 'intents' },
    });
    folder = mkdtempSync(join(tmpdir(), 'account-'));
    writeFileSync(join(folder, 'token'), await plane.serviceAccountToken('intents', 'some'));
    writeFileSync(join(folder, 'ca.crt'), plane.certificate);
    writeFileSync(join(folder, 'namespace'), 'intents');
    const { hostname, port } = new URL(plane.url);
    Object.assign(process.env, {
      KUBECONFIG: '',
      HOME: folder,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
    });
  });
  afterAll(async () => {
    for (const name of ['KUBECONFIG', 'HOME', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT']) {
      const value = before[name];
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true });
    await plane.stop();
  });

  it('lets in as that account, over TLS that is verified', async () => {
    const connection = await podConnection(SYSTEM_CLOCK, folder);
    if (connection === undefined) throw new Error('no account was found');
    expect(connection.namespace).toBe('intents');
    const api = createApiClient({ connection, component: 'test' });
    await expect(api.list(PODS, { namespace: 'intents' })).rejects.toThrow(
      'system:serviceaccount:intents:some',
    );
    writeFileSync(join(folder, 'ca.crt'), '');
    const other = await podConnection(SYSTEM_CLOCK, folder);
    if (other === undefined) throw new Error('no account was found');
    await expect(
      createApiClient({ connection: other, component: 'test' }).get({
        resource: NAMESPACES,
        name: 'intents',
      }),
    ).rejects.toThrow(/certificate/);
  });
});
