import {
  CLIENT,
  NODE,
  OTHER_NODE,
  OUTSIDE,
  pod,
  policyFor,
  SERVER,
  SHOP,
  tcp,
  type DifferenceCase,
} from '../difference-case';

const API = 'NetworkPolicy API reference';
const DOCS = 'kubernetes.io, Network Policies';

/** Nodes, hosts outside, and pods on the host network. */
export const NODES: readonly DifferenceCase[] = [
  {
    id: 'from-own-node',
    title: 'A node reaches its own pods under a default deny',
    theme: 'Nodes and hosts',
    text: 'allow',
    source: `${DOCS}: traffic to and from the node where a Pod is running is always allowed`,
    objects: [...SHOP, policyFor('server', {})],
    probe: tcp(NODE, SERVER),
    profile: ['ownNodeAlwaysEnters'],
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
    profile: 'every profile follows the text; which node is the own one is what manifests leave open',
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
    profile: 'no plugin follows the text, and no profile does: a node is met by its address',
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
    profile: ['ownNodeAlwaysEnters'],
    follows:
      'Allow the addresses of nodes. The check `host-network-peer` finds it. No profile meets such a pod by its labels; on which node it runs is what manifests leave open, and on that of the server it would come in.',
  },
  {
    id: 'host-network-subject',
    title: 'A default deny keeps connections from a pod on the host network',
    theme: 'Nodes and hosts',
    text: 'open',
    source: `${DOCS}: as above`,
    objects: [...SHOP, pod('agent', [NODE], { hostNetwork: true }), policyFor('agent', {})],
    probe: tcp(CLIENT, NODE),
    profile: 'no profile has policies for pods on the host network',
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
    profile: 'verdicts are about whether a packet arrives, not from which address',
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
    finding: 'ended-pods-kept',
    profile: ['endedPodsKeepAddresses'],
    follows: 'Delete finished Jobs (`ttlSecondsAfterFinished`) where labels open doors.',
  },
];
