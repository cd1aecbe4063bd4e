import { calico, networkPolicy, type RuleCase } from './rule-case';

const GLOBAL = 'GlobalNetworkPolicy';
const API = 'selector: "app == \'api\'", types: [Ingress]';
const FIRST = calico('Tier', 'first', '{ order: 100 }');

/** Order, tiers and the ways out of them (calico-policy-model 5.2, 5.3, 5.7). */
export const TIER_RULES: readonly RuleCase[] = [
  {
    name: 'an earlier tier decides, for better or worse',
    policies:
      FIRST +
      calico(
        GLOBAL,
        'first.p',
        `{ tier: first, ${API}, ingress: [{ action: Allow, source: { selector: "app == 'web'" } }, { action: Pass }] }`,
      ) +
      networkPolicy('deny', '{ podSelector: {}, policyTypes: [Ingress] }'),
    expect: [
      'shop/web -> shop/api TCP 1 allow',
      'other/web -> shop/api TCP 1 allow',
      'shop/db -> shop/api TCP 1 deny',
      'shop/web -> shop/db TCP 1 deny',
    ],
  },
  {
    name: 'a tier that selects a pod and says nothing ends in its deny',
    policies:
      FIRST +
      calico(
        GLOBAL,
        'first.p',
        `{ tier: first, ${API}, ingress: [{ action: Pass, source: { selector: "app == 'web'" } }] }`,
      ),
    expect: [
      'shop/web -> shop/api TCP 1 allow',
      'shop/db -> shop/api TCP 1 deny',
      'world -> shop/api TCP 1 deny',
      'shop/db -> shop/web TCP 1 allow',
    ],
  },
  {
    name: 'a tier whose default is Pass goes on to the next',
    policies:
      calico('Tier', 'first', '{ order: 100, defaultAction: Pass }') +
      calico(
        GLOBAL,
        'first.p',
        `{ tier: first, ${API}, ingress: [{ action: Deny, source: { selector: "app == 'web'" } }] }`,
      ),
    expect: [
      'shop/web -> shop/api TCP 1 deny',
      'shop/db -> shop/api TCP 1 allow',
      'world -> shop/api TCP 1 allow',
    ],
  },
  {
    name: 'the tier default that ends in a pass isolates nobody (built-in-tiers.ts; 3.31 takes such an object)',
    policies:
      calico('Tier', 'default', '{ order: 1000000, defaultAction: Pass }') +
      networkPolicy('deny', '{ podSelector: {}, policyTypes: [Ingress] }') +
      calico(GLOBAL, 'p', `{ ${API}, ingress: [{ action: Deny, source: { selector: "app == 'web'" } }] }`),
    expect: [
      'shop/web -> shop/api TCP 1 deny',
      'shop/db -> shop/api TCP 1 allow',
      'world -> shop/db TCP 1 allow',
    ],
  },
  {
    name: 'Pass past the last tier comes to the namespace, which allows',
    policies: calico(GLOBAL, 'p', `{ ${API}, ingress: [{ action: Pass, protocol: TCP }] }`),
    expect: ['shop/web -> shop/api TCP 1 allow', 'shop/web -> shop/api UDP 1 deny'],
  },
  {
    name: 'Pass skips the later policies of its tier',
    policies:
      calico('Tier', 'last', '{ order: 2000000 }') +
      calico(
        GLOBAL,
        'a',
        `{ order: 1, ${API}, ingress: [{ action: Pass, source: { selector: "app == 'web'" } }] }`,
      ) +
      calico(GLOBAL, 'b', `{ order: 2, ${API}, ingress: [{ action: Allow }] }`) +
      calico(
        GLOBAL,
        'last.c',
        `{ tier: last, ${API}, ingress: [{ action: Deny, protocol: UDP }, { action: Allow }] }`,
      ),
    expect: [
      'shop/web -> shop/api UDP 1 deny',
      'shop/web -> shop/api TCP 1 allow',
      'shop/db -> shop/api UDP 1 allow',
    ],
  },
  {
    name: 'tiers follow their order, not their names',
    policies:
      calico('Tier', 'a', '{ order: 300 }') +
      calico('Tier', 'b', '{ order: 200 }') +
      calico(GLOBAL, 'a.p', `{ tier: a, ${API}, ingress: [{ action: Allow }] }`) +
      calico(
        GLOBAL,
        'b.p',
        `{ tier: b, ${API}, ingress: [{ action: Deny, protocol: TCP }, { action: Pass }] }`,
      ),
    expect: ['shop/web -> shop/api TCP 1 deny', 'shop/web -> shop/api UDP 1 allow'],
  },
  {
    name: 'the lower order comes first, no order last',
    policies:
      calico(
        GLOBAL,
        'z',
        `{ order: 1, ${API}, ingress: [{ action: Deny, protocol: TCP, destination: { ports: [1] } }] }`,
      ) +
      calico(
        GLOBAL,
        'm',
        `{ order: 2.5, ${API}, ingress: [{ action: Allow, protocol: TCP, destination: { ports: [1, 2] } }] }`,
      ) +
      calico(
        GLOBAL,
        'a',
        `{ ${API}, ingress: [{ action: Deny, protocol: TCP, destination: { ports: [2] } }, { action: Allow }] }`,
      ),
    expect: [
      'shop/web -> shop/api TCP 1 deny',
      'shop/web -> shop/api TCP 2 allow',
      'shop/web -> shop/api TCP 3 allow',
    ],
  },
  {
    name: 'of two with one order, the first by name decides',
    policies:
      calico(GLOBAL, 'b', `{ order: 5, ${API}, ingress: [{ action: Allow }] }`) +
      calico(GLOBAL, 'a', `{ order: 5, ${API}, ingress: [{ action: Deny, protocol: TCP }] }`),
    expect: ['shop/web -> shop/api TCP 1 deny', 'shop/web -> shop/api UDP 1 allow'],
  },
  {
    name: 'of two of one namespace and one order, too, and of two without an order',
    policies:
      calico('NetworkPolicy', 'b', `{ order: 5, ${API}, ingress: [{ action: Allow }] }`, 'shop') +
      calico(
        'NetworkPolicy',
        'a',
        `{ order: 5, ${API}, ingress: [{ action: Deny, protocol: TCP }] }`,
        'shop',
      ) +
      calico(GLOBAL, 'd', '{ selector: "app == \'db\'", types: [Ingress], ingress: [{ action: Allow }] }') +
      calico(
        GLOBAL,
        'c',
        '{ selector: "app == \'db\'", types: [Ingress], ingress: [{ action: Deny, protocol: UDP }] }',
      ),
    expect: [
      'shop/web -> shop/api TCP 1 deny',
      'shop/web -> shop/api UDP 1 allow',
      'shop/web -> shop/db UDP 1 deny',
      'shop/web -> shop/db TCP 1 allow',
    ],
  },
  {
    name: 'of equal orders across kinds the global policy comes first, then the namespaced, then that of Kubernetes (policy-tie.ts)',
    policies:
      calico(
        GLOBAL,
        'z',
        `{ order: 1000, ${API}, ingress: [{ action: Allow, source: { selector: "app == 'web'" } }] }`,
      ) +
      calico(
        'NetworkPolicy',
        't',
        `{ order: 1000, ${API}, ingress: [{ action: Deny, protocol: TCP }] }`,
        'shop',
      ) +
      networkPolicy('n', '{ podSelector: { matchLabels: { app: api } }, ingress: [{}] }'),
    expect: [
      'shop/web -> shop/api TCP 1 allow',
      'shop/db -> shop/api TCP 1 deny',
      'shop/db -> shop/api UDP 1 allow',
    ],
  },
  {
    name: 'of two tiers with one order, the first by name comes first',
    policies:
      calico('Tier', 'b', '{ order: 100 }') +
      calico('Tier', 'a', '{ order: 100 }') +
      calico(GLOBAL, 'b.p', `{ tier: b, ${API}, ingress: [{ action: Allow }] }`) +
      calico(
        GLOBAL,
        'a.p',
        `{ tier: a, ${API}, ingress: [{ action: Deny, protocol: TCP }, { action: Pass }] }`,
      ),
    expect: ['shop/web -> shop/api TCP 1 deny', 'shop/web -> shop/api UDP 1 allow'],
  },
  {
    name: 'Log only writes down, and the next rule decides',
    policies: calico(GLOBAL, 'p', `{ ${API}, ingress: [{ action: Log }, { action: Allow, protocol: TCP }] }`),
    expect: ['shop/web -> shop/api TCP 1 allow', 'shop/web -> shop/api UDP 1 deny'],
  },
  {
    name: 'staged policies have no effect',
    policies:
      calico('StagedGlobalNetworkPolicy', 'p', '{ selector: all(), types: [Ingress, Egress] }') +
      calico('StagedNetworkPolicy', 'q', '{ selector: all(), types: [Ingress] }', 'shop') +
      calico(
        'StagedKubernetesNetworkPolicy',
        's',
        '{ podSelector: {}, policyTypes: [Ingress, Egress] }',
        'shop',
      ) +
      FIRST +
      calico(
        'StagedGlobalNetworkPolicy',
        'first.r',
        '{ tier: first, selector: all(), types: [Ingress], ingress: [{ action: Deny }] }',
      ),
    expect: [
      'shop/web -> shop/api TCP 1 allow',
      'world -> shop/api TCP 1 allow',
      'shop/api -> world UDP 53 allow',
    ],
  },
  {
    name: 'a staged NetworkPolicy opens nothing either, and takes nothing away',
    policies:
      networkPolicy(
        'in',
        '{ podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress], ingress: [{ ports: [{ port: 1 }] }] }',
      ) +
      calico(
        'StagedKubernetesNetworkPolicy',
        'open',
        '{ podSelector: {}, policyTypes: [Ingress], ingress: [{}] }',
        'shop',
      ) +
      calico('StagedKubernetesNetworkPolicy', 'in', '{ stagedAction: Delete }', 'shop'),
    expect: [
      'shop/web -> shop/api TCP 1 allow',
      'shop/web -> shop/api TCP 2 deny',
      'shop/web -> shop/db TCP 2 allow',
    ],
  },
  {
    name: 'a staged policy beside an enforced one changes nothing about it',
    policies:
      calico(GLOBAL, 'p', `{ ${API}, ingress: [{ action: Allow, protocol: TCP }] }`) +
      calico('StagedGlobalNetworkPolicy', 'a', `{ order: 1, ${API}, ingress: [{ action: Deny }] }`),
    expect: ['shop/web -> shop/api TCP 1 allow', 'shop/web -> shop/api UDP 1 deny'],
  },
  {
    name: 'AdminNetworkPolicy before, BaselineAdminNetworkPolicy after NetworkPolicy',
    policies: `---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: admin }
spec:
  priority: 10
  subject: { namespaces: { matchLabels: { team: shop } } }
  ingress:
    - { action: Deny, from: [{ namespaces: { matchLabels: { team: other } } }], ports: [{ portNumber: { protocol: TCP, port: 22 } }] }
    - { action: Pass, from: [{ namespaces: { matchLabels: { team: other } } }] }
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: { name: default }
spec:
  subject: { namespaces: {} }
  ingress: [{ action: Deny, from: [{ namespaces: { matchLabels: { team: other } } }] }]
${networkPolicy('open', '{ podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress], ingress: [{}] }')}`,
    expect: [
      'other/web -> shop/api TCP 22 deny',
      'other/web -> shop/api TCP 23 allow',
      'other/web -> shop/db TCP 23 deny',
      'shop/web -> shop/db TCP 23 allow',
      'other/web -> kube-system/dns UDP 53 deny',
    ],
  },
];
