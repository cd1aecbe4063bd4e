import type { AdminNetworkPolicyManifest, ClusterRule, Manifest } from '../../oracle/manifest';
import type { Manifest as WireManifest } from '../protocol';
import {
  CLIENT,
  NODE,
  OTHER_NODE,
  OUTSIDE,
  ping,
  pod,
  policyFor,
  SERVER,
  SHOP,
  shopWith,
  tcp,
  udp,
  type DifferenceCase,
} from './difference-case';

const API = 'NetworkPolicy API reference';
const DOCS = 'kubernetes.io, Network Policies';
const ADMIN = 'network-policy-api';

const SERVICE_ADDRESS = '10.96.0.10';
const SERVICE: readonly WireManifest[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'shop', name: 'server' },
    spec: {
      clusterIP: SERVICE_ADDRESS,
      clusterIPs: [SERVICE_ADDRESS],
      ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
    },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name: 'server-1', labels: { 'kubernetes.io/service-name': 'server' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [SERVER], conditions: { ready: true } }],
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
  },
];

const NAMESPACE_ONLY = SHOP.filter(({ kind }) => kind === 'Namespace');

const BLOCKS: readonly DifferenceCase[] = [
  {
    id: 'block-around-pod',
    title: 'An ipBlock around the address of a pod lets the pod in',
    theme: 'Blocks of addresses',
    text: 'open',
    source: `${DOCS}: blocks should be of addresses outside the cluster, as those of pods come and go`,
    objects: [
      ...SHOP,
      policyFor('server', { ingress: [{ from: [{ ipBlock: { cidr: '10.244.0.0/16' } }] }] }),
    ],
    probe: tcp(CLIENT, SERVER),
    follows: '`0.0.0.0/0` means pods as well. Give `--pod-cidr`, and blocks are matched against pods.',
  },
  {
    id: 'except-around-pod',
    title: 'An ipBlock that excepts the addresses of pods keeps them out',
    theme: 'Blocks of addresses',
    text: 'open',
    source: `${DOCS}: as above`,
    objects: [
      ...SHOP,
      policyFor('server', {
        ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.244.0.0/16'] } }] }],
      }),
    ],
    probe: tcp(CLIENT, SERVER),
    follows: 'The way to mean "outside only".',
  },
  {
    id: 'block-around-service',
    title: "An egress ipBlock of just a Service's address lets its clients through",
    theme: 'Blocks of addresses',
    text: 'open',
    source: `${API}, ipBlock: whether policies apply before or after addresses are rewritten is not defined`,
    objects: [
      ...SHOP,
      policyFor('client', {
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: `${SERVICE_ADDRESS}/32` } }] }],
      }),
    ],
    beside: SERVICE,
    probe: tcp(CLIENT, SERVICE_ADDRESS, 80),
    judged: tcp(CLIENT, SERVER),
    follows: 'Select the pods behind the Service. The check `service-address-in-block` finds it.',
  },
  {
    id: 'pod-behind-service',
    title: 'A rule for the pod and its own port lets clients through that call the Service',
    theme: 'Blocks of addresses',
    text: 'open',
    source: `${API}, ipBlock: as above`,
    objects: [
      ...SHOP,
      policyFor('client', {
        policyTypes: ['Egress'],
        egress: [{ to: [{ podSelector: { matchLabels: { app: 'server' } } }], ports: [{ port: 8080 }] }],
      }),
    ],
    beside: SERVICE,
    probe: tcp(CLIENT, SERVICE_ADDRESS, 80),
    judged: tcp(CLIENT, SERVER),
    follows: 'Policies name the port of the pod (8080), not that of the Service (80).',
  },
  {
    id: 'block-with-host-bits',
    title: 'A block with bits behind its prefix (10.244.1.99/24) is the whole network',
    theme: 'Blocks of addresses',
    text: 'open',
    source: `${API}, ipBlock: takes such a block and does not say what it means`,
    objects: [
      ...SHOP,
      policyFor('server', { ingress: [{ from: [{ ipBlock: { cidr: '10.244.1.99/24' } }] }] }),
    ],
    probe: tcp(CLIENT, SERVER),
    follows: "Write the network's first address.",
  },
  {
    id: 'ipv4-block-and-ipv6',
    title: '0.0.0.0/0 lets a pod in that comes by IPv6',
    theme: 'Blocks of addresses',
    text: 'deny',
    source: `${API}, ipBlock: a block is of one IP version`,
    objects: [
      ...NAMESPACE_ONLY,
      pod('client', ['fd00:10::5']),
      pod('server', ['fd00:10::6']),
      policyFor('server', { ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] }),
    ],
    probe: tcp('fd00:10::5', 'fd00:10::6'),
    follows: 'Where pods have both versions, write both blocks.',
  },
];

