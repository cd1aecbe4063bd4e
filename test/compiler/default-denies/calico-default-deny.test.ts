import {
  CALICO_SYSTEM_NAMESPACES,
  calicoDefaultDeny,
  type CalicoDefaultDenyOptions,
} from '../../../src/compiler/default-denies/calico-default-deny';
import { InvalidInputError } from '../../../src/compiler/invalid-input-error';
import { isJsonObject, type Json } from '../../../src/model/json';
import { selectorMatches } from '../../../src/policies/calico/selector-match';
import { parseSelector } from '../../../src/policies/calico/selector-parser';

function spec(options: CalicoDefaultDenyOptions): Record<string, Json | undefined> {
  const made = calicoDefaultDeny(options)['spec'];
  return isJsonObject(made) ? made : {};
}

describe('Calico default deny', () => {
  it('denies ingress in all namespaces but the exempt ones, as the seed does (intent-systems D5)', () => {
    expect(
      calicoDefaultDeny({
        direction: 'ingress',
        exemptNamespaces: ['otterize-system', ...CALICO_SYSTEM_NAMESPACES, 'kube-system'],
      }),
    ).toEqual({
      apiVersion: 'projectcalico.org/v3',
      kind: 'GlobalNetworkPolicy',
      metadata: { name: 'global-deny-ingress' },
      spec: {
        tier: 'default',
        namespaceSelector:
          'has(projectcalico.org/name) && projectcalico.org/name not in {"calico-apiserver", "calico-system", "kube-system", "otterize-system"}',
        types: ['Ingress'],
      },
    });
  });

  it('selects namespaces and never what has none, such as host endpoints (calico-policy-model 4.4)', () => {
    for (const exemptNamespaces of [[], ['kube-system']]) {
      const { namespaceSelector } = spec({ direction: 'ingress', exemptNamespaces });
      if (typeof namespaceSelector !== 'string') throw new Error('the selector is no text');
      const parsed = parseSelector(namespaceSelector);
      if (!('selector' in parsed)) throw new Error(parsed.error);
      expect(selectorMatches(parsed.selector, {})).toBe(false);
      expect(selectorMatches(parsed.selector, { 'projectcalico.org/name': 'shop' })).toBe(true);
      expect(selectorMatches(parsed.selector, { 'projectcalico.org/name': 'kube-system' })).toBe(
        exemptNamespaces.length === 0,
      );
    }
  });

  it('writes tier and order, and the tier before the name (calico-policy-model 1.4)', () => {
    expect(
      calicoDefaultDeny({ direction: 'ingress', tier: 'baseline', order: 0, name: 'deny' }),
    ).toMatchObject({
      metadata: { name: 'baseline.deny' },
      spec: { tier: 'baseline', order: 0 },
    });
    expect(
      calicoDefaultDeny({ direction: 'ingress', tier: 'baseline', name: 'baseline.deny' }),
    ).toMatchObject({
      metadata: { name: 'baseline.deny' },
    });
  });

  it('denies egress but for DNS, over UDP and TCP, in kube-system only (6.2)', () => {
    const destination = {
      selector: 'k8s-app == "kube-dns"',
      namespaceSelector: 'projectcalico.org/name == "kube-system"',
      ports: [53],
    };
    expect(spec({ direction: 'egress' })).toMatchObject({
      types: ['Egress'],
      egress: [
        { action: 'Allow', protocol: 'UDP', destination },
        { action: 'Allow', protocol: 'TCP', destination },
      ],
    });
  });

  it('has no egress key when nothing is allowed (1.3)', () => {
    expect(spec({ direction: 'egress', allow: { dns: false } })).not.toHaveProperty('egress');
  });

  it('writes the internet twice, once for each family, without private ranges and metadata (2.3, 5.5)', () => {
    const allow = {
      dns: false,
      internet: { ports: [443, 80, 443], except: ['203.0.113.0/24', '10.1.0.0/16', '2001:db8::/32'] },
    } as const;
    expect(spec({ direction: 'egress', allow })['egress']).toEqual([
      {
        action: 'Allow',
        ipVersion: 4,
        protocol: 'TCP',
        destination: {
          nets: ['0.0.0.0/0'],
          notNets: ['10.0.0.0/8', '169.254.169.254/32', '172.16.0.0/12', '192.168.0.0/16', '203.0.113.0/24'],
          ports: [80, 443],
        },
      },
      {
        action: 'Allow',
        ipVersion: 6,
        protocol: 'TCP',
        destination: { nets: ['::/0'], notNets: ['2001:db8::/32', 'fc00::/7'], ports: [80, 443] },
      },
    ]);
  });

  it('opens pods, the API server and ranges of both families, any protocol', () => {
    const allow = {
      dns: false,
      pods: true,
      kubernetesApi: true,
      ranges: ['192.168.0.0/24', 'fd00::/64', '192.168.0.7'],
    } as const;
    expect(spec({ direction: 'egress', allow })['egress']).toEqual([
      { action: 'Allow', destination: { services: { name: 'kubernetes', namespace: 'default' } } },
      { action: 'Allow', destination: { namespaceSelector: 'all()' } },
      { action: 'Allow', destination: { nets: ['192.168.0.0/24'] } },
      { action: 'Allow', destination: { nets: ['fd00::/64'] } },
    ]);
  });

  it('opens NodeLocal DNS for each family', () => {
    const allow = { dns: { pods: [], nodeLocalAddresses: ['169.254.20.10', 'fd00::10'] } };
    expect(spec({ direction: 'egress', allow })['egress']).toMatchObject(
      ['169.254.20.10/32', 'fd00::10/128'].flatMap((net) =>
        ['UDP', 'TCP'].map((protocol) => ({ protocol, destination: { nets: [net], ports: [53] } })),
      ),
    );
  });

  it.each<[string, CalicoDefaultDenyOptions, string]>([
    ['allowances for ingress', { direction: 'ingress', allow: {} }, 'allow'],
    [
      'an exempt namespace that is none',
      { direction: 'ingress', exemptNamespaces: ['a', 'b" || all()'] },
      'exemptNamespaces[1]',
    ],
    [
      'more exemptions than a selector holds',
      { direction: 'ingress', exemptNamespaces: Array.from({ length: 100 }, (_, i) => `namespace-${i}`) },
      'exemptNamespaces',
    ],
    ['a tier with a dot', { direction: 'ingress', tier: 'a.b' }, 'tier'],
    ['a name with dots', { direction: 'ingress', name: 'a.b' }, 'name'],
    ['an order that is no number', { direction: 'ingress', order: Number.NaN }, 'order'],
    [
      'no internet ports',
      { direction: 'egress', allow: { internet: { ports: [] } } },
      'allow.internet.ports',
    ],
    [
      'a port out of range',
      { direction: 'egress', allow: { internet: { ports: [0] } } },
      'allow.internet.ports[0]',
    ],
    [
      'a range with host bits (2.3 item 6)',
      { direction: 'egress', allow: { ranges: ['10.0.0.1/8'] } },
      'allow.ranges[0]',
    ],
    [
      'all of a family as the cluster (2.3 item 8)',
      { direction: 'egress', allow: { internet: { ports: [443], except: ['::/0'] } } },
      'allow.internet.except[0]',
    ],
  ])('refuses %s', (_what, options, field) => {
    let thrown: unknown;
    try {
      calicoDefaultDeny(options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidInputError);
    expect(thrown).toMatchObject({ field });
  });
});

describe('Options of a Calico default deny in plain JavaScript', () => {
  it.each([
    [
      '{"direction":"both"}',
      'direction is "both": it is neither ingress nor egress. Write ingress or egress',
    ],
    ['{}', 'direction is undefined: it is neither'],
    ['{"direction":"egress","alow":{}}', 'alow is {}: there is no such option. Did you mean allow?'],
    [
      '{"direction":"egress","dns":false}',
      'dns is false: there is no such option. Write it inside allow: { dns: … }.',
    ],
    ['{"direction":"egress","allow":{"cidrs":["10.0.0.0/8"]}}', /^allow\.cidrs .*Did you mean ranges\?/],
    [
      '{"direction":"egress","allow":{"internet":{"ports":[443],"excpt":[]}}}',
      'allow.internet.excpt is []: there is no such option. Did you mean except?',
    ],
    [
      '{"direction":"egress","allow":{"internet":{}}}',
      'allow.internet.ports is []: a rule takes 1 to 50 ports.',
    ],
    ['{"direction":"egress","allow":{"internet":true}}', 'allow.internet is true: it must be an object.'],
    ['{"direction":"egress","allow":{"dns":{"pod":[]}}}', 'allow.dns.pod is []: there is no such option.'],
    [
      '{"direction":"egress","allow":{"dns":{"pods":[{"namespace":"a","label":{}}]}}}',
      'allow.dns.pods[0].label is {}: there is no such option. Did you mean labels?',
    ],
    [
      '{"direction":"ingress","exemptNamespaces":"kube-system"}',
      'exemptNamespaces is "kube-system": it must be a list. Put it in brackets: [ … ].',
    ],
    [
      '{"direction":"egress","allow":{"ranges":"10.0.0.0/8"}}',
      'allow.ranges is "10.0.0.0/8": it must be a list.',
    ],
    [
      '{"direction":"egress","allow":{"internet":{"ports":443}}}',
      'allow.internet.ports is 443: it must be a list.',
    ],
    [
      '{"direction":"egress","allow":{"dns":{"nodeLocalAddresses":"169.254.20.10"}}}',
      'allow.dns.nodeLocalAddresses is "169.254.20.10": it must be a list.',
    ],
  ])('says what is wrong with %s', (options, message) => {
    expect(() => calicoDefaultDeny(JSON.parse(options))).toThrow(message);
  });
});
