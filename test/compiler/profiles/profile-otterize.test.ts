import {
  calls,
  callsService,
  compiled,
  ids,
  intents,
  labelsOf,
  manifestOf,
  names,
  service,
  workload,
} from '../cluster-fixture';
import type { Target } from '../../../src/intents/client-intents';

const HOME = 'otterize-tutorial-npol';
const resources = [
  workload(`${HOME}/client`),
  workload(`${HOME}/server`),
  service(`${HOME}/server`, { ports: [{ port: 80 }] }),
];

function tutorial(target: Target): ReturnType<typeof compiled> {
  return compiled(resources, [intents(`${HOME}/client`, target)], { profile: 'otterize' });
}

function policy(
  name: string,
  value: string,
  podSelector: Record<string, string>,
  access: string,
  ports?: unknown,
): unknown {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: HOME, labels: { 'intents.otterize.com/network-policy': value } },
    spec: {
      podSelector: { matchLabels: podSelector },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': HOME } },
              podSelector: { matchLabels: { [`intents.otterize.com/${access}`]: 'true' } },
            },
          ],
          ...(ports === undefined ? {} : { ports }),
        },
      ],
    },
  };
}

describe('profile otterize, the worked example (otterize-operator 4.11)', () => {
  it.each([
    [
      'a Service',
      callsService(`${HOME}/server`),
      policy(
        'server-service-access',
        'server-otterize-tutorial-n-servi-7dac8c',
        { app: 'server' },
        'svc-access-server-otterize-tutorial-n-servi-7dac8c',
        [{ protocol: 'TCP', port: 80 }],
      ),
    ],
    [
      'a workload',
      calls(`${HOME}/server`),
      policy(
        'server-access',
        'server-otterize-tutorial-np-7e16db',
        { 'intents.otterize.com/service': 'server-otterize-tutorial-np-7e16db' },
        'access-server-otterize-tutorial-np-7e16db',
      ),
    ],
    [
      'a workload of a kind',
      calls(`${HOME}/server[Deployment]`),
      policy(
        'server-deployment-access',
        'server-otterize-tutorial-n-deplo-21d4ca',
        {
          'intents.otterize.com/owner-kind': 'Deployment',
          'intents.otterize.com/service': 'server-otterize-tutorial-np-7e16db',
        },
        'access-server-otterize-tutorial-n-deplo-21d4ca',
      ),
    ],
  ])('makes the policy for %s', (_what, target, expected) => {
    const result = tutorial(target);
    expect(result.policies.map(({ manifest }) => manifest)).toEqual([expected]);
    expect(result.findings).toEqual([]);
    expect(result.namespaceLabels).toEqual([]);
  });

  it('labels the pods of client and server', () => {
    const result = tutorial(callsService(`${HOME}/server`));
    expect(labelsOf(result, `${HOME}/client[Deployment]`)).toEqual({
      'intents.otterize.com/service': 'client-otterize-tutorial-np-699302',
      'intents.otterize.com/owner-kind': 'Deployment',
      'intents.otterize.com/client': 'client-otterize-tutorial-np-699302',
      'intents.otterize.com/svc-access-server-otterize-tutorial-n-servi-7dac8c': 'true',
    });
    expect(labelsOf(result, `${HOME}/server[Deployment]`)).toEqual({
      'intents.otterize.com/service': 'server-otterize-tutorial-np-7e16db',
      'intents.otterize.com/owner-kind': 'Deployment',
    });
  });
});

describe('profile otterize', () => {
  it('writes one rule for each client namespace (4.3)', () => {
    const result = compiled(
      [workload('a/x'), workload('b/y'), workload('a/z'), workload('s/server')],
      [
        intents('a/x', calls('s/server')),
        intents('b/y', calls('s/server')),
        intents('a/z', calls('s/server')),
      ],
      { profile: 'otterize' },
    );
    expect(names(result)).toEqual(['s/server-access']);
    expect(manifestOf(result, 'server-access')?.['spec']).toMatchObject({
      ingress: [{ from: [{}] }, { from: [{}] }],
    });
  });

  it('makes two policies when intents name a server with and without its kind (4.1 item 3)', () => {
    const result = compiled(
      [workload('a/x'), workload('a/y'), workload('a/s')],
      [intents('a/x', calls('a/s')), intents('a/y', calls('a/s[Deployment]'))],
      { profile: 'otterize' },
    );
    expect(names(result)).toEqual(['a/s-access', 'a/s-deployment-access']);
  });

  it('keeps the policies of api of kind Deployment and of api-deployment apart (10.2 W-5)', () => {
    const result = compiled(
      [workload('a/x'), workload('a/api'), workload('a/api-deployment')],
      [intents('a/x', calls('a/api[Deployment]'), calls('a/api-deployment'))],
      { profile: 'otterize' },
    );
    expect(ids(result)).toEqual(['info otterize-differs', 'info policy-name-clash']);
    expect(new Set(names(result)).size).toBe(2);
  });

  it('names a dotted workload with dots and labels it with underscores (Appendix A)', () => {
    const result = compiled([workload('a/x'), workload('a/app.1.2')], [intents('a/x', calls('a/app_1_2'))], {
      profile: 'otterize',
    });
    expect(names(result)).toEqual(['a/app.1.2-access']);
    expect(labelsOf(result, 'a/app.1.2[Deployment]')).toMatchObject({
      'intents.otterize.com/service': expect.stringMatching(/^app_1_2-a-/),
    });
  });

  it('leaves a called DNS server of kube-system open on port 53 (4.5)', () => {
    const result = compiled(
      [workload('kube-system/coredns'), workload('a/x')],
      [intents('a/x', calls('kube-system/coredns'))],
      { profile: 'otterize' },
    );
    expect(manifestOf(result, 'coredns-access')?.['spec']).toMatchObject({
      ingress: [
        { from: [{}] },
        {
          ports: [
            { protocol: 'TCP', port: 53 },
            { protocol: 'UDP', port: 53 },
          ],
        },
      ],
    });
  });

  it('labels a workload named by annotation with an empty kind (2.2)', () => {
    const annotations = { 'intents.otterize.com/workload-name': 'shop' };
    const result = compiled(
      [workload('a/x'), workload('a/s', { annotations })],
      [intents('a/x', calls('a/shop'))],
      { profile: 'otterize' },
    );
    expect(names(result)).toEqual(['a/shop-access']);
    expect(labelsOf(result, 'a/s[Deployment]')).toMatchObject({ 'intents.otterize.com/owner-kind': '' });
  });

  it('isolates a ProtectedService (7.3)', () => {
    const server = { namespace: 'a', name: 'db', kind: 'StatefulSet' };
    const protectedServices = [{ namespace: 'a', name: 'p', server, place: intents('a/x').place }];
    const result = compiled([workload('a/db', { kind: 'StatefulSet' })], [], {
      profile: 'otterize',
      protectedServices,
    });
    expect(result.policies.map(({ manifest }) => manifest)).toMatchObject([
      {
        metadata: {
          name: 'default-deny-db-statefulset',
          labels: {
            'intents.otterize.com/network-policy-service-default-deny': 'true',
            'intents.otterize.com/network-policy': expect.stringMatching(/^db-a-[0-9a-f]{6}$/),
          },
        },
        spec: {
          podSelector: { matchLabels: { 'intents.otterize.com/owner-kind': 'StatefulSet' } },
          policyTypes: ['Ingress'],
        },
      },
    ]);
  });
});
