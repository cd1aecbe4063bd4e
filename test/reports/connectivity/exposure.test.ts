import { buildCluster } from '../../../src/model/build-cluster';
import { readPolicies } from '../../../src/policies/read-policies';
import { exposureOf, type ExposureReport } from '../../../src/reports/connectivity/exposure';
import { exposureText } from '../../../src/reports/connectivity/exposure-text';
import { readManifests } from '../../../src/sources/manifest';

const SERVER = `
apiVersion: v1
kind: Pod
metadata: { name: server, namespace: shop, labels: { app: server } }
spec: { containers: [] }
---
`;

function report(policies: string): ExposureReport {
  const { resources, findings: problems } = readManifests(SERVER + policies, { file: 'x' });
  expect(problems).toEqual([]);
  const cluster = buildCluster(resources);
  return exposureOf(cluster, readPolicies(cluster.resources), {});
}

function findings(policies: string): string[] {
  return report(policies).findings.map(({ id, severity, message }) => `${severity} ${id}: ${message}`);
}

function incoming(policies: string): string[] {
  const { exposures } = report(policies);
  const lines = exposureText(exposures.filter(({ direction }) => direction === 'ingress'))
    .trimEnd()
    .split('\n')
    .slice(1);
  return lines.map((line) => line.replace(/^shop\/server\[Pod\]\s+/, '').replace(/\s{2,}/, ': '));
}

function ingress(from: string): string {
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: server, namespace: shop }
spec: { podSelector: {}, ingress: [{ from: [${from}], ports: [{ port: 80 }] }] }
`;
}

describe('exposure', () => {
  it('is to every pod where no policy isolates', () => {
    expect(incoming('')).toEqual(['from any pod in any namespace: all (no policy isolates it)']);
  });

  it('is to nobody under a default deny', () => {
    const deny = ingress('').replace(
      'ingress: [{ from: [], ports: [{ port: 80 }] }]',
      'policyTypes: [Ingress]',
    );
    expect(incoming(deny)).toEqual(['None could connect to, or be reached from, these workloads.']);
  });

  it.each([
    ['{ podSelector: {} }', ['from any pod in shop: TCP 80']],
    ['{ namespaceSelector: {} }', ['from any pod in any namespace: TCP 80']],
    ['{ podSelector: { matchLabels: { app: a } } }', ['from pods with app=a in shop: TCP 80']],
    [
      '{ namespaceSelector: { matchLabels: { team: t } }, podSelector: { matchExpressions: [{ key: app, operator: In, values: [a, b] }] } }',
      [
        'from pods with app=a in namespaces with team=t: TCP 80',
        'from pods with app=b in namespaces with team=t: TCP 80',
      ],
    ],
    [
      '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ops } } }',
      ['from any pod in namespaces with kubernetes.io/metadata.name=ops: TCP 80'],
    ],
    [
      '{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } } }',
      ['from any pod in shop: TCP 80'],
    ],
    ['{ ipBlock: { cidr: 10.0.0.0/8 } }', ['None could connect to, or be reached from, these workloads.']],
  ])('follows the peers of rules: %s', (from, expected) => {
    expect(incoming(ingress(from))).toEqual(expected);
  });

  it('obeys all policies together, Calico tiers among them', () => {
    const deny = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: deny }
spec:
  order: 1
  types: [Ingress]
  ingress:
    - { action: Deny, protocol: TCP, source: { selector: app == 'a', namespaceSelector: team == 't' }, destination: { ports: [80] } }
`;
    const open = ingress('{ namespaceSelector: { matchLabels: { team: t } } }');
    expect(incoming(open)).toEqual(['from any pod in namespaces with team=t: TCP 80']);
    expect(incoming(open + deny)).toEqual(['from any pod in namespaces with team=t: TCP 80']);
    const narrow = ingress(
      '{ namespaceSelector: { matchLabels: { team: t } }, podSelector: { matchLabels: { app: a } } }',
    );
    expect(incoming(narrow + deny)).toEqual(['None could connect to, or be reached from, these workloads.']);
  });

  it('does not call it any namespace when a namespace of the manifests is kept out', () => {
    const others = ingress(
      '{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [shop] }] } }',
    );
    expect(incoming(others)).toEqual(['from any pod in other namespaces: TCP 80']);
  });

  it('knows service accounts of Calico rules', () => {
    const policy = `
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: accounts, namespace: shop }
spec:
  ingress: [{ action: Allow, protocol: TCP, source: { serviceAccounts: { names: [ci] } }, destination: { ports: [80] } }]
`;
    expect(incoming(policy)).toEqual(['from any pod as service account ci in shop: TCP 80']);
  });

  it('knows every service account that a rule names, and those that its selector asks for (calico-policy-model 4.2)', () => {
    const policy = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: ops, namespace: shop, labels: { role: closed } }
---
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: accounts, namespace: shop }
spec:
  ingress:
    - { action: Allow, protocol: TCP, source: { serviceAccounts: { names: [robot, spare] } }, destination: { ports: [1] } }
    - { action: Allow, protocol: TCP, source: { serviceAccounts: { selector: role == 'ops' } }, destination: { ports: [2] } }
    - { action: Allow, protocol: TCP, source: { serviceAccounts: { names: [ops, new], selector: role == 'open' } }, destination: { ports: [3] } }
