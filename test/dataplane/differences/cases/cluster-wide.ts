import type { AdminNetworkPolicyManifest, ClusterRule, Manifest } from '../../../oracle/manifest';
import {
  CLIENT,
  OUTSIDE,
  pod,
  policyFor,
  SERVER,
  SHOP,
  shopWith,
  tcp,
  udp,
  type DifferenceCase,
} from '../difference-case';

const ADMIN = 'network-policy-api';

const HTTP = [{ name: 'main', image: 'x', ports: [{ name: 'http', containerPort: 8080 }] }];

function admin(
  rules: Partial<Record<'ingress' | 'egress', readonly ClusterRule[]>>,
): AdminNetworkPolicyManifest {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'AdminNetworkPolicy',
    metadata: { name: 'a' },
    spec: { priority: 1, subject: { namespaces: {} }, ...rules },
  };
}

const OF_ONE_PRIORITY = (['Allow', 'Deny'] as const).map((action) => ({
  ...admin({ ingress: [{ action, from: [{ namespaces: {} }] }] }),
  metadata: { name: action === 'Allow' ? 'b' : 'a' },
}));

const DENIED_BY_NAME = admin({
  ingress: [{ action: 'Deny', from: [{ namespaces: {} }], ports: [{ namedPort: 'http' }] }],
});

function ordered(
  kind: 'GlobalNetworkPolicy' | 'NetworkPolicy',
  name: string,
  action: 'Allow' | 'Deny',
): Manifest {
  const spec = { order: 5, selector: "app == 'server'", types: ['Ingress'], ingress: [{ action }] } as const;
  return kind === 'NetworkPolicy'
    ? { apiVersion: 'projectcalico.org/v3', kind, metadata: { namespace: 'shop', name }, spec }
    : { apiVersion: 'projectcalico.org/v3', kind, metadata: { name }, spec };
}

const NAMESPACES_ARE_PODS = `${ADMIN}, namespaces: the pods of these namespaces`;

const NOT_PROD = {
  matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['prod'] }],
} as const;

const SET: Manifest = {
  apiVersion: 'projectcalico.org/v3',
  kind: 'NetworkSet',
  metadata: { name: 's', namespace: 'shop' },
  spec: { nets: [`${OUTSIDE}/32`] },
};

