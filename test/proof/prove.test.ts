import { compile } from '../../src/compiler/compile';
import type { Compilation } from '../../src/compiler/compilation';
import { readIntents } from '../../src/intents/read-intents';
import { buildCluster } from '../../src/model/build-cluster';
import type { Resource } from '../../src/model/resource';
import { readPolicies } from '../../src/policies/read-policies';
import { prove } from '../../src/proof/prove';
import type { DenyClaim } from '../../src/proof/proof';
import { evaluate } from '../../src/reachability/evaluate';
import { readManifests } from '../../src/sources/manifest';
import { NOWHERE } from '../../src/model/place';

/** What would be written for client → server, label for label, as one stream. */
const OUTPUT = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { intents.otterize.com/namespace-name: shop } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: client, namespace: shop }
spec:
  template:
    metadata:
      labels:
        app: client
        intents.otterize.com/access-server-shop-57a452: "true"
        intents.otterize.com/client: "true"
        intents.otterize.com/server: client-shop-d34db33f
    spec: { containers: [{ name: c }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: server, namespace: shop }
spec:
  template:
    metadata: { labels: { app: server, intents.otterize.com/server: server-shop-57a452 } }
    spec: { containers: [{ name: c, ports: [{ name: http, containerPort: 8080 }] }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: stranger, namespace: shop }
spec:
  template:
    metadata: { labels: { app: stranger } }
    spec: { containers: [{ name: c }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: access-to-server-from-shop, namespace: shop }
spec:
  podSelector: { matchLabels: { intents.otterize.com/server: server-shop-57a452 } }
  policyTypes: [Ingress]
  ingress:
    - from:
        - namespaceSelector: { matchLabels: { intents.otterize.com/namespace-name: shop } }
          podSelector: { matchLabels: { intents.otterize.com/access-server-shop-57a452: "true" } }
`;

const INTENTS = `
apiVersion: k8s.otterize.com/v2beta1
kind: ClientIntents
metadata: { name: client, namespace: shop }
spec: { workload: { name: client }, targets: [{ kubernetes: { name: server } }] }
`;

function read(text: string): readonly Resource[] {
  return readManifests(text, { file: 'out.yaml' }).resources;
}

function declared(): Compilation {
  return compile(buildCluster(read(OUTPUT)), readIntents(read(INTENTS)).intents);
}

/** Proves an output that differs in one place from what is right. */
function proveOutput(edit: (text: string) => string, denies: readonly DenyClaim[] = []) {
  const text = edit(OUTPUT);
  const cluster = buildCluster(read(text));
  const policies = readPolicies(cluster.resources);
  expect(policies.findings).toEqual([]);
  const proof = prove({
    cluster,
    reachability: evaluate(cluster, policies),
    policies,
    compilation: declared(),
    denies,
  });
  return proof.findings.map(({ severity, id, message }) => `${severity} ${id}: ${message}`);
}

/** Replaces text that must be there, so that a test cannot pass by breaking nothing. */
function replace(from: string, to: string): (text: string) => string {
  return (text) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  };
}

describe('prove', () => {
  it('holds for the right output, and counts what it proved', () => {
    const cluster = buildCluster(read(OUTPUT));
    const reachability = evaluate(cluster, readPolicies(cluster.resources));
    expect(prove({ cluster, reachability, compilation: declared(), denies: [] })).toEqual({
      calls: 1,
      protectedServers: 1,
      findings: [],
    });
  });

  it.each([
    [
      'access label of the client',
      replace('        intents.otterize.com/access-server-shop-57a452: "true"\n', ''),
      'error declared-call-denied',
    ],
    [
      'namespace label',
      replace(', labels: { intents.otterize.com/namespace-name: shop }', ''),
      'error declared-call-denied',
    ],
    [
      'label of the server',
      replace(', intents.otterize.com/server: server-shop-57a452 } }', ' } }'),
      'error server-not-isolated',
    ],
    [
      'policy',
      (text: string) => text.slice(0, text.indexOf('---\napiVersion: networking')),
      'error server-not-isolated',
    ],
  ])('fails without the %s', (_what, edit, found) => {
    const [first, ...others] = proveOutput(edit);
    expect(first).toMatch(new RegExp(`^${found}`));
    // What explains it may follow.
    expect(others.filter((line) => !line.startsWith('warning policy-selects-nothing'))).toEqual([]);
  });

  it('fails when the policy opens another port than the server listens on', () => {
    expect(proveOutput((text) => `${text}      ports: [{ port: 8081 }]\n`)).toEqual([
      'error declared-call-denied: The declared call of shop/client[Deployment] to shop/server[Deployment] would not work on TCP 8080 (TCP 8081 would work): ingress of shop/server[Deployment] is denied by NetworkPolicy/shop/access-to-server-from-shop',
    ]);
  });

  it('only warns when neither side names a port and the policies let some through', () => {
    const edit = (text: string) =>
      `${replace(', ports: [{ name: http, containerPort: 8080 }]', '')(text)}      ports: [{ port: 8081 }]\n`;
    expect(proveOutput(edit)).toEqual([
      expect.stringMatching(/^warning declared-call-partly-allowed: .* names no port/),
    ]);
  });

  it('names who comes in undeclared, and by which policy', () => {
    const opened = OUTPUT.slice(OUTPUT.indexOf('---\napiVersion: networking'))
      .replace('access-to-server-from-shop', 'by-hand')
      .replace(
        /ingress:[^]*$/,
        'ingress: [{ from: [{ podSelector: { matchLabels: { app: stranger } } }], ports: [{ port: 8080 }] }]\n',
      );
    expect(proveOutput((text) => text + opened)).toEqual([
      'warning undeclared-access: NetworkPolicy/shop/by-hand lets shop/stranger[Deployment] reach shop/server[Deployment] on TCP 8080, which no intent declares',
    ]);
  });

  it('only notes addresses on a port that the API server calls, and blames just the policy that opens the port', () => {
    const hook = `---
apiVersion: v1
kind: Service
metadata: { name: server, namespace: shop }
spec: { selector: { app: server }, ports: [{ port: 443, targetPort: 8443 }] }
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: check }
webhooks: [{ name: a, clientConfig: { service: { name: server, namespace: shop } } }]
`;
    const letsIn = (name: string, port: number): string => `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  podSelector: { matchLabels: { app: server } }
  policyTypes: [Ingress]
  ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/28 } }], ports: [{ port: ${port} }] }]
