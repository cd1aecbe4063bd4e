import { ingress, read, type Kind } from './policy-fixture';

const found = (spec: string, kind?: Kind, name?: string): unknown =>
  read(spec, kind, name).findings.map((one) => [one.severity, one.place.file, one.message, one.mend]);

describe('what only some versions of Calico take (calico-policy-model 1.4, 2.3)', () => {
  it.each([
    ['protocol: 1, icmp: { type: 8 }', 'icmp', 'ICMP'],
    ['protocol: "1", icmp: { type: 8 }', 'icmp', 'ICMP'],
    ['protocol: 58, icmp: { type: 8 }', 'icmp', 'ICMPv6'],
    ['protocol: "58", icmp: { type: 8 }', 'icmp', 'ICMPv6'],
  ])('%s: the validator of v3.31 wants the name', (rule, field, name) => {
    expect(found(ingress(`{ action: Allow, ${rule} }`))).toEqual([
      [
        'warning',
        `spec.ingress[0].${field}`,
        expect.stringMatching(`^spec.ingress\\[0\\].${field} stands .* take the number for ${name}$`),
        `Write protocol: ${name}.`,
      ],
    ]);
  });

  it.each(['protocol: 1', 'protocol: ICMP, icmp: { type: 8 }', 'protocol: 6', 'protocol: ICMPv6, icmp: {}'])(
    'says nothing of %s',
    (rule) => {
      expect(found(ingress(`{ action: Allow, ${rule} }`))).toEqual([]);
    },
  );

  it.each([
    ['source: { ports: [http] }', 'source.ports'],
    ['source: { notPorts: [http, web] }', 'source.notPorts'],
    ['destination: { ports: [http] }', 'destination.ports'],
    ['destination: { notPorts: [http] }', 'destination.notPorts'],
  ])('%s without protocol', (rule, field) => {
    expect(found(ingress(`{ action: Allow, ${rule} }`))).toEqual([
      [
        'warning',
        `spec.ingress[0].${field}`,
        expect.stringContaining(`spec.ingress[0].${field} has port names, but the rule has no protocol`),
        expect.stringContaining('Set protocol'),
      ],
    ]);
  });

  it('says of numbers without protocol the one thing that every version says', () => {
    expect(found(ingress('{ action: Allow, destination: { ports: [http, 80] } }'))).toEqual([
      [
        'error',
        'spec.ingress[0].destination.ports',
        expect.stringContaining('port numbers'),
        expect.anything(),
      ],
    ]);
  });

  it.each<[string, string, Kind, string, string]>([
    [
      'p',
      't',
      'GlobalNetworkPolicy',
      'because names there must begin with t.',
      'Name it t.p, which every version takes.',
    ],
    [
      'u.p',
      't',
      'NetworkPolicy',
      'because names there must begin with t.',
      'Write spec.tier: u, or give the policy a name without a dot behind t.',
    ],
    [
      'u.p',
      'default',
      'NetworkPolicy',
      'because a prefix before the name must be that of its tier',
      'Write spec.tier: u, or give the policy a name without a dot.',
    ],
    ['x-kanp.p', 'default', 'NetworkPolicy', 'prefix', 'Write spec.tier: x-kanp,'],
  ])('points at the name %s in tier %s', (name, tier, kind, words, mend) => {
    expect(found(`{ tier: ${tier}, types: [Ingress] }`, kind, name)).toEqual([
      ['warning', 'metadata.name', expect.stringContaining(words), expect.stringContaining(mend)],
    ]);
  });
});
