import {
  account,
  calico,
  clusterWide,
  endpointSlice,
  gnp,
  hostPod,
  ingressOf,
  job,
  namespace,
  netpol,
  placedPod,
  pod,
  pods,
  service,
} from './objects';

const withPorts = (name: string, app: string, spec: object): object =>
  pod(name, { app }, { containers: [], ...spec }, name.startsWith('store') ? 'store' : 'shop');
const ports = (...list: readonly object[]): object => ({
  name: 'main',
  image: 'registry.example/app:1',
  ports: list,
});
const HTTP = { name: 'http', containerPort: 8080 };
const select = (app: string): object => ({ podSelector: { matchLabels: { app } } });
const everywhere = { namespaceSelector: {}, podSelector: { matchLabels: { app: 'a' } } };
const OPEN = { action: 'Allow' };

/** What is there whatever is toggled. */
export const BASE: readonly object[] = [
  pod('web', { app: 'a' }),
  withPorts('cart', 'z', { containers: [ports(HTTP)] }),
  pod('store-web', { app: 'a' }, {}, 'store'),
  ingressOf('z', [pods('a')], 'base'),
  // With the first ClusterNetworkPolicy the plugin is another: one that orders policies otherwise.
  clusterWide('quiet', {
    tier: 'Admin',
    priority: 900,
    subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'nobody' } } } },
    ingress: [{ action: 'Deny', from: [{ namespaces: {} }] }],
  }),
];

