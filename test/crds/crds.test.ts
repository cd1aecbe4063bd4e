import { objectSchemas, shippedCrds, specSchema, type Schema } from './crd-file';
import { VERSIONS, wholeIntents, wholeProtection } from './whole-objects';
import { readIntents } from '../../src/intents/read-intents';
import { HTTP_METHODS, KAFKA_OPERATIONS, SQL_OPERATIONS } from '../../src/intents/word-list';
import { readManifests } from '../../src/sources/manifest';

function read(...objects: readonly object[]): ReturnType<typeof readIntents> {
  const text = objects.map((object) => JSON.stringify(object)).join('\n');
  return readIntents(readManifests(text, { file: 'x' }).resources);
}

/** The fields that an object uses, as paths without indexes. */
function usedFields(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => usedFields(item, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return [at, ...usedFields(item, at)];
  });
}

function fieldsOf(schema: Schema): string[] {
  return objectSchemas(schema).flatMap(({ path, schema: object }) =>
    Object.keys(object.properties ?? {}).map((key) => (path === '' ? key : `${path}.${key}`)),
  );
}

describe.each(['ClientIntents', 'ProtectedService'])('the CRD of %s', (kind) => {
  const crd = shippedCrds().get(kind);
  const versions = crd?.spec.versions ?? [];

  it('has the group, the names and the way of conversion of the reference (otterize-operator 1.1)', () => {
    const plural = kind === 'ClientIntents' ? 'clientintents' : 'protectedservices';
    expect(crd?.metadata).toEqual({
      name: `${plural}.k8s.otterize.com`,
      annotations: { 'helm.sh/resource-policy': 'keep' },
      labels: { 'app.kubernetes.io/part-of': 'otterize' },
    });
    expect(crd?.spec).toMatchObject({
      group: 'k8s.otterize.com',
      scope: 'Namespaced',
      names: { kind, plural },
    });
    expect(crd?.spec.names).not.toHaveProperty('shortNames');
    expect(crd?.spec.conversion).toMatchObject({
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1'],
        clientConfig: { service: { name: 'intents-operator-webhook-service', path: '/convert' } },
      },
    });
  });

  it('serves five versions and stores v2alpha1 (otterize-operator 1.1), the one that people write first', () => {
    expect(versions.map(({ name }) => name)).toEqual(VERSIONS);
    expect(versions.filter(({ served }) => served)).toHaveLength(5);
    expect(versions.filter(({ storage }) => storage).map(({ name }) => name)).toEqual(['v2alpha1']);
    for (const { subresources } of versions) expect(subresources).toEqual({ status: {} });
  });

  it('prints columns from fields that there are', () => {
    for (const { name, additionalPrinterColumns, schema } of versions) {
      const fields = fieldsOf(schema.openAPIV3Schema);
      const shown = additionalPrinterColumns.map(({ jsonPath }) => columnField(jsonPath));
      expect(shown.length).toBeGreaterThan(1);
      const missing = shown.filter((path) => path !== 'metadata.creationTimestamp' && !fields.includes(path));
      expect({ name, missing }).toEqual({ name, missing: [] });
    }
  });

  it('describes every field, and has a message for every rule', () => {
    const objects = versions.flatMap(({ schema }) => objectSchemas(schema.openAPIV3Schema));
    const fields = objects.flatMap(({ path, schema }) =>
      Object.entries(schema.properties ?? {}).map(([key, field]) => ({ path: `${path}.${key}`, field })),
    );
    expect(fields.length).toBeGreaterThan(20);
    const silent = fields.filter(({ path, field }) => path !== '.metadata' && !field.description);
    expect(silent.map(({ path }) => path)).toEqual([]);
    const rules = fields.flatMap(({ field }) => field['x-kubernetes-validations'] ?? []);
    expect(rules.filter(({ message }) => !message)).toEqual([]);
  });
});

describe.each(VERSIONS)('the schema of %s', (version) => {
  it.each([
    ['ClientIntents', wholeIntents(version)],
    ['ProtectedService', wholeProtection(version)],
  ])('has just the fields that the reader of %s knows', (kind, whole) => {
    const schema = specSchema(kind, version);
    // What is inside a port is not for the schema to say: a port is a number, a name or an object.
    const used = new Set(usedFields(whole.spec).filter((path) => !/\.ports\./.test(path)));
    expect([...used].sort()).toEqual([...new Set(fieldsOf(schema))].sort());
    const { findings } = read(whole);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('has the words of the reader', () => {
    const words = new Set(
      objectSchemas(specSchema('ClientIntents', version)).flatMap(({ schema }) =>
        Object.values(schema.properties ?? {}).flatMap(({ items }) =>
          items?.enum === undefined ? [] : [items.enum.join(' ')],
        ),
      ),
    );
    const known = [HTTP_METHODS, KAFKA_OPERATIONS, SQL_OPERATIONS].map((list) => list.join(' '));
    expect([...words].sort()).toEqual(known.sort());
  });
});

/** `status.conditions` of `.status.conditions[?(@.type=="Ready")].status`, a field as the schema has it. */
function columnField(jsonPath: string): string {
  return jsonPath.slice(1).replace(/\[\?\(@\.type=="\w+"\)\]\.\w+$/, '');
}