`;
    const opened = hook + letsIn('control-plane', 8443) + letsIn('metrics', 9000);
    expect(proveOutput((text) => text + opened).filter((line) => line.includes('undeclared-access'))).toEqual(
      [
        'warning undeclared-access: NetworkPolicy/shop/metrics lets addresses outside the cluster (203.0.113.0-203.0.113.15) reach shop/server[Deployment] on TCP 9000, which no intent declares',
        'info undeclared-access: NetworkPolicy/shop/control-plane lets addresses outside the cluster (203.0.113.0-203.0.113.15) reach shop/server[Deployment] on TCP 8443, which no intent declares',
      ],
    );
  });

  it('holds nothing against a policy of somebody else on a server that no intent speaks of', () => {
    const other = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: own, namespace: shop }
spec: { podSelector: { matchLabels: { app: stranger } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }
`;
    expect(proveOutput((text) => text + other)).toEqual([
      expect.stringMatching(/^info undeclared-access: NetworkPolicy\/shop\/own lets 2 workloads/),
      expect.stringMatching(
        /^info undeclared-access: NetworkPolicy\/shop\/own lets pods that are not in these manifests/,
      ),
    ]);
  });

  it('checks what default denies claim, for each direction, and leaves exempt namespaces out', () => {
    const claim: DenyClaim = { exempt: ['other'], directions: ['ingress', 'egress'], place: NOWHERE };
    const all = proveOutput((text) => text, [claim]);
    expect(all).toHaveLength(5);
    expect(all.every((line) => line.startsWith('error default-deny-misses-workload'))).toBe(true);
    expect(proveOutput((text) => text, [{ ...claim, exempt: ['shop'] }])).toEqual([]);
    expect(
      proveOutput((text) => text, [{ namespace: 'elsewhere', directions: ['ingress'], place: NOWHERE }]),
    ).toEqual([]);
  });

  it('names a server that nobody may reach any more, unless a declared call says so already', () => {
    const other = `---
apiVersion: v1
kind: Service
metadata: { name: stranger, namespace: shop }
spec: { selector: { app: stranger }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;
    expect(proveOutput((text) => text + other)).toEqual([
      expect.stringMatching(
        /^warning cut-off-workload: .* shop\/stranger\[Deployment\] behind Service shop\/stranger/,
      ),
    ]);
    const lost = replace('        intents.otterize.com/access-server-shop-57a452: "true"\n', '');
    expect(proveOutput((text) => lost(text) + other)).toEqual([
      expect.stringMatching(/^error declared-call-denied/),
      expect.stringMatching(/^warning cut-off-workload: .* shop\/stranger/),
    ]);
  });

  it('names policies that select nothing', () => {
    const typo = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: typo, namespace: shop }
spec: { podSelector: { matchLabels: { app: sever } }, policyTypes: [Ingress] }
`;
    expect(proveOutput((text) => text + typo)).toEqual([
      expect.stringMatching(/^warning policy-selects-nothing: NetworkPolicy\/shop\/typo/),
    ]);
  });

  it('says that no policy covers pods on the network of their node', () => {
    const edit = replace(
      'labels: { app: stranger } }\n    spec: {',
      'labels: { app: stranger } }\n    spec: { hostNetwork: true,',
    );
    expect(
      proveOutput(edit, [{ namespace: 'shop', directions: ['ingress'], place: NOWHERE }]),
    ).toContainEqual(expect.stringMatching(/^info host-network-not-covered: shop\/stranger\[Deployment\]/));
  });
});
