import {
  calls,
  callsService,
  intents,
  labelsOf,
  manifest,
  names,
  service,
  workload,
} from '../cluster-fixture';
import type { CompileOptions } from '../../../src/compiler/compilation';
import type { Target } from '../../../src/intents/client-intents';
import type { Resource } from '../../../src/model/resource';
import { strict, specOf, internet, API, inNamespace, pods, DNS } from './operator-output-fixture';

describe('strictOtterize, egress (otterize-operator 4.6 to 4.9)', () => {
  const egress = (
    resources: readonly Resource[],
    targets: readonly Target[],
    options: CompileOptions = {},
  ): unknown[] => {
    const result = strict([workload('a/x'), ...resources], [intents('a/x', ...targets)], {
      egress: 'always',
      ...options,
    });
    const spec = specOf(result, 'x-access');
    return typeof spec === 'object' && spec !== null && 'egress' in spec && Array.isArray(spec.egress)
      ? spec.egress
      : [];
  };

  it('lets out to a workload by its identity, and to the Services that lead to it (4.6)', () => {
    const rules = egress([workload('b/s'), service('b/one'), service('b/s')], [calls('b/s[Deployment]')]);
    expect(rules).toEqual([
      {
        to: [
          {
            namespaceSelector: inNamespace('b'),
            podSelector: pods({ 'intents.otterize.com/service': expect.stringMatching(/^s-b-/) }),
          },
        ],
      },
      { to: [{ namespaceSelector: inNamespace('b'), podSelector: pods({ app: 's' }) }] },
      DNS,
    ]);
  });

  it('lets out to a Service on its target port and its own (4.7)', () => {
    const rules = egress(
      [workload('b/s'), service('b/s', { ports: [{ port: 80, targetPort: 8080 }] })],
      [callsService('b/s')],
    );
    expect(rules[0]).toMatchObject({
      ports: [
        { protocol: 'TCP', port: 8080 },
        { protocol: 'TCP', port: 80 },
      ],
    });
  });

  it('lets out to addresses as blocks, sorted as text, each once (4.8)', () => {
    const ips = ['203.0.113.7', '10.0.0.5/24', '203.0.113.7/32', '2001:db8::1'];
    const ports = [{ port: 443, protocol: 'TCP' } as const];
    expect(egress([], [internet({ ips, ports })])[0]).toEqual({
      to: ['10.0.0.0/24', '2001:db8::1/128', '203.0.113.7/32'].map((cidr) => ({ ipBlock: { cidr } })),
      ports: [{ protocol: 'TCP', port: 443 }],
    });
  });

  it('takes the addresses of domains from the status of the object, by the very same text (4.8)', () => {
    const status = { resolvedIPs: [{ dns: '*.example.com', ips: ['192.0.2.1'] }, { dns: 'b.example.com', ips: ['192.0.2.2'] }] }; // prettier-ignore
    const metadata = { name: 'x-intents', namespace: 'a' };
    const object = manifest(
      'k8s.otterize.com/v2beta1',
      'ClientIntents',
      { metadata, status },
      'x-intents',
      'a',
    );
    expect(egress([object], [internet({ domains: ['*.example.com'] })])).toEqual([
      { to: [{ ipBlock: { cidr: '192.0.2.1/32' } }] },
      DNS,
    ]);
    expect(egress([object], [internet({ domains: ['a.example.com'] })])).toEqual([DNS]);
  });

  const kubernetes = manifest(
    'v1',
    'Service',
    {
      metadata: { name: 'kubernetes', namespace: 'default' },
      spec: {
        clusterIP: '10.96.0.1',
        clusterIPs: ['10.96.0.1', 'fd00::1'],
        ports: [{ port: 443, targetPort: 6443 }],
      },
    },
    'kubernetes',
    'default',
  );
  const endpoints = manifest(
    'v1',
    'Endpoints',
    {
      metadata: { name: 'kubernetes', namespace: 'default' },
      subsets: [
        {
          addresses: [{ ip: '192.168.0.2' }],
          notReadyAddresses: [{ ip: '192.168.0.3' }],
          ports: [{ port: 6443 }],
        },
      ],
    },
    'kubernetes',
    'default',
  );

  it('lets out to the API server by cluster IPs and ready addresses (4.7, 10.2 W-11)', () => {
    expect(egress([kubernetes, endpoints], [API])[0]).toEqual({
      to: ['10.96.0.1/32', '10.96.0.1/32', 'fd00::1/32', '192.168.0.2/32'].map((cidr) => ({
        ipBlock: { cidr },
      })),
      ports: [{ protocol: 'TCP', port: 6443 }],
    });
  });

  it('takes the API server from the options where the input has no Endpoints', () => {
    expect(egress([], [API], { kubernetesApi: ['10.0.0.1:6443', '10.0.0.2:443'] })[0]).toEqual({
      to: [{ ipBlock: { cidr: '10.0.0.1/32' } }, { ipBlock: { cidr: '10.0.0.2/32' } }],
      ports: [
        { protocol: 'TCP', port: 6443 },
        { protocol: 'TCP', port: 443 },
      ],
    });
  });

  it('makes no ingress policy for the API server, and labels its clients (0, 3.2)', () => {
    const result = strict([workload('a/x')], [intents('a/x', API)]);
    expect(names(result)).toEqual([]);
    expect(labelsOf(result, 'a/x[Deployment]')).toMatchObject({
      'intents.otterize.com/svc-access-kubernetes-default-servi-45a10b': 'true',
    });
  });
});
