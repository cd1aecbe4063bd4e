import {
  calls,
  callsService,
  intents,
  labelsOf,
  manifestOf,
  names,
  service,
  workload,
} from '../cluster-fixture';
import { NOWHERE } from '../../../src/model/place';
import { HOME, strict, specOf, ingress, internet, inNamespace, pods, DNS } from './operator-output-fixture';

describe('strictOtterize, access policies (otterize-operator 4.2 to 4.5)', () => {
  it('writes the policies of the worked example with egress (4.11)', () => {
    const result = strict(
      [workload(`${HOME}/client`), workload(`${HOME}/server`), service(`${HOME}/server`)],
      [intents(`${HOME}/client`, callsService(`${HOME}/server`))],
      { egress: 'always' },
    );
    expect(names(result)).toEqual([`${HOME}/client-access`, `${HOME}/server-service-access`]);
    expect(manifestOf(result, 'client-access')).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name: 'client-access',
        namespace: HOME,
        labels: { 'intents.otterize.com/network-policy': 'client-otterize-tutorial-np-699302' },
      },
      spec: {
        podSelector: pods({ 'intents.otterize.com/service': 'client-otterize-tutorial-np-699302' }),
        policyTypes: ['Egress'],
        egress: [
          {
            to: [{ namespaceSelector: inNamespace(HOME), podSelector: pods({ app: 'server' }) }],
            ports: [
              { protocol: 'TCP', port: 80 },
              { protocol: 'TCP', port: 80 },
            ],
          },
          DNS,
        ],
      },
    });
  });

  it('writes ingress and egress of one identity into one policy, ingress first (4.2)', () => {
    const result = strict(
      [workload('a/x'), workload('a/y'), workload('a/z')],
      [intents('a/x', calls('a/y')), intents('a/y', calls('a/z'))],
      { egress: 'always' },
    );
    expect(names(result)).toEqual(['a/x-access', 'a/y-access', 'a/z-access']);
    expect(specOf(result, 'y-access')).toMatchObject({
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{}],
      egress: [{ to: [{}] }, DNS],
    });
    expect(specOf(result, 'x-access')).toMatchObject({ policyTypes: ['Egress'] });
  });

  it('opens every target port of a Service, one that is there twice too (4.4)', () => {
    const ports = [
      { port: 80, targetPort: 'http' },
      { port: 81, targetPort: 'http' },
      { port: 53, protocol: 'UDP' },
    ];
    const result = strict(
      [workload('a/x'), workload('a/s'), service('a/s', { ports })],
      [intents('a/x', callsService('a/s'))],
    );
    expect(specOf(result, 's-service-access')).toMatchObject({
      ingress: [
        {
          ports: [
            { protocol: 'TCP', port: 'http' },
            { protocol: 'TCP', port: 'http' },
            { protocol: 'UDP', port: 53 },
          ],
        },
      ],
    });
  });

  it('selects clients of each namespace by the same access label, in a rule of their namespace (4.3)', () => {
    const result = strict(
      [workload('a/x'), workload('b/x'), workload('s/db', { kind: 'StatefulSet' })],
      [intents('b/x', calls('s/db[StatefulSet]')), intents('a/x', calls('s/db[StatefulSet]'))],
    );
    const key = Object.keys(labelsOf(result, 'a/x[Deployment]') ?? {}).find((label) =>
      label.includes('access-'),
    );
    expect(key).toMatch(/access-db-s-state-[0-9a-f]{6}$/);
    const peer = (namespace: string): unknown => ({
      from: [{ namespaceSelector: inNamespace(namespace), podSelector: pods({ [key ?? '']: 'true' }) }],
    });
    expect(specOf(result, 'db-statefulset-access')).toMatchObject({ ingress: [peer('a'), peer('b')] });
  });

  it('writes a policy for a server that has no pods (4.1)', () => {
    const result = strict([workload('a/x')], [intents('a/x', calls('b/gone'))]);
    expect(names(result)).toEqual(['b/gone-access']);
    expect(labelsOf(result, 'a/x[Deployment]')).toHaveProperty(['intents.otterize.com/client']);
  });

  it('leaves out a Service that is not there or has no selector (2.3)', () => {
    const result = strict(
      [workload('a/x'), service('a/headless', { selector: undefined })],
      [intents('a/x', callsService('a/gone'), callsService('a/headless'))],
    );
    expect(names(result)).toEqual([]);
  });

  it('opens DNS of what is called *dns in kube-system to everybody (4.5)', () => {
    const result = strict(
      [workload('a/x'), workload('kube-system/my-dns'), workload('other/my-dns')],
      [intents('a/x', calls('kube-system/my-dns'), calls('other/my-dns'))],
    );
    const [inSystem, other] = ['kube-system', 'other'].map(
      (home) => result.policies.find(({ namespace }) => namespace === home)?.manifest['spec'],
    );
    expect(inSystem).toMatchObject({ ingress: [{ from: [{}] }, DNS] });
    expect(other).toMatchObject({ ingress: [{ from: [{}] }] });
  });

  it('isolates what is protected, a Service by its selector (7.3)', () => {
    const server = { namespace: 'a', name: 's', kind: 'Service' };
    const protectedServices = [{ namespace: 'a', name: 'p', server, place: NOWHERE }];
    const result = strict([workload('a/s'), service('a/s')], [], { protectedServices });
    expect(names(result)).toEqual(['a/default-deny-s-service']);
    expect(specOf(result, 'default-deny-s-service')).toEqual({
      podSelector: pods({ app: 's' }),
      policyTypes: ['Ingress'],
    });
  });
});

