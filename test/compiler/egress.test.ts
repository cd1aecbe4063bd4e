import {
  calls,
  callsService,
  clusterOf,
  ids,
  intents,
  labelsOf,
  manifest,
  manifestOf,
  names,
  service,
  workload,
} from './cluster-fixture';
import { compile } from '../../src/compiler/compile';
import type { Compilation, CompileOptions } from '../../src/compiler/compilation';
import { presentReachability } from '../../src/compiler/present-policies';
import type { ClientIntents, Target } from '../../src/intents/client-intents';
import type { JsonObject } from '../../src/model/json';
import { constructPlace } from '../../src/model/place';
import type { Resource } from '../../src/model/resource';

const place = constructPlace('target');
const WEB = workload('shop/web');
const CART = workload('shop/cart', { ports: [{ name: 'http', containerPort: 7070 }] });
const DENY = denyIn('shop');
const API: Target = { type: 'kubernetes-api', place };

function denyIn(namespace: string): Resource {
  const spec = { podSelector: {}, policyTypes: ['Egress'] };
  return manifest(
    'networking.k8s.io/v1',
    'NetworkPolicy',
    { metadata: { name: 'deny', namespace }, spec },
    'deny',
    namespace,
  );
}

function internet(given: { domains?: string[]; ips?: string[]; ports?: (number | string)[] }): Target {
  const ports = (given.ports ?? []).map((port) => ({ port, protocol: 'TCP' as const }));
  return { type: 'internet', domains: given.domains ?? [], ips: given.ips ?? [], ports, place };
}

function made(
  resources: readonly Resource[],
  declared: readonly ClientIntents[],
  options: CompileOptions = {},
): Compilation {
  const cluster = clusterOf(...resources);
  return compile(cluster, declared, { present: presentReachability(cluster), ...options });
}

function egressOf(result: Compilation, name = 'egress-from-web'): JsonObject[] {
  const spec = manifestOf(result, name)?.['spec'];
  const rules = typeof spec === 'object' && spec !== null && 'egress' in spec ? spec.egress : undefined;
  return Array.isArray(rules) ? (rules as JsonObject[]) : [];
}

const DNS = {
  to: [
    {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
    },
  ],
  ports: [
    { protocol: 'TCP', port: 53 },
    { protocol: 'UDP', port: 53 },
  ],
};
const TO_CART = {
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } },
  podSelector: { matchLabels: { 'intents.otterize.com/server': 'cart-shop-78c639' } },
};

describe('egress, when', () => {
  const call = intents('shop/web', calls('shop/cart'));

  it('lets out just the clients whose declared calls are cut', () => {
    const resources = [WEB, CART, workload('other/client')];
    const declared = [call, intents('other/client', calls('shop/cart'))];
    expect(names(made(resources, declared))).not.toContain('shop/egress-from-web');
    expect(names(made([...resources, DENY], declared))).toEqual([
      'shop/access-to-cart-from-other',
      'shop/access-to-cart-from-shop',
      'shop/egress-from-web',
    ]);
  });

  it('makes nothing where what is there lets the calls out', () => {
    const open = manifest(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      {
        metadata: { name: 'open', namespace: 'shop' },
        spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] },
      },
      'open',
      'shop',
    );
    expect(names(made([WEB, CART, DENY, open], [call]))).toEqual(['shop/access-to-cart-from-shop']);
  });

  it('always isolates every client of a call, and off none', () => {
    expect(names(made([WEB, CART], [call], { egress: 'always' }))).toContain('shop/egress-from-web');
    expect(names(made([WEB, CART, DENY], [call], { egress: 'off' }))).not.toContain('shop/egress-from-web');
  });

  it('never isolates a client for targets that give no rule (otterize-operator 10.2 W-7)', () => {
    const result = made([WEB], [intents('shop/web', internet({ domains: ['api.example.com'] }))], {
      egress: 'always',
    });
    expect(names(result)).toEqual([]);
    expect(ids(result)).toEqual(['info declared-only']);
  });

  it('isolates only those workloads of a name that need it', () => {
    const set = workload('shop/web', { kind: 'StatefulSet', labels: { app: 'set' } });
    const spec = { podSelector: { matchLabels: { app: 'set' } }, policyTypes: ['Egress'] };
    const metadata = { name: 'deny', namespace: 'shop' };
    const deny = manifest('networking.k8s.io/v1', 'NetworkPolicy', { metadata, spec }, 'deny', 'shop');
    const result = made([WEB, set, CART, deny], [call]);
    expect(names(result)).toContain('shop/egress-from-web-statefulset');
    expect(manifestOf(result, 'egress-from-web-statefulset')).toMatchObject({
      spec: {
        podSelector: {
          matchLabels: {
            'intents.otterize.com/server': 'web-shop-e8ed9a',
            'intents.otterize.com/owner-kind': 'StatefulSet',
          },
        },
      },
    });
  });
});

