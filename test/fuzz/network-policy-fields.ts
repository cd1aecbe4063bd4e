import type { Json } from '../../src/model/json';

const SELECTORS: readonly Json[] = [
  ...[
    {},
    null,
    { matchLabels: {} },
    { matchLabels: { app: 'a' } },
    { matchLabels: { app: '' } },
    { matchLabels: null },
  ],
  ...[{ matchExpressions: [] }, { matchExpressions: [{ key: 'app', operator: 'Exists' }] }],
  ...[
    { matchExpressions: [{ key: 'app', operator: 'In' }] },
    { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a', ''] }] },
    {
      matchLabels: { tier: 'web' },
      matchExpressions: [{ key: 'app', operator: 'DoesNotExist', values: [] }],
    },
    { matchLabels: { env: 'prod' } },
  ],
];
const PORTS: readonly Json[] = [
  ...[
    [],
    null,
    [{}],
    [{ port: 80 }],
    [{ port: '80' }],
    [{ port: 'http' }],
    [{ port: 0 }],
    [{ protocol: 'UDP' }],
  ],
  ...[
    [{ port: 80, endPort: 90 }],
    [{ port: 80, endPort: 79 }],
    [{ endPort: 90 }],
    [{ protocol: 'x' }],
    [{ protocol: '' }],
  ],
];
const PEERS: readonly Json[] = [
  ...[[], null, [{}], [{ podSelector: {} }], [{ podSelector: null }], [{ namespaceSelector: {} }], [null]],
  ...[
    [{ podSelector: {}, namespaceSelector: { matchLabels: { env: 'prod' } } }],
    [{ podSelector: null, namespaceSelector: {} }],
    [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.244.1.0/24'] } }],
    [{ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }],
    [{ ipBlock: null, podSelector: {} }],
    [{ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: null }],
  ],
];
const RULES: readonly Json[] = [[], null, [{}], [null], [{ ports: PORTS[3] ?? null }], {}];

/** What each field of a NetworkPolicy is set to, good and bad, by the part that has it. */
export const NETWORK_POLICY_FIELDS = {
  networkPolicy: {
    policyTypes: [
      [],
      null,
      ['Ingress'],
      ['Egress'],
      ['Ingress', 'Egress'],
      ['ingress'],
      ['Ingress', 'Ingress'],
    ],
    podSelector: SELECTORS,
    ingress: [...RULES, [{ from: PEERS[3] ?? null }], [{ from: [] }]],
    egress: [...RULES, [{ to: PEERS[5] ?? null, ports: PORTS[5] ?? null }], [{ to: [] }]],
  },
  policyRule: { from: PEERS, to: PEERS, ports: PORTS },
  peer: {
    podSelector: SELECTORS,
    namespaceSelector: SELECTORS,
    ipBlock: [null, {}, { cidr: '10.0.0.0/8' }, { cidr: '10.244.1.99/24' }, { cidr: 'fd00::/8', except: [] }],
  },
  block: {
    cidr: [
      ...[
        '10.0.0.0/8',
        '10.244.1.5/24',
        '0.0.0.0/0',
        '::/0',
        '10.0.0.0/08',
        '010.0.0.0/8',
        '10.0.0.0',
        'fd00::1/16',
        '',
      ],
      ...['::ffff:10.244.0.0/112', '10.244.1.0/33', null],
    ],
    except: [
      ...[
        [],
        null,
        ['10.244.1.0/24'],
        ['10.244.1.7/25'],
        ['10.0.0.0/8'],
        ['fd00:10::/64'],
        ['x'],
        [''],
        [null],
      ],
      ...[['10.244.1.0/24', '10.244.1.0/24'], ['::ffff:10.244.1.0/120']],
    ],
  },
  policyPort: {
    port: [null, 80, '80', 'http', 'HTTP', 0, 65535, 65536, '', 'a--b', '1', 8080.5, 'http-and-much-more'],
    protocol: [null, 'TCP', 'UDP', 'SCTP', 'tcp', '', 'ICMP', 6],
    endPort: [null, 0, 79, 80, 9000, 65535, 65536, '90'],
  },
  labels: {
    matchLabels: [
      {},
      null,
      { app: 'a' },
      { app: '' },
      { app: null },
      { 'a b': 'x' },
      { app: 1 },
      { tier: 'web' },
    ],
    matchExpressions: [
      [],
      null,
      [{ key: 'app', operator: 'Exists' }],
      [{}],
      [{ key: 'tier', operator: 'NotIn', values: ['web'] }],
    ],
  },
  expression: {
    key: ['app', 'tier', 'constructor', 'absent', '', 'a b', null],
    operator: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'in', 'Equals', '', null],
    values: [[], null, ['a'], ['a', 'b'], [''], ['a', 'a'], ['a b'], [1], 'a'],
  },
} satisfies Readonly<Record<string, Readonly<Record<string, readonly Json[]>>>>;
