import { selectsHostEndpoints } from '../../src/checks/selects-host-endpoints';
import { globalPolicy, placesOf } from './check-fixture';

describe('selectsHostEndpoints (calico-policy-model 4.2, 4.3, 8 item 1)', () => {
  it.each([
    ['no selector at all', '{ types: [Ingress] }', 'spec.selector'],
    ['all()', '{ selector: all(), types: [Ingress] }', 'spec.selector'],
    [
      'a namespace by what it is not',
      `{ namespaceSelector: 'projectcalico.org/name != "kube-system"', types: [Ingress] }`,
      'spec.namespaceSelector',
    ],
    [
      'a label that must be missing',
      '{ namespaceSelector: "!has(env)", types: [Ingress] }',
      'spec.namespaceSelector',
    ],
  ])('finds %s', (_, spec, place) => {
    expect(placesOf(selectsHostEndpoints, globalPolicy(spec))).toEqual([place]);
  });

  it.each([
    [
      'has() before the negative',
      `{ namespaceSelector: 'has(projectcalico.org/name) && projectcalico.org/name != "x"', types: [Ingress] }`,
    ],
    ['all() as namespaceSelector', '{ namespaceSelector: all(), types: [Ingress] }'],
    [
      'all() beside a namespaceSelector',
      '{ selector: all(), namespaceSelector: has(env), types: [Ingress] }',
    ],
    ['a label that must be there', `{ selector: 'role == "db"', types: [Ingress] }`],
    ['service accounts', '{ serviceAccountSelector: all(), types: [Ingress] }'],
    ['a policy for hosts', '{ types: [Ingress], applyOnForward: true }'],
  ])('is silent about %s', (_, spec) => {
    expect(placesOf(selectsHostEndpoints, globalPolicy(spec))).toEqual([]);
  });
});
