import { endPortSupport } from '../../src/checks/end-port-support';
import { networkPolicy, placesOf } from './check-fixture';

describe('endPortSupport (NetworkPolicy API, endPort)', () => {
  it.each([
    [
      'the first of two policies',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 1, endPort: 9 }] }] }`,
        'shop',
        'p',
      ) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 1, endPort: 9 }] }] }`,
          'shop',
          'q',
        ),
      ['spec.ingress[0].ports[0].endPort'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(endPortSupport, yaml)).toEqual(places);
  });

  it.each([
    [
      'a range of one',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 1, endPort: 1 }] }] }`,
        'shop',
        'p',
      ),
    ],
    [
      'a port',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 1 }] }] }`,
        'shop',
        'p',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(endPortSupport, yaml)).toEqual([]);
  });
});
