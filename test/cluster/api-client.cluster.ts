import { parseAllDocuments } from 'yaml';
import { ControlPlane } from './control-plane';
import { type KubeObject } from './client';
import { makeNamespace } from './install';
import { projectClient, type ProjectClient } from './project-client';
import { canonical, withoutServerFields } from './stored';
import { CLIENT_INTENTS, NAMESPACES, NETWORK_POLICIES, PODS } from '../../src/controller/api/known-resources';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIST = join(__dirname, '..', '..', 'dist');

/** Every NetworkPolicy that the examples make, and one with every field there is. */
function policies(): KubeObject[] {
  const shipped = readdirSync(DIST)
    .flatMap((file) => parseAllDocuments(readFileSync(join(DIST, file), 'utf8')))
    .map((document): KubeObject => document.toJS())
    .filter(({ kind, apiVersion }) => kind === 'NetworkPolicy' && apiVersion === 'networking.k8s.io/v1');
  return [...shipped, WHOLE];
}

const WHOLE: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {
    name: 'whole',
    namespace: 'shop',
    labels: { constructor: 'a' },
    annotations: { note: 'ü ☃ "quoted"\n' },
  },
  spec: {
    podSelector: {
      matchLabels: { app: 'a' },
      matchExpressions: [
        { key: 'tier', operator: 'In', values: ['x', 'y'] },
        { key: 'gone', operator: 'DoesNotExist' },
      ],
    },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [
          { podSelector: {}, namespaceSelector: { matchLabels: { team: 'a' } } },
          { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
        ],
        ports: [
          { protocol: 'TCP', port: 80, endPort: 90 },
          { protocol: 'UDP', port: 'dns' },
        ],
      },
      {},
    ],
    egress: [{ to: [{ namespaceSelector: {} }], ports: [{ protocol: 'SCTP' }] }],
  },
};

describe('the client of the controller and a real API server', () => {
  let plane: ControlPlane;
  let client: ProjectClient;

  beforeAll(async () => {
    plane = await ControlPlane.start();
    client = projectClient(plane);
    const namespaces = new Set(policies().map(({ metadata }) => metadata.namespace as string));
    for (const name of namespaces) await makeNamespace(plane.api, name);
  });
  afterAll(async () => {
    client.close();
    await plane.stop();
  });

  it.each(['apply', 'create', 'replace'] as const)(
    'stores every policy just as it was sent, by %s: no "from" gets lost on the way',
    async (verb) => {
      for (const policy of policies()) {
        if (verb === 'replace')
          await plane.api.create({ ...policy, spec: { podSelector: {}, policyTypes: ['Egress'] } });
        await client.api[verb](NETWORK_POLICIES, policy);
        // Read by the test's own client, which shares no code with the one that wrote.
        const stored = withoutServerFields(await plane.api.get(await plane.api.pathOf(policy)));
        expect(canonical(stored)).toBe(canonical(policy));
        expect(await client.api.delete({ resource: NETWORK_POLICIES, ...policy.metadata })).toBe(true);
      }
    },
  );

  it('changes nothing, not even the version, when it applies what is there', async () => {
    const first = await client.api.apply(NETWORK_POLICIES, WHOLE);
    const second = await client.api.apply(NETWORK_POLICIES, WHOLE);
    expect(second).toEqual(first);
    await client.api.delete({ resource: NETWORK_POLICIES, namespace: 'shop', name: 'whole' });
  });

  it('is told of a conflict over a field that somebody else applies, with the field and who it is', async () => {
    await plane.api.apply(WHOLE, 'somebody');
    const changed = { ...WHOLE, spec: { ...WHOLE.spec, policyTypes: ['Egress'] } };
    await expect(client.api.apply(NETWORK_POLICIES, changed)).rejects.toMatchObject({
      status: 409,
      causes: [
        {
          reason: 'FieldManagerConflict',
          field: '.spec.policyTypes',
          message: expect.stringContaining('somebody'),
        },
      ],
    });
    await plane.api.delete(WHOLE);
  });

  it('is told what the server does not take, field by field', async () => {
    const bad = {
      ...WHOLE,
      spec: { ...WHOLE.spec, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/99' } }] }] },
    };
    await expect(client.api.apply(NETWORK_POLICIES, bad)).rejects.toMatchObject({
      status: 422,
      reason: 'Invalid',
      causes: [expect.objectContaining({ field: 'spec.ingress[0].from[0].ipBlock.cidr' })],
    });
  });

  it('is told that a kind is not served before its CRD is there', async () => {
    await expect(client.api.list(CLIENT_INTENTS)).rejects.toMatchObject({ status: 404 });
  });

  it('lists in pages as it lists at once, while objects come between the pages', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `page-${String(index).padStart(2, '0')}`);
    for (const name of names) await makeNamespace(plane.api, name);
    const pages = await client.api.list(NAMESPACES, { limit: 3 });
    const atOnce = await plane.api.list('/api/v1/namespaces');
    expect(pages.items.map(({ metadata }: KubeObject) => metadata.name)).toEqual(
      atOnce.map(({ metadata }) => metadata.name),
    );
    const asked = plane
      .requests()
      .filter(({ userAgent, uri }) => userAgent.startsWith('cdk8s-intents') && /limit=3/.test(uri));
    expect(asked.length).toBe(Math.ceil(atOnce.length / 3));
  });

  it('deletes only the object that it means, when it says which', async () => {
    const { metadata }: KubeObject = await client.api.apply(NETWORK_POLICIES, WHOLE);
    const ref = { resource: NETWORK_POLICIES, namespace: 'shop', name: 'whole' };
    await expect(client.api.delete(ref, { uid: 'another' })).rejects.toMatchObject({ status: 409 });
    await expect(client.api.delete(ref, { resourceVersion: '1' })).rejects.toMatchObject({ status: 409 });
    expect(await client.api.delete(ref, { uid: metadata.uid })).toBe(true);
    expect(await client.api.delete(ref)).toBe(false);
  });

  it('labels a pod without a word about what else is in it', async () => {
    await plane.api.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'client', namespace: 'shop', labels: { app: 'client' } },
      spec: { containers: [{ name: 'main', image: 'example.test/client' }] },
    });
    const labelled = await client.api.apply(PODS, {
      metadata: { name: 'client', namespace: 'shop', labels: { a: 'b' } },
    });
    expect(labelled).toMatchObject({ metadata: { labels: { app: 'client', a: 'b' } } });
  });
});
