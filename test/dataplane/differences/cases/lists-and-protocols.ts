import {
  CLIENT,
  OUTSIDE,
  ping,
  policyFor,
  SERVER,
  SHOP,
  tcp,
  udp,
  type DifferenceCase,
} from '../difference-case';

const API = 'NetworkPolicy API reference';
const DOCS = 'kubernetes.io, Network Policies';

/** Lists that are there and empty. */
export const EMPTY_LISTS: readonly DifferenceCase[] = [
  {
    id: 'ingress-empty',
    title: '`ingress: []` lets a client in',
    theme: 'Empty lists',
    text: 'deny',
    source: `${API}, ingress: an empty list isolates`,
    objects: [...SHOP, policyFor('server', { ingress: [] })],
    probe: tcp(CLIENT, SERVER),
    profile: 'every profile follows the text',
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
    profile: 'every profile follows the text',
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
    profile: 'every profile follows the text',
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
    profile: 'every profile reads it so',
    follows: 'A rule without ports is also one for tunnels.',
  },
];

/** Protocols that no rule names. */
export const PROTOCOLS: readonly DifferenceCase[] = [
  {
    id: 'icmp-under-default-deny',
    title: 'A default deny keeps ICMP out',
    theme: 'Protocols',
    text: 'open',
    source: `${DOCS}: only TCP, UDP and SCTP are guaranteed to be denied`,
    objects: [...SHOP, policyFor('server', {})],
    probe: ping(CLIENT, SERVER),
    profile: 'every profile counts all protocols',
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
    profile: 'every profile counts all protocols',
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
    profile: 'every profile counts all protocols',
    follows: 'The evaluator counts every protocol.',
  },
  {
    id: 'vxlan-from-pod',
    title: 'A pod may send to UDP port 4789 (VXLAN) where policies allow it',
    theme: 'Protocols',
    text: 'allow',
    source: 'NetworkPolicy: a pod that no policy isolates may do anything',
    objects: SHOP,
    probe: udp(CLIENT, SERVER, 4789),
    profile: ['dropsTunnels'],
    follows:
      'Calico drops it, and IP protocol 4 (IP in IP) as well, before it asks any policy, unless its Felix settings `allowVXLANPacketsFromWorkloads` and `allowIPIPPacketsFromWorkloads` say otherwise.',
  },
  {
    id: 'ipip-from-pod',
    title: 'A pod may send IP in IP (protocol 4) where policies allow it',
    theme: 'Protocols',
    text: 'allow',
    source: 'NetworkPolicy: a pod that no policy isolates may do anything',
    objects: SHOP,
    probe: { from: CLIENT, to: SERVER, protocol: 4, port: 0 },
    profile: ['dropsTunnels'],
    follows: 'As for VXLAN.',
  },
];
