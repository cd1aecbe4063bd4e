import { clusterOf, ids, intents, names, workload } from './cluster-fixture';
import { compile } from '../../src/compiler/compile';
import type { Compilation, CompileOptions } from '../../src/compiler/compilation';
import { presentReachability } from '../../src/compiler/present-policies';
import type { InternetTarget, TargetPort } from '../../src/intents/client-intents';
import { readDnsLock, type DnsLock } from '../../src/intents/dns-lock';
import { constructPlace } from '../../src/model/place';

const HTTPS: TargetPort = { port: 443, protocol: 'TCP' };

function internet(domains: string[], ports: TargetPort[] = [HTTPS], ips: string[] = []): InternetTarget {
  return { type: 'internet', domains, ips, ports, place: constructPlace('x') };
}

const LOCK = readDnsLock({
  version: 1,
  names: {
    'api.stripe.com': { addresses: ['2001:db8::1', '203.0.113.9', '203.0.113.7'], resolved: '2026-06-01' },
  },
});

function egress(options: CompileOptions, ...targets: InternetTarget[]): Compilation {
  const cluster = clusterOf(workload('shop/pay'), workload('shop/other'));
  const present = presentReachability(cluster);
  return compile(cluster, [intents('shop/pay', ...targets)], { egress: 'always', present, ...options });
}

const specOf = ({ policies }: Compilation, name: string): unknown =>
  policies.find((policy) => policy.name === name)?.manifest['spec'];

describe('domain names', () => {
  it('are never dropped in silence', () => {
    const result = egress({}, internet(['api.stripe.com']));
    expect(names(result)).toEqual([]);
    expect(ids(result)).toEqual(['info declared-only']);
    const beside = egress({}, internet(['api.stripe.com'], [HTTPS], ['203.0.113.1']));
    expect(ids(beside)).toEqual(['warning domain-not-enforced']);
    expect(beside.findings[0]?.message).toMatch(/; only the addresses beside them are open$/);
  });
});

describe('a lock file', () => {
  it('gives the addresses of a name, whatever its case and whether it ends in a dot', () => {
    for (const domain of ['api.stripe.com', 'API.Stripe.com.']) {
      const result = egress({ dnsLock: LOCK }, internet([domain]));
      expect(ids(result)).toEqual([]);
      expect(specOf(result, 'egress-from-pay')).toMatchObject({
        egress: [
          {
            to: [
              { ipBlock: { cidr: '2001:db8::1/128' } },
              { ipBlock: { cidr: '203.0.113.7/32' } },
              { ipBlock: { cidr: '203.0.113.9/32' } },
            ],
            ports: [{ protocol: 'TCP', port: 443 }],
          },
          {},
        ],
      });
    }
  });

  it('leaves the names that it does not have to a finding', () => {
    const result = egress({ dnsLock: LOCK }, internet(['api.stripe.com', 'other.example.com']));
    expect(result.findings.map(({ severity, id, message }) => `${severity} ${id}: ${message}`)).toEqual([
      expect.stringMatching(/^error domain-not-enforced: .* opens the call to other\.example\.com;/),
    ]);
  });

  it('does not take a name for the wildcard above it', () => {
    const result = egress({ dnsLock: LOCK }, internet(['*.stripe.com'], [HTTPS], ['203.0.113.1']));
    expect(ids(result)).toEqual(['warning domain-not-enforced']);
  });

  it.each([
    ['2026-07-01', []],
    ['2026-07-02', ['warning dns-lock-stale']],
  ])('warns of answers older than it allows: %s', (today, expected) => {
    expect(ids(egress({ dnsLock: LOCK, today }, internet(['api.stripe.com'])))).toEqual(expected);
  });

  it('writes the same whatever the day', () => {
    const on = (today: string): unknown =>
      egress({ dnsLock: LOCK, today }, internet(['api.stripe.com'])).policies.map(({ manifest }) => manifest);
    expect(on('2036-01-01')).toEqual(on('2026-06-01'));
  });

  it.each<[string, object, RegExp]>([
    ['another version', { version: 2 }, /only 1 is known/],
    ['a misspelt field', { version: 1, name: {} }, /a field name that nobody knows/],
    [
      'an address that is none',
      { version: 1, names: { a: { addresses: ['b'], resolved: '2026-01-01' } } },
      /no address/,
    ],
    [
      'no address',
      { version: 1, names: { a: { addresses: [], resolved: '2026-01-01' } } },
      /no list of addresses/,
    ],
    ['no day', { version: 1, names: { a: { addresses: ['1.1.1.1'], resolved: 'May' } } }, /no day/],
    ['a field of a name', { version: 1, names: { a: { adresses: [] } } }, /a field adresses/],
    ['an age of nothing', { version: 1, maxAgeDays: 0 }, /no number of days/],
  ])('is refused with %s', (_what, content, message) => {
    expect(() => readDnsLock(JSON.parse(JSON.stringify(content)))).toThrow(message);
  });

  it('keeps a name called __proto__', () => {
    const names = JSON.parse('{"__proto__": {"addresses": ["192.0.2.1"], "resolved": "2026-01-01"}}');
    const lock: DnsLock = readDnsLock({ version: 1, names });
    expect([...lock.names.keys()]).toEqual(['__proto__']);
  });
});