/** Objects that come and go, by what is special of each. */
export const TOGGLED: Readonly<Record<string, object>> = {
  'a pod of a class that is there': pod('web-2', { app: 'a' }),
  'a pod of a new class': pod('new', { app: 'n' }),
  'a pod of a new namespace': pod('far', { app: 'a' }, {}, 'far'),
  'a pod with a port of another number': withPorts('cart-2', 'z', {
    containers: [
      ports(
        { ...HTTP, containerPort: 9090 },
        { name: 'metrics', containerPort: 9100 },
        { containerPort: 81 },
      ),
    ],
  }),
  'a pod with a port of an init container': withPorts('cart-3', 'z', {
    containers: [ports()],
    initContainers: [{ ...ports({ ...HTTP, containerPort: 7070 }), name: 'init' }],
  }),
  'a pod with a port of a sidecar': withPorts('store-cart', 'z', {
    containers: [ports()],
    initContainers: [{ ...ports({ ...HTTP, containerPort: 6060 }), name: 'side', restartPolicy: 'Always' }],
  }),
  'a pod of an IPv4 address': placedPod('four', { app: 'a' }, '10.1.0.7'),
  'a pod of an IPv6 address': placedPod('six', { app: 'a' }, 'fd00::7'),
  'a pod of both': placedPod('both', { app: 'z' }, '10.1.0.8', 'fd00::8'),
  'a workload on the host network': hostPod('agent', { app: 'z' }),
  'a Job': job('once', { app: 'n' }),
  'labels of a namespace': namespace('shop', { team: 'a' }),
  'labels of another namespace': namespace('store', { team: 'b' }),
  'labels of a service account': account('default', { role: 'closed' }),
  'a Service': service('till', { app: 'z' }),
  'endpoints that are written': endpointSlice('till'),
  'a network set': calico(
    'GlobalNetworkSet',
    'office',
    { nets: ['10.1.0.0/24', 'fd00:1::/64'] },
    { labels: { kind: 'office' } },
  ),
  'a network set of a namespace': calico(
    'NetworkSet',
    'site',
    { nets: ['172.16.0.0/16'] },
    { namespace: 'store', labels: { kind: 'office' } },
  ),
  'a tier': calico('Tier', 'platform', { order: 50, defaultAction: 'Pass' }),
  'a policy that shuts': netpol('shut', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }, 'store'),
  'a policy with a port by name': netpol('named', {
    ...select('z'),
    ingress: [{ from: [everywhere], ports: [{ port: 'http' }] }],
  }),
  'a policy with blocks': netpol('blocks', {
    ...select('a'),
    policyTypes: ['Egress'],
    egress: [
      {
        to: [
          { ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } },
          { ipBlock: { cidr: 'fd00::/16' } },
        ],
      },
    ],
  }),
  'a policy with blocks for pods of one class': netpol('blocks-of-one', {
    ...select('n'),
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: '10.1.0.0/18' } }] }],
  }),
  'a policy by labels of namespaces': netpol('by-team', {
    ...select('z'),
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: 'b' } } }] }],
  }),
  'a policy of Calico by blocks left out': gnp('left-out', {
    order: 2000,
    selector: "app == 'n'",
    types: ['Egress'],
    egress: [{ action: 'Allow', destination: { notNets: ['10.1.0.0/16'] } }],
  }),
  'a policy of Calico of a version': gnp('version', {
    order: 2000,
    selector: "app == 'a'",
    types: ['Ingress'],
    ingress: [{ action: 'Allow', ipVersion: 4, source: { selector: "app == 'z'" } }],
  }),
  'a policy of Calico by network sets': gnp('sets', {
    order: 900,
    selector: "app in {'a', 'z'}",
    types: ['Egress'],
    egress: [{ action: 'Deny', destination: { selector: "kind == 'office'" } }, { action: 'Pass' }],
  }),
  'a policy of Calico with ports by name': gnp('port-names', {
    order: 900,
    selector: "app == 'z'",
    types: ['Ingress'],
    ingress: [{ action: 'Deny', protocol: 'TCP', destination: { ports: ['http'] } }, { action: 'Pass' }],
  }),
  'a policy with a port by name on the way out': netpol('named-out', {
    ...select('a'),
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: {} }], ports: [{ port: 'http' }, { port: 'metrics' }] }],
  }),
  'a policy of Calico without ports by name on the way out': gnp('port-names-out', {
    order: 910,
    selector: "app == 'n'",
    types: ['Egress'],
    egress: [{ action: 'Deny', protocol: 'TCP', destination: { notPorts: ['http'] } }, OPEN],
  }),
  'an Admin policy with a port by name': clusterWide('named-admin', {
    tier: 'Admin',
    priority: 7,
    subject: { namespaces: {} },
    egress: [
      {
        action: 'Deny',
        to: [{ namespaces: {} }],
        protocols: [{ destinationNamedPort: 'http' }],
      },
    ],
  }),
  'a policy of Calico with source ports': gnp('source-ports', {
    order: 950,
    selector: "app == 'a'",
    types: ['Ingress'],
    ingress: [{ action: 'Deny', protocol: 'TCP', source: { ports: [1000] } }, OPEN],
  }),
  'a policy of Calico with a Service': gnp('by-service', {
    order: 800,
    selector: "app == 'a'",
    types: ['Egress'],
    egress: [{ action: 'Deny', destination: { services: { namespace: 'shop', name: 'till' } } }, OPEN],
  }),
  'a policy of Calico with service accounts': gnp('accounts', {
    order: 700,
    serviceAccountSelector: "role == 'closed'",
    types: ['Ingress'],
    ingress: [{ action: 'Deny', source: { serviceAccounts: { selector: "role == 'closed'" } } }, OPEN],
  }),
  'a policy of Calico in a tier': gnp('platform.first', {
    tier: 'platform',
    order: 1,
    selector: "app == 'n'",
    types: ['Ingress'],
    ingress: [{ action: 'Allow', source: { namespaceSelector: "team == 'a'" } }],
  }),
  'a policy of Calico in a namespace': calico(
    'NetworkPolicy',
    'own',
    {
      order: 100,
      selector: 'all()',
      types: ['Egress'],
      egress: [{ action: 'Deny', protocol: 'ICMP' }, OPEN],
    },
    { namespace: 'store' },
  ),
  'a policy that is staged': calico('StagedGlobalNetworkPolicy', 'later', {
    order: 1,
    selector: "app == 'z'",
    types: ['Ingress'],
    ingress: [],
  }),
  'an Admin policy with nodes': clusterWide('nodes', {
    tier: 'Admin',
    priority: 5,
    subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'a' } } } },
    egress: [{ action: 'Deny', to: [{ nodes: {} }] }],
  }),
  'an Admin policy by networks': clusterWide('networks', {
    tier: 'Admin',
    priority: 4,
    subject: { namespaces: {} },
    egress: [{ action: 'Pass', to: [{ networks: ['10.1.0.0/16', 'fd00::/32'] }] }],
  }),
  'a Baseline policy': clusterWide('baseline', {
    tier: 'Baseline',
    priority: 1,
    subject: { namespaces: {} },
    ingress: [{ action: 'Deny', from: [{ namespaces: { matchLabels: { team: 'b' } } }] }],
  }),
};
