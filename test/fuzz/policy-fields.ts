import type { Json } from '../../src/model/json';
import { NETWORK_POLICY_FIELDS } from './network-policy-fields';

/** A part of a policy, tier or network set that has fields of its own. */
export type Part =
  | 'policy'
  | 'tier'
  | 'set'
  | 'staged'
  | 'networkPolicy'
  | 'policyRule'
  | 'peer'
  | 'block'
  | 'policyPort'
  | 'labels'
  | 'expression'
  | 'rule'
  | 'entity'
  | 'services'
  | 'accounts'
  | 'icmp'
  | 'http'
  | 'metadata';

const SELECTORS: readonly Json[] = [
  ...['', ' ', 'all()', 'global()', 'global( )', '!global()', 'all() || global()', "app == 'a'", 'app=="a"'],
  ...[
    "has(app) && tier != 'db'",
    "app in { 'a', 'b' }",
    "app not in {'a'}",
    "! (app contains 'a')",
    'has( a )',
  ],
  ...[
    "app starts with 'a'",
    "app ends with 'b'",
    'app ==',
    "app = 'a'",
    "app == 'a",
    'a in {}',
    "app == 'a' &",
  ],
  ...[
    "projectcalico.org/name == 'alpha'",
    "pcns.env == 'prod'",
    "a/b/c == 'x'",
    "env == '\u00e4'",
    "x == 'all()'",
  ],
];
const PORTS: readonly Json[] = [
  ...[
    [],
    [80],
    ['80'],
    ['http'],
    ['80:90'],
    ['90:80'],
    [0],
    [65535],
    [65536],
    ['80', 80],
    [80.5],
    [80.0],
    [''],
    [null],
  ],
  ...[
    ['0:65535'],
    ['1:'],
    [':1'],
    ['080'],
    ['http', '1:2'],
    ['HTTP'],
    ['a-very-long-port-name'],
    [{}],
    80,
    'http',
    [' 80'],
  ],
  ...[['+80'], ['0x50'], [-1], ['8e1'], [true], ['٣'], ['80:90:100'], ['80: 90']],
];
const NETS: readonly Json[] = [
  ...[
    [],
    ['10.0.0.0/8'],
    ['10.0.0.1/8'],
    ['10.0.0.1'],
    ['::/0'],
    ['0.0.0.0/0'],
    ['fd00::1'],
    ['fd00::/8', '10.0.0.0/8'],
  ],
  ...[
    ['10.0.0.0/33'],
    ['10.0.0.0/'],
    ['10.0.0/8'],
    ['010.0.0.0/8'],
    ['10.0.0.0/08'],
    ['10.0.0.0/-1'],
    [' 10.0.0.0/8'],
  ],
  ...[
    ['::ffff:10.0.0.0/104'],
    ['::ffff:10.0.0.1'],
    ['fe80::1%eth0'],
    ['x'],
    [''],
    [null],
    '10.0.0.0/8',
    [8],
    ['10.0.0.0/8', '10.0.0.0/8'],
  ],
];
const PROTOCOLS: readonly Json[] = [
  ...[
    'TCP',
    'UDP',
    'SCTP',
    'UDPLite',
    'ICMP',
    'ICMPv6',
    'tcp',
    'Tcp',
    'icmpv6',
    'IGMP',
    '',
    '6',
    '0',
    '17',
    '256',
    '06',
  ],
  ...[6, 17, 132, 1, 58, 47, 0, 255, 256, -1, 6.5, null, true, [], {}],
];
const ICMP: readonly Json[] = [
  ...[
    {},
    { type: 8 },
    { type: 8, code: 0 },
    { code: 0 },
    { type: 255 },
    { type: 254 },
    { type: -1 },
    { type: '8' },
  ],
  ...[
    { type: 3, code: 256 },
    { type: null, code: null },
    null,
    { type: 3, code: 255 },
    { type: 0 },
    { type: 8.5 },
  ],
];
const NUMBERS: readonly Json[] = [null, 0, -1, 1, 10.5, 1000, 1e6, 1e308, '10', true, 2 ** 53];
const FLAGS: readonly Json[] = [null, true, false, 'true', 0];
const ENTITIES: readonly Json[] = [{}, null, { nets: ['10.0.0.0/8'] }, { selector: "app == 'a'" }, [], 'x'];
const RULES: readonly Json[] = [
  ...[[], null, [null], [{}], {}, [{ action: 'Allow' }], [{ action: 'Deny' }, { action: 'Pass' }]],
  ...[[{ action: 'Log' }], [{ action: 'Allow', protocol: 'TCP', destination: { ports: [80] } }]],
];
const LABELS: readonly Json[] = [
  ...[{}, null, { app: 'a' }, { app: null }, { app: 1 }, { 'a b': 'x' }, { 'projectcalico.org/name': 'x' }],
  ...[
    { app: 'x'.repeat(64) },
    { 'Example.com/a': 'b' },
    { '': 'x' },
    { app: '' },
    { 'pcns.env': 'prod' },
    { a: '-' },
  ],
];