const NODES: readonly DifferenceCase[] = [
  {
    id: 'from-own-node',
    title: 'A node reaches its own pods under a default deny',
    theme: 'Nodes and hosts',
    text: 'allow',
    source: `${DOCS}: traffic to and from the node where a Pod is running is always allowed`,
    objects: [...SHOP, policyFor('server', {})],
    probe: tcp(NODE, SERVER),
    follows:
      'Probes of the kubelet need no rule. kube-network-policies knows a node by its processes of root.',
  },
  {
    id: 'from-other-node',
    title: 'Another node reaches them too',
    theme: 'Nodes and hosts',
    text: 'deny',
    source: `${DOCS}: only the pod's own node is named`,
    objects: [...SHOP, policyFor('server', {})],
    probe: tcp(OTHER_NODE, SERVER),
    follows: 'Agents on the host network need a rule by address.',
  },
  {
    id: 'to-own-node',
    title: 'A pod reaches its own node under a default deny of egress',
    theme: 'Nodes and hosts',
    text: 'allow',
    source: `${DOCS}: traffic to and from the node where a Pod is running is always allowed`,
    objects: [...SHOP, policyFor('client', { policyTypes: ['Egress'] })],
    probe: tcp(CLIENT, NODE),
    follows:
      'A pod that calls an agent on its node (`status.hostIP`) needs an egress rule, whatever the text says.',
  },
  {
    id: 'host-network-peer',
    title: 'A podSelector that matches a pod on the host network of another node lets it in',
    theme: 'Nodes and hosts',
    text: 'open',
    source: `${DOCS}: what policies do about pods with hostNetwork is not defined`,
    objects: [
      ...SHOP,
      pod('agent', [OTHER_NODE], { hostNetwork: true }),
      policyFor('server', { ingress: [{ from: [{ podSelector: { matchLabels: { app: 'agent' } } }] }] }),
    ],
    probe: tcp(OTHER_NODE, SERVER),
    follows: 'Allow the addresses of nodes. The check `host-network-peer` finds it.',
  },
  {
    id: 'host-network-subject',
    title: 'A default deny keeps connections from a pod on the host network',
    theme: 'Nodes and hosts',
    text: 'open',
    source: `${DOCS}: as above`,
    objects: [...SHOP, pod('agent', [NODE], { hostNetwork: true }), policyFor('agent', {})],
    probe: tcp(CLIENT, NODE),
    follows: 'No NetworkPolicy protects it. The check `policy-on-host-network` finds it.',
  },
  {
    id: 'snat-outside',
    title: 'A host outside sees the address of the pod that calls it',
    theme: 'Nodes and hosts',
    text: 'open',
    source: `${DOCS}: the rewriting of addresses is the network plugin's`,
    objects: SHOP,
    beside: [
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'IPPool',
        metadata: { name: 'pods' },
        spec: { cidr: '10.244.0.0/16', natOutgoing: true },
      },
    ],
    probe: tcp(CLIENT, OUTSIDE),
    showsSender: true,
    follows:
      'With `natOutgoing`, as most installations of Calico have it, a firewall outside must know the nodes. kube-network-policies rewrites nothing; its neighbour, the network plugin proper, may.',
  },
  {
    id: 'address-of-ended-pod',
    title: 'Whoever has the address of a pod that has ended is taken for that pod',
    theme: 'Nodes and hosts',
    text: 'open',
    source: `${API}: says nothing about pods that have ended`,
    objects: [
      ...SHOP,
      { ...pod('job', ['10.244.1.9']), status: { phase: 'Succeeded', podIPs: [{ ip: '10.244.1.9' }] } },
      policyFor('server', { ingress: [{ from: [{ podSelector: { matchLabels: { app: 'job' } } }] }] }),
    ],
    probe: tcp('10.244.1.9', SERVER),
    notModelled:
      'kube-network-policies: the model has no pods that have ended, and no addresses that go from hand to hand',
    follows: 'Delete finished Jobs (`ttlSecondsAfterFinished`) where labels open doors.',
  },
];

