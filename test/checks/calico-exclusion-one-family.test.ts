import { calicoExclusionOneFamily } from '../../src/checks/calico-exclusion-one-family';
import { globalPolicy, placesOf } from './check-fixture';

describe('calicoExclusionOneFamily (calico-policy-model 5.5)', () => {
  it.each([
    [
      'IPv4 only',
      globalPolicy(
        `{ types: [Egress], egress: [{ action: Deny, destination: { notNets: [10.0.0.0/8] } }] }`,
        'p',
      ),
      ['spec.egress[0].destination.notNets'],
    ],
  ])('finds %s', (_, yaml, places) => {
    expect(placesOf(calicoExclusionOneFamily, yaml)).toEqual(places);
  });

  it.each([
    [
      'ipVersion',
      globalPolicy(
        `{ types: [Egress], egress: [{ action: Deny, ipVersion: 4, destination: { notNets: [10.0.0.0/8] } }] }`,
        'p',
      ),
    ],
    [
      'nets, which say the version',
      globalPolicy(
        `{ types: [Egress], egress: [{ action: Deny, destination: { nets: [0.0.0.0/0], notNets: [10.0.0.0/8] } }] }`,
        'p',
      ),
    ],
    [
      'a twin for IPv6',
      globalPolicy(
        `{ types: [Egress], egress: [{ action: Deny, destination: { notNets: [10.0.0.0/8] } }, { action: Deny, destination: { notNets: ["fc00::/7"] } }] }`,
        'p',
      ),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(calicoExclusionOneFamily, yaml)).toEqual([]);
  });
});
