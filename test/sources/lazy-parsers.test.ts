import type * as manifest from '../../src/sources/manifest';

const YAML = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n';
const JSON_TEXT = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"}}';

/** The reader in a world where these packages cannot be loaded. */
function readerWithout(...packages: string[]): typeof manifest {
  for (const name of packages) {
    jest.doMock(name, () => {
      throw new Error(`${name} was loaded`);
    });
  }
  return jest.requireActual<typeof manifest>('../../src/sources/manifest');
}

describe('parsers of YAML, which take a good part of a short run to load', () => {
  beforeEach(() => {
    jest.resetModules();
  });
  afterEach(() => {
    jest.dontMock('yaml').dontMock('js-yaml');
  });

  it('are not loaded for JSON', () => {
    const { resources } = readerWithout('yaml', 'js-yaml').readManifests(JSON_TEXT, { file: 'x.json' });
    expect(resources).toMatchObject([{ name: 'x', place: { line: 1 } }]);
  });

  it('of lines inside a document is loaded only when such a line is asked for', () => {
    const { resources } = readerWithout('yaml').readManifests(YAML, { file: 'x.yaml' });
    expect(resources).toMatchObject([{ name: 'x', place: { line: 1 } }]);
    expect(() => resources[0]?.place.at(['kind']).line).toThrow('yaml was loaded');
  });

  it('are loaded where they are needed', () => {
    const { resources } = readerWithout().readManifests(YAML, { file: 'x.yaml' });
    expect(resources[0]?.place.at(['kind']).line).toBe(2);
  });
});
