import { cidrs, gnp, netpol, pod, World } from './world';

/** calico-policy-model 6.1: the verdict table, row by row (rows 6, 8 and 13 repeat others). */
describe('the seed policy global-deny-ingress', () => {
  const seed = gnp(
    'global-deny-ingress',
    `namespaceSelector: 'has(projectcalico.org/name) && projectcalico.org/name not in {"kube-system", "calico-system", "calico-apiserver", "otterize-system"}', types: [Ingress]`,
  );
  const cluster =
    pod('app', 'a', 'app: a') +
    pod('app', 'b', 'app: b') +
    pod('kube-system', 'dns', 'k8s-app: kube-dns') +
    pod('calico-apiserver', 'api', '') +
    pod('ingress-nginx', 'nginx', '') +
    pod('kube-system', 'host', '', 'hostNetwork: true');
  const world = new World(cluster + seed);

  it.each([
    ['1 a pod to a pod', 'app/a', 'app/b', 'deny'],
    ['3 and 4 a host, on the same node or another', 'kube-system/host', 'app/b', 'unknown'],
    ['5 the API server to a webhook', '192.168.0.10', 'app/b', 'deny'],
    ['6 the API server to calico-apiserver', '192.168.0.10', 'calico-apiserver/api', 'allow'],
    ['7 the Internet to the ingress controller', '203.0.113.9', 'ingress-nginx/nginx', 'deny'],
    ['9 a pod to CoreDNS', 'app/a', 'kube-system/dns', 'allow'],
    ['10 CoreDNS to a pod', 'kube-system/dns', 'app/b', 'deny'],
    ['12 a pod to a host', 'app/a', 'kube-system/host', 'allow'],
  ])('row %s', (_, from, to, expected) => {
    expect(world.ask(from, to)).toBe(expected);
  });

  it('row 2: a NetworkPolicy that allows still allows', () => {
    const np = netpol(
      'app',
      'np',
      'podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: a } } }] }]',
    );
    expect(new World(cluster + seed + np).ask('app/a', 'app/b')).toBe('allow');
  });
});

/** calico-policy-model 6.2: the verdict table. */
describe('the seed policy default-deny-egress', () => {
  const seed = gnp(
    'default-deny-egress',
    `namespaceSelector: 'has(projectcalico.org/name) && projectcalico.org/name not in {"kube-system", "calico-system", "calico-apiserver"}', types: [Egress], egress: [` +
      `{ action: Allow, protocol: UDP, destination: { selector: 'k8s-app == "kube-dns"', ports: ["53"] } }, ` +
      `{ action: Allow, protocol: TCP, destination: { nets: [0.0.0.0/0], ports: ["443"] } }, ` +
      `{ action: Allow, protocol: TCP, destination: { nets: [10.0.0.0/16, 172.20.0.0/16] } }]`,
  );
  const cluster =
    pod('app', 'a', 'app: a') + pod('app', 'b', 'app: b') + pod('kube-system', 'dns', 'k8s-app: kube-dns');
  const overlay = new World(cluster + seed, { podCidrs: cidrs('10.244.0.0/16') });

  it.each([
    ['1 UDP 53 to CoreDNS', 'kube-system/dns', 'UDP 53', 'allow'],
    ['2 TCP 53 to CoreDNS', 'kube-system/dns', 'TCP 53', 'deny'],
    ['3 NodeLocal DNSCache', '169.254.20.10', 'UDP 53', 'deny'],
    ['5 API server on 6443', '192.168.0.10', 'TCP 6443', 'deny'],
    ['7 pod to pod', 'app/b', 'TCP 80', 'deny'],
    ['7 pod to pod on 443', 'app/b', 'TCP 443', 'allow'],
    ['8 UDP pod to pod', 'app/b', 'UDP 80', 'deny'],
    ['9 IPv6', '2001:db8::1', 'TCP 443', 'deny'],
    ['10 the database in the VPC', '10.0.5.5', 'TCP 5432', 'allow'],
    ['11 metadata', '169.254.169.254', 'TCP 80', 'deny'],
    ['12 mail outside', '203.0.113.9', 'TCP 25', 'deny'],
  ])('row %s', (_, to, connection, expected) => {
    expect(overlay.ask('app/a', to, connection)).toBe(expected);
  });

  it('row 6: TCP between pods inside 10.0.0.0/16', () => {
    expect(new World(cluster + seed, { podCidrs: cidrs('10.0.0.0/16') }).ask('app/a', 'app/b')).toBe('allow');
  });

  it('row 14: widens a NetworkPolicy that denies all egress', () => {
    const np = netpol('app', 'np', 'podSelector: {}, policyTypes: [Egress]');
    expect(new World(cluster + seed + np).ask('app/a', '203.0.113.9', 'TCP 443')).toBe('allow');
  });
});