/** What each field is set to, good and bad. */
export const FIELDS: Readonly<Record<Part, Readonly<Record<string, readonly Json[]>>>> = {
  policy: {
    tier: ['default', '', 'early', 'Default', null, 1, 'kube-admin', 'adminnetworkpolicy', 'a.b', 'a_b'],
    order: NUMBERS,
    selector: SELECTORS,
    namespaceSelector: SELECTORS,
    serviceAccountSelector: SELECTORS,
    types: [
      ...[
        [],
        null,
        ['Ingress'],
        ['Egress'],
        ['Ingress', 'Egress'],
        ['Egress', 'Ingress'],
        ['ingress'],
        [null],
      ],
      ...[['Ingress', 'Ingress'], 'Ingress', ['']],
    ],
    ingress: RULES,
    egress: RULES,
    doNotTrack: FLAGS,
    preDNAT: FLAGS,
    applyOnForward: FLAGS,
    performanceHints: [[], null, ['AssumeNeededOnEveryNode'], ['x'], 'x'],
    stagedAction: ['Set', 'Delete', 'Learn', 'Ignore', 'set', '', null, 'Remove', 1],
  },
  staged: {
    stagedAction: ['Set', 'Delete', 'Learn', 'Ignore', 'set', '', null, 'Remove', 1],
    ...NETWORK_POLICY_FIELDS.networkPolicy,
  },
  ...NETWORK_POLICY_FIELDS,
  tier: { order: NUMBERS, defaultAction: ['Deny', 'Pass', 'Allow', 'deny', '', null, 1] },
  set: { nets: NETS },
  rule: {
    action: ['Allow', 'Deny', 'Pass', 'Log', 'allow', '', null, 1, 'Next-Tier'],
    ipVersion: [4, 6, 5, 0, null, '4', 4.5],
    protocol: PROTOCOLS,
    notProtocol: PROTOCOLS,
    icmp: ICMP,
    notICMP: ICMP,
    source: ENTITIES,
    destination: ENTITIES,
    http: [
      {},
      null,
      { methods: ['GET'] },
      { paths: [{ exact: '/a' }] },
      { methods: [] },
      { paths: [{ prefix: 'a' }] },
    ],
    metadata: [
      {},
      null,
      { annotations: { a: 'b' } },
      { annotations: { a: 1 } },
      { labels: {} },
      { annotations: { 'a b': 'c' } },
    ],
  },
  entity: {
    selector: SELECTORS,
    notSelector: SELECTORS,
    namespaceSelector: SELECTORS,
    ports: PORTS,
    notPorts: PORTS,
    nets: NETS,
    notNets: NETS,
    serviceAccounts: [
      ...[
        {},
        null,
        { names: [] },
        { names: ['robot'] },
        { names: ['A_b'] },
        { names: [''] },
        { selector: '' },
      ],
      ...[
        { selector: 'a ==' },
        { selector: 'all()' },
        { names: [null] },
        { names: 'robot' },
        { names: ["a'b"] },
      ],
    ],
    services: [
      ...[
        {},
        null,
        { name: 'a', namespace: 'b' },
        { name: 'a' },
        { namespace: 'b' },
        { name: 'A_b', namespace: 'b' },
      ],
      ...[
        { name: '', namespace: 'b' },
        { name: 'a', namespace: '' },
        { name: 'a', namespace: 'B b' },
        { name: 1 },
      ],
    ],
  },
  services: { name: ['a', '', 'A', 'a.b', '1a', null, 1], namespace: ['a', '', 'A', 'a.b', null, 1] },
  accounts: { names: [[], ['a'], ['a', 'a'], ['A'], null, [1]], selector: SELECTORS },
  icmp: { type: [0, 8, 254, 255, 256, -1, null, '8'], code: [0, 255, 256, -1, null, '0'] },
  http: {
    methods: [[], null, ['GET'], ['get'], ['GET', 'GET'], ['FOO'], [''], ['*'], [null]],
    paths: [
      [],
      null,
      [{ exact: '/a' }],
      [{ prefix: '/' }],
      [{ exact: 'a' }],
      [{}],
      [{ exact: '/a', prefix: '/b' }],
      [{ exact: '/a b?c' }],
    ],
  },
  metadata: {
    name: [
      'p',
      'default.p',
      'early.p',
      'a.b.c',
      'P',
      'p_q',
      'knp.default.p',
      '-p',
      '',
      null,
      'x'.repeat(64),
      'x'.repeat(254),
    ],
    labels: LABELS,
    annotations: [{}, null, { a: 'b' }, { a: 1 }, { 'a b': 'c' }, { 'A/b': 'c' }],
  },
};
