import { buildCluster } from '../../../src/model/build-cluster';
import { readPolicies } from '../../../src/policies/read-policies';
import { exposureOf } from '../../../src/reports/connectivity/exposure';
import { exposureText } from '../../../src/reports/connectivity/exposure-text';
import { readManifests } from '../../../src/sources/manifest';

const SERVER = `
apiVersion: v1
kind: Pod
metadata: { name: server, namespace: shop, labels: { app: server } }
spec: { containers: [] }
---
`;

function incoming(policies: string): string[] {
  const { resources, findings } = readManifests(SERVER + policies, { file: 'x' });
  expect(findings).toEqual([]);
  const cluster = buildCluster(resources);
  const exposures = exposureOf(cluster, readPolicies(cluster.resources), {});
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
      ['from pods with app=a in namespaces with team=t: TCP 80'],
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
});
