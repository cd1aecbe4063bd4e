import { sctpSupport } from '../../src/checks/sctp-support';
import { networkPolicy, placesOf } from './check-fixture';

describe('sctpSupport (NetworkPolicy API, protocol)', () => {
  it.each([
    [
      'the first of two policies',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 1, protocol: SCTP }] }] }`,
        'shop',
        'p',
      ) +
        networkPolicy(
          `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ protocol: SCTP }] }] }`,
          'shop',
          'q',
        ),
      ['spec.ingress[0].ports[0].protocol'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(sctpSupport, yaml)).toEqual(places);
  });

  it.each([
    [
      'TCP',
      networkPolicy(
        `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ ports: [{ port: 1 }] }] }`,
        'shop',
        'p',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(sctpSupport, yaml)).toEqual([]);
  });
});
