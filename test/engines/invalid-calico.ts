import type { Json, JsonObject } from '../../src/model/json';

/** One object, and what is special about it. */
export interface Specimen {
  readonly what: string;
  readonly object: JsonObject;
}

const VERSION = 'projectcalico.org/v3';

function global(what: string, spec: JsonObject, name = 'p'): Specimen {
  return { what, object: { apiVersion: VERSION, kind: 'GlobalNetworkPolicy', metadata: { name }, spec } };
}

function namespaced(what: string, spec: JsonObject, name = 'p'): Specimen {
  const metadata = { name, namespace: 'shop' };
  return { what, object: { apiVersion: VERSION, kind: 'NetworkPolicy', metadata, spec } };
}

function tier(what: string, name: string, spec: JsonObject): Specimen {
  return { what, object: { apiVersion: VERSION, kind: 'Tier', metadata: { name }, spec } };
}

function set(what: string, nets: Json, labels: JsonObject = {}): Specimen {
  const metadata = { name: 's', labels };
  return { what, object: { apiVersion: VERSION, kind: 'GlobalNetworkSet', metadata, spec: { nets } } };
}

function ingress(what: string, rule: JsonObject): Specimen {
  return global(what, { types: ['Ingress'], ingress: [{ action: 'Allow', ...rule }] });
}

function egress(what: string, rule: JsonObject): Specimen {
  return global(what, { types: ['Egress'], egress: [{ action: 'Allow', ...rule }] });
}

function tcpPorts(ports: Json): JsonObject {
  return { protocol: 'TCP', destination: { ports } };
}

/** Selectors that calico-policy-model 3.5 calls invalid, and some that it calls valid. */
const SELECTORS: readonly string[] = [
  ...[
    'b == b',
    'b contains b',
    "'b1' == b",
    'b',
    'a b',
    '!',
    'foo == "bar" &',
    'foo != ||',
    'foo in ""',
    '"FOO',
  ],
  ...[
    '(',
    ')',
    '()',
    '%',
    'has(foo) &&',
    'label = "value"',
    'a === "b"',
    'all(',
    'has()',
    'has("a")',
    'has (a)',
  ],
  ...[
    'All()',
    'a !in {"b"}',
    'a in {,}',
    'a in {"a",,"b"}',
    'a in {b}',
    'a not contains "b"',
    'a == 1',
    'a AND b',
  ],
  ...[
    'a == "b" and c == "d"',
    '&& a == "b"',
    'a:b == "x"',
    'a == “b”',
    'a\n== "b"',
    'a == "b"\n',
    'all() all()',
  ],
  ...['global()', 'a == "global(x"', `${'x'.repeat(513)} == "a"`],
  ...[
    '',
    ' ',
    ' (all() )',
    'a in {"a",}',
    'a in {}',
    'a startswith "x"',
    'a starts\twith "x"',
    'a notin{"b"}',
  ],
  ...[
    'has( a )',
    '!!has(a)',
    '!!! has(a)',
    '((((a == "b"))))',
    'contains contains "x"',
    'not in {"x"}',
    '_ == "x"',
  ],
  ...['-a == "x"', '/a == "b"', '1.2/3 == "x"', 'all == "x"', "a == 'x\ny'", `${'x'.repeat(512)} == "a"`],
];