`;
    expect(incoming(policy)).toEqual([
      'from any pod as a service account with role=ops in shop: TCP 2',
      // The account ops of the manifests has other labels.
      'from any pod as service account new with role=open in shop: TCP 3',
      'from any pod as service account robot in shop: TCP 1',
      'from any pod as service account spare in shop: TCP 1',
    ]);
  });

  const namespaces = (...names: readonly string[]): string =>
    names.map((name) => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n---\n`).join('');
  const LABEL = 'podSelector: { matchLabels: { app: x } }';

  it('is to the namespaces of the manifests that a wide selector means (network-policy-semantics 2.1 item 12)', () => {
    const wide = ingress(`{ namespaceSelector: {}, ${LABEL} }`);
    expect(incoming(namespaces('other') + wide)).toEqual(['from pods with app=x in any namespace: TCP 80']);
    const not = '{ matchExpressions: [{ key: kubernetes.io/metadata.name, operator: NotIn, values: [c] }] }';
    expect(incoming(namespaces('b', 'c', 'd') + ingress(`{ namespaceSelector: ${not}, ${LABEL} }`))).toEqual([
      'from pods with app=x in any namespace but c: TCP 80',
    ]);
    const some =
      '{ matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [b, c, e] }] }';
    expect(incoming(namespaces('b', 'c', 'd') + ingress(`{ namespaceSelector: ${some}, ${LABEL} }`))).toEqual(
      ['from pods with app=x in b, c and namespaces with kubernetes.io/metadata.name=e: TCP 80'],
    );
  });

  it('counts namespaces that are too many to name', () => {
    const names = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8'];
    const not = (...values: readonly string[]): string =>
      ingress(
        `{ namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: In, values: [${values.join(', ')}] }] } }`,
      );
    expect(incoming(namespaces(...names) + not('n1', 'n2', 'n3', 'n4', 'n5', 'n6'))).toEqual([
      'from any pod in n1, n2, n3 and 3 more of the manifests: TCP 80',
    ]);
    expect(incoming(namespaces(...names) + not('shop', ...names))).toEqual([
      'from any pod in all 9 namespaces of the manifests: TCP 80',
    ]);
  });

  it('has one line for namespaces that no rule tells apart, and more where one does', () => {
    const policy = ingress(`{ namespaceSelector: {}, ${LABEL} }`).replace(
      'ingress: [',
      'ingress: [{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: b } } }], ports: [{ port: 90 }] }, ',
    );
    expect(incoming(namespaces('a', 'b', 'c') + policy)).toEqual([
      'from pods with app=x in any namespace but b: TCP 80',
      'from pods with app=x in b: TCP 80, 90',
      'from any pod in b: TCP 90',
    ]);
  });

  it('knows who gets past a rule that asks for a label to be missing', () => {
    const deny = `---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: deny }
spec: { order: 1, types: [Ingress], ingress: [{ action: Deny, source: { selector: "!has(vetted) && zone not in {'a', 'b'}" } }] }
`;
    expect(incoming(ingress('{ podSelector: { matchLabels: { app: x } } }') + deny)).toEqual([
      'from pods with app=x,vetted in shop: TCP 80',
      'from pods with app=x,zone=a in shop: TCP 80',
      'from pods with app=x,zone=b in shop: TCP 80',
    ]);
  });

  it('follows what passes on to the next tier (calico-policy-model 5.1)', () => {
    const pass = `---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: { name: first }
spec: { order: 1 }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: first.pass }
spec: { tier: first, types: [Ingress], ingress: [{ action: Pass, source: { selector: has(pass) } }] }
`;
    expect(incoming(ingress('{ podSelector: { matchLabels: { app: x } } }') + pass)).toEqual([
      'from pods with app=x,pass in shop: TCP 80',
    ]);
  });

  it('reads texts that Calico looks for in a label, and the labels of namespaces on pods', () => {
    const rule = (source: string, port: number): string =>
      `    - { action: Allow, protocol: TCP, source: { ${source} }, destination: { ports: [${port}] } }\n`;
    const policy =
      `
apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: texts, namespace: shop }
spec:
  ingress:
` +
      rule(`selector: "app starts with 'web-' && app ends with '-x'"`, 1) +
      rule(`selector: "pcns.team == 'a'", namespaceSelector: all()`, 2) +
      rule(`notSelector: "has(bad)"`, 3);
    expect(incoming(policy)).toEqual([
      'from pods with app starts with "web-" and app ends with "-x" in shop: TCP 1, 3',
      'from any pod in shop: TCP 3',
      'from any pod in namespaces with team=a: TCP 2',
    ]);
  });

  it('knows the labels that Calico sets where it enforces, in policies of Kubernetes (calico-policy-model 4.1)', () => {
    const robots = ingress('{ podSelector: { matchLabels: { projectcalico.org/serviceaccount: robot } } }');
    const calico = `---\napiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: { name: t }\nspec: {}\n`;
    expect(incoming(robots + calico)).toEqual(['from any pod as service account robot in shop: TCP 80']);
    expect(incoming(robots)).toEqual([
      'from pods with projectcalico.org/serviceaccount=robot in shop: TCP 80',
    ]);
  });

  it('says how much it leaves out where selectors tell too many kinds of pods apart', () => {
    const denies = Array.from(
      { length: 9 },
      (_, index) => `{ action: Deny, source: { selector: "!has(k${index}) || j${index} != 'v'" } }`,
    );
    const policy = `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: many }
spec: { types: [Ingress], ingress: [${denies.join(', ')}, { action: Allow }] }
`;
    const few = `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: few }
spec: { types: [Ingress], ingress: [${denies.slice(0, 2).join(', ')}, { action: Allow }] }
`;
    expect(findings(few)).toEqual([]);
    expect(findings(policy)).toEqual([
      expect.stringMatching(
        /^warning exposure-incomplete: .* [0-9]+ combinations of labels, namespaces and service accounts were left out/,
      ),
    ]);
  });
});
