import type { ClusterWidePolicy } from '../../../src/policies/cluster-network-policy/policy';
import { readClusterWidePolicy } from '../../../src/policies/cluster-network-policy/read-policy';
import type { Finding } from '../../../src/model/finding';
import { fromYaml, resourceOf, worded } from '../resource-fixture';

const GROUP = 'policy.networking.k8s.io';

function read(
  kind: ClusterWidePolicy['kind'],
  body: string,
): { policy: ClusterWidePolicy | undefined; findings: Finding[] } {
  const findings: Finding[] = [];
  const policy = readClusterWidePolicy(resourceOf(fromYaml(`{ kind: ${kind}, ${body} }`)), kind, findings);
  return { policy, findings: worded(findings) };
}

const many = (count: number, item: string): string => Array.from({ length: count }, () => item).join(', ');
const nets = (count: number): string => Array.from({ length: count }, (_, i) => `10.0.${i}.0/24`).join(', ');

const spec = (text: string): string =>
  `apiVersion: ${GROUP}/v1alpha2, metadata: { name: p }, spec: { tier: Admin, priority: 1, subject: { namespaces: {} }, ${text} }`;
const egress = (to: string, rest = ''): string => spec(`egress: [{ action: Deny, to: [${to}]${rest} }]`);
const protocol = (item: string): string => egress('{ namespaces: {} }', `, protocols: [${item}]`);
const tcp = (port: string): string => protocol(`{ tcp: { destinationPort: ${port} } }`);
const subject = (text: string): string =>
  `apiVersion: ${GROUP}/v1alpha2, metadata: { name: p }, spec: { tier: Admin, priority: 1${text} }`;
const head = (tier: string, priority: string): string =>
  `apiVersion: ${GROUP}/v1alpha2, metadata: { name: p }, spec: { ${tier} subject: { namespaces: {} }, ${priority} }`;
const old = (text: string, metadata = '{ name: default }', version = 'v1alpha1'): string =>
  `apiVersion: ${GROUP}/${version}, metadata: ${metadata}, spec: { priority: 1, subject: { namespaces: {} }, ${text} }`;
const oldPort = (item: string): string =>
  old(`egress: [{ action: Allow, to: [{ namespaces: {} }], ports: [${item}] }]`);

const TO = 'spec.egress[0].to[0]';
const PROTOCOL = 'spec.egress[0].protocols[0]';

