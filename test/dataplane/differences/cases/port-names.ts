import type { Manifest } from '../../../oracle/manifest';
import { CLIENT, pod, policyFor, SERVER, shopWith, tcp, type DifferenceCase } from '../difference-case';

const API = 'NetworkPolicy API reference';

const HTTP = [{ name: 'main', image: 'x', ports: [{ name: 'http', containerPort: 8080 }] }];
const byName = (app: string): Manifest => policyFor(app, { ingress: [{ ports: [{ port: 'http' }] }] });

/** Ports by name. */
export const PORT_NAMES: readonly DifferenceCase[] = [
  {
    id: 'port-name-of-init-container',
    title: 'A port name is looked up at an init container that ends',
    theme: 'Ports by name',
    text: 'deny',
    source: `${API}, port: a named port on a pod; a container that has ended has none`,
    objects: [...shopWith(pod('server', [SERVER], { initContainers: HTTP })), byName('server')],
    probe: tcp(CLIENT, SERVER),
    profile: ['namesInitContainerPorts'],
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
    profile: ['namesSidecarPorts'],
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
    profile: 'every profile looks the name up at the pod that has the address',
    follows: 'Write the number beside a block. The check `named-port-against-addresses` finds it.',
  },
];
