import { StepTable } from '../../../src/reachability/sets/steps';
import { World } from '../world';

/** Namespaces with a default deny each, two workloads in each, and two global policies of one tier over all of them. */
function world(namespaces: number): World {
  const documents = Array.from(
    { length: namespaces },
    (_, index) => `
apiVersion: v1
kind: Namespace
metadata: { name: ns-${index} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ns-${index} }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: main, image: x }] } } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: ns-${index} }
spec: { selector: { matchLabels: { app: api } }, template: { metadata: { labels: { app: api } }, spec: { containers: [{ name: main, image: x }] } } }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: default-deny, namespace: ns-${index} }
spec: { podSelector: {}, policyTypes: [Ingress] }
`,
  );
  const policy = (name: string, order: number, action: string, source: string): string => `
apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata: { name: ${name} }
spec:
  order: ${order}
  types: [Ingress]
  ingress: [{ action: ${action}, source: { ${source} } }]
`;
  const global = [
    policy('office', 500, 'Deny', 'nets: [10.1.0.0/16]'),
    policy('web', 2000, 'Allow', "selector: app == 'web'"),
  ];
  return new World([...documents, ...global].join('---\n'));
}

/** How many functions are put together to answer everything, equal ones counted each time. */
function functionsMade(namespaces: number): number {
  const made = jest.spyOn(StepTable.prototype, 'done');
  try {
    const { reachability } = world(namespaces);
    expect(reachability.groups().length).toBeGreaterThan(0);
    return made.mock.calls.length;
  } finally {
    made.mockRestore();
  }
}

describe('Working programs out', () => {
  it('takes no more where more namespaces have a policy that only isolates', () => {
    expect(functionsMade(30)).toBe(functionsMade(3));
  });

  it('makes no function for each policy on the way where there are few peers', () => {
    // The constants and places of the whole evaluation, and one function for the one program there is.
    expect(functionsMade(3)).toBeLessThanOrEqual(10);
  });

  it('has the policies of a namespace decide all the same', () => {
    const shop = world(3);
    expect(shop.ask('ns-0/web', 'ns-1/api')).toBe('allow');
    expect(shop.ask('ns-0/api', 'ns-1/web')).toBe('deny');
    expect(shop.ask('10.1.2.3', 'ns-1/web')).toBe('deny');
  });
});
