import { exemptionMissesIntentsOperator } from '../../src/checks/exemption-misses-intents-operator';
import { checkYaml, globalPolicy, namespace } from './check-fixture';

const deny = (namespaceSelector: string, rest = 'types: [Egress]'): string =>
  globalPolicy(`{ namespaceSelector: '${namespaceSelector}', ${rest} }`);
const MISSES = deny('has(projectcalico.org/name) && projectcalico.org/name not in {"kube-system"}');
const severities = (yaml: string): string[] =>
  checkYaml(yaml, [exemptionMissesIntentsOperator]).map(({ severity }) => severity);

describe('exemptionMissesIntentsOperator (calico-policy-model 6.2, row 13)', () => {
  it('is an info as long as nothing tells that the operator is there', () => {
    expect(severities(MISSES)).toEqual(['info']);
    expect(severities(deny('projectcalico.org/name != "kube-system"'))).toEqual(['info']);
  });

  it.each([
    ['its namespace', namespace('otterize-system')],
    [
      'intents',
      '---\n{ apiVersion: k8s.otterize.com/v2beta1, kind: ClientIntents, metadata: { name: a, namespace: b }, spec: {} }\n',
    ],
    [
      'a policy that spares it',
      globalPolicy(
        `{ namespaceSelector: 'projectcalico.org/name != "otterize-system"', types: [Ingress] }`,
        'q',
      ),
    ],
  ])('is a warning when the input has %s', (_, more) => {
    expect(severities(MISSES + more)).toEqual(['warning']);
  });

  it.each([
    ['the namespace in the list', deny('projectcalico.org/name not in {"kube-system", "otterize-system"}')],
    [
      'a label that the namespace has',
      deny('!has(infra) && projectcalico.org/name != "kube-system"') +
        namespace('otterize-system', '{ infra: "true" }'),
    ],
    ['no list of exceptions', deny('has(tenant)')],
    [
      'a policy that lets all pass',
      deny('projectcalico.org/name != "kube-system"', 'types: [Egress], egress: [{ action: Allow }]'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(severities(yaml)).toEqual([]);
  });
});