const RULES: readonly Specimen[] = [
  ...['Allow', 'Deny', 'Pass', 'Log', 'allow', 'Permit', ''].map((action) =>
    ingress(`action ${action}`, { action }),
  ),
  global('a rule without action', { types: ['Ingress'], ingress: [{}] }),
  ...['TCP', 'tcp', 'UDPLite', 'ICMPv6', 'IGMP', 6, 0, 255, 256, '6', '0', '256', -1].map((protocol) =>
    ingress(`protocol ${JSON.stringify(protocol)}`, { protocol }),
  ),
  ...[4, 6, 5].map((ipVersion) => ingress(`ipVersion ${String(ipVersion)}`, { ipVersion })),
  ...[
    80,
    0,
    65536,
    -1,
    '80',
    '80:90',
    '90:80',
    '80-90',
    '1:2:3',
    '*',
    '0:10',
    '1:65536',
    'http',
    'HTTP',
    'a--b',
  ].map((port) => ingress(`port ${JSON.stringify(port)}`, tcpPorts([port]))),
  ...['no-letter-1'.slice(-1), 'a-very-long-port-name', '-http', 'http-', 'a_b', 'a.b', ''].map((port) =>
    ingress(`port name ${JSON.stringify(port)}`, tcpPorts([port])),
  ),
  ingress('numbers without protocol', { destination: { ports: [80] } }),
  ingress('names without protocol', { destination: { ports: ['http'] } }),
  ingress('notPorts without protocol', { destination: { notPorts: [80] } }),
  ingress('ports of ICMP', { protocol: 'ICMP', destination: { ports: [80] } }),
  ingress('ports of UDPLite', { protocol: 'UDPLite', destination: { ports: [80] } }),
  ingress('ports of protocol 6', { protocol: 6, destination: { ports: [80] } }),
  ingress('source ports', { protocol: 'TCP', source: { ports: [80] } }),
  ...['10.0.0.0/8', '10.0.0.5', '10.0.0.1/8', '::1/33', '::/0', '0.0.0.0/0', 'x', '10.0.0.0/33', ''].map(
    (net) => ingress(`net ${net}`, { source: { nets: [net] } }),
  ),
  ...['10.0.0.0/8', '0.0.0.0/0', '::/0', '0::/0'].map((net) =>
    ingress(`notNet ${net}`, { source: { notNets: [net] } }),
  ),
  ingress('both families in one list', { source: { nets: ['10.0.0.0/8', '::/0'] } }),
  ingress('families of the two ends differ', {
    source: { nets: ['10.0.0.0/8'] },
    destination: { nets: ['::/0'] },
  }),
  ingress('net against ipVersion', { ipVersion: 6, source: { nets: ['10.0.0.0/8'] } }),
  ...['ICMP', 'ICMPv6'].flatMap((protocol) =>
    ['10.0.0.0/8', 'fd00::/8'].map((net) =>
      ingress(`${protocol} from ${net}`, { protocol, source: { nets: [net] } }),
    ),
  ),
  ingress('ICMP in IPv6', { protocol: 'ICMP', ipVersion: 6 }),
  ingress('ICMPv6 in IPv4', { protocol: 'ICMPv6', ipVersion: 4 }),
  ingress('ICMP in IPv4', { protocol: 'ICMP', ipVersion: 4 }),
  ingress('not ICMP in IPv6', { notProtocol: 'ICMP', ipVersion: 6 }),
  ingress('icmp of ICMP', { protocol: 'ICMP', icmp: { type: 8, code: 0 } }),
  ingress('icmp without protocol', { icmp: { type: 8 } }),
  ingress('icmp of TCP', { protocol: 'TCP', icmp: { type: 8 } }),
  ingress('icmp code without type', { protocol: 'ICMP', icmp: { code: 0 } }),
  ingress('icmp type 255', { protocol: 'ICMP', icmp: { type: 255 } }),
  ingress('icmp code 256', { protocol: 'ICMP', icmp: { type: 3, code: 256 } }),
  ingress('notICMP without protocol', { notICMP: { type: 8 } }),
  ingress('http', { http: { methods: ['GET'], paths: [{ exact: '/a' }] } }),
  ingress('http of UDP', { protocol: 'UDP', http: { methods: ['GET'] } }),
  ingress('http of a Deny', { action: 'Deny', http: { methods: ['GET'] } }),
  ingress('http path without slash', { http: { paths: [{ prefix: 'a' }] } }),
  ingress('http path with two kinds', { http: { paths: [{ prefix: '/a', exact: '/b' }] } }),
  ingress('http methods twice', { http: { methods: ['GET', 'GET'] } }),
  egress('http in egress', { http: { methods: ['GET'] } }),
  egress('a service', { destination: { services: { name: 'dns', namespace: 'kube-system' } } }),
  egress('a service without namespace', { destination: { services: { name: 'dns' } } }),
  egress('a service without name', { destination: { services: { namespace: 'kube-system' } } }),
  ...['Dns', 'a_b', 'a.b', 'x'.repeat(254)].flatMap((word) => [
    egress(`a service named ${word.slice(0, 20)}`, {
      destination: { services: { name: word, namespace: 'x' } },
    }),
    egress(`a service in ${word.slice(0, 20)}`, {
      destination: { services: { name: 'x', namespace: word } },
    }),
  ]),
  egress('a service with ports', {
    protocol: 'TCP',
    destination: { services: { name: 'dns', namespace: 'kube-system' }, ports: [53] },
  }),
  egress('a service with a selector', {
    destination: { services: { name: 'dns', namespace: 'kube-system' }, selector: 'all()' },
  }),
  egress('a service with nets', {
    destination: { services: { name: 'dns', namespace: 'kube-system' }, nets: ['10.0.0.0/8'] },
  }),
  egress('a service as source', { source: { services: { name: 'dns', namespace: 'kube-system' } } }),
  ingress('a service as source of ingress', {
    source: { services: { name: 'dns', namespace: 'kube-system' } },
  }),
  ingress('a service as source with ports of the other end', {
    protocol: 'TCP',
    source: { services: { name: 'dns', namespace: 'kube-system' } },
    destination: { ports: [53] },
  }),
  ingress('a service as destination of ingress', {
    destination: { services: { name: 'dns', namespace: 'kube-system' } },
  }),
  ...['global()', 'global( )', 'global() && all()', 'global()||all()', '!global()', 'a == "b"', 'x'].map(
    (selector) => ingress(`namespaceSelector ${selector}`, { source: { namespaceSelector: selector } }),
  ),
  ...['global()', 'a ==', 'all()'].map((selector) =>
    ingress(`entity selector ${selector}`, { source: { selector } }),
  ),
  ingress('serviceAccounts selector', { source: { serviceAccounts: { selector: 'a ==' } } }),
  ...["a'b", "a'} || all() || x in {'b", 'A_b', ''].map((name) =>
    ingress(`service account ${name}`, { source: { serviceAccounts: { names: [name] } } }),
  ),
  ...['a == "all()"', 'a == "global()"', 'a == "global(x"', 'global( )', '!global( )'].flatMap((selector) => [
    ingress(`selector ${selector} of a rule`, { source: { selector } }),
    ingress(`notSelector ${selector}`, { source: { notSelector: selector } }),
    ingress(`namespaceSelector ${selector} of a rule`, { source: { namespaceSelector: selector } }),
    ingress(`serviceAccounts selector ${selector}`, { source: { serviceAccounts: { selector } } }),
    global(`selector ${selector} of a policy`, { selector }),
    global(`namespaceSelector ${selector} of a policy`, { namespaceSelector: selector }),
    global(`serviceAccountSelector ${selector} of a policy`, { serviceAccountSelector: selector }),
  ]),
  ...['10.0.0.0/08', '::ffff:10.0.0.0/104', '0.0.0.0/00', '::/00'].flatMap((net) => [
    ingress(`net ${net}`, { source: { nets: [net] } }),
    ingress(`notNet ${net}`, { source: { notNets: [net] } }),
  ]),
  ...['selector', 'notSelector', 'namespaceSelector'].map((key) =>
    egress(`a service with an empty ${key}`, {
      destination: { services: { name: 'dns', namespace: 'kube-system' }, [key]: '' },
    }),
  ),
  egress('a service with no nets', {
    destination: { services: { name: 'dns', namespace: 'kube-system' }, nets: [] },
  }),
  egress('a service with nothing of serviceAccounts', {
    destination: { services: { name: 'dns', namespace: 'kube-system' }, serviceAccounts: {} },
  }),
  ingress('icmp of protocol 1', { protocol: 1, icmp: { type: 8 } }),
  ingress('http of protocol 6', { protocol: 6, http: { methods: ['GET'] } }),
  ingress('http path with an empty kind', { http: { paths: [{ exact: '/a', prefix: '' }] } }),
  ingress('http path of nothing', { http: { paths: [{}] } }),
  ingress('protocol with zeros', { protocol: '0006' }),
  ingress('nothing of serviceAccounts', { source: { serviceAccounts: {} } }),
  ingress('an unknown field', { source: { podSelector: {} } }),
  ingress('an annotation of no possible key', { metadata: { annotations: { 'a b': 'x' } } }),
  ingress('annotations', { metadata: { annotations: { 'a.b/c': 'x' } } }),
];

