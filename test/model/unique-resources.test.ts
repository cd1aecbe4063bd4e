import { constructPlace } from '../../src/model/place';
import { uniqueResources } from '../../src/model/unique-resources';
import { resourceOf } from './resource-of';

describe('uniqueResources', () => {
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' } };

  it('warns of two constructs that make the same object, and names both', () => {
    const made = ['shop/a', 'shop/b'].map((path) => ({ ...resourceOf(config), place: constructPlace(path) }));
    const { resources, findings } = uniqueResources(made);
    expect(resources).toHaveLength(1);
    expect(findings).toMatchObject([
      {
        id: 'duplicate-object',
        severity: 'warning',
        message:
          'ConfigMap/shop/c is made twice with the same content, by construct shop/a and by construct shop/b; the output has it twice',
        place: { construct: 'shop/b' },
      },
    ]);
  });

  it('keeps an info for one object in two files', () => {
    const { findings } = uniqueResources([resourceOf(config), resourceOf(config)]);
    expect(findings).toMatchObject([{ id: 'duplicate-object', severity: 'info' }]);
  });
});
