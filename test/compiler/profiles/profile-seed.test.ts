import { compile } from '../../../src/compiler/compile';
import { buildCluster } from '../../../src/model/build-cluster';
import {
  calls,
  callsService,
  compiled,
  ids,
  intents,
  labelsOf,
  manifestOf,
  names,
  namespace,
  service,
  workload,
} from '../cluster-fixture';

const ACCESS = 'intents.otterize.com/access-server-otterize-tutorial-np-7e16db';

describe('profile seed, the worked example (intent-systems D2)', () => {
  const home = 'otterize-tutorial-npol';
  const result = compiled(
    [workload(`${home}/client`), workload(`${home}/server`)],
    [intents(`${home}/client`, calls(`${home}/server`))],
  );

  it('makes the one policy, key by key', () => {
    expect(
      JSON.stringify(
        result.policies.map(({ manifest }) => manifest),
        undefined,
        1,
      ),
    ).toBe(
      JSON.stringify(
        [
          {
            apiVersion: 'networking.k8s.io/v1',
            kind: 'NetworkPolicy',
            metadata: {
              name: 'access-to-server-from-otterize-tutorial-npol',
              namespace: home,
              labels: { 'intents.otterize.com/network-policy': 'true' },
            },
            spec: {
              podSelector: {
                matchLabels: { 'intents.otterize.com/server': 'server-otterize-tutorial-np-7e16db' },
              },
              policyTypes: ['Ingress'],
              ingress: [
                {
                  from: [
                    {
                      namespaceSelector: { matchLabels: { 'intents.otterize.com/namespace-name': home } },
                      podSelector: { matchLabels: { [ACCESS]: 'true' } },
                    },
                  ],
                },
              ],
            },
          },
        ],
        undefined,
        1,
      ),
    );
  });

  it('labels the pods of client and server', () => {
    expect(labelsOf(result, `${home}/client[Deployment]`)).toEqual({
      [ACCESS]: 'true',
      'intents.otterize.com/client': 'true',
      'intents.otterize.com/server': 'client-otterize-tutorial-np-699302',
    });
    expect(labelsOf(result, `${home}/server[Deployment]`)).toEqual({
      'intents.otterize.com/server': 'server-otterize-tutorial-np-7e16db',
    });
    expect(result.podLabels).toHaveLength(2);
  });

  it('labels the namespace of the client', () => {
    expect(result.namespaceLabels).toMatchObject([
      { namespace: home, labels: { 'intents.otterize.com/namespace-name': home } },
    ]);
    expect(result.namespaceLabels[0]?.resource?.kind).toBe('Namespace');
  });

  it('finds nothing to say, and declares the call', () => {
    expect(result.findings).toEqual([]);
    expect(result.declared).toMatchObject([{ ports: 'all' }]);
  });
});