const POLICIES: readonly Specimen[] = [
  ...SELECTORS.map((selector) =>
    global(`selector ${selector.slice(0, 40)}`, { selector, types: ['Ingress'] }),
  ),
  global('types twice', { types: ['Egress', 'Egress'] }),
  global('types in lower case', { types: ['ingress'] }),
  global('no types', {}),
  global('rules of a direction that is not in types', { types: ['Ingress'], egress: [{ action: 'Allow' }] }),
  ...['Default', 'a_b'].map((tierName) => global(`tier ${tierName}`, { tier: tierName, types: ['Ingress'] })),
  global('namespaceSelector', { namespaceSelector: 'a == "b"', types: ['Ingress'] }),
  global('namespaceSelector global()', { namespaceSelector: 'global()', types: ['Ingress'] }),
  global('namespaceSelector that is broken', { namespaceSelector: "env = 'prod'", types: ['Ingress'] }),
  global('serviceAccountSelector that is broken', { serviceAccountSelector: 'a =', types: ['Ingress'] }),
  namespaced('namespaceSelector of a namespaced policy', { namespaceSelector: 'all()', types: ['Ingress'] }),
  namespaced('applyOnForward of a namespaced policy', { applyOnForward: true, types: ['Ingress'] }),
  namespaced('a service without namespace', {
    types: ['Egress'],
    egress: [{ action: 'Allow', destination: { services: { name: 'dns' } } }],
  }),
  global('doNotTrack', { doNotTrack: true, applyOnForward: true, types: ['Ingress'] }),
  global('doNotTrack without applyOnForward', { doNotTrack: true, types: ['Ingress'] }),
  global('preDNAT without applyOnForward', { preDNAT: true, types: ['Ingress'] }),
  global('preDNAT', { preDNAT: true, applyOnForward: true, types: ['Ingress'] }),
  global('preDNAT of egress', { preDNAT: true, applyOnForward: true, types: ['Egress'] }),
  global('preDNAT with egress rules', {
    preDNAT: true,
    applyOnForward: true,
    types: ['Ingress'],
    egress: [{ action: 'Allow' }],
  }),
  global('preDNAT and doNotTrack', {
    preDNAT: true,
    doNotTrack: true,
    applyOnForward: true,
    types: ['Ingress'],
  }),
  ...[-5, 10.5, '10', null].map((order) =>
    global(`order ${JSON.stringify(order)}`, { order, types: ['Ingress'] }),
  ),
  global('performanceHints', { performanceHints: ['AssumeNeededOnEveryNode'], types: ['Ingress'] }),
  global('performanceHints of no known kind', { performanceHints: ['Fast'], types: ['Ingress'] }),
  global('performanceHints twice', {
    performanceHints: ['AssumeNeededOnEveryNode', 'AssumeNeededOnEveryNode'],
    types: ['Ingress'],
  }),
  { what: 'no spec', object: { apiVersion: VERSION, kind: 'GlobalNetworkPolicy', metadata: { name: 'p' } } },
  global('very many rules', {
    types: ['Ingress'],
    ingress: Array.from({ length: 1025 }, () => ({ action: 'Allow' })),
  }),
  global('an unknown field', { selctor: 'all()', types: ['Ingress'] }),
  ...['p', 'default.p', 'a.b.c', 'P', 'p_q', 'knp.default.x', '-p', 'x'.repeat(64), 'x'.repeat(254)].map(
    (name) => global(`name ${name.slice(0, 20)} of ${String(name.length)}`, { types: ['Ingress'] }, name),
  ),
  namespaced('name knp.default.x of a namespaced policy', { types: ['Ingress'] }, 'knp.default.x'),
];

