import { andOrPeer } from '../../src/checks/and-or-peer';
import { checkYaml, deployment, namespace, networkPolicy, placesOf } from './check-fixture';

const NS = '{ namespaceSelector: { matchLabels: { env: prod } } }';
const POD = '{ podSelector: { matchLabels: { app: web } } }';
const policy = (items: string): string =>
  networkPolicy(`{ podSelector: { matchLabels: { app: db } }, ingress: [{ from: [${items}] }] }`);

describe('andOrPeer (intent-systems D1)', () => {
  it.each([
    ['two items', policy(`${NS}, ${POD}`), 'spec.ingress[0].from[1]'],
    ['two items the other way round', policy(`${POD}, ${NS}`), 'spec.ingress[0].from[1]'],
    [
      'two items and a block',
      policy(`${NS}, ${POD}, { ipBlock: { cidr: 10.0.0.0/8 } }`),
      'spec.ingress[0].from[1]',
    ],
    [
      'every namespace, which makes the second item idle',
      policy(`{ namespaceSelector: {} }, ${POD}`),
      'spec.ingress[0].from[1]',
    ],
    [
      'egress',
      networkPolicy(`{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${NS}, ${POD}] }] }`),
      'spec.egress[0].to[1]',
    ],
  ])('finds %s', (_, yaml, place) => {
    expect(placesOf(andOrPeer, yaml)).toEqual([place]);
  });

  it.each([
    ['one item', policy('{ namespaceSelector: {}, podSelector: { matchLabels: { app: web } } }')],
    ['a namespace alone', policy(NS)],
    ['all pods of the own namespace beside another namespace', policy(`${NS}, { podSelector: {} }`)],
    [
      'peers of the same application beside another namespace',
      policy(`${NS}, { podSelector: { matchLabels: { app: db } } }`),
    ],
    ['an enumeration of pods', policy(`${NS}, ${POD}, { podSelector: { matchLabels: { app: api } } }`)],
    [
      'an enumeration of namespaces',
      policy(`${NS}, { namespaceSelector: { matchLabels: { env: ops } } }, ${POD}`),
    ],
    [
      'an author who combines selectors elsewhere',
      policy(`${NS}, ${POD}, { namespaceSelector: {}, podSelector: { matchLabels: { app: x } } }`),
    ],
    ['two rules', networkPolicy(`{ podSelector: {}, ingress: [{ from: [${NS}] }, { from: [${POD}] }] }`)],
    [
      'rules of a direction that is not in force',
      networkPolicy(`{ podSelector: {}, policyTypes: [Egress], ingress: [{ from: [${NS}, ${POD}] }] }`),
    ],
    [
      'pods that exist in the own namespace and not in the others',
      policy(`${NS}, ${POD}`) +
        deployment('shop', 'web', '{ app: web }') +
        namespace('ops', '{ env: prod }') +
        deployment('ops', 'x', '{ app: x }'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(andOrPeer, yaml)).toEqual([]);
  });

  it('names who gets in besides', () => {
    const [finding] = checkYaml(
      policy(`${NS}, ${POD}`) +
        namespace('ops', '{ env: prod }') +
        deployment('ops', 'web', '{ app: web }') +
        deployment('ops', 'batch', '{ app: batch }'),
      [andOrPeer],
    );
    expect(finding?.message).toContain('every pod of every namespace with env=prod (ops/batch[Deployment])');
    expect(finding?.message).toContain('pods with app=web of shop itself');
  });
});
