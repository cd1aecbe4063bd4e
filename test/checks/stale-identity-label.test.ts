import { staleIdentityLabel } from '../../src/checks/stale-identity-label';
import { checkYaml, deployment } from './check-fixture';
import { COMPILED, ORDERS, SHOP, WEB, orders } from './compiled-shop';

describe('staleIdentityLabel (otterize-operator 10.2 W-1)', () => {
  it.each([
    [
      'a pod that wears the identity of another',
      COMPILED + deployment('shop', 'batch', `{ app: batch, ${ORDERS} }`),
    ],
  ])('finds %s', (_, yaml) => {
    expect(checkYaml(yaml, [staleIdentityLabel]).map(({ id }) => id)).toEqual([staleIdentityLabel.id]);
  });

  it.each([
    ['what compiling leaves', COMPILED],
    [
      'manifests without intents',
      SHOP + WEB + orders() + deployment('shop', 'batch', `{ app: batch, ${ORDERS} }`),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(checkYaml(yaml, [staleIdentityLabel])).toEqual([]);
  });
});