describe('egress, where to (otterize-operator 4.6 to 4.9)', () => {
  it('goes to servers by their label and namespace in one peer, and to DNS', () => {
    const result = made([WEB, CART, DENY], [intents('shop/web', calls('shop/cart'))]);
    expect(egressOf(result)).toEqual([DNS, { to: [TO_CART] }]);
    expect(labelsOf(result, 'shop/cart[Deployment]')).toEqual({
      'intents.otterize.com/server': 'cart-shop-78c639',
    });
  });

  it('goes to Services on their target ports', () => {
    const behind = service('shop/cart', { ports: [{ port: 80, targetPort: 'http' }] });
    const result = made([WEB, CART, behind, DENY], [intents('shop/web', callsService('shop/cart'))]);
    expect(egressOf(result)[1]).toEqual({
      to: [{ ...TO_CART, podSelector: { matchLabels: { app: 'cart' } } }],
      ports: [{ protocol: 'TCP', port: 'http' }],
    });
  });

  it('keeps DNS as it is told: elsewhere, or none', () => {
    const call = intents('shop/web', calls('shop/cart'));
    const openshift = { pods: [{ namespace: 'openshift-dns', labels: { dns: 'default' }, port: 5353 }] };
    expect(JSON.stringify(egressOf(made([WEB, CART, DENY], [call], { dns: openshift })))).toContain('5353');
    expect(egressOf(made([WEB, CART, DENY], [call], { dns: false }))).toEqual([{ to: [TO_CART] }]);
  });

  it('goes to the Kubernetes API where it is told, in the right address family (W-11)', () => {
    const kubernetesApi = ['10.0.0.1:6443', '[fd00::1]:6443', '10.1.0.0/28:443'];
    const result = made([WEB, DENY], [intents('shop/web', API)], { kubernetesApi });
    expect(egressOf(result).slice(0, 2)).toEqual([
      {
        to: [{ ipBlock: { cidr: '10.0.0.1/32' } }, { ipBlock: { cidr: 'fd00::1/128' } }],
        ports: [{ protocol: 'TCP', port: 6443 }],
      },
      { to: [{ ipBlock: { cidr: '10.1.0.0/28' } }], ports: [{ protocol: 'TCP', port: 443 }] },
    ]);
    expect(() => made([WEB], [], { kubernetesApi: ['10.0.0.1'] })).toThrow(
      /kubernetesApi\[0\].*address:port/,
    );
  });

  it('says when nobody knows where the Kubernetes API is', () => {
    expect(ids(made([WEB, CART, DENY], [intents('shop/web', API, calls('shop/cart'))]))).toEqual([
      'error kubernetes-api-unknown',
    ]);
    expect(ids(made([WEB, DENY], [intents('shop/web', API)]))).toEqual(['error kubernetes-api-unknown']);
    expect(ids(made([WEB], [intents('shop/web', API)]))).toEqual(['info declared-only']);
  });

  it('goes to addresses, but never to the metadata service by a range', () => {
    const ips = ['203.0.113.5/24', '0.0.0.0/0', '::/0', '169.254.0.0/16'];
    const result = made([WEB, DENY], [intents('shop/web', internet({ ips, ports: [443] }))]);
    expect(egressOf(result)[0]).toEqual({
      to: [
        { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.169.254/32'] } },
        { ipBlock: { cidr: '169.254.0.0/16', except: ['169.254.169.254/32'] } },
        { ipBlock: { cidr: '203.0.113.0/24' } },
        { ipBlock: { cidr: '::/0', except: ['fd00:ec2::254/128'] } },
      ],
      ports: [{ protocol: 'TCP', port: 443 }],
    });
    const asked = made([WEB, DENY], [intents('shop/web', internet({ ips: ['169.254.169.254'] }))]);
    expect(egressOf(asked)).toContainEqual({ to: [{ ipBlock: { cidr: '169.254.169.254/32' } }] });
  });

  it('says what becomes of domains: closed, perhaps open, or not its business', () => {
    const domain = intents(
      'shop/web',
      internet({ domains: ['api.example.com'], ports: [443] }),
      calls('shop/cart'),
    );
    expect(ids(made([WEB, CART, DENY], [domain]))).toEqual(['error domain-not-enforced']);
    const both = internet({ domains: ['api.example.com'], ips: ['203.0.113.7'], ports: [443] });
    expect(ids(made([WEB, DENY], [intents('shop/web', both)]))).toEqual(['warning domain-not-enforced']);
    const spec = {
      podSelector: {},
      policyTypes: ['Egress'],
      egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] }],
    };
    const metadata = { name: 'internet', namespace: 'shop' };
    const web = manifest('networking.k8s.io/v1', 'NetworkPolicy', { metadata, spec }, 'internet', 'shop');
    expect(ids(made([WEB, CART, DENY, web], [domain]))).toEqual(['info domain-not-enforced']);
    expect(ids(made([WEB, CART], [domain]))).toEqual(['info declared-only']);
  });

  it('says when an address is to be called on a named port', () => {
    const named = internet({ ips: ['203.0.113.7'], ports: ['https'] });
    expect(ids(made([WEB, DENY], [intents('shop/web', named)]))).toContain('error port-not-found');
  });

  it('goes to servers on the host network by the addresses of nodes', () => {
    const agent = workload('shop/agent', { hostNetwork: true, ports: [{ containerPort: 9100 }] });
    const call = intents('shop/web', calls('shop/agent', 9100), calls('shop/cart'));
    expect(ids(made([WEB, CART, agent, DENY], [call]))).toEqual([
      'warning egress-to-host-network',
      'warning host-network-server',
    ]);
    const known = made([WEB, CART, agent, DENY], [call], { nodeCidrs: ['10.0.0.0/16'] });
    expect(egressOf(known)).toContainEqual({
      to: [{ ipBlock: { cidr: '10.0.0.0/16' } }],
      ports: [{ protocol: 'TCP', port: 9100 }],
    });
  });

  it('warns that an egress policy also closes what has no address', () => {
    const aws: Target = { type: 'beyond-network', what: 'aws', name: 'arn:aws:s3:::reports', place };
    const call = intents('shop/web', calls('shop/cart'), aws);
    expect(ids(made([WEB, CART], [call], { egress: 'always' }))).toEqual(['warning egress-without-address']);
    expect(ids(made([WEB, CART, DENY], [call]))).toEqual([]);
  });
});

