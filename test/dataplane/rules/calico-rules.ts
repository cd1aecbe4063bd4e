import { calico, networkPolicy, type RuleCase } from './rule-case';

const GLOBAL = 'GlobalNetworkPolicy';
const API = 'selector: "app == \'api\'", types: [Ingress]';

/** One for each part of Calico's rules that packets can show (calico-policy-model 2 and 5.5). */
export const CALICO_RULES: readonly RuleCase[] = [
  {
    name: 'selectors, and what is not selected (4.3)',
    policies: calico(
      GLOBAL,
      'p',
      `{ ${API}, ingress: [{ action: Allow, source: { selector: "app == 'web'", notSelector: "has(part)" } }] }`,
    ),
    expect: [
      'other/web -> shop/api TCP 9 allow',
      'shop/web -> shop/api TCP 9 deny',
      'other/tool -> shop/api TCP 9 deny',
      'world -> shop/api TCP 9 deny',
    ],
  },
  {
    name: 'a namespaced policy means its own namespace unless it says another (4.3)',
    policies:
      calico(
        'NetworkPolicy',
        'own',
        `{ ${API}, ingress: [{ action: Allow, source: { selector: "app == 'web'" } }] }`,
        'shop',
      ) +
      calico(
        'NetworkPolicy',
        'wide',
        '{ selector: "app == \'db\'", types: [Ingress], ingress: [{ action: Allow, source: { namespaceSelector: "team == \'other\'", selector: "has(tool)" } }] }',
        'shop',
      ),
    expect: [
      'shop/web -> shop/api TCP 9 allow',
      'other/web -> shop/api TCP 9 deny',
      'other/tool -> shop/db TCP 9 allow',
      'other/web -> shop/db TCP 9 deny',
      'shop/web -> shop/db TCP 9 deny',
    ],
  },
  {
    name: 'the scope of a global policy: namespaces, pods, service accounts',
    policies:
      calico(
        GLOBAL,
        'by-namespace',
        '{ namespaceSelector: "kubernetes.io/metadata.name == \'other\'", types: [Ingress] }',
      ) + calico(GLOBAL, 'by-account', '{ serviceAccountSelector: "keeps == \'data\'", types: [Ingress] }'),
    expect: [
      'shop/web -> other/web TCP 9 deny',
      'shop/web -> shop/db TCP 9 deny',
      'shop/web -> shop/api TCP 9 allow',
      'shop/web -> kube-system/dns UDP 53 allow',
    ],
  },
  {
    name: 'service accounts of peers, by name and by label',
    policies:
      calico(
        'NetworkPolicy',
        'by-name',
        `{ ${API}, ingress: [{ action: Allow, source: { serviceAccounts: { names: [keeper] } } }] }`,
        'shop',
      ) +
      calico(
        GLOBAL,
        'by-label',
        '{ selector: "k8s-app == \'kube-dns\'", types: [Ingress], ingress: [{ action: Allow, source: { serviceAccounts: { selector: "has(keeps)" } } }] }',
      ),
    expect: [
      'shop/db -> shop/api TCP 9 allow',
      'shop/web -> shop/api TCP 9 deny',
      'shop/db -> kube-system/dns UDP 53 allow',
      'other/tool -> kube-system/dns UDP 53 deny',
    ],
  },
  {
    name: 'nets and notNets',
    policies: calico(
      GLOBAL,
      'p',
      `{ ${API}, ingress: [{ action: Allow, source: { nets: [203.0.113.0/24, 10.244.0.0/29], notNets: [203.0.113.128/25, 10.244.0.3/32] } }] }`,
    ),
    expect: [
      'partner -> shop/api TCP 9 allow',
      'bad -> shop/api TCP 9 deny',
      'shop/web -> shop/api TCP 9 allow',
      'shop/db -> shop/api TCP 9 deny',
      'shop/web -> shop/api TCP 9 v6 deny',
    ],
  },
  {
    name: 'ports: numbers, ranges, names, and all others',
    policies:
      calico(
        GLOBAL,
        'p',
        `{ ${API}, ingress: [{ action: Allow, protocol: TCP, destination: { ports: [80, "100:110", http] } }] }`,
      ) +
      calico(
        GLOBAL,
        'q',
        '{ selector: "app == \'db\'", types: [Ingress], ingress: [{ action: Allow, protocol: TCP, destination: { notPorts: [22, "100:110"] } }] }',
      ),
    expect: [
      'shop/web -> shop/api TCP 80 allow',
      'shop/web -> shop/api TCP 105 allow',
      'shop/web -> shop/api TCP 9090 allow',
      'shop/web -> shop/api TCP 111 deny',
      'shop/web -> shop/db TCP 22 deny',
      'shop/web -> shop/db TCP 23 allow',
      'shop/web -> shop/db TCP 105 deny',
      'shop/web -> shop/db UDP 23 deny',
    ],
  },
  {
    name: 'protocols by number, and all but one',
    policies:
      calico(GLOBAL, 'p', `{ ${API}, ingress: [{ action: Allow, protocol: 47 }] }`) +
      calico(
        GLOBAL,
        'q',
        '{ selector: "app == \'db\'", types: [Ingress], ingress: [{ action: Allow, notProtocol: TCP }] }',
      ),
    expect: [
      'shop/web -> shop/api 47 allow',
      'shop/web -> shop/api 50 deny',
      'shop/web -> shop/api TCP 1 deny',
      'shop/web -> shop/db UDP 1 allow',
      'shop/web -> shop/db 47 allow',
      'shop/web -> shop/db TCP 1 deny',
      'shop/web -> shop/db SCTP 5 allow',
    ],
  },
  {
    name: 'ICMP by type, and all but one',
    policies:
      calico(
        GLOBAL,
        'p',
        `{ ${API}, ingress: [{ action: Allow, protocol: ICMP, icmp: { type: 8 } }, { action: Allow, protocol: ICMPv6, icmp: { type: 128 } }] }`,
      ) +
      calico(
        GLOBAL,
        'q',
        '{ selector: "app == \'db\'", types: [Ingress], ingress: [{ action: Allow, protocol: ICMP, notICMP: { type: 8 } }] }',
      ),
    expect: [
      'shop/web -> shop/api ICMP 8/0 allow',
      'shop/web -> shop/api ICMP 13/0 deny',
      'shop/web -> shop/api ICMPv6 128/0 allow',
      'shop/web -> shop/api TCP 1 deny',
      'shop/web -> shop/db ICMP 8/0 deny',
      'shop/web -> shop/db ICMP 13/0 allow',
      'shop/web -> shop/db UDP 1 deny',
    ],
  },
  {
    name: 'rules of one IP version',
    policies: calico(GLOBAL, 'p', `{ ${API}, ingress: [{ action: Deny, ipVersion: 6 }, { action: Allow }] }`),
    expect: [
      'shop/web -> shop/api TCP 1 allow',
      'shop/web -> shop/api TCP 1 v6 deny',
      'shop/web -> shop/api ICMPv6 128/0 deny',
      'partner -> shop/api TCP 1 v6 deny',
    ],
  },
  {
    name: 'sets, global and of a namespace, and global() (3.3, 4.1)',
    policies:
      calico('GlobalNetworkSet', 'partners', '{ nets: [203.0.113.0/25, "2001:db8:113::/120"] }').replace(
        'name: partners',
        'name: partners, labels: { who: partner }',
      ) +
      calico('NetworkSet', 'near', '{ nets: [198.51.100.0/24] }', 'shop').replace(
        'name: near',
        'name: near, labels: { who: near }',
      ) +
      calico(
        GLOBAL,
        'p',
        `{ ${API}, ingress: [{ action: Allow, source: { selector: "who == 'partner'" } }] }`,
      ) +
      calico(
        'NetworkPolicy',
        'q',
        '{ selector: "app == \'db\'", types: [Ingress], ingress: [{ action: Allow, source: { selector: "has(who)" } }] }',
        'shop',
      ) +
      calico(
        GLOBAL,
        'r',
        '{ selector: "app == \'web\'", types: [Ingress], ingress: [{ action: Allow, source: { namespaceSelector: global(), selector: "has(who)" } }] }',
      ),
    expect: [
      'partner -> shop/api TCP 1 allow',
      'partner -> shop/api TCP 1 v6 allow',
      'bad -> shop/api TCP 1 v6 deny',
      'world -> shop/api TCP 1 deny',
      'world -> shop/db TCP 1 allow',
      'partner -> shop/db TCP 1 deny',
      'partner -> shop/web TCP 1 allow',
      'world -> shop/web TCP 1 deny',
    ],
  },
  {
    name: 'egress by selector and by net',
    policies: calico(
      GLOBAL,
      'p',
      '{ selector: "app == \'api\'", types: [Egress], egress: [{ action: Allow, protocol: UDP, destination: { selector: "k8s-app == \'kube-dns\'", ports: [53] } }, { action: Deny, destination: { nets: [203.0.113.128/25] } }, { action: Allow, protocol: TCP, destination: { nets: [203.0.113.0/24], ports: [443] } }] }',
    ),
    expect: [
      'shop/api -> kube-system/dns UDP 53 allow',
      'shop/api -> kube-system/dns TCP 53 deny',
      'shop/api -> partner TCP 443 allow',
      'shop/api -> bad TCP 443 deny',
      'shop/api -> world TCP 443 deny',
      'shop/api -> kube-system/dns UDP 53 v6 allow',
    ],
  },
  {
    name: 'NetworkPolicy and Calico policy together: Kubernetes has order 1000 of the tier default (5.2)',
    policies:
      networkPolicy(
        'k8s',
        '{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }',
      ) +
      calico(
        GLOBAL,
        'before',
        `{ order: 999, ${API}, ingress: [{ action: Deny, protocol: TCP, destination: { ports: [22] } }] }`,
      ) +
      calico(
        GLOBAL,
        'after',
        `{ order: 1001, ${API}, ingress: [{ action: Deny, source: { selector: "app == 'web'" } }, { action: Allow, source: { selector: has(tool) } }] }`,
      ),
    expect: [
      'shop/web -> shop/api TCP 22 deny',
      'shop/web -> shop/api TCP 23 allow',
      'other/tool -> shop/api TCP 23 allow',
      'shop/db -> shop/api TCP 23 deny',
      'other/tool -> shop/db TCP 23 deny',
    ],
  },
];