const EMPTY_LISTS: readonly DifferenceCase[] = [
  {
    id: 'ingress-empty',
    title: '`ingress: []` lets a client in',
    theme: 'Empty lists',
    text: 'deny',
    source: `${API}, ingress: an empty list isolates`,
    objects: [...SHOP, policyFor('server', { ingress: [] })],
    probe: tcp(CLIENT, SERVER),
    follows:
      'As the API server hands policies out. The engine of kube-network-policies by itself reads `[]` from JSON as "everything".',
  },
  {
    id: 'from-empty',
    title: '`from: []` lets everybody in, hosts outside too',
    theme: 'Empty lists',
    text: 'allow',
    source: `${API}, from: an empty list matches all sources`,
    objects: [...SHOP, policyFor('server', { ingress: [{ from: [] }] })],
    probe: tcp(OUTSIDE, SERVER),
    follows: 'A list that a template left empty opens the door.',
  },
  {
    id: 'egress-empty-without-type',
    title: '`egress: []` without policyTypes leaves egress open',
    theme: 'Empty lists',
    text: 'allow',
    source: `${API}, policyTypes: Egress is implied by at least one egress rule`,
    objects: [...SHOP, policyFor('client', { egress: [] })],
    probe: tcp(CLIENT, OUTSIDE),
    follows: 'Write `policyTypes`. The check `empty-egress-not-isolating` finds it.',
  },
  {
    id: 'ports-empty',
    title: '`ports: []` lets every protocol in, ICMP too',
    theme: 'Empty lists',
    text: 'allow',
    source: `${API}, ports: an empty list matches all ports; nothing is said of protocols without`,
    objects: [...SHOP, policyFor('server', { ingress: [{ ports: [] }] })],
    probe: ping(CLIENT, SERVER),
    follows: 'A rule without ports is also one for tunnels.',
  },
];

const PROTOCOLS: readonly DifferenceCase[] = [
  {
    id: 'icmp-under-default-deny',
    title: 'A default deny keeps ICMP out',
    theme: 'Protocols',
    text: 'open',
    source: `${DOCS}: only TCP, UDP and SCTP are guaranteed to be denied`,
    objects: [...SHOP, policyFor('server', {})],
    probe: ping(CLIENT, SERVER),
    follows: 'A ping that fails says little about a port.',
  },
  {
    id: 'icmp-under-port-rule',
    title: 'A rule for a port lets ICMP in as well',
    theme: 'Protocols',
    text: 'open',
    source: `${DOCS}: as above`,
    objects: [...SHOP, policyFor('server', { ingress: [{ ports: [{ port: 8080 }] }] })],
    probe: ping(CLIENT, SERVER),
    follows: 'As above.',
  },
  {
    id: 'gre-under-default-deny',
    title: 'A default deny keeps other protocols out (GRE)',
    theme: 'Protocols',
    text: 'open',
    source: `${DOCS}: as above`,
    objects: [...SHOP, policyFor('server', {})],
    probe: { from: CLIENT, to: SERVER, protocol: 47, port: 0 },
    follows: 'The evaluator counts every protocol.',
  },
];