/** Policies of the whole cluster. */
export const CLUSTER_WIDE: readonly DifferenceCase[] = [
  {
    id: 'calico-policy',
    title: "A GlobalNetworkPolicy of Calico's denies",
    theme: 'Policies of the whole cluster',
    text: 'open',
    source: "Calico's own API; Kubernetes does not know the kind",
    objects: [
      ...SHOP,
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkPolicy',
        metadata: { name: 'deny' },
        spec: { selector: "app == 'server'", types: ['Ingress'] },
      },
    ],
    probe: tcp(CLIENT, SERVER),
    profile: ['calicoPolicies'],
    follows: 'Where another plugin enforces, it is so much text. The finding `calico-not-enforced` says so.',
  },
  {
    id: 'order-tie-across-kinds',
    title:
      'Of a global and a namespaced Calico policy with one order, the one whose name comes first (`t` before `z`) decides, the namespaced',
    theme: 'Policies of the whole cluster',
    text: 'open',
    source: 'Calico, order: says nothing of equal ones',
    objects: [...SHOP, ordered('GlobalNetworkPolicy', 'z', 'Allow'), ordered('NetworkPolicy', 't', 'Deny')],
    probe: tcp(CLIENT, SERVER),
    profile: ['policyTies'],
    follows:
      'Calico up to 3.31 asks `default.z` before `shop/default.t`; from 3.32 on it compares names first, and with a ClusterNetworkPolicy, which only those versions have, so does the evaluator. Give different orders. The check `calico-order-tie` finds it, and warns where versions differ.',
  },
  {
    id: 'admin-equal-priorities',
    title:
      'Of two AdminNetworkPolicies with one priority, the one whose name comes first (`a` before `b`) decides, which denies',
    theme: 'Policies of the whole cluster',
    text: 'open',
    source: `${ADMIN}, priority: undefined if two have the same`,
    objects: [...SHOP, ...OF_ONE_PRIORITY],
    probe: tcp(CLIENT, SERVER),
    profile: ['equalPriorities'],
    follows: 'Give different priorities. The finding `equal-priority` names the two.',
  },
  {
    id: 'admin-port-name',
    title: 'A namedPort of an AdminNetworkPolicy denies another port of a pod that declares the name',
    theme: 'Policies of the whole cluster',
    text: 'allow',
    source: `${ADMIN}, namedPort: the port of that name`,
    objects: [...shopWith(pod('server', [SERVER], { containers: HTTP })), DENIED_BY_NAME],
    probe: udp(CLIENT, SERVER, 53),
    profile: ['adminNamedPort'],
    follows: 'Write numbers. The check `admin-policy-named-port` finds it.',
  },
  {
    id: 'admin-port-name-not-declared',
    title: 'It denies ports of a pod that does not declare the name',
    theme: 'Policies of the whole cluster',
    text: 'allow',
    source: `${ADMIN}, namedPort: as above`,
    objects: [...SHOP, DENIED_BY_NAME],
    probe: udp(CLIENT, SERVER, 53),
    profile: ['adminNamedPort'],
    follows: 'As above.',
  },
  {
    id: 'baseline-and-other-direction',
    title: 'A baseline policy holds for a pod that only a policy of the other direction selects',
    theme: 'Policies of the whole cluster',
    text: 'deny',
    source: `${ADMIN}: only a NetworkPolicy that isolates in that direction is asked instead`,
    objects: [
      ...SHOP,
      {
        apiVersion: 'policy.networking.k8s.io/v1alpha1',
        kind: 'BaselineAdminNetworkPolicy',
        metadata: { name: 'default' },
        spec: { subject: { namespaces: {} }, ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }] },
      },
      policyFor('server', { policyTypes: ['Egress'] }),
    ],
    probe: tcp(CLIENT, SERVER),
    profile: ['anyPolicyEndsBaseline'],
    follows:
      'With kube-network-policies a baseline deny is gone wherever any NetworkPolicy stands: deny by NetworkPolicy as well.',
  },
  {
    id: 'admin-namespaces-and-network-sets',
    title: 'A namespaces peer that denies also means the NetworkSets of these namespaces',
    theme: 'Policies of the whole cluster',
    text: 'allow',
    source: NAMESPACES_ARE_PODS,
    objects: [...SHOP, SET, admin({ egress: [{ action: 'Deny', to: [{ namespaces: {} }] }] })],
    probe: tcp(CLIENT, OUTSIDE),
    profile: ['namespacePeers'],
    follows:
      'Write `pods` with an empty podSelector, which means pods to everybody. The finding `network-sets-meant` says where it matters.',
  },
  {
    id: 'admin-namespaces-let-network-sets-in',
    title:
      'A namespaces peer that allows lets in the hosts outside that are in NetworkSets of these namespaces',
    theme: 'Policies of the whole cluster',
    text: 'deny',
    source: NAMESPACES_ARE_PODS,
    objects: [
      ...SHOP,
      SET,
      policyFor('server', {}),
      admin({ ingress: [{ action: 'Allow', from: [{ namespaces: {} }] }] }),
    ],
    probe: tcp(OUTSIDE, SERVER),
    profile: ['namespacePeers'],
    follows:
      'As above. An AdminNetworkPolicy is asked before every NetworkPolicy, so that no default deny helps.',
  },
  {
    id: 'admin-namespaces-and-global-network-sets',
    title: 'A namespaces peer that asks for no label that must be there also means GlobalNetworkSets',
    theme: 'Policies of the whole cluster',
    text: 'deny',
    source: NAMESPACES_ARE_PODS,
    objects: [
      ...SHOP,
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'GlobalNetworkSet',
        metadata: { name: 's' },
        spec: { nets: [`${OUTSIDE}/32`] },
      },
      policyFor('server', {}),
      admin({ ingress: [{ action: 'Allow', from: [{ namespaces: NOT_PROD }] }] }),
    ],
    probe: tcp(OUTSIDE, SERVER),
    profile: ['namespacePeers'],
    follows: 'As above: what is in no namespace has none of its labels.',
  },
  {
    id: 'admin-nodes-denied',
    title: 'An AdminNetworkPolicy that denies nodes denies the pods on them',
    theme: 'Policies of the whole cluster',
    text: 'allow',
    source: `${ADMIN}, nodes: the addresses of the nodes that the selector matches`,
    objects: [...SHOP, admin({ egress: [{ action: 'Deny', to: [{ nodes: {} }] }] })],
    probe: tcp(CLIENT, SERVER),
    profile: ['nodePeers'],
    follows: 'Name the addresses of nodes (`networks`).',
  },
  {
    id: 'admin-nodes-and-others',
    title: 'One that names nodes anywhere decides by its other rules',
    theme: 'Policies of the whole cluster',
    text: 'deny',
    source: `${ADMIN}: every rule for itself`,
    objects: [
      ...SHOP,
      admin({
        egress: [
          { action: 'Deny', to: [{ namespaces: {} }] },
          { action: 'Allow', to: [{ nodes: {} }] },
        ],
      }),
    ],
    probe: tcp(CLIENT, SERVER),
    profile: ['nodePeers'],
    follows:
      'Calico leaves the whole policy out, and says so in its log only: what it denies is open. The finding `policy-not-read` names such policies.',
  },
  {
    id: 'cluster-network-policy',
    title: 'A ClusterNetworkPolicy denies',
    theme: 'Policies of the whole cluster',
    text: 'deny',
    source: `${ADMIN} v1alpha2`,
    objects: [
      ...SHOP,
      {
        apiVersion: 'policy.networking.k8s.io/v1alpha2',
        kind: 'ClusterNetworkPolicy',
        metadata: { name: 'c' },
        spec: {
          tier: 'Admin',
          priority: 1,
          subject: { namespaces: {} },
          ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
        },
      },
    ],
    probe: tcp(CLIENT, SERVER),
    notModelled: 'Calico: versions from 3.32 on enforce it, and so does the evaluator',
    profile: 'who enforces which version is a matter of versions, which the check names',
    follows: 'The check `cluster-policy-support` names who enforces which version.',
  },
];
