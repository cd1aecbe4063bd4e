import { duplicateItem } from '../../src/checks/duplicate-item';
import { globalPolicy, networkPolicy, placesOf } from './check-fixture';

describe('duplicate-item', () => {
  it('finds the second of two equal items, whatever the order of their fields', () => {
    const spec =
      '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }, { ipBlock: { cidr: 10.0.0.0/8 } }, { podSelector: {} }], ports: [{ port: 1, protocol: TCP }, { protocol: TCP, port: 1 }] }] }';
    expect(placesOf(duplicateItem, networkPolicy(spec))).toEqual([
      'spec.ingress[0].from[2]',
      'spec.ingress[0].ports[1]',
    ]);
  });

  it('tells items apart that differ in anything', () => {
    const spec =
      '{ podSelector: {}, ingress: [{ ports: [{ port: 80, protocol: TCP }, { port: 80, protocol: UDP }, { port: 80 }] }] }';
    expect(placesOf(duplicateItem, networkPolicy(spec))).toEqual([]);
  });

  it('leaves rules alone, whose order counts in Calico, and lists outside of policies', () => {
    const rule = '{ action: Allow, protocol: TCP }';
    expect(placesOf(duplicateItem, globalPolicy(`{ ingress: [${rule}, ${rule}] }`))).toEqual([]);
    const configMap =
      '---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: a, namespace: b }, spec: { ports: [1, 1] } }\n';
    expect(placesOf(duplicateItem, configMap)).toEqual([]);
  });

  it('finds blocks of Calico and values of selectors', () => {
    const calico = '{ egress: [{ action: Deny, destination: { nets: [10.0.0.0/8, 10.0.0.0/8] } }] }';
    expect(placesOf(duplicateItem, globalPolicy(calico))).toEqual(['spec.egress[0].destination.nets[1]']);
    const values = '{ podSelector: { matchExpressions: [{ key: a, operator: In, values: [x, y, x] }] } }';
    expect(placesOf(duplicateItem, networkPolicy(values))).toEqual([
      'spec.podSelector.matchExpressions[0].values[2]',
    ]);
  });

  it('says nothing of what is inside of an item that goes', () => {
    const peer = '{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.1.0.0/16] } }';
    expect(
      placesOf(duplicateItem, networkPolicy(`{ podSelector: {}, ingress: [{ from: [${peer}, ${peer}] }] }`)),
    ).toEqual(['spec.ingress[0].from[0].ipBlock.except[1]', 'spec.ingress[0].from[1]']);
  });
});
