import { read, many, nets, spec, egress, tcp, head, old } from './policy-bodies';

describe('the limits of the API (network-policy-semantics 2.2)', () => {
  it.each<[string, string]>([
    ['priority 0', head('tier: Admin,', 'priority: 0')],
    ['priority 1000', head('tier: Baseline,', 'priority: 1000')],
    ['25 rules', spec(`egress: [${many(25, '{ action: Deny, to: [{ namespaces: {} }] }')}]`)],
    ['25 networks', egress(`{ networks: [${nets(25)}] }`)],
    ['a name of 100 letters', egress('{ namespaces: {} }', `, name: ${'n'.repeat(100)}`)],
    ...['a.b', '"*.a.b"', 'a.b.', 'long-name_x.example.com', 'A.b9'].map((name): [string, string] => [
      `the domain ${name}`,
      egress(`{ domainNames: [${name}] }`),
    ]),
    ['port 1', tcp('{ number: 1 }')],
    ['port 65535', tcp('{ number: 65535 }')],
    [
      'a named port beside pods',
      egress(
        '{ pods: { namespaceSelector: {}, podSelector: {} } }',
        ', protocols: [{ destinationNamedPort: http }]',
      ),
    ],
  ])('takes %s', (_, body) => {
    const { policy, findings } = read('ClusterNetworkPolicy', body);
    expect(findings).toEqual([]);
    expect(policy?.name).toBe('p');
  });

  it('takes 100 items in v1alpha1, and an empty name for none', () => {
    const peers = many(100, '{ namespaces: {} }');
    const { policy, findings } = read(
      'AdminNetworkPolicy',
      old(`egress: [{ name: "", action: Pass, to: [${peers}] }]`),
    );
    expect(findings).toEqual([]);
    expect(policy?.egress.map((rule) => ['name' in rule, rule.peers.length])).toEqual([[false, 100]]);
    const more = read('AdminNetworkPolicy', old(`egress: [{ action: Pass, to: [${peers}, { nodes: {} }] }]`));
    expect(more.findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('101 items; 0 to 100'),
    ]);
  });
});
