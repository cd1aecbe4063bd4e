import { labelChange, labelWrite } from '../../../src/controller/writes/label-change';
import { policyChange } from '../../../src/controller/writes/policy-change';
import { trimObject } from '../../../src/controller/observed/trim-object';
import { readWriters } from '../../../src/controller/observed/managed-fields';

const CLIENT = 'intents.otterize.com/client';
const ACCESS = 'intents.otterize.com/access-a-b-123456';

describe('labels of intents on pods and namespaces', () => {
  it('are compared, and no others', () => {
    expect(labelChange({ app: 'x', [CLIENT]: 'true' }, { [CLIENT]: 'true' }, {})).toBeUndefined();
    expect(labelChange({ [ACCESS]: 'true' }, { [CLIENT]: 'true' }, {})).toEqual({
      missing: { [CLIENT]: 'true' },
      stale: [ACCESS],
    });
  });

  it('stay where the template has them because something selects by them', () => {
    expect(labelChange({ [ACCESS]: 'true' }, {}, { [ACCESS]: 'true' })).toBeUndefined();
  });

  it('are applied, so that those that the controller set itself go when they are left out', () => {
    const change = { missing: { [CLIENT]: 'true' }, stale: [ACCESS] };
    expect(labelWrite({ [ACCESS]: 'true' }, { [CLIENT]: 'true' }, change, [ACCESS], new Set())).toEqual({
      type: 'apply',
      labels: { [CLIENT]: 'true' },
    });
  });

  it('of somebody else are taken off by a patch', () => {
    const change = { missing: {}, stale: [ACCESS] };
    expect(labelWrite({ [ACCESS]: 'true' }, {}, change, [], new Set())).toEqual({
      type: 'merge',
      body: { metadata: { labels: { [ACCESS]: null } } },
    });
  });

  it('stay for now when something still goes by them', () => {
    const change = { missing: { [CLIENT]: 'true' }, stale: [ACCESS] };
    expect(
      labelWrite({ [ACCESS]: 'true' }, { [CLIENT]: 'true' }, change, [ACCESS], new Set([ACCESS])),
    ).toEqual({
      type: 'apply',
      labels: { [CLIENT]: 'true', [ACCESS]: 'true' },
    });
    expect(
      labelWrite({ [ACCESS]: 'true' }, {}, { missing: {}, stale: [ACCESS] }, [ACCESS], new Set([ACCESS])),
    ).toBeUndefined();
  });
});

describe('a policy in the cluster', () => {
  const wanted = {
    metadata: { labels: { a: '1' } },
    spec: { podSelector: { matchLabels: { x: 'y' } }, policyTypes: ['Ingress'] },
  };

  it('is as it should be with what others have added and the server has filled in', () => {
    expect(
      policyChange(wanted, {
        metadata: { labels: { a: '1', b: '2' }, uid: 'u' },
        spec: { ...wanted.spec, ingress: [] },
      }),
    ).toEqual([]);
  });

  it('differs by the fields that were changed', () => {
    expect(
      policyChange(wanted, { metadata: { labels: { a: '2' } }, spec: { ...wanted.spec, ingress: [{}] } }),
    ).toEqual(['metadata.labels[a]', 'spec.ingress']);
  });
});

describe('what is kept of an object', () => {
  it('is no managed field, no status and no environment of containers', () => {
    const trimmed = trimObject({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'a',
        namespace: 'b',
        managedFields: [{}],
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
      },
      spec: {
        replicas: 3,
        selector: {},
        template: {
          metadata: { labels: { a: 'b' } },
          spec: {
            volumes: [],
            containers: [{ name: 'c', env: [{ name: 'SECRET' }], ports: [{ containerPort: 1 }] }],
          },
        },
      },
      status: { replicas: 3 },
    });
    expect(JSON.parse(JSON.stringify(trimmed))).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a', namespace: 'b' },
      spec: {
        selector: {},
        template: {
          metadata: { labels: { a: 'b' } },
          spec: { containers: [{ name: 'c', ports: [{ containerPort: 1 }] }] },
        },
      },
    });
  });

  it('tells who wrote it: the controller, its labels, and who else was last', () => {
    const entry = (manager: string, time: string, extra = {}): object => ({
      manager,
      time,
      operation: 'Apply',
      ...extra,
    });
    const managedFields = [
      entry('ours', '2026-01-01T00:00:00Z', {
        fieldsV1: { 'f:metadata': { 'f:labels': { [`f:${CLIENT}`]: {}, 'f:app': {} } } },
      }),
      entry('helm', '2026-01-01T00:00:01Z'),
      entry('kubectl-edit', '2026-01-01T00:00:02Z'),
      entry('kubelet', '2026-01-01T00:00:03Z', { subresource: 'status' }),
    ];
    const object = JSON.parse(JSON.stringify({ metadata: { managedFields } }));
    expect(readWriters(object, { own: 'ours', adopted: [] })).toEqual({
      ours: true,
      ourLabels: [CLIENT],
      other: 'kubectl-edit',
    });
  });
});