describe('a network plugin that knows names', () => {
  const targets = [
    internet(['api.stripe.com', '*.example.com']),
    internet(['dns.example.org'], [{ port: 53, protocol: 'UDP' }]),
  ];

  it('gets them as toFQDNs beside DNS through its proxy (Cilium)', () => {
    const result = egress({ cni: 'cilium', dnsLock: LOCK }, ...targets);
    expect(names(result)).toEqual(['shop/egress-from-pay', 'shop/egress-to-domains-from-pay']);
    expect(ids(result)).toEqual(['info domain-wildcard-depth']);
    expect(result.policies.find(({ name }) => name === 'egress-to-domains-from-pay')?.manifest).toEqual({
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: {
        name: 'egress-to-domains-from-pay',
        namespace: 'shop',
        labels: { 'intents.otterize.com/network-policy': 'true' },
      },
      spec: {
        endpointSelector: { matchLabels: { 'intents.otterize.com/server': 'pay-shop-400eeb' } },
        egress: [
          {
            toEndpoints: [
              {
                matchLabels: {
                  'k8s:io.kubernetes.pod.namespace': 'kube-system',
                  'k8s:k8s-app': 'kube-dns',
                },
              },
            ],
            toPorts: [{ ports: [{ port: '53', protocol: 'ANY' }], rules: { dns: [{ matchPattern: '*' }] } }],
          },
          {
            toFQDNs: [{ matchPattern: '*.example.com' }, { matchName: 'api.stripe.com' }],
            toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }],
          },
          {
            toFQDNs: [{ matchName: 'dns.example.org' }],
            toPorts: [{ ports: [{ port: '53', protocol: 'UDP' }] }],
          },
        ],
      },
    });
  });

  it('gets them as destination.domains, a rule for each protocol (Calico Enterprise)', () => {
    const result = egress({ cni: 'calico-enterprise' }, ...targets);
    expect(specOf(result, 'egress-to-domains-from-pay')).toMatchObject({
      tier: 'default',
      selector: 'intents.otterize.com/server == "pay-shop-400eeb"',
      types: ['Egress'],
      egress: [
        { action: 'Allow', protocol: 'TCP', destination: { ports: [53] } },
        { action: 'Allow', protocol: 'UDP', destination: { ports: [53] } },
        {
          action: 'Allow',
          protocol: 'TCP',
          destination: { domains: ['*.example.com', 'api.stripe.com'], ports: [443] },
        },
        { action: 'Allow', protocol: 'UDP', destination: { domains: ['dns.example.org'], ports: [53] } },
      ],
    });
  });

  it.each(['kubernetes', 'calico'] as const)('is not taken for one that does not: %s', (cni) => {
    const result = egress({ cni }, internet(['api.stripe.com'], [HTTPS], ['203.0.113.1']));
    expect(names(result)).toEqual(['shop/egress-from-pay']);
    expect(ids(result)).toEqual(['warning domain-not-enforced']);
  });

  it('gets nothing for clients that nothing isolates, or that are in shadow', () => {
    expect(names(egress({ cni: 'cilium', egress: 'if-blocked' }, ...targets))).toEqual([]);
    const enforcement = { default: 'shadow' } as const;
    const shadow = egress({ cni: 'cilium', enforcement }, ...targets);
    expect(names(shadow)).toEqual([]);
    expect(shadow.enforced?.map(({ name }) => name)).toEqual([
      'egress-from-pay',
      'egress-to-domains-from-pay',
    ]);
  });

  it('isolates by a NetworkPolicy too, so that the rest stays closed to every evaluator', () => {
    expect(specOf(egress({ cni: 'cilium' }, ...targets), 'egress-from-pay')).toMatchObject({
      policyTypes: ['Egress'],
      egress: [{ ports: [{ port: 53 }, { port: 53 }] }],
    });
  });
});

describe('the metadata address', () => {
  it('is out of whatever contains it, in both families, unless it is named itself', () => {
    const result = egress({}, internet([], [HTTPS], ['0.0.0.0/0', '::/0']));
    expect(JSON.stringify(specOf(result, 'egress-from-pay'))).toContain('"except":["169.254.169.254/32"]');
    expect(JSON.stringify(specOf(result, 'egress-from-pay'))).toContain('"except":["fd00:ec2::254/128"]');
    const named = egress({}, internet([], [HTTPS], ['169.254.169.254']));
    expect(JSON.stringify(specOf(named, 'egress-from-pay'))).toContain('"cidr":"169.254.169.254/32"');
  });
});
