import { stalePolicy } from '../../src/checks/stale-policy';
import { checkYaml } from './check-fixture';
import { COMPILED, SHOP, WEB, accessPolicy, orders } from './compiled-shop';

describe('stalePolicy (drift between intents and policies)', () => {
  it.each([
    [
      'a policy of a namespace that calls no more',
      COMPILED + accessPolicy({ name: 'access-to-orders-from-front' }),
    ],
  ])('finds %s', (_, yaml) => {
    expect(checkYaml(yaml, [stalePolicy]).map(({ id }) => id)).toEqual([stalePolicy.id]);
  });

  it.each([
    ['what compiling leaves', COMPILED],
    ['manifests without intents', SHOP + WEB + orders() + accessPolicy()],
    ['a policy that follows from options', COMPILED + accessPolicy({ name: 'egress-from-web' })],
    ['a policy of another profile', COMPILED + accessPolicy({ name: 'access-to-x-from-y', label: 'x' })],
  ])('is silent about %s', (_, yaml) => {
    expect(checkYaml(yaml, [stalePolicy])).toEqual([]);
  });
});