describe('egress in the profile otterize', () => {
  it('stands in the access policy of the client, with its ingress rules, and opens the Service port too (4.2, 4.7)', () => {
    const behind = service('shop/cart', { ports: [{ port: 80, targetPort: 7070 }] });
    const declared = [
      intents('shop/web', callsService('shop/cart')),
      intents('shop/cart', calls('shop/web')),
    ];
    const result = made([WEB, CART, behind, DENY], declared, { profile: 'otterize' });
    expect(names(result)).toEqual(['shop/cart-access', 'shop/cart-service-access', 'shop/web-access']);
    expect(manifestOf(result, 'web-access')).toMatchObject({
      metadata: { labels: { 'intents.otterize.com/network-policy': 'web-shop-e8ed9a' } },
      spec: {
        podSelector: { matchLabels: { 'intents.otterize.com/service': 'web-shop-e8ed9a' } },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [expect.anything()] }],
      },
    });
    expect(egressOf(result, 'web-access')[1]).toMatchObject({
      ports: [
        { protocol: 'TCP', port: 80 },
        { protocol: 'TCP', port: 7070 },
      ],
    });
  });

  it('selects a server by kind where the intent does (W-9)', () => {
    const set = workload('shop/cart', { kind: 'StatefulSet', labels: { app: 'set' } });
    const result = made([WEB, CART, set, DENY], [intents('shop/web', calls('shop/cart[StatefulSet]'))], {
      profile: 'otterize',
    });
    expect(egressOf(result, 'web-access')[1]).toMatchObject({
      to: [{ podSelector: { matchLabels: { 'intents.otterize.com/owner-kind': 'StatefulSet' } } }],
    });
  });
});
