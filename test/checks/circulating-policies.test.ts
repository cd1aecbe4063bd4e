import { checkYaml } from './check-fixture';

/** The two global policies of calico-policy-model 6, as they circulate. */
const GLOBAL_DENY_INGRESS = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: global-deny-ingress
spec:
  namespaceSelector: has(projectcalico.org/name) && projectcalico.org/name not in {"kube-system", "calico-system", "calico-apiserver", "otterize-system"}
  types:
    - Ingress
`;
const DEFAULT_DENY_EGRESS = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: default-deny-egress
spec:
  namespaceSelector: has(projectcalico.org/name) && projectcalico.org/name not in {"kube-system", "calico-system", "calico-apiserver"}
  types:
    - Egress
  egress:
    - action: Allow
      protocol: UDP
      destination:
        selector: k8s-app == "kube-dns"
        ports: ["53"]
    - action: Allow
      protocol: TCP
      destination:
        nets: [0.0.0.0/0]
        ports: ["443"]
    - action: Allow
      protocol: TCP
      destination:
        nets: [10.0.0.0/16, 172.20.0.0/16]
`;
const ALLOW_PRODUCTION_BACKEND = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: allow-production-backend
  namespace: production-db
spec:
  podSelector:
    matchLabels:
      app: db
  policyTypes:
    - Ingress
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              env: production
        - podSelector:
            matchLabels:
              app: backend
`;

const found = (yaml: string): string[] =>
  checkYaml(yaml).map(({ id, severity, object }) => `${severity} ${id} ${object}`);

describe('policies that circulate (calico-policy-model 6, intent-systems D1)', () => {
  it('the global ingress deny has no finding', () => {
    expect(found(GLOBAL_DENY_INGRESS)).toEqual([]);
  });

  it('the global egress deny forgets five things', () => {
    expect(found(GLOBAL_DENY_INGRESS + DEFAULT_DENY_EGRESS)).toEqual([
      'warning dns-udp-only GlobalNetworkPolicy/default-deny-egress',
      'warning dns-selector-any-namespace GlobalNetworkPolicy/default-deny-egress',
      'warning in-cluster-tcp-only GlobalNetworkPolicy/default-deny-egress',
      'warning exemption-misses-intents-operator GlobalNetworkPolicy/default-deny-egress',
      'info ipv4-only-internet GlobalNetworkPolicy/default-deny-egress',
    ]);
  });

  it('the backend policy means OR where it says AND', () => {
    expect(found(ALLOW_PRODUCTION_BACKEND)).toEqual([
      'warning and-or-peer NetworkPolicy/production-db/allow-production-backend',
    ]);
  });

  it('every finding says what follows and how to mend it', () => {
    for (const { message, mend, place } of checkYaml(
      GLOBAL_DENY_INGRESS + DEFAULT_DENY_EGRESS + ALLOW_PRODUCTION_BACKEND,
    )) {
      expect(message.length).toBeGreaterThan(40);
      expect(mend).not.toBe('');
      expect(place.file).not.toBe('');
    }
  });
});