describe('strictOtterize, labels of pods (otterize-operator 3.2, 5.1)', () => {
  it('labels every pod, and as client only those with a target inside the cluster', () => {
    const result = strict(
      [workload('a/x'), workload('a/idle', { hostNetwork: true }), workload('a/out')],
      [intents('a/x', calls('a/x')), intents('a/out', internet({ ips: ['192.0.2.1'] }))],
    );
    expect(labelsOf(result, 'a/idle[Deployment]')).toEqual({
      'intents.otterize.com/owner-kind': 'Deployment',
      'intents.otterize.com/service': expect.stringMatching(/^idle-a-/),
    });
    expect(Object.keys(labelsOf(result, 'a/out[Deployment]') ?? {})).toHaveLength(2);
    expect(Object.keys(labelsOf(result, 'a/x[Deployment]') ?? {})).toHaveLength(4);
  });

  it('labels the pods behind a Service that is the client (2.3)', () => {
    const result = strict(
      [workload('a/x'), workload('a/s'), service('a/front', { selector: { app: 'x' } })],
      [intents('a/front[Service]', calls('a/s'))],
    );
    expect(labelsOf(result, 'a/x[Deployment]')).toHaveProperty(['intents.otterize.com/client']);
  });
});

describe('strictOtterize, external traffic (otterize-operator 6.1, 6.2)', () => {
  const offered = service('a/s', {
    ports: [
      { port: 80, targetPort: 'http' },
      { port: 9090, targetPort: 9090 },
    ],
    more: { type: 'LoadBalancer' },
  });
  const server = workload('a/s', { ports: [{ name: 'http', containerPort: 8080 }] });

  it('opens every port of an isolated Service to anyone, as numbers, with the selector of its access policy', () => {
    const result = strict([workload('a/x'), server, offered], [intents('a/x', calls('a/s'))]);
    expect(manifestOf(result, 'external-access-to-s')).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name: 'external-access-to-s',
        namespace: 'a',
        labels: { 'intents.otterize.com/network-policy-external-traffic': expect.stringMatching(/^s-a-/) },
        annotations: { 'intents.otterize.com/created-for-service': 's' },
      },
      spec: {
        podSelector: pods({ 'intents.otterize.com/service': expect.stringMatching(/^s-a-/) }),
        policyTypes: ['Ingress'],
        ingress: [
          {
            ports: [
              { protocol: 'TCP', port: 8080 },
              { protocol: 'TCP', port: 9090 },
            ],
          },
        ],
      },
    });
  });

  it('writes nothing for a server that nothing isolates, unless always; nothing at all when off', () => {
    const made = (externalTraffic: 'if-blocked' | 'always' | 'off'): string[] =>
      names(strict([server, offered], [], { externalTraffic }));
    expect(made('if-blocked')).toEqual([]);
    expect(made('always')).toEqual(['a/external-access-to-s']);
    expect(made('off')).toEqual([]);
  });

  it('lets in configured ingress controllers only, where the Service is of type ClusterIP', () => {
    const controller = workload('ingress-nginx/ingress-nginx-controller');
    const options = { ingressControllers: ['ingress-nginx/ingress-nginx-controller'] };
    const declared = [intents('a/x', calls('a/s'))];
    const common = [
      workload('a/x'),
      server,
      controller,
      service('a/s', { ports: [{ port: 80, targetPort: 'http' }] }),
    ];
    const result = strict([...common, ingress('s')], declared, options);
    expect(manifestOf(result, 'external-access-to-s')).toMatchObject({
      metadata: { annotations: { 'intents.otterize.com/created-for-ingress': 'to-s' } },
      spec: {
        ingress: [
          {
            from: [
              {
                namespaceSelector: inNamespace('ingress-nginx'),
                podSelector: pods({
                  'intents.otterize.com/service': 'ingress-nginx-contro-ingress-nginx-21081a',
                  'intents.otterize.com/owner-kind': 'Deployment',
                }),
              },
            ],
            ports: [{ protocol: 'TCP', port: 8080 }],
          },
        ],
      },
    });
    const exempt = strict(
      [...common, ingress('s', { 'alb.ingress.kubernetes.io/target-type': 'ip' })],
      declared,
      options,
    );
    expect(specOf(exempt, 'external-access-to-s')).toMatchObject({ ingress: [{ ports: [{}] }] });
  });
});