const OTHERS: readonly Specimen[] = [
  tier('a tier', 'early', { order: 5, defaultAction: 'Pass' }),
  tier('a tier without anything', 'early', {}),
  tier('a tier that allows', 'early', { defaultAction: 'Allow' }),
  tier('a tier with a dot', 'a.b', {}),
  tier('a tier with a long name', 'x'.repeat(64), {}),
  tier('the default tier', 'default', { order: 1_000_000, defaultAction: 'Deny' }),
  tier('the default tier elsewhere', 'default', { order: 5, defaultAction: 'Deny' }),
  tier('the default tier that passes', 'default', { order: 1_000_000, defaultAction: 'Pass' }),
  tier('the tier kube-admin elsewhere', 'kube-admin', { order: 5, defaultAction: 'Deny' }),
  tier('the tier adminnetworkpolicy elsewhere', 'adminnetworkpolicy', { order: 5 }),
  tier('the tier adminnetworkpolicy that denies', 'adminnetworkpolicy', {
    order: 1_000,
    defaultAction: 'Deny',
  }),
  tier('the tier baselineadminnetworkpolicy elsewhere', 'baselineadminnetworkpolicy', { order: 5 }),
  tier('the tier kube-baseline that denies', 'kube-baseline', { order: 10_000_000, defaultAction: 'Deny' }),
  tier('a tier with a text as order', 'early', { order: '5' }),
  set('nets', ['10.0.0.0/8', '::/0', '10.0.0.1/8', '10.0.0.5']),
  set('a net that is none', ['x']),
  set('an address with a port', ['10.0.0.1:80']),
  set('an empty net', ['']),
  set('IPv4 in IPv6', ['::ffff:10.0.0.1', '::ffff:10.0.0.0/104', '10.0.0.0/08']),
  set('the same net twice', ['10.0.0.0/8', '10.0.0.0/8']),
  set('a reserved label', ['10.0.0.0/8'], { 'projectcalico.org/namespace': 'x' }),
  set('a label that is none', ['10.0.0.0/8'], { 'a b': 'x' }),
  set('a label value that is none', ['10.0.0.0/8'], { a: 'x y' }),
];

