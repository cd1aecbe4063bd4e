import { defaultDenyPolicies } from '../../../src/compiler/default-denies/default-deny';
import { InvalidInputError } from '../../../src/compiler/invalid-input-error';

const DNS = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { protocol: 'TCP', port: 53 },
    { protocol: 'UDP', port: 53 },
  ],
};

describe('default deny of a namespace', () => {
  it('denies ingress only, when nothing else is asked (intent-systems D4)', () => {
    expect(defaultDenyPolicies({ namespace: 'shop' })).toEqual([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'default-deny-ingress', namespace: 'shop' },
        spec: { podSelector: {}, policyTypes: ['Ingress'] },
      },
    ]);
  });

  it('denies egress with DNS over UDP and TCP left open, namespace and pods in one peer (L9)', () => {
    expect(defaultDenyPolicies({ namespace: 'shop', ingress: false, egress: true })).toMatchObject([
      {
        metadata: { name: 'default-deny-egress' },
        spec: { podSelector: {}, policyTypes: ['Egress'], egress: [DNS] },
      },
    ]);
  });

  it('denies both in one policy', () => {
    expect(defaultDenyPolicies({ namespace: 'shop', egress: true })).toMatchObject([
      { metadata: { name: 'default-deny' }, spec: { policyTypes: ['Ingress', 'Egress'], egress: [DNS] } },
    ]);
  });

  it('closes DNS as well when told so', () => {
    const [policy] = defaultDenyPolicies({ namespace: 'shop', egress: true, dns: false });
    expect(policy?.['spec']).not.toHaveProperty('egress');
  });

  it('opens other DNS: NodeLocal addresses of both families, and pods on another port', () => {
    const [policy] = defaultDenyPolicies({
      namespace: 'shop',
      egress: true,
      dns: {
        nodeLocalAddresses: ['fd00::10', '169.254.20.10'],
        pods: [
          {
            namespace: 'openshift-dns',
            labels: { 'dns.operator.openshift.io/daemonset-dns': 'default' },
            port: 5353,
          },
        ],
      },
    });
    expect(policy?.['spec']).toMatchObject({
      egress: [
        {
          to: [{ ipBlock: { cidr: '169.254.20.10/32' } }, { ipBlock: { cidr: 'fd00::10/128' } }],
          ports: [{ port: 53 }, { port: 53 }],
        },
        {
          to: [{ namespaceSelector: {}, podSelector: {} }],
          ports: [
            { protocol: 'TCP', port: 5353 },
            { protocol: 'UDP', port: 5353 },
          ],
        },
      ],
    });
  });

  it.each([
    ['a namespace that is none', { namespace: 'Shop' }, 'namespace'],
    ['no direction', { namespace: 'shop', ingress: false }, 'egress'],
    [
      'DNS pods without labels',
      { namespace: 'shop', egress: true, dns: { pods: [{ namespace: 'x', labels: {} }] } },
      'dns.pods[0].labels',
    ],
    [
      'a port that is none',
      {
        namespace: 'shop',
        egress: true,
        dns: { pods: [{ namespace: 'x', labels: { a: 'b' }, port: Number.NaN }] },
      },
      'dns.pods[0].port',
    ],
    [
      'an address that is none',
      { namespace: 'shop', egress: true, dns: { nodeLocalAddresses: ['169.254.20'] } },
      'dns.nodeLocalAddresses[0]',
    ],
  ])('refuses %s', (_what, options, field) => {
    let thrown: unknown;
    try {
      defaultDenyPolicies(options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidInputError);
    expect(thrown).toMatchObject({ field });
  });
});
