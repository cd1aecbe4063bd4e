import { namespaceWithoutDefaultDeny } from '../../src/checks/namespace-without-default-deny';
import { globalPolicy, networkPolicy, placesOf, workload } from './check-fixture';

describe('namespaceWithoutDefaultDeny (intent-systems D4)', () => {
  it.each([
    [
      'a policy of its own',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        networkPolicy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }`, 'shop', 'p'),
      [''],
    ],
    [
      'a Calico policy by label',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(`{ selector: app == "a", types: [Ingress] }`, 'p'),
      [''],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(namespaceWithoutDefaultDeny, yaml)).toEqual(places);
  });

  it.each([
    [
      'a policy for every pod',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        networkPolicy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }`, 'shop', 'p') +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'shop', 'q'),
    ],
    [
      'a Calico policy for the namespace',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        globalPolicy(`{ namespaceSelector: projectcalico.org/name == "shop", types: [Ingress] }`, 'p'),
    ],
    [
      'a cluster-wide policy',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        networkPolicy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }`, 'shop', 'p') +
        `---\n{ apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: { name: b }, spec: { tier: Baseline, priority: 1, subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] } }\n`,
    ],
    [
      'workloads that are open: that is another check',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        workload('shop', 'b', { ports: '{ containerPort: 90 }', pod: '' }) +
        networkPolicy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }`, 'shop', 'p'),
    ],
    [
      'a default deny for egress only',
      workload('shop', 'a', { ports: '{ containerPort: 80 }', pod: '' }) +
        networkPolicy(`{ podSelector: {}, policyTypes: [Egress], egress: [] }`, 'shop', 'p'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(namespaceWithoutDefaultDeny, yaml)).toEqual([]);
  });
});
