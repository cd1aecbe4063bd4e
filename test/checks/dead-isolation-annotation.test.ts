import { deadIsolationAnnotation } from '../../src/checks/dead-isolation-annotation';
import { namespace, placesOf } from './check-fixture';

describe('deadIsolationAnnotation (intent-systems L6)', () => {
  it.each([
    [
      'the annotation',
      `---\n{ apiVersion: v1, kind: Namespace, metadata: { name: shop, annotations: { net.beta.kubernetes.io/network-policy: "{}" } } }\n`,
      ['metadata.annotations.net.beta.kubernetes.io/network-policy'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(deadIsolationAnnotation, yaml)).toEqual(places);
  });

  it.each([
    [
      'another annotation',
      `---\n{ apiVersion: v1, kind: Namespace, metadata: { name: shop, annotations: { a: b } } }\n`,
    ],
    ['none', namespace('shop', '{}')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(deadIsolationAnnotation, yaml)).toEqual([]);
  });
});
