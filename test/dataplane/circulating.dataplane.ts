import { compareOn } from './compare';
import { DataplaneEngine, withPackets } from './engine';
import { expectations, gridWith } from './grid';
import { probesOf } from './stage';

const EXEMPT = '"kube-system", "calico-system", "calico-apiserver"';
const scope = (namespaces: string): string =>
  `namespaceSelector: 'has(projectcalico.org/name) && projectcalico.org/name not in {${namespaces}}'`;

const DENY_INGRESS = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: global-deny-ingress }
spec:
  ${scope(`${EXEMPT}, "otterize-system"`)}
  types: [Ingress]
`;
const DENY_EGRESS = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: default-deny-egress }
spec:
  ${scope(EXEMPT)}
  types: [Egress]
  egress:
    - { action: Allow, protocol: UDP, destination: { selector: 'k8s-app == "kube-dns"', ports: ["53"] } }
    - { action: Allow, protocol: TCP, destination: { nets: [0.0.0.0/0], ports: ["443"] } }
    - { action: Allow, protocol: TCP, destination: { nets: [10.0.0.0/16, 172.20.0.0/16] } }
`;
const MENDED_EGRESS = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: default-deny-egress }
spec:
  ${scope(`${EXEMPT}, "otterize-system"`)}
  types: [Egress]
  egress:
    - { action: Allow, protocol: UDP, destination: { namespaceSelector: 'projectcalico.org/name == "kube-system"', selector: 'k8s-app == "kube-dns"', ports: [53] } }
    - { action: Allow, protocol: TCP, destination: { namespaceSelector: 'projectcalico.org/name == "kube-system"', selector: 'k8s-app == "kube-dns"', ports: [53] } }
    - { action: Allow, protocol: TCP, destination: { nets: [0.0.0.0/0], ports: [443] } }
    - { action: Allow, protocol: TCP, destination: { nets: ["::/0"], ports: [443] } }
    - { action: Allow, destination: { namespaceSelector: all() } }
`;
const backend = (peers: string): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: allow-production-backend, namespace: other }
spec:
  podSelector: { matchLabels: { app: web } }
  policyTypes: [Ingress]
  ingress: [{ from: ${peers} }]
`;
const FAKE_DNS = `---
{ apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: { name: fake, labels: { k8s-app: kube-dns } }, spec: { nets: [198.51.100.1/32] } }
`;

/** As people pass them on, with what that does, and as we mend them (calico-policy-model 6, intent-systems D1). */
const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'global-deny-ingress as it circulates',
    DENY_INGRESS,
    [
      'shop/web -> shop/api TCP 9090 deny',
      'world -> shop/web TCP 443 deny',
      'shop/web -> kube-system/dns UDP 53 allow',
      'kube-system/dns -> shop/web TCP 8080 deny',
      'shop/web -> world TCP 443 allow',
      'node -> shop/web TCP 8080 allow',
    ],
  ],
  [
    'default-deny-egress as it circulates: no DNS over TCP, no IPv6, no pods outside of its ranges, DNS anywhere',
    DENY_EGRESS + FAKE_DNS,
    [
      'shop/web -> kube-system/dns UDP 53 allow',
      'shop/web -> kube-system/dns UDP 53 v6 allow',
      'shop/web -> kube-system/dns TCP 53 deny',
      'shop/web -> world UDP 53 allow',
      'shop/web -> partner UDP 53 deny',
      'shop/web -> world TCP 443 allow',
      'shop/web -> world TCP 443 v6 deny',
      'shop/web -> shop/api TCP 9090 deny',
      'shop/web -> shop/api TCP 443 allow',
      'shop/web -> shop/api UDP 9 deny',
    ],
  ],
  [
    'default-deny-egress as we mend it',
    MENDED_EGRESS + FAKE_DNS,
    [
      'shop/web -> kube-system/dns TCP 53 allow',
      'shop/web -> world UDP 53 deny',
      'shop/web -> world TCP 443 allow',
      'shop/web -> world TCP 443 v6 allow',
      'shop/web -> world TCP 80 deny',
      'shop/web -> shop/api TCP 9090 allow',
      'shop/web -> shop/api UDP 9 v6 allow',
    ],
  ],
  [
    'the backend policy as it circulates: OR where it says AND',
    backend(
      '[{ namespaceSelector: { matchLabels: { env: production } } }, { podSelector: { matchLabels: { app: api } } }]',
    ),
    [
      'shop/web -> other/web TCP 1 allow',
      'shop/api -> other/web TCP 1 allow',
      'other/tool -> other/web TCP 1 deny',
    ],
  ],
  [
    'the backend policy as we mend it: AND',
    backend(
      '[{ namespaceSelector: { matchLabels: { env: production } }, podSelector: { matchLabels: { app: api } } }]',
    ),
    [
      'shop/web -> other/web TCP 1 deny',
      'shop/api -> other/web TCP 1 allow',
      'other/tool -> other/web TCP 1 deny',
    ],
  ],
];

withPackets('packets show what circulates', () => {
  let engine: DataplaneEngine;
  beforeAll(async () => {
    engine = await DataplaneEngine.connect('calico');
  });
  afterAll(() => engine.leave());

  it.each(CASES)('%s', async (_, policies, lines) => {
    const stage = gridWith(policies);
    const expected = expectations(lines);
    const { differing, unexplained } = await compareOn(engine, stage, [
      ...expected.map(({ probe }) => probe),
      ...probesOf(stage),
    ]);
    expect(differing).toEqual([]);
    expect(unexplained).toEqual([]);
    const results = await engine.probe(expected.map(({ probe }) => probe));
    expect(expected.map(({ line }, index) => line.replace(/\S+$/, results[index]?.verdict ?? ''))).toEqual(
      lines,
    );
  });
});
