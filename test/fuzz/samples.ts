import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { isJsonObject, type JsonObject } from '../../src/model/json';
import { readManifestFiles } from '../../src/sources/files';

/** Documents of every kind that is read, each as the API server takes it. */
const OWN = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: cart, namespace: shop, labels: { app.kubernetes.io/part-of: shop }, annotations: { example.com/why: "orders" } }
spec:
  podSelector:
    matchLabels: { app: cart }
    matchExpressions:
      - { key: tier, operator: In, values: [back, ""] }
      - { key: example.com/old, operator: DoesNotExist }
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - podSelector: { matchLabels: { app: frontend } }
        - namespaceSelector: { matchExpressions: [{ key: team, operator: Exists }] }
          podSelector: {}
        - ipBlock: { cidr: 10.1.2.3/8, except: [10.1.0.0/16, 10.2.0.0/24] }
      ports: [{ protocol: TCP, port: 7070 }, { port: http }, { protocol: UDP, port: 8000, endPort: 8080 }]
    - {}
  egress:
    - to: [{ ipBlock: { cidr: "fd00::/8" } }]
      ports: [{ protocol: SCTP }]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: shop }
spec: { podSelector: {} }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: dns }
spec:
  podSelector: { matchExpressions: [{ key: app, operator: NotIn, values: [a, b] }] }
  policyTypes: [Egress]
  egress:
    - ports: [{ port: 53, protocol: UDP }, { port: 53 }]
      to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }]
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec:
  selector: { app: cart }
  ports:
    - { name: grpc, port: 80, targetPort: http, protocol: TCP, appProtocol: grpc }
    - { name: metrics, port: 9090, targetPort: 9091 }
---
apiVersion: v1
kind: Service
metadata: { name: frontend, namespace: shop }
spec:
  type: LoadBalancer
  externalTrafficPolicy: Local
  loadBalancerSourceRanges: [203.0.113.0/24]
  selector: { app: frontend }
  ports: [{ port: 443, targetPort: 8443, nodePort: 30443 }]
---
apiVersion: v1
kind: Service
metadata: { name: peers }
spec: { clusterIP: None, selector: { app: peers } }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: shop } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: cart } }
  template:
    metadata: { labels: { app: cart, tier: back } }
    spec:
      serviceAccountName: cart
      containers: [{ name: server, image: cart, ports: [{ name: http, containerPort: 7070 }] }]
      initContainers: [{ name: proxy, image: proxy, restartPolicy: Always, ports: [{ containerPort: 15001 }] }]
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: report, namespace: shop }
spec:
  schedule: "0 * * * *"
  jobTemplate: { spec: { template: { metadata: { labels: { app: report } }, spec: { containers: [{ name: a, image: a }] } } } }
---
apiVersion: v1
kind: Pod
metadata:
  name: cart-1
  namespace: shop
  labels: { app: cart }
  ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: cart-7d, uid: "1", controller: true }]
spec: { hostNetwork: true, containers: [{ name: a, image: a, ports: [{ containerPort: 80, protocol: UDP }] }] }
status: { phase: Running, podIP: 10.0.0.7, podIPs: [{ ip: 10.0.0.7 }, { ip: "fd00::7" }] }
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: roll, namespace: shop }
spec: { workloadRef: { apiVersion: apps/v1, kind: Deployment, name: cart } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { kubernetes.io/ingress.class: nginx } }
spec:
  ingressClassName: nginx
  defaultBackend: { service: { name: frontend, port: { number: 443 } } }
  rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: cart, port: { name: grpc } } } }] } }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: public, namespace: shop }
spec:
  gatewayClassName: istio
  addresses: [{ type: Hostname, value: cart.shop.svc }]
  listeners: [{ name: web, port: 443, protocol: HTTPS, hostname: "*.example.com", tls: { mode: Terminate }, allowedRoutes: { kinds: [{ kind: HTTPRoute }], namespaces: { from: Selector, selector: { matchLabels: { team: a } } } } }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: shop }
