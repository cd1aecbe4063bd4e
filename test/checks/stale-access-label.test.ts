import { staleAccessLabel } from '../../src/checks/stale-access-label';
import { checkYaml, deployment } from './check-fixture';
import { ACCESS, COMPILED, SHOP, WEB, accessPolicy, orders } from './compiled-shop';

describe('staleAccessLabel (otterize-operator 10.2 W-1)', () => {
  it.each([
    ['a pod that wears the label', COMPILED + deployment('shop', 'batch', `{ app: batch, ${ACCESS} }`)],
  ])('finds %s', (_, yaml) => {
    expect(checkYaml(yaml, [staleAccessLabel]).map(({ id }) => id)).toEqual([staleAccessLabel.id]);
  });

  it.each([
    ['what compiling leaves', COMPILED],
    ['manifests without intents: nobody knows what is declared', SHOP + WEB + orders() + accessPolicy()],
  ])('is silent about %s', (_, yaml) => {
    expect(checkYaml(yaml, [staleAccessLabel])).toEqual([]);
  });
});