describe('profile seed', () => {
  it('puts the policy into the namespace of the server, named after that of the client', () => {
    const result = compiled(
      [workload('a/client'), workload('b/server')],
      [intents('a/client', calls('b/server'))],
    );
    expect(names(result)).toEqual(['b/access-to-server-from-a']);
    expect(result.namespaceLabels.map(({ namespace }) => namespace)).toEqual(['a']);
  });

  it('makes one policy for each client namespace, and one for all clients of a namespace', () => {
    const result = compiled(
      [workload('a/one'), workload('a/two'), workload('b/three'), workload('s/server')],
      [
        intents('a/one', calls('s/server')),
        intents('a/two', calls('s/server')),
        intents('b/three', calls('s/server')),
      ],
    );
    expect(names(result)).toEqual(['s/access-to-server-from-a', 's/access-to-server-from-b']);
    expect(result.policies[0]?.causes).toHaveLength(2);
  });

  it('takes the plain identity when the kind is given but nothing shares the name', () => {
    const result = compiled(
      [workload('a/client'), workload('a/server')],
      [intents('a/client', calls('a/server[Deployment]'))],
    );
    expect(names(result)).toEqual(['a/access-to-server-from-a']);
  });

  it('keeps workloads of one name and two kinds apart', () => {
    const result = compiled(
      [
        workload('a/client'),
        workload('a/other'),
        workload('a/db'),
        workload('a/db', { kind: 'StatefulSet' }),
      ],
      [intents('a/client', calls('a/db[Deployment]')), intents('a/other', calls('a/db[StatefulSet]'))],
    );
    expect(result.findings).toEqual([]);
    expect(names(result)).toEqual(['a/access-to-db-deployment-from-a', 'a/access-to-db-statefulset-from-a']);
    const selector = (name: string): unknown => manifestOf(result, name)?.['spec'];
    expect(selector('access-to-db-statefulset-from-a')).toMatchObject({
      podSelector: {
        matchLabels: {
          'intents.otterize.com/owner-kind': 'StatefulSet',
          'intents.otterize.com/server': expect.stringMatching(/^db-a-[0-9a-f]{6}$/),
        },
      },
    });
    expect(labelsOf(result, 'a/db[StatefulSet]')).toMatchObject({
      'intents.otterize.com/owner-kind': 'StatefulSet',
    });
    expect(labelsOf(result, 'a/db[Deployment]')).toMatchObject({
      'intents.otterize.com/owner-kind': 'Deployment',
    });
    expect(Object.keys(labelsOf(result, 'a/client[Deployment]') ?? {})).toContainEqual(
      expect.stringMatching(/access-db-a-deplo-/),
    );
  });

  it('says so when a name without kind means two workloads', () => {
    const result = compiled(
      [workload('a/client'), workload('a/db'), workload('a/db', { kind: 'StatefulSet' })],
      [intents('a/client', calls('a/db'))],
    );
    expect(ids(result)).toEqual(['warning ambiguous-identity']);
    expect(result.declared).toHaveLength(2);
  });

  it('does not let ports of one client leak to another (intent-systems L15)', () => {
    const result = compiled(
      [workload('a/one'), workload('a/two'), workload('a/three'), workload('a/server')],
      [
        intents('a/one', calls('a/server', 80)),
        intents('a/two', calls('a/server', 90)),
        intents('a/three', calls('a/server', 90, { port: 53, protocol: 'UDP' })),
      ],
    );
    const spec = manifestOf(result, 'access-to-server-from-a')?.['spec'];
    const server = (name: string): unknown => ({
      'intents.otterize.com/server': expect.stringMatching(new RegExp(`^${name}-a-`)),
    });
    const peer = (name: string): unknown => ({
      podSelector: { matchLabels: expect.objectContaining(server(name) as Record<string, unknown>) },
    });
    expect(spec).toMatchObject({
      ingress: expect.arrayContaining([
        { from: [expect.objectContaining(peer('one') as object)], ports: [{ protocol: 'TCP', port: 80 }] },
        { from: [expect.objectContaining(peer('two') as object)], ports: [{ protocol: 'TCP', port: 90 }] },
        {
          from: [expect.objectContaining(peer('three') as object)],
          ports: [
            { protocol: 'TCP', port: 90 },
            { protocol: 'UDP', port: 53 },
          ],
        },
      ]),
    });
  });

  it('tells clients of one name and two kinds apart when their ports differ', () => {
    const result = compiled(
      [workload('a/c'), workload('a/c', { kind: 'StatefulSet' }), workload('a/server')],
      [intents('a/c[Deployment]', calls('a/server', 80)), intents('a/c[StatefulSet]', calls('a/server', 90))],
    );
    expect(result.findings).toEqual([]);
    expect(labelsOf(result, 'a/c[Deployment]')).toMatchObject({
      'intents.otterize.com/owner-kind': 'Deployment',
    });
    expect(JSON.stringify(result.policies[0]?.manifest)).toContain(
      '"intents.otterize.com/owner-kind":"StatefulSet"',
    );
  });

  it('opens a Service at the pods it selects, on its target ports, names kept', () => {
    const result = compiled(
      [
        workload('a/client'),
        workload('a/web', { ports: [{ name: 'http', containerPort: 8080 }] }),
        service('a/web', {
          ports: [
            { name: 'web', port: 80, targetPort: 'http' },
            { name: 'm', port: 90, targetPort: 9090 },
          ],
        }),
      ],
      [intents('a/client', callsService('a/web'))],
    );
    expect(result.findings).toEqual([]);
    expect(result.policies.map(({ manifest }) => manifest)).toMatchObject([
      {
        metadata: { name: 'svc-access-to-web-from-a' },
        spec: {
          podSelector: { matchLabels: { app: 'web' } },
          ingress: [
            {
              from: [
                {
                  podSelector: {
                    matchLabels: {
                      [Object.keys(labelsOf(result, 'a/client[Deployment]') ?? {}).find((key) =>
                        key.includes('svc-access-web-a-'),
                      ) ?? '']: 'true',
                    },
                  },
                },
              ],
              ports: [
                { protocol: 'TCP', port: 9090 },
                { protocol: 'TCP', port: 'http' },
              ],
            },
          ],
        },
      },
    ]);
    expect(labelsOf(result, 'a/web[Deployment]')).toBeUndefined();
    expect(result.declared).toMatchObject([
      {
        ports: [
          { port: 8080, protocol: 'TCP' },
          { port: 9090, protocol: 'TCP' },
        ],
        service: { name: 'web' },
      },
    ]);
  });

  it('opens only the ports of a Service that the intent names', () => {
    const result = compiled(
      [
        workload('a/client'),
        workload('a/web'),
        service('a/web', {
          ports: [
            { name: 'web', port: 80, targetPort: 8080 },
            { name: 'm', port: 90, targetPort: 9090 },
          ],
        }),
      ],
      [intents('a/client', callsService('a/web', 80))],
    );
    expect(JSON.stringify(result.policies[0]?.manifest)).toContain(
      '"ports":[{"protocol":"TCP","port":8080}]',
    );
  });

  it('reports a namespace that needs a label but has no object to carry it', () => {
    const cluster = buildCluster([workload('a/client'), workload('b/server'), namespace('b')]);
    const result = compile(cluster, [intents('a/client', calls('b/server'))]);
    expect(result.findings).toMatchObject([
      { severity: 'error', id: 'namespace-not-declared', object: 'Namespace/a' },
    ]);
    expect(result.namespaceLabels).toEqual([
      { namespace: 'a', labels: { 'intents.otterize.com/namespace-name': 'a' } },
    ]);
  });

  it('keeps two policies that want one name apart, and says so', () => {
    const result = compiled(
      [workload('c/x'), workload('b-from-c/y'), workload('s/a-from-b'), workload('s/a')],
      [intents('c/x', calls('s/a-from-b')), intents('b-from-c/y', calls('s/a'))],
    );
    expect(ids(result)).toEqual(['info policy-name-clash']);
    expect(new Set(names(result)).size).toBe(2);
    for (const name of names(result)) expect(name).toMatch(/^s\/access-to-a-from-b-from-c-[0-9a-f]{10}$/);
  });

  it('reports servers whose identities are one string, for a client of one could call the other (3.1)', () => {
    const result = compiled(
      [workload('x/one'), workload('x/two'), workload('c/a-b'), workload('b-c/a')],
      [intents('x/one', calls('c/a-b')), intents('x/two', calls('b-c/a'))],
    );
    const found = result.findings.filter(({ severity }) => severity === 'error');
    expect(found.map(({ id }) => id)).toEqual(['ambiguous-identity']);
    expect(found[0]?.message).toContain('c/a-b');
    expect(found[0]?.message).toContain('b-c/a');
  });

  it('reports pods that carry an access label nobody declared', () => {
    const resources = [workload('a/client'), workload('a/server')];
    const declared = [intents('a/client', calls('a/server'))];
    const key =
      Object.keys(labelsOf(compiled(resources, declared), 'a/client[Deployment]') ?? {}).find((label) =>
        label.includes('access-'),
      ) ?? '';
    const forged = workload('a/evil', { labels: { app: 'evil', [key]: 'true' } });
    expect(ids(compiled([...resources, forged], declared))).toEqual(['error stale-access-label']);
    const elsewhere = workload('b/evil', { labels: { app: 'evil', [key]: 'true' } });
    expect(ids(compiled([...resources, elsewhere], declared))).toEqual(['warning stale-access-label']);
  });

  it('reports pods that carry the identity of a server', () => {
    const result = compiled(
      [
        workload('otterize-tutorial-npol/client'),
        workload('otterize-tutorial-npol/server'),
        workload('otterize-tutorial-npol/x', {
          labels: { 'intents.otterize.com/server': 'server-otterize-tutorial-np-7e16db' },
        }),
      ],
      [intents('otterize-tutorial-npol/client', calls('otterize-tutorial-npol/server'))],
    );
    expect(ids(result)).toEqual(['error stale-identity-label']);
  });

  it('isolates a ProtectedService that nobody calls', () => {
    const server = { namespace: 'a', name: 'db' };
    const place = intents('a/x').place;
    const result = compiled([workload('a/db')], [], {
      protectedServices: [{ namespace: 'a', name: 'p', server, place }],
    });
    expect(result.policies.map(({ manifest }) => manifest)).toMatchObject([
      { metadata: { name: 'default-deny-db' }, spec: { policyTypes: ['Ingress'] } },
    ]);
    expect(result.policies[0]?.manifest['spec']).not.toHaveProperty('ingress');
    expect(labelsOf(result, 'a/db[Deployment]')).toHaveProperty(['intents.otterize.com/server']);
  });

  it('gives the same again when its output is its input', () => {
    const declared = [intents('a/client', calls('a/server', 80)), intents('a/other', calls('a/server', 90))];
    const once = compiled([workload('a/client'), workload('a/other'), workload('a/server')], declared);
    const labelled = ['client', 'other', 'server'].map((name) =>
      workload(`a/${name}`, {
        labels: { app: name, ...labelsOf(once, `a/${name}[Deployment]`) },
        selector: { app: name },
      }),
    );
    const again = compiled(labelled, declared);
    expect(again.findings).toEqual([]);
    expect(again.policies.map(({ manifest }) => manifest)).toEqual(
      once.policies.map(({ manifest }) => manifest),
    );
    expect(again.podLabels.map(({ labels }) => labels)).toEqual(once.podLabels.map(({ labels }) => labels));
  });
});
