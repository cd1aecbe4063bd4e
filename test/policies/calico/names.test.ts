import {
  globalPolicyNameProblem,
  inTier,
  namespacedPolicyNameProblem,
} from '../../../src/policies/calico/names';
import { parseNet, unmapped } from '../../../src/policies/calico/net';
import { printCidr } from '../../../src/model/cidr';

describe('names of Calico policies (calico-policy-model 1.4)', () => {
  it('have at most 253 characters', () => {
    for (const problem of [globalPolicyNameProblem, namespacedPolicyNameProblem]) {
      expect(problem('a'.repeat(253))).toBeUndefined();
      expect(problem('a'.repeat(254))).toContain('longer than 253');
      expect(problem('A')).toContain('lower-case');
    }
  });

  it.each([
    ['default', 'p', 'p'],
    ['t', 'p', 't.p'],
    ['t', 't.p', 't.p'],
    ['t', 'p.t.', 't.p.t.'],
    ['t', 'u.p', 't.u.p'],
  ])('in tier %s %s is %s', (tier, name, full) => {
    expect(inTier(tier, name)).toBe(full);
  });
});

describe('blocks as the validator of Calico reads them, which is that of Go', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.0.0.0/008', '10.0.0.0/8'],
    ['10.0.0.0/0', '0.0.0.0/0'],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
    ['::ffff:0.0.0.0/96', '0.0.0.0/0'],
    ['::ffff:10.0.0.0/128', '10.0.0.0/32'],
    ['fd00::/8', 'fd00::/8'],
  ])('%s is %s', (text, meant) => {
    const { cidr } = parseNet(text, { hostBits: 'mask' });
    expect(cidr && printCidr(cidr)).toBe(meant);
  });

  it.each(['10.0.0.0', '10.0.0.0/8/8', '10.0.0.0/8x', 'x/8', '10.0.0.0/33', '/8', '10.0.0.0/'])(
    '%s is none',
    (text) => {
      expect(parseNet(text, { hostBits: 'mask' }).cidr).toBeUndefined();
    },
  );

  it('takes an IPv4-mapped address for the one inside it', () => {
    expect(['::ffff:10.0.0.1', '10.0.0.1', 'fd00::1'].map(unmapped)).toEqual([
      '10.0.0.1',
      '10.0.0.1',
      'fd00::1',
    ]);
  });
});