describe('the validation of the API (network-policy-semantics 2.2), with one error at its place', () => {
  it.each<[string, string, string, string, string]>([
    ['no spec', `apiVersion: ${GROUP}/v1alpha2, metadata: { name: p }`, 'spec', 'missing', 'spec'],
    [
      'another version',
      old('', '{ name: p }').replace('priority: 1', 'tier: Admin, priority: 1'),
      'apiVersion',
      'has no Cluster',
      'v1alpha2',
    ],
    ['an unknown tier', head('tier: admin,', 'priority: 1'), 'spec.tier', '"admin"', 'Admin or Baseline'],
    ['no tier', head('', 'priority: 1'), 'spec.tier', 'missing', 'spec.tier'],
    ['no priority', head('tier: Admin,', ''), 'spec.priority', 'is missing; it goes from 0', 'priority'],
    ['priority -1', head('tier: Admin,', 'priority: -1'), 'spec.priority', 'is -1; it goes', 'priority'],
    ['priority 1001', head('tier: Admin,', 'priority: 1001'), 'spec.priority', 'is 1001', 'priority'],
    ['a quoted priority', head('tier: Admin,', 'priority: "1"'), 'spec.priority', 'a number', 'a number'],
    ['no subject', subject(''), 'spec.subject', 'spec.subject is missing', 'namespaces: {}'],
    ['a subject in a word', subject(', subject: all'), 'spec.subject', 'an object', 'an object'],
    ['an empty subject', subject(', subject: {}'), 'spec.subject', 'none of namespaces, pods', 'exactly one'],
    [
      'a subject of both kinds',
      subject(', subject: { namespaces: {}, pods: { namespaceSelector: {}, podSelector: {} } }'),
      'spec.subject',
      'spec.subject has namespaces and pods; only one',
      'one item for each',
    ],
    [
      'a subject with more than it has',
      subject(', subject: { namespaces: {}, x: 1 }'),
      'spec.subject.x',
      'x',
      '',
    ],
    [
      '26 rules',
      spec(`egress: [${many(26, '{ action: Deny, to: [{ namespaces: {} }] }')}]`),
      'spec.egress',
      'has 26 items; 0 to 25',
      'Split',
    ],
    [
      '26 peers',
      egress(many(26, '{ namespaces: {} }')),
      'spec.egress[0].to',
      'spec.egress[0].to has 26 items; 0',
      'Split',
    ],
    [
      'no peers',
      egress(''),
      'spec.egress[0].to',
      'spec.egress[0].to is missing or empty',
      'to: [{ namespaces',
    ],
    [
      'a name of 101 letters',
      egress('{ namespaces: {} }', `, name: ${'n'.repeat(101)}`),
      'spec.egress[0].name',
      'egress[0].name is longer than 100',
      'Shorten',
    ],
    [
      'a misspelt action',
      spec('egress: [{ action: deny, to: [{ namespaces: {} }] }]'),
      'spec.egress[0].action',
      'egress[0].action is "deny"',
      'Write Deny,',
    ],
    [
      'another action',
      spec('egress: [{ action: Log, to: [{ namespaces: {} }] }]'),
      'spec.egress[0].action',
      '"Log", which is no action of ClusterNetworkPolicy',
      'one of Accept, Deny, Pass',
    ],
    [
      'a peer in nothing',
      egress('{}'),
      TO,
      `${TO} has none of namespaces, pods, nodes, networks, domainNames`,
      'Give exactly one of',
    ],
    [
      'a peer of two kinds',
      egress('{ nodes: {}, networks: [10.0.0.0/8] }'),
      TO,
      'has nodes and networks',
      'for each',
    ],
    ['a field no peer has', egress('{ namespaces: {}, x: 1 }'), `${TO}.x`, 'not a field', ''],
    [
      'pods without podSelector',
      egress('{ pods: { namespaceSelector: {} } }'),
      `${TO}.pods.podSelector`,
      `${TO}.pods.podSelector is missing`,
      'podSelector: {}',
    ],
    [
      'pods without namespaceSelector',
      egress('{ pods: { podSelector: {} } }'),
      `${TO}.pods.namespaceSelector`,
      'is missing',
      'namespaceSelector: {}',
    ],
    [
      'pods with a selector in a word',
      egress('{ pods: { podSelector: x, namespaceSelector: {} } }'),
      `${TO}.pods.podSelector`,
      'an object',
      '',
    ],
    [
      'pods with more than they have',
      egress('{ pods: { podSelector: {}, namespaceSelector: {}, x: 1 } }'),
      `${TO}.pods.x`,
      'not a field',
      '',
    ],
    [
      'labels straight in namespaces',
      egress('{ namespaces: { app: x } }'),
      `${TO}.namespaces.app`,
      'not a field',
      '',
    ],
    ['labels straight in nodes', egress('{ nodes: { app: x } }'), `${TO}.nodes.app`, 'not a field', ''],
    [
      'an address without prefix',
      egress('{ networks: [10.0.0.0/8, 10.0.0.1] }'),
      `${TO}.networks[1]`,
      `${TO}.networks[1] is no block`,
      'address/prefix',
    ],
    [
      'no networks',
      egress('{ networks: [] }'),
      `${TO}.networks`,
      `${TO}.networks has 0 items; 1 to 25`,
      'Name at least one',
    ],
    ['26 networks', egress(`{ networks: [${nets(26)}] }`), `${TO}.networks`, 'has 26 items', 'several peers'],
    [
      'a network twice',
      egress('{ networks: [10.0.0.0/8, 10.0.0.0/8] }'),
      `${TO}.networks`,
      `${TO}.networks names an item twice`,
      'once',
    ],
    ['no domains', egress('{ domainNames: [] }'), `${TO}.domainNames`, 'has 0 items', 'Name at least one'],
    ...['localhost', 'x*.a.b', 'a.b/', '-a.b', 'a-.b', 'a..b', '"*"', 'a.-b', 'a.b-', '"*a.b"', 'a.b:80'].map(
      (name): [string, string, string, string, string] => [
        `the domain ${name}`,
        egress(`{ domainNames: [a.b, ${name}] }`),
        `${TO}.domainNames[1]`,
        `${TO}.domainNames[1] is "`,
        'a dot',
      ],
    ),
    [
      'no protocols',
      protocol(''),
      'spec.egress[0].protocols',
      'spec.egress[0].protocols has 0 items; 1 to 25',
      'Remove protocols',
    ],
    [
      '26 protocols',
      protocol(many(26, '{ destinationNamedPort: http }')),
      'spec.egress[0].protocols',
      'has 26 items; 1',
      'Split',
    ],
    [
      'a protocol item in nothing',
      protocol('{}'),
      PROTOCOL,
      'none of tcp, udp, sctp, destinationNamedPort',
      '',
    ],
    [
      'a name that no port has',
      protocol('{ destinationNamedPort: "80" }'),
      `${PROTOCOL}.destinationNamedPort`,
      `${PROTOCOL}.destinationNamedPort is "80": `,
      'container port',
    ],
    [
      'a protocol without port',
      protocol('{ tcp: {} }'),
      `${PROTOCOL}.tcp.destinationPort`,
      'tcp.destinationPort is missing',
      '1 to 65535',
    ],
    ['a port in a word', tcp('http'), `${PROTOCOL}.tcp.destinationPort`, 'an object', ''],
    [
      'no port and no range',
      tcp('{}'),
      `${PROTOCOL}.tcp.destinationPort`,
      'none of number, range',
      'exactly one of number, range',
    ],
    [
      'a port beside a range',
      tcp('{ number: 1, range: { start: 1, end: 2 } }'),
      `${PROTOCOL}.tcp.destinationPort`,
      'number and range',
      '',
    ],
    [
      'more than ports have',
      tcp('{ number: 1, x: 1 }'),
      `${PROTOCOL}.tcp.destinationPort.x`,
      'not a field',
      '',
    ],
    [
      'more than ranges have',
      tcp('{ range: { start: 1, end: 2, x: 1 } }'),
      `${PROTOCOL}.tcp.destinationPort.range.x`,
      'not a field',
      '',
    ],
    [
      'more than protocols have',
      protocol('{ tcp: { destinationPort: { number: 1 }, x: 1 } }'),
      `${PROTOCOL}.tcp.x`,
      'not a field',
      '',
    ],
    [
      'port 0',
      tcp('{ number: 0 }'),
      `${PROTOCOL}.tcp.destinationPort.number`,
      'number is 0; ports',
      'that range',
    ],
    ['port 65536', tcp('{ number: 65536 }'), `${PROTOCOL}.tcp.destinationPort.number`, 'is 65536', ''],
    [
      'a quoted port',
      tcp('{ number: "80" }'),
      `${PROTOCOL}.tcp.destinationPort.number`,
      'must be a number',
      '',
    ],
    [
      'a range without end',
      tcp('{ range: { start: 7 } }'),
      `${PROTOCOL}.tcp.destinationPort.range.end`,
      'range.end is missing; ports',
      '',
    ],
    [
      'a range of one port',
      tcp('{ range: { start: 7, end: 7 } }'),
      `${PROTOCOL}.tcp.destinationPort.range`,
      'range goes from 7 to 7',
      'single port as number',
    ],
    [
      'a range upside down',
      tcp('{ range: { start: 9, end: 7 } }'),
      `${PROTOCOL}.tcp.destinationPort.range`,
      'goes from 9 to 7',
      'start the lower',
    ],
    [
      'a named port beside nodes',
      egress(
        '{ nodes: {} }, { namespaces: {} }',
        ', protocols: [{ tcp: { destinationPort: { number: 1 } } }, { destinationNamedPort: http }]',
      ),
      'spec.egress[0]',
      'spec.egress[0] has a named port',
      'port numbers',
    ],
  ])('%s', (_, body, place, message, mend) => {
    const { policy, findings } = read('ClusterNetworkPolicy', body);
    expect(policy).toBeUndefined();
    expect(findings.map((one) => [one.severity, one.place.file, one.message, one.mend])).toEqual([
      ['error', place, expect.stringContaining(message), expect.stringContaining(mend)],
    ]);
  });

  it.each<[string, string, string, string, string]>([
    [
      'more than ports have',
      oldPort('{ portNumber: { port: 1, x: 1 } }'),
      '.portNumber.x',
      'not a field',
      '',
    ],
    [
      'more than ranges have',
      oldPort('{ portRange: { start: 1, end: 2, x: 1 } }'),
      '.portRange.x',
      'not a field',
      '',
    ],
    ['more than items have', oldPort('{ namedPort: http, x: 1 }'), '.x', 'not a field', ''],
    ['an item in nothing', oldPort('{}'), '', 'none of portNumber, portRange, namedPort', 'exactly one'],
    [
      'a number beside a name',
      oldPort('{ portNumber: { port: 1 }, namedPort: http }'),
      '',
      'portNumber and namedPort',
      '',
    ],
    [
      'a protocol in small letters',
      oldPort('{ portNumber: { port: 1, protocol: tcp } }'),
      '.portNumber.protocol',
      '"tcp"',
      'Write TCP',
    ],
    [
      'a range upside down',
      oldPort('{ portRange: { start: 9, end: 8 } }'),
      '.portRange',
      'from 9 to 8',
      'start the lower',
    ],
    ['a name that no port has', oldPort('{ namedPort: A }'), '.namedPort', '"A"', 'container port'],
  ])('ports of v1alpha1: %s', (_, body, place, message, mend) => {
    const { policy, findings } = read('AdminNetworkPolicy', body);
    expect(policy).toBeUndefined();
    expect(findings.map((one) => [one.place.file, one.message, one.mend])).toEqual([
      [`spec.egress[0].ports[0]${place}`, expect.stringContaining(message), expect.stringContaining(mend)],
    ]);
  });

  it('the baseline has one name', () => {
    const { findings } = read(
      'BaselineAdminNetworkPolicy',
      old('', '{ name: p }').replace('priority: 1, ', ''),
    );
    expect(findings.map((one) => [one.place.file, one.message, one.mend])).toEqual([
      ['metadata.name', expect.stringContaining('must be named default'), 'Name it default.'],
    ]);
  });

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