spec:
  parentRefs: [{ name: public, sectionName: web, port: 443 }]
  hostnames: [shop.example.com]
  rules: [{ filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: cart, port: 80 } } }], backendRefs: [{ name: cart, namespace: other, port: 80, weight: 1 }] }]
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: web, namespace: shop }
spec: { from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop }], to: [{ group: "", kind: Service, name: cart }] }
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: calico, namespace: shop }
spec:
  tier: default
  order: 10
  selector: app == 'cart' && !has(old)
  types: [Ingress, Egress]
  ingress:
    - action: Allow
      protocol: TCP
      source: { selector: "app in {'a', 'b'}", namespaceSelector: team == 'shop', serviceAccounts: { names: [frontend] } }
      destination: { ports: [80, "8000:8080", http] }
    - { action: Pass, protocol: 50 }
  egress:
    - { action: Deny, notProtocol: ICMP, destination: { nets: [10.0.0.0/8], notNets: [10.1.0.0/16], notPorts: [22] }, source: { } }
    - { action: Log, protocol: ICMP, icmp: { type: 8, code: 0 } }
    - { action: Allow, destination: { services: { name: cart, namespace: shop } } }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: deny }
spec:
  tier: default
  order: 4000
  namespaceSelector: kubernetes.io/metadata.name not in {"kube-system"}
  serviceAccountSelector: all()
  types: [Ingress]
  ingress: [{ action: Deny, source: { notSelector: "name contains 'x'", notNets: ["fd00::/8"] } }]
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: { name: platform }
spec: { order: 100, defaultAction: Pass }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkSet
metadata: { name: partners, labels: { role: partner } }
spec: { nets: [198.51.100.0/24] }
---
apiVersion: projectcalico.org/v3
kind: StagedKubernetesNetworkPolicy
metadata: { name: staged, namespace: shop }
spec: { stagedAction: Set, podSelector: { matchLabels: { app: cart } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }
---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: admin }
spec:
  tier: Admin
  priority: 10
  subject: { namespaces: { matchLabels: { team: shop } } }
  ingress: [{ name: a, action: Accept, from: [{ namespaces: {} }], protocols: [{ tcp: { destinationPort: { number: 80 } } }] }]
  egress: [{ action: Deny, to: [{ networks: [10.0.0.0/8] }] }, { action: Pass, to: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: dns } } } }] }]
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: { name: old-admin }
spec:
  priority: 5
  subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: cart } } } }
  ingress: [{ action: Allow, from: [{ namespaces: { matchLabels: { team: a } } }], ports: [{ portNumber: { port: 80, protocol: TCP } }, { portRange: { start: 1, end: 9, protocol: UDP } }, { namedPort: http }] }]
---
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: frontend, namespace: shop }
spec:
  workload: { name: frontend, kind: Deployment }
  targets:
    - kubernetes: { name: cart, kind: Deployment, ports: [{ port: 7070 }] }
    - service: { name: payments.billing, ports: [{ port: 8443, endPort: 8450, protocol: TCP }] }
    - internet: { domains: [api.example.com], ips: [192.0.2.0/24], ports: [443] }
    - kafka: { name: events, topics: [{ name: orders, operations: [produce] }] }
---
apiVersion: k8s.otterize.com/v1alpha3
kind: ClientIntents
metadata: { name: old-frontend, namespace: shop }
spec:
  service: { name: frontend }
  calls: [{ name: cart, type: http, HTTPResources: [{ path: /, methods: [GET] }] }, { name: "svc:dns.kube-system" }, { type: internet, internet: { ips: [192.0.2.1] } }]
---
apiVersion: k8s.otterize.com/v2beta1
kind: ProtectedService
metadata: { name: cart, namespace: shop }
spec: { name: cart }
`;

/** The manifests of real applications, when they lie beside the checkout. */
const DATA = join(__dirname, '../../../shared/data');

const KINDS =
  /NetworkPolicy$|^(?:Service|Namespace|Ingress|Pod|Deployment|StatefulSet|DaemonSet|Job|CronJob)$/;

export const HAS_REAL_MANIFESTS = existsSync(DATA);

/** Our own samples. */
export const OWN_SAMPLES: readonly JsonObject[] = parseAllDocuments(OWN).map((document) => {
  const value: unknown = document.toJS();
  if (!isJsonObject(value)) throw new Error('a sample is no object');
  return value;
});

/** Documents of published applications of the kinds that are read. */
export const REAL_SAMPLES: readonly JsonObject[] = HAS_REAL_MANIFESTS
  ? readManifestFiles([DATA])
      .resources.filter(({ kind }) => KINDS.test(kind))
      .map(({ manifest }) => manifest)
  : [];
if (!HAS_REAL_MANIFESTS)
  console.warn('Only own samples: no manifests of real applications are beside this checkout.');

/** All samples. */
export const SAMPLES: readonly JsonObject[] = [...OWN_SAMPLES, ...REAL_SAMPLES];
