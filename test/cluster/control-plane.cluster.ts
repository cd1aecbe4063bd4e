import { ControlPlane } from './control-plane';
import { makeNamespace } from './install';
import { withoutServerFields } from './stored';

describe('the control plane of the tests', () => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await ControlPlane.start({ users: { nobody: [] } });
  });
  afterAll(() => plane.stop());

  it('is Kubernetes 1.34', async () => {
    expect(await plane.api.get('/version')).toMatchObject({ major: '1', minor: '34', gitVersion: 'v1.34.3' });
  });

  it('keeps objects while its API server is killed and started again', async () => {
    await makeNamespace(plane.api, 'kept');
    await plane.killApiServer();
    await expect(plane.api.get('/api/v1/namespaces/kept')).rejects.toThrow(/ECONNREFUSED|hang up|ECONNRESET/);
    await plane.startApiServer();
    expect(await plane.api.get('/api/v1/namespaces/kept')).toMatchObject({ metadata: { name: 'kept' } });
  });

  it('forgets what it was before a compaction, so that a watch from there gets 410', async () => {
    const { metadata } = await plane.api.get('/api/v1/namespaces');
    for (const name of ['a', 'b']) await makeNamespace(plane.api, name);
    await plane.database.compact();
    await plane.killApiServer();
    await plane.startApiServer();
    const events = plane.api.watch(`/api/v1/namespaces?resourceVersion=${metadata.resourceVersion}`);
    const first = await events.next();
    expect(first.value).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    await events.return(undefined);
  });

  it('knows users, and what they may not', async () => {
    const nobody = plane.client('nobody');
    await expect(nobody.get('/api/v1/namespaces')).rejects.toMatchObject({ code: 403 });
    nobody.close();
  });

  it('makes tokens for service accounts', async () => {
    await plane.api.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } });
    const token = await plane.serviceAccountToken('default', 'robot');
    expect(token.split('.')).toHaveLength(3);
    expect(plane.kubeconfig(token)).toContain(plane.folder);
  });

  it('tells every request, by user agent, verb and resource', async () => {
    await plane.api.get('/api/v1/namespaces/default/pods');
    expect(
      plane
        .requests()
        .filter(({ userAgent, resource }) => userAgent === 'the-test' && resource === 'pods')
        .map(({ verb, code }) => [verb, code]),
    ).toEqual([['list', 200]]);
  });

  it('stores policies as they are sent by this client', async () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'from-somewhere', namespace: 'default' },
      spec: {
        podSelector: { matchLabels: { app: 'server' } },
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'client' } } }] }],
        policyTypes: ['Ingress'],
      },
    };
    await plane.api.create(policy);
    const stored = await plane.api.get(await plane.api.pathOf(policy));
    expect(withoutServerFields(stored)).toEqual(policy);
  });
});