function ofKind(what: string, kind: string, spec: JsonObject, namespace?: string): Specimen {
  const metadata = { name: 'p', ...(namespace === undefined ? {} : { namespace }) };
  return { what: `${kind}: ${what}`, object: { apiVersion: VERSION, kind, metadata, spec } };
}

/** The same mistakes in the kinds that share their rules. */
const KINDS: readonly Specimen[] = [
  ...(
    [
      ['NetworkPolicy', 'shop'],
      ['StagedGlobalNetworkPolicy', undefined],
      ['StagedNetworkPolicy', 'shop'],
    ] as const
  ).flatMap(([kind, namespace]) => [
    ofKind('a selector that is broken', kind, { selector: 'a =', types: ['Ingress'] }, namespace),
    ofKind('an action that is none', kind, { types: ['Ingress'], ingress: [{ action: 'allow' }] }, namespace),
    ofKind(
      'a port that is none',
      kind,
      { types: ['Egress'], egress: [{ action: 'Deny', ...tcpPorts([0]) }] },
      namespace,
    ),
    ofKind('types twice', kind, { types: ['Ingress', 'Ingress'] }, namespace),
    ofKind('nothing wrong', kind, { selector: 'all()', types: ['Ingress'] }, namespace),
  ]),
  ofKind('a net that is none', 'NetworkSet', { nets: ['x'] }, 'shop'),
  ofKind('nothing wrong', 'NetworkSet', { nets: ['10.0.0.0/8'] }, 'shop'),
];

/** Objects with one thing that may be wrong with each, over every rule of calico-policy-model 2. */
export const SPECIMENS: readonly Specimen[] = [...RULES, ...POLICIES, ...OTHERS, ...KINDS];
