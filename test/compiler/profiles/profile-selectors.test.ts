import {
  calls,
  callsService,
  compiled,
  ids,
  intents,
  manifestOf,
  names,
  service,
  workload,
} from '../cluster-fixture';
import type { ClientIntents } from '../../../src/intents/client-intents';
import type { Resource } from '../../../src/model/resource';

function selectors(
  resources: readonly Resource[],
  ...declared: ClientIntents[]
): ReturnType<typeof compiled> {
  return compiled(resources, declared, { profile: 'selectors' });
}

describe('profile selectors', () => {
  it('selects by the labels that workloads have, and adds none', () => {
    const result = selectors(
      [workload('a/client'), workload('b/server')],
      intents('a/client', calls('b/server', 80)),
    );
    expect(result.podLabels).toEqual([]);
    expect(result.namespaceLabels).toEqual([]);
    expect(result.findings).toEqual([]);
    expect(result.policies.map(({ manifest }) => manifest)).toEqual([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: {
          name: 'access-to-server',
          namespace: 'b',
          labels: { 'intents.otterize.com/network-policy': 'true' },
        },
        spec: {
          podSelector: { matchLabels: { app: 'server' } },
          policyTypes: ['Ingress'],
          ingress: [
            {
              from: [
                {
                  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'a' } },
                  podSelector: { matchLabels: { app: 'client' } },
                },
              ],
              ports: [{ protocol: 'TCP', port: 80 }],
            },
          ],
        },
      },
    ]);
  });

  it('prefers the workload’s own selector to all labels of its template', () => {
    const labels = { app: 'server', tier: 'back', 'pod-template-hash': '1' };
    const result = selectors(
      [workload('a/client'), workload('a/server', { labels, selector: { app: 'server' } })],
      intents('a/client', calls('a/server')),
    );
    expect(manifestOf(result, 'access-to-server')?.['spec']).toMatchObject({
      podSelector: { matchLabels: { app: 'server' } },
    });
  });

  it('adds a label that tells a workload from another one its selector matches too', () => {
    const result = selectors(
      [
        workload('a/client'),
        workload('a/server', {
          labels: { app: 'x', 'app.kubernetes.io/version': '1', role: 'main' },
          selector: { app: 'x' },
        }),
        workload('a/canary', {
          labels: { app: 'x', 'app.kubernetes.io/version': '2', role: 'canary' },
          selector: { app: 'x' },
        }),
      ],
      intents('a/client', calls('a/server')),
    );
    expect(result.findings).toEqual([]);
    expect(manifestOf(result, 'access-to-server')?.['spec']).toMatchObject({
      podSelector: { matchLabels: { app: 'x', role: 'main' } },
    });
  });

  it('writes nothing for a server it cannot tell apart, and says so', () => {
    const result = selectors(
      [
        workload('a/client'),
        workload('a/server', { labels: { app: 'x' } }),
        workload('a/other', { labels: { app: 'x', role: 'o' } }),
      ],
      intents('a/client', calls('a/server')),
    );
    expect(ids(result)).toEqual(['error indistinct-labels']);
    expect(result.policies).toEqual([]);
  });

  it('admits no client it cannot tell apart, and says so', () => {
    const result = selectors(
      [
        workload('a/client', { labels: { app: 'x' } }),
        workload('a/other', { labels: { app: 'x' } }),
        workload('a/server'),
      ],
      intents('a/client', calls('a/server')),
    );
    expect(ids(result)).toEqual(['error indistinct-labels']);
    expect(result.policies).toEqual([]);
  });

  it('lets look-alikes share a peer when both may call the same', () => {
    const result = selectors(
      [
        workload('a/one', { labels: { app: 'x' } }),
        workload('a/two', { labels: { app: 'x' } }),
        workload('a/server'),
      ],
      intents('a/one', calls('a/server')),
      intents('a/two', calls('a/server')),
    );
    expect(result.findings).toEqual([]);
    expect(manifestOf(result, 'access-to-server')?.['spec']).toMatchObject({
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'x' } } }] }],
    });
  });

  it('never selects by an empty set of labels', () => {
    const result = selectors(
      [workload('a/client'), workload('a/server', { labels: {} })],
      intents('a/client', calls('a/server')),
    );
    expect(ids(result)).toEqual(['error indistinct-labels']);
    expect(result.policies).toEqual([]);
  });

  it('merges peers of the same ports and keeps other ports apart (intent-systems L15)', () => {
    const result = selectors(
      [workload('a/one'), workload('a/two'), workload('a/three'), workload('a/server')],
      intents('a/one', calls('a/server', 80)),
      intents('a/two', calls('a/server', 80)),
      intents('a/three', calls('a/server', 90)),
    );
    expect(manifestOf(result, 'access-to-server')?.['spec']).toMatchObject({
      ingress: [
        {
          from: [
            { podSelector: { matchLabels: { app: 'one' } } },
            { podSelector: { matchLabels: { app: 'two' } } },
          ],
          ports: [{ port: 80 }],
        },
        { from: [{ podSelector: { matchLabels: { app: 'three' } } }], ports: [{ port: 90 }] },
      ],
    });
  });

  it('opens a Service at every workload behind it, each with the ports it has', () => {
    const selector = { part: 'web' };
    const result = selectors(
      [
        workload('a/client'),
        workload('a/v1', {
          labels: { app: 'v1', part: 'web' },
          ports: [{ name: 'http', containerPort: 8080 }],
        }),
        workload('a/v2', { labels: { app: 'v2', part: 'web' } }),
        service('a/web', { selector, ports: [{ port: 80, targetPort: 'http' }] }),
      ],
      intents('a/client', callsService('a/web')),
    );
    expect(ids(result)).toEqual(['warning port-not-found']);
    expect(names(result)).toEqual(['a/access-to-v1']);
    expect(result.declared).toMatchObject([{ server: { id: 'a/v1[Deployment]' }, ports: [{ port: 8080 }] }]);
  });

  it('names the kind where two kinds share a name', () => {
    const result = selectors(
      [
        workload('a/client'),
        workload('a/db', { labels: { k: 'd' } }),
        workload('a/db', { kind: 'StatefulSet', labels: { k: 's' } }),
      ],
      intents('a/client', calls('a/db[StatefulSet]')),
    );
    expect(names(result)).toEqual(['a/access-to-db-statefulset']);
  });
});
