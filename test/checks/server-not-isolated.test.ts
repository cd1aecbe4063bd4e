import { serverNotIsolated } from '../../src/checks/server-not-isolated';
import { checkYaml, deployment, networkPolicy } from './check-fixture';
import { COMPILED, SHOP, WEB, accessPolicy, intentsOfWeb, orders } from './compiled-shop';

describe('serverNotIsolated (DESIGN.md, What proof means)', () => {
  it.each([
    ['a server that lost its label', SHOP + intentsOfWeb('orders') + WEB + orders('') + accessPolicy()],
  ])('finds %s', (_, yaml) => {
    expect(checkYaml(yaml, [serverNotIsolated]).map(({ id }) => id)).toEqual([serverNotIsolated.id]);
  });

  it.each([
    ['what compiling leaves', COMPILED],
    [
      'manifests that are yet to be compiled',
      SHOP + intentsOfWeb('orders') + deployment('shop', 'web', '{ app: web }') + orders(''),
    ],
    [
      'a server that another policy isolates',
      SHOP +
        intentsOfWeb('orders') +
        WEB +
        orders('') +
        accessPolicy() +
        networkPolicy('{ podSelector: {}, policyTypes: [Ingress] }'),
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(checkYaml(yaml, [serverNotIsolated])).toEqual([]);
  });
});
