import { calicoIcmpCode } from '../../src/checks/calico-icmp-code';
import { checkYaml, placesOf } from './check-fixture';

const policy = (rule: string, kind = 'GlobalNetworkPolicy'): string =>
  `{ apiVersion: projectcalico.org/v3, kind: ${kind}, metadata: { name: p }, spec: { types: [Ingress, Egress], ${rule} } }`;

describe('calicoIcmpCode (test/dataplane: the nftables data plane of Calico 3.31 cannot hold an ICMP code)', () => {
  it.each([
    [
      'icmp',
      policy('ingress: [{ action: Allow }, { action: Allow, protocol: ICMP, icmp: { type: 3, code: 1 } }]'),
      'spec.ingress[1].icmp.code',
    ],
    [
      'notICMP, on the way out',
      policy('egress: [{ action: Allow, protocol: ICMPv6, notICMP: { type: 1, code: 0 } }]'),
      'spec.egress[0].notICMP.code',
    ],
  ])('finds a code in %s', (_, yaml, place) => {
    expect(placesOf(calicoIcmpCode, yaml)).toEqual([place]);
  });

  it('says what follows, and what follows of a staged policy', () => {
    const rule = 'ingress: [{ action: Deny, protocol: ICMP, icmp: { type: 8, code: 0 } }]';
    const [enforced] = checkYaml(policy(rule), [calicoIcmpCode]);
    expect(enforced?.message).toContain('names the ICMP code 0 of type 8');
    expect(enforced?.message).toContain('everything passes');
    expect(enforced?.message).not.toContain('As long as the policy is staged');
    const [staged] = checkYaml(policy(rule, 'StagedGlobalNetworkPolicy'), [calicoIcmpCode]);
    expect(staged?.message).toContain('As long as the policy is staged, nothing happens');
  });

  it.each([
    ['a type alone', policy('ingress: [{ action: Allow, protocol: ICMP, icmp: { type: 8 } }]')],
    ['ICMP as a whole', policy('ingress: [{ action: Allow, protocol: ICMP }]')],
  ])('is silent about %s', (_, yaml) => {
    expect(placesOf(calicoIcmpCode, yaml)).toEqual([]);
  });
});