const HTTP = [{ name: 'main', image: 'x', ports: [{ name: 'http', containerPort: 8080 }] }];
const byName = (app: string): Manifest => policyFor(app, { ingress: [{ ports: [{ port: 'http' }] }] });

const PORT_NAMES: readonly DifferenceCase[] = [
  {
    id: 'port-name-of-init-container',
    title: 'A port name is looked up at an init container that ends',
    theme: 'Ports by name',
    text: 'deny',
    source: `${API}, port: a named port on a pod; a container that has ended has none`,
    objects: [...shopWith(pod('server', [SERVER], { initContainers: HTTP })), byName('server')],
    probe: tcp(CLIENT, SERVER),
    follows: 'Give the container that serves the name.',
  },
  {
    id: 'port-name-of-sidecar',
    title: 'A port name is looked up at a sidecar',
    theme: 'Ports by name',
    text: 'allow',
    source: `${API}, port: a named port on a pod; a sidecar is a container that runs (\`restartPolicy: Always\`)`,
    objects: [
      ...shopWith(
        pod('server', [SERVER], {
          initContainers: HTTP.map((one) => ({ ...one, restartPolicy: 'Always' as const })),
        }),
      ),
      byName('server'),
    ],
    probe: tcp(CLIENT, SERVER),
    follows: 'Write the number where policies must hold with kube-network-policies.',
  },
  {
    id: 'port-name-against-block',
    title: 'A port name beside an ipBlock is looked up at the pod with that address',
    theme: 'Ports by name',
    text: 'open',
    source: `${API}, port: a named port on a pod; nothing is said of blocks`,
    objects: [
      ...shopWith(pod('server', [SERVER], { containers: HTTP })),
      policyFor('client', {
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '10.244.1.0/24' } }], ports: [{ port: 'http' }] }],
      }),
    ],
    probe: tcp(CLIENT, SERVER),
    follows: 'Write the number beside a block. The check `named-port-against-addresses` finds it.',
  },
];

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

const DENIED_BY_NAME = admin({
  ingress: [{ action: 'Deny', from: [{ namespaces: {} }], ports: [{ namedPort: 'http' }] }],
});

const CLUSTER_WIDE: readonly DifferenceCase[] = [
  {
    id: 'admin-port-name',
    title: 'A namedPort of an AdminNetworkPolicy denies another port of a pod that declares the name',
    theme: 'Policies of the whole cluster',
    text: 'allow',
    source: `${ADMIN}, namedPort: the port of that name`,
    objects: [...shopWith(pod('server', [SERVER], { containers: HTTP })), DENIED_BY_NAME],
    probe: udp(CLIENT, SERVER, 53),
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
    follows:
      'With kube-network-policies a baseline deny is gone wherever any NetworkPolicy stands: deny by NetworkPolicy as well.',
  },
  {
    id: 'admin-namespaces-and-network-sets',
    title: 'A namespaces peer also means the NetworkSets of these namespaces',
    theme: 'Policies of the whole cluster',
    text: 'allow',
    source: `${ADMIN}, namespaces: the pods of these namespaces`,
    objects: [
      ...SHOP,
      {
        apiVersion: 'projectcalico.org/v3',
        kind: 'NetworkSet',
        metadata: { name: 's', namespace: 'shop' },
        spec: { nets: [`${OUTSIDE}/32`] },
      },
      admin({ egress: [{ action: 'Deny', to: [{ namespaces: {} }] }] }),
    ],
    probe: tcp(CLIENT, OUTSIDE),
    notModelled: 'Calico: the peers of an AdminNetworkPolicy are pods to the evaluator',
    follows: 'Write `pods` with an empty podSelector, which means pods to everybody.',
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
    follows: 'The check `cluster-policy-support` names who enforces which version.',
  },
];

/** Every question of the table, in its order. */
export const CASES: readonly DifferenceCase[] = [
  ...BLOCKS,
  ...NODES,
  ...EMPTY_LISTS,
  ...PROTOCOLS,
  ...PORT_NAMES,
  ...CLUSTER_WIDE,
];
