import { policyOnFinishedPods } from '../../src/checks/policy-on-finished-pods';
import { networkPolicy, placesOf, workload } from './check-fixture';

describe('policyOnFinishedPods (the model: what has run to its end has no network)', () => {
  it.each([
    [
      'a Job that is done',
      `---\n{ apiVersion: batch/v1, kind: Job, metadata: { name: a, namespace: shop }, spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }, status: { conditions: [{ type: Complete, status: "True" }] } }\n` +
        networkPolicy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }`, 'shop', 'p'),
      ['spec.podSelector'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(policyOnFinishedPods, yaml)).toEqual(places);
  });

  it.each([
    [
      'a running workload beside it',
      `---\n{ apiVersion: batch/v1, kind: Job, metadata: { name: a, namespace: shop }, spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }, status: { conditions: [{ type: Complete, status: "True" }] } }\n` +
        workload('shop', 'b', { ports: '', pod: '', labels: '{ app: a }' }) +
        networkPolicy(`{ podSelector: { matchLabels: { app: a } }, policyTypes: [Ingress] }`, 'shop', 'p'),
    ],
    [
      'a policy for every pod',
      `---\n{ apiVersion: batch/v1, kind: Job, metadata: { name: a, namespace: shop }, spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }, status: { conditions: [{ type: Complete, status: "True" }] } }\n` +
        networkPolicy(`{ podSelector: {}, policyTypes: [Ingress], ingress: [] }`, 'shop', 'p'),
    ],
    [
      'a policy for nobody',
      `---\n{ apiVersion: batch/v1, kind: Job, metadata: { name: a, namespace: shop }, spec: { template: { metadata: { labels: { app: a } }, spec: { containers: [{ name: a, image: a }] } } }, status: { conditions: [{ type: Complete, status: "True" }] } }\n` +
        networkPolicy(`{ podSelector: { matchLabels: { app: b } }, policyTypes: [Ingress] }`, 'shop', 'p'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(policyOnFinishedPods, yaml)).toEqual([]);
  });
});
