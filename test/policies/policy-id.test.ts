import { readPolicies } from '../../src/policies/read-policies';
import { policyId } from '../../src/policies/policy-id';
import { resourcesOf } from './resource-fixture';

const calico = (kind: string, namespace = ''): string =>
  `---\n{ apiVersion: projectcalico.org/v3, kind: ${kind}, metadata: { name: p${namespace} }, spec: {} }\n`;

describe('policyId', () => {
  it('names the object a policy was read from', () => {
    const set = readPolicies(
      resourcesOf(
        '{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: p, namespace: a }, spec: { podSelector: {} } }\n' +
          calico('NetworkPolicy', ', namespace: a') +
          calico('StagedNetworkPolicy', ', namespace: a') +
          calico('GlobalNetworkPolicy') +
          calico('StagedGlobalNetworkPolicy') +
          '---\n{ apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: { name: p }, spec: { priority: 1, subject: { namespaces: {} } } }\n',
      ),
    );
    expect([...set.kubernetes, ...set.calico, ...set.clusterWide].map(policyId)).toEqual([
      'NetworkPolicy/a/p',
      'GlobalNetworkPolicy/p',
      'StagedGlobalNetworkPolicy/p',
      'NetworkPolicy/a/p',
      'StagedNetworkPolicy/a/p',
      'AdminNetworkPolicy/p',
    ]);
  });
});
