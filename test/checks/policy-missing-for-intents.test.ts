import { policyMissingForIntents } from '../../src/checks/policy-missing-for-intents';
import { checkYaml, deployment } from './check-fixture';
import { COMPILED, SHOP, WEB, intentsOfWeb, orders } from './compiled-shop';

describe('policyMissingForIntents (drift between intents and policies)', () => {
  it.each([
    [
      'an intent whose policy is not there',
      COMPILED.replace(intentsOfWeb('orders'), intentsOfWeb('orders', 'batch')) +
        deployment('shop', 'batch', '{ app: batch }'),
    ],
  ])('finds %s', (_, yaml) => {
    expect(checkYaml(yaml, [policyMissingForIntents]).map(({ id }) => id)).toEqual([
      policyMissingForIntents.id,
    ]);
  });

  it.each([
    ['what compiling leaves', COMPILED],
    ['manifests that are yet to be compiled', SHOP + intentsOfWeb('orders') + WEB + orders()],
  ])('is silent about %s', (_, yaml) => {
    expect(checkYaml(yaml, [policyMissingForIntents])).toEqual([]);
  });
});
