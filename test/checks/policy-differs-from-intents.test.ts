import { policyDiffersFromIntents } from '../../src/checks/policy-differs-from-intents';
import { checkYaml } from './check-fixture';
import { COMPILED, SHOP, WEB, accessPolicy, intentsOfWeb, orders } from './compiled-shop';

describe('policyDiffersFromIntents (drift between intents and policies)', () => {
  it.each([
    [
      'a policy that lets everybody of the namespace in',
      SHOP + intentsOfWeb('orders') + WEB + orders() + accessPolicy({ pods: '{}' }),
    ],
  ])('finds %s', (_, yaml) => {
    expect(checkYaml(yaml, [policyDiffersFromIntents]).map(({ id }) => id)).toEqual([
      policyDiffersFromIntents.id,
    ]);
  });

  it.each([
    ['what compiling leaves', COMPILED],
    ['manifests without intents', SHOP + WEB + orders() + accessPolicy({ pods: '{}' })],
    [
      'a policy of another profile',
      SHOP +
        intentsOfWeb('orders') +
        WEB +
        orders() +
        accessPolicy({ pods: '{}', label: 'orders-shop-752c51' }),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(checkYaml(yaml, [policyDiffersFromIntents])).toEqual([]);
  });
});
