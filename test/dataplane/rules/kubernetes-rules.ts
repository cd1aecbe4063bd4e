import { networkPolicy, type RuleCase } from './rule-case';

const INGRESS_OF_API = 'podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress]';
const EGRESS_OF_API = 'podSelector: { matchLabels: { app: api } }, policyTypes: [Egress]';

/** One for each rule of NetworkPolicy that packets can show (network-policy-semantics 2.1). */
export const KUBERNETES_RULES: readonly RuleCase[] = [
  {
    name: 'no policy: everything passes (2.1 item 2)',
    policies: '',
    expect: [
      'other/tool -> shop/db TCP 5432 allow',
      'partner -> shop/db TCP 1 allow',
      'shop/db -> world UDP 53 allow',
    ],
  },
  {
    name: 'a default deny of both directions',
    policies: networkPolicy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }'),
    expect: [
      'shop/web -> shop/api TCP 9090 deny',
      'other/web -> shop/api TCP 9090 deny',
      'shop/api -> other/web TCP 8080 deny',
      'shop/api -> world TCP 443 deny',
      'partner -> shop/api ICMP 8/0 deny',
      'other/web -> other/tool TCP 80 allow',
    ],
  },
  {
    name: 'a deny of ingress leaves egress, and replies need no rule (2.1 item 16)',
    policies: networkPolicy('deny', '{ podSelector: {}, policyTypes: [Ingress] }'),
    expect: [
      'shop/api -> world TCP 443 allow',
      'shop/api -> other/web UDP 53 allow',
      'other/web -> shop/api TCP 9090 deny',
    ],
  },
  {
    name: 'an empty rule lets everything in, an absent list nothing (2.1 item 5)',
    policies:
      networkPolicy('open', `{ ${INGRESS_OF_API}, ingress: [{}] }`) +
      networkPolicy('shut', '{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress] }'),
    expect: [
      'world -> shop/api UDP 9 allow',
      'shop/web -> shop/api TCP 1 allow',
      'shop/web -> shop/db TCP 5432 deny',
    ],
  },
  {
    name: 'policies add up: a second one only opens',
    policies:
      networkPolicy(
        'web',
        `{ ${INGRESS_OF_API}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }`,
      ) +
      networkPolicy(
        'db',
        `{ ${INGRESS_OF_API}, ingress: [{ from: [{ podSelector: { matchLabels: { app: db } } }] }] }`,
      ),
    expect: [
      'shop/web -> shop/api TCP 9 allow',
      'shop/db -> shop/api TCP 9 allow',
      'other/web -> shop/api TCP 9 deny',
    ],
  },
  {
    name: 'expressions of labels',
    policies:
      networkPolicy(
        'in',
        `{ ${INGRESS_OF_API}, ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [web, x] }] } }] }] }`,
      ) +
      networkPolicy(
        'not-in',
        '{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [web] }, { key: part, operator: DoesNotExist }] } }] }] }',
      ),
    expect: [
      'shop/web -> shop/api TCP 9 allow',
      'shop/db -> shop/api TCP 9 deny',
      'other/tool -> shop/db TCP 9 allow',
      'other/web -> shop/db TCP 9 deny',
      'shop/api -> shop/db TCP 9 deny',
    ],
  },
  {
    name: 'a namespace and a pod in one peer are AND, in two peers OR (2.1 item 7)',
    policies:
      networkPolicy(
        'and',
        `{ ${INGRESS_OF_API}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: other } }, podSelector: { matchLabels: { app: web } } }] }] }`,
      ) +
      networkPolicy(
        'or',
        '{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: other } } }, { podSelector: { matchLabels: { app: web } } }] }] }',
      ),
    expect: [
      'other/web -> shop/api TCP 9 allow',
      'other/tool -> shop/api TCP 9 deny',
      'shop/web -> shop/api TCP 9 deny',
      'other/tool -> shop/db TCP 9 allow',
      'shop/web -> shop/db TCP 9 allow',
      'kube-system/dns -> shop/db TCP 9 deny',
    ],
  },
  {
    name: 'a namespace by the label of its name (2.1 item 12)',
    policies: networkPolicy(
      'by-name',
      `{ ${INGRESS_OF_API}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }] }] }`,
    ),
    expect: [
      'kube-system/dns -> shop/api TCP 9 allow',
      'other/web -> shop/api TCP 9 deny',
      'world -> shop/api TCP 9 deny',
    ],
  },
  {
    name: 'ipBlock with except, from outside hosts',
    policies: networkPolicy(
      'partners',
      `{ ${INGRESS_OF_API}, ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24, except: [203.0.113.128/25] } }] }] }`,
    ),
    expect: [
      'partner -> shop/api TCP 9 allow',
      'bad -> shop/api TCP 9 deny',
      'world -> shop/api TCP 9 deny',
      'shop/web -> shop/api TCP 9 deny',
    ],
  },
  {
    name: 'ipBlock with except against pods: Calico matches their addresses (2.1 item 8)',
    policies: networkPolicy(
      'by-address',
      `{ ${INGRESS_OF_API}, ingress: [{ from: [{ ipBlock: { cidr: 10.244.0.0/28, except: [10.244.0.3/32] } }] }] }`,
    ),
    expect: [
      'shop/web -> shop/api TCP 9 allow',
      'other/web -> shop/api TCP 9 allow',
      'shop/db -> shop/api TCP 9 deny',
      'kube-system/dns -> shop/api TCP 9 deny',
    ],
  },
  {
    name: 'ipBlock on the way out',
    policies: networkPolicy(
      'out',
      `{ ${EGRESS_OF_API}, egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [203.0.113.0/24, 10.0.0.0/8] } }], ports: [{ port: 443 }] }] }`,
    ),
    expect: [
      'shop/api -> world TCP 443 allow',
      'shop/api -> partner TCP 443 deny',
      'shop/api -> world TCP 80 deny',
      'shop/api -> shop/web TCP 443 deny',
      'shop/api -> world TCP 443 v6 deny',
    ],
  },
  {
    name: 'ipBlock of IPv6',
    policies: networkPolicy(
      'six',
      `{ ${INGRESS_OF_API}, ingress: [{ from: [{ ipBlock: { cidr: "2001:db8:113::/48", except: ["2001:db8:113::200/128"] } }] }] }`,
    ),
    expect: [
      'partner -> shop/api TCP 9 v6 allow',
      'bad -> shop/api TCP 9 v6 deny',
      'partner -> shop/api TCP 9 deny',
      'shop/web -> shop/api TCP 9 v6 deny',
    ],
  },
  {
    name: 'a port by name is what each pod calls so (2.1 item 10)',
    policies:
      networkPolicy(
        'http',
        '{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: http }] }] }',
      ) +
      networkPolicy(
        'out',
        '{ podSelector: {}, policyTypes: [Egress], egress: [{ ports: [{ port: http }] }] }',
        'other',
      ),
    expect: [
      'other/web -> shop/api TCP 9090 allow',
      'other/web -> shop/api TCP 8080 deny',
      'other/web -> shop/db TCP 5432 allow',
      'other/web -> shop/db TCP 9090 deny',
      'other/web -> world TCP 8080 deny',
      'world -> shop/web TCP 8080 allow',
      'shop/web -> other/web TCP 9090 allow',
    ],
  },
  {
    name: 'a range of ports up to endPort',
    policies: networkPolicy(
      'range',
      `{ ${INGRESS_OF_API}, ingress: [{ ports: [{ port: 8000, endPort: 8010 }] }] }`,
    ),
    expect: [
      'shop/web -> shop/api TCP 7999 deny',
      'shop/web -> shop/api TCP 8000 allow',
      'shop/web -> shop/api TCP 8010 allow',
      'shop/web -> shop/api TCP 8011 deny',
      'shop/web -> shop/api UDP 8000 deny',
    ],
  },
  {
    name: 'a port without protocol is TCP, a protocol without port every port of it',
    policies: networkPolicy(
      'ports',
      `{ ${INGRESS_OF_API}, ingress: [{ ports: [{ port: 53 }, { protocol: UDP }] }] }`,
    ),
    expect: [
      'shop/web -> shop/api TCP 53 allow',
      'shop/web -> shop/api UDP 9 allow',
      'shop/web -> shop/api TCP 54 deny',
      'shop/web -> shop/api ICMP 8/0 deny',
      'shop/web -> shop/api SCTP 53 deny',
    ],
  },
  {
    name: 'SCTP',
    policies: networkPolicy(
      'sctp',
      `{ ${INGRESS_OF_API}, ingress: [{ ports: [{ protocol: SCTP, port: 3868 }] }] }`,
    ),
    expect: [
      'shop/web -> shop/api SCTP 3868 allow',
      'shop/web -> shop/api SCTP 3869 deny',
      'shop/web -> shop/api TCP 3868 deny',
    ],
  },
  {
    name: 'a rule without ports lets every protocol in',
    policies: networkPolicy('all', `{ ${INGRESS_OF_API}, ingress: [{ from: [{ podSelector: {} }] }] }`),
    expect: [
      'shop/web -> shop/api ICMP 8/0 allow',
      'shop/web -> shop/api ICMPv6 128/0 allow',
      'shop/web -> shop/api SCTP 9 allow',
      'shop/web -> shop/api 47 allow',
      'other/web -> shop/api ICMP 8/0 deny',
      'other/web -> shop/api 47 deny',
    ],
  },
  {
    name: 'both ends must agree (2.1 item 1)',
    policies:
      networkPolicy(
        'in',
        `{ ${INGRESS_OF_API}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 1 }, { port: 2 }] }] }`,
      ) +
      networkPolicy(
        'out',
        '{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: { matchLabels: { app: api } } }], ports: [{ port: 2 }, { port: 3 }] }] }',
      ),
    expect: [
      'shop/web -> shop/api TCP 1 deny',
      'shop/web -> shop/api TCP 2 allow',
      'shop/web -> shop/api TCP 3 deny',
      'shop/web -> shop/db TCP 2 deny',
    ],
  },
  {
    name: 'IPv4 and IPv6 of a dual-stack pod follow the same labels',
    policies: networkPolicy(
      'web',
      `{ ${INGRESS_OF_API}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: 9090 }] }] }`,
    ),
    expect: [
      'shop/web -> shop/api TCP 9090 allow',
      'shop/web -> shop/api TCP 9090 v6 allow',
      'shop/db -> shop/api TCP 9090 v6 deny',
      'shop/web -> shop/api TCP 9091 v6 deny',
    ],
  },
];
