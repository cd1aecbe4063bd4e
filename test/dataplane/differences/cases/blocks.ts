import type { Manifest as WireManifest } from '../../protocol';
import { CLIENT, pod, policyFor, SERVER, SHOP, tcp, type DifferenceCase } from '../difference-case';

const API = 'NetworkPolicy API reference';
const DOCS = 'kubernetes.io, Network Policies';

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

/** Blocks of addresses. */
export const BLOCKS: readonly DifferenceCase[] = [
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
    profile: '`podCidrs` says whether blocks are matched against pods, whatever the plugin',
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
    profile: '`podCidrs` says whether blocks are matched against pods, whatever the plugin',
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
    profile: 'every profile judges the packet when its destination is a pod already',
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
    profile: 'every profile judges the packet when its destination is a pod already',
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
    profile: 'every profile reads the whole network',
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
    profile: 'every profile follows the text',
    follows: 'Where pods have both versions, write both blocks.',
  },
];
