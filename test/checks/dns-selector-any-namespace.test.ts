import { dnsSelectorAnyNamespace } from '../../src/checks/dns-selector-any-namespace';
import { globalPolicy, placesOf } from './check-fixture';

const rule = (destination: string, action = 'Allow'): string =>
  `[{ action: ${action}, protocol: UDP, destination: ${destination} }]`;
const global = (destination: string, action?: string): string =>
  globalPolicy(`{ namespaceSelector: has(a), types: [Egress], egress: ${rule(destination, action)} }`);
const local = (destination: string): string =>
  `{ apiVersion: projectcalico.org/v3, kind: NetworkPolicy, metadata: { name: p, namespace: shop }, spec: { types: [Egress], egress: ${rule(destination)} } }`;
const SELECTOR = `selector: 'k8s-app == "kube-dns"'`;

describe('dnsSelectorAnyNamespace (calico-policy-model 4.3, 6.2)', () => {
  it.each([
    ['a selector alone', global(`{ ${SELECTOR} }`)],
    ['a set', global(`{ selector: 'k8s-app in {"kube-dns", "x"}' }`)],
    ['every namespace', global(`{ ${SELECTOR}, namespaceSelector: all() }`)],
    ['every namespace in a namespaced policy', local(`{ ${SELECTOR}, namespaceSelector: all() }`)],
  ])('finds %s', (_, yaml) => {
    expect(placesOf(dnsSelectorAnyNamespace, yaml)).toEqual(['spec.egress[0].destination.selector']);
  });

  it.each([
    ['a namespace', global(`{ ${SELECTOR}, namespaceSelector: 'projectcalico.org/name == "kube-system"' }`)],
    [
      'a namespace in the selector',
      global(`{ selector: 'k8s-app == "kube-dns" && projectcalico.org/namespace == "kube-system"' }`),
    ],
    ['a namespaced policy, which stays in its namespace', local(`{ ${SELECTOR} }`)],
    ['another application', global(`{ selector: 'k8s-app == "web"' }`)],
    ['everything but DNS', global(`{ selector: 'k8s-app != "kube-dns"' }`)],
    ['a Deny', global(`{ ${SELECTOR} }`, 'Deny')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(dnsSelectorAnyNamespace, yaml)).toEqual([]);
  });
});
