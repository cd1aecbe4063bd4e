import { buildCluster } from '../../src/model/build-cluster';
import { readPolicies } from '../../src/policies/read-policies';
import { checkInput } from '../../src/checks/check-input';
import { evaluate } from '../../src/reachability/evaluate';
import type { CniProfileName } from '../../src/reachability/reachability';
import { resourcesOf } from '../policies/resource-fixture';

/** Checks that say of a selector that it matches nothing. */
const EMPTY = [
  'namespace-selector-matches-nothing',
  'peer-matches-nothing',
  'peer-in-other-namespace',
  'policy-selects-nothing',
];

const OBJECTS = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: a } }
---
apiVersion: v1
kind: Namespace
metadata: { name: other }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: robot, namespace: shop, labels: { role: ops } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web, projectcalico.org/serviceaccount: forged } }
spec: { serviceAccountName: robot, containers: [{ name: main, image: x }] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: other, labels: { app: db } }
spec: { containers: [{ name: main, image: x }] }
`;

function found(cni: CniProfileName, spec: string): string[] {
  const policy = `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: p, namespace: shop }\nspec: { ${spec} }\n`;
  const cluster = buildCluster(resourcesOf(OBJECTS + policy));
  const policies = readPolicies(cluster.resources);
  const options = { cni };
  const reachability = evaluate(cluster, policies, options);
  return checkInput({ cluster, policies, reachability, options })
    .map(({ id }) => id)
    .filter((id) => EMPTY.includes(id));
}

const subject = (labels: string): string => `podSelector: { matchLabels: { ${labels} } }`;
const peer = (from: string): string => `podSelector: {}, ingress: [{ from: [{ ${from} }] }]`;
const pods = (labels: string): string => peer(`podSelector: { matchLabels: { ${labels} } }`);

describe('checks of selectors and the labels that Calico sets (calico-policy-model 4.1 and 5.1)', () => {
  it.each([
    ['of the account', subject('projectcalico.org/serviceaccount: robot'), 'policy-selects-nothing'],
    ['of the namespace', subject('projectcalico.org/namespace: shop'), 'policy-selects-nothing'],
    ['of the orchestrator', subject('projectcalico.org/orchestrator: k8s'), 'policy-selects-nothing'],
    ['behind pcns.', subject('pcns.team: a'), 'policy-selects-nothing'],
    ['behind pcsa.', subject('pcsa.role: ops'), 'policy-selects-nothing'],
    ['of the account, at a peer', pods('projectcalico.org/serviceaccount: robot'), 'peer-matches-nothing'],
    [
      'of the name of a namespace',
      peer('namespaceSelector: { matchLabels: { projectcalico.org/name: other } }'),
      'namespace-selector-matches-nothing',
    ],
  ])('%s: it is there where Calico enforces, and not elsewhere', (_, spec, id) => {
    expect(found('calico', spec)).toEqual([]);
    expect(found('calico-nftables', spec)).toEqual([]);
    expect(found('kubernetes', spec)).toEqual([id]);
    expect(found('kube-network-policies', spec)).toEqual([id]);
  });

  it.each([
    ['of the account', subject('projectcalico.org/serviceaccount: forged'), 'policy-selects-nothing'],
    ['at a peer', pods('projectcalico.org/serviceaccount: forged'), 'peer-matches-nothing'],
  ])('%s: what a pod claims counts only where Calico does not enforce', (_, spec, id) => {
    expect(found('calico', spec)).toEqual([id]);
    expect(found('kubernetes', spec)).toEqual([]);
  });

  it.each([
    ['policy-selects-nothing', subject('projectcalico.org/serviceaccount: spare')],
    ['policy-selects-nothing', subject('pcns.team: b')],
    ['peer-matches-nothing', pods('projectcalico.org/namespace: shops')],
    [
      'namespace-selector-matches-nothing',
      peer('namespaceSelector: { matchLabels: { projectcalico.org/name: others } }'),
    ],
  ])('%s: a value that nobody has is found under both', (id, spec) => {
    expect(found('calico', spec)).toEqual([id]);
    expect(found('kubernetes', spec)).toEqual([id]);
  });

  it('is told of the peer that another namespace has, by its label', () => {
    const elsewhere = pods('projectcalico.org/namespace: other');
    // No pod of this namespace can have it, but those of the other have.
    expect(found('calico', elsewhere)).toEqual(['peer-in-other-namespace']);
    expect(found('kubernetes', elsewhere)).toEqual(['peer-matches-nothing']);
  });
});
