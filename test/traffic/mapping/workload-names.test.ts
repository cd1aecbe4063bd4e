import type { FlowEnd } from '../../../src/traffic/flow-record';
import { flow, inventoryOf, mapped, SHOP } from './mapping-fixture';

/** Which workload the names of an end stand for. */
function named(end: FlowEnd, manifests = SHOP): string {
  const record = flow(' 203.0.113.9:443', { source: { namespace: 'shop', ...end } });
  return mapped(record, inventoryOf([], {}, manifests)).replace(/^call | -> \S+ \d+/g, '');
}

describe('names in flow logs', () => {
  it('are those of workloads, with or without a kind', () => {
    expect(named({ workload: { name: 'cart' } })).toBe('shop/cart[Deployment]');
    expect(named({ workload: { name: 'cart', kind: 'Deployment' } })).toBe('shop/cart[Deployment]');
    expect(named({ workload: { name: 'cart', kind: 'StatefulSet' } })).toMatch(/^elsewhere pod shop\/cart/);
  });

  it('are those of the ReplicaSet or the Job between', () => {
    expect(named({ workload: { name: 'cart-5d4f8c7b9', kind: 'ReplicaSet' } })).toBe('shop/cart[Deployment]');
    expect(named({ workload: { name: 'report-29012345', kind: 'Job' } })).toBe('shop/report[CronJob]');
  });

  it.each([
    ['cart-5d4f8c7b9-x2z4v', 'shop/cart[Deployment] doubts 1'],
    ['db-0', 'shop/db[StatefulSet] doubts 1'],
    ['report-29012345-x2z4v', 'shop/report[CronJob] doubts 1'],
    // Vowels and 0, 1, 3 are in no name that Kubernetes makes up.
    ['cart-5d4f8c7b9-aeiou', 'elsewhere pod shop/cart-5d4f8c7b9-aeiou'],
    ['cart-0', 'elsewhere pod shop/cart-0'],
    ['db-5d4f8c7b9-x2z4v', 'elsewhere pod shop/db-5d4f8c7b9-x2z4v'],
  ])('of the pod %s are those of %s', (name, expected) => {
    expect(named({ pod: name })).toBe(expected);
  });

  it('are what names of pods begin with', () => {
    expect(named({ podPrefix: 'cart-5d4f8c7b9-' })).toBe('shop/cart[Deployment] doubts 1');
  });

  it('are not certain where two workloads could have made the pod', () => {
    const twin = `apiVersion: apps/v1
kind: DaemonSet
metadata: { name: cart-5d4f8c7b9, namespace: shop }
spec: { template: { metadata: { labels: { app: twin } }, spec: { containers: [{ name: c }] } } }
`;
    expect(named({ pod: 'cart-5d4f8c7b9-x2z4v' }, `${SHOP}---\n${twin}`)).toBe(
      'several-workloads: shop/cart-5d4f8c7b9-x2z4v',
    );
  });

  it('may be labels alone, which is a doubt', () => {
    expect(named({ labels: ['k8s:app=cart', 'k8s:extra=1'] })).toBe('shop/cart[Deployment] doubts 2');
    expect(named({ labels: ['k8s:app=cart2'] })).toMatch(/^elsewhere/);
    expect(named({ labels: ['reserved:host'] })).toMatch(/^elsewhere/);
  });

  it('that are keys of every object are names like others', () => {
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(named({ workload: { name } })).toMatch(/^elsewhere/);
  });
});
