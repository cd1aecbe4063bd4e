import { deployment, lines, policy, read, service } from './proof-fixture';
import type { DeclaredExternal, GeneratedPolicy, LabelledPods } from '../../src/compiler/compilation';
import { findUnlistedAccess } from '../../src/proof/unlisted-access';

const WEB = deployment('web', { port: 8080 }) + deployment('gate') + service('web');

function open(name: string, rules: string): string {
  return policy(
    name,
    `podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [${rules}]`,
  );
}

function found(
  yaml: string,
  { generated = [], callers, pods }: { generated?: string[]; callers?: string; pods?: LabelledPods } = {},
): string[] {
  const { cluster, policies, reachability } = read(WEB + yaml);
  const [server] = cluster.workloads.filter(({ name }) => name === 'web');
  const [through] = cluster.services;
  if (server === undefined || through === undefined) throw new Error('the fixture has no web');
  const way: DeclaredExternal = {
    server,
    service: through,
    ports: [{ protocol: 'TCP', port: 8080 }],
    ...(callers === 'anyone' || callers === undefined
      ? {}
      : { callers: { workloads: [], namespaces: [callers], ranges: [] } }),
    ...(pods === undefined ? {} : { callers: { workloads: [], namespaces: [], ranges: [], pods: [pods] } }),
  };
  return lines(
    findUnlistedAccess({
      cluster,
      policies,
      options: {},
      reachability,
      generated: generated.map((name): GeneratedPolicy => ({
        namespace: 'shop',
        name,
        manifest: {},
        causes: [],
      })),
      external: callers === undefined && pods === undefined ? [] : [way],
      severityOf: () => 'warning',
    }),
  );
}

const ANY = '{ namespaceSelector: {} }';
const says = (name: string, example: string, ports: string): string =>
  `warning undeclared-access: NetworkPolicy/shop/${name} lets pods that are not in these manifests (for example ${example}) reach shop/web[Deployment] on ${ports}, which no intent declares`;

describe('findUnlistedAccess', () => {
  it('finds the pods of any namespace that a policy lets in, on the ports that it opens', () => {
    expect(found(open('hw', `{ from: [${ANY}], ports: [{ port: 8080 }] }`))).toEqual([
      says('hw', 'one without labels in any other namespace', 'TCP 8080'),
    ]);
  });

  it('says once what a narrower rule of the same policy says again', () => {
    const narrower = '{ namespaceSelector: {}, podSelector: { matchLabels: { app: probe } } }';
    expect(found(open('hw', `{ from: [${ANY}, ${narrower}] }`))).toHaveLength(1);
  });

  it('passes over pods that a way in declares by their labels, in their namespace only', () => {
    const gateway = `{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: edge } }, podSelector: { matchLabels: { gw: public } } }`;
    const policies = open('hw', `{ from: [${gateway}], ports: [{ port: 8080 }] }`);
    const pods = (namespace: string, gw: string): LabelledPods => ({ namespace, labels: { gw } });
    expect(found(policies, { pods: pods('edge', 'public') })).toEqual([]);
    expect(found(policies, { pods: pods('other', 'public') })).toHaveLength(1);
    expect(found(policies, { pods: pods('edge', 'private') })).toHaveLength(1);
  });

  it('passes over policies of the compiler', () => {
    expect(found(open('hw', `{ from: [${ANY}] }`), { generated: ['hw'] })).toEqual([]);
  });

  it('passes over labels that a workload of the manifests wears: the workload itself is judged', () => {
    const gate = '{ podSelector: { matchLabels: { app: gate } } }';
    expect(found(open('hw', `{ from: [${gate}] }`))).toEqual([]);
    const elsewhere =
      '{ namespaceSelector: { matchLabels: { team: x } }, podSelector: { matchLabels: { app: gate } } }';
    expect(found(open('hw', `{ from: [${elsewhere}] }`))).toEqual([
      says('hw', 'one with app=gate in a namespace with team=x', 'every port and protocol'),
    ]);
  });

  it('takes away what a Service offers to anyone, or to the namespace of an ingress controller', () => {
    const rule = `{ from: [${ANY}], ports: [{ port: 8080 }] }`;
    expect(found(open('hw', rule), { callers: 'anyone' })).toEqual([]);
    expect(found(open('hw', rule), { callers: 'ingress' })).toHaveLength(1);
    const only =
      '{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress } } }], ports: [{ port: 8080 }] }';
    expect(found(open('hw', only), { callers: 'ingress' })).toEqual([]);
  });

  it('is silent about rules that a policy of an earlier tier overrules (calico-policy-model 5.1)', () => {
    const tier = `
---
apiVersion: projectcalico.org/v3
kind: Tier
metadata: { name: first }
spec: { order: 10 }
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: first.deny }
spec: { tier: first, selector: app == 'web', types: [Ingress], ingress: [{ action: Deny }] }
`;
    expect(found(tier + open('hw', `{ from: [${ANY}] }`))).toEqual([]);
  });

  it('finds what Calico policies let in', () => {
    const calico = `
---
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: probes }
spec:
  tier: default
  selector: app == 'web'
  types: [Ingress]
  ingress: [{ action: Allow, source: { selector: role == 'probe', namespaceSelector: all() } }]
`;
    expect(found(calico)).toEqual([
      expect.stringMatching(
        /^warning undeclared-access: GlobalNetworkPolicy\/.*probes lets .* one with role=probe in any other namespace/,
      ),
    ]);
  });

  it('has nothing to do where rules speak of addresses or of anyone', () => {
    expect(found(open('hw', '{}'))).toEqual([]);
    expect(found(open('hw', '{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }'))).toEqual([]);
  });
});
