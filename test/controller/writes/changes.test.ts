import { labelChange, labelWrite } from '../../../src/controller/writes/label-change';
import { policyChange, policyExcess } from '../../../src/controller/writes/policy-change';
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

  it('differs by what stands beside its spec, where a CiliumNetworkPolicy has more rules', () => {
    expect(policyChange(wanted, { ...wanted, specs: [{}], status: { a: 1 } })).toEqual(['specs']);
  });
});

describe('what others have put into a policy', () => {
  const metadata = { labels: { a: '1' } };
  const wanted = { metadata, spec: { endpointSelector: { matchLabels: { x: 'y' } }, ingress: [{ a: 1 }] } };
  const spec = { ...wanted.spec, egress: [{}] };

  it('is taken out by a patch that does nothing else', () => {
    expect(policyExcess(wanted, { metadata, spec }, 'whole')).toEqual({ spec: { egress: null } });
    expect(policyExcess(wanted, { metadata, spec, specs: [{}] }, 'whole')).toEqual({
      spec: { egress: null },
      specs: null,
    });
  });

  it('is nothing where nothing is too much, and an empty list is nothing', () => {
    expect(policyExcess(wanted, wanted, 'whole')).toBeUndefined();
    expect(
      policyExcess(wanted, { metadata, spec: { ...wanted.spec, egress: [] } }, 'by key'),
    ).toBeUndefined();
  });

  it('waits for an apply where anything else differs as well', () => {
    expect(policyExcess(wanted, { metadata, spec: { ...spec, ingress: [{}] } }, 'whole')).toBeUndefined();
    expect(policyExcess(wanted, { metadata: { labels: {} }, spec }, 'whole')).toBeUndefined();
    expect(policyExcess(wanted, { metadata, spec: { egress: [{}] } }, 'whole')).toBeUndefined();
  });

  it('is put right by an apply where selectors are owned whole, and taken out where they are owned key by key', () => {
    const endpointSelector = { matchLabels: { x: 'y', z: '1' }, matchExpressions: [] };
    const present = { metadata, spec: { ...wanted.spec, endpointSelector } };
    expect(policyExcess(wanted, present, 'whole')).toBeUndefined();
    expect(policyExcess(wanted, present, 'by key')).toEqual({
      spec: { endpointSelector: { matchLabels: { z: null }, matchExpressions: null } },
    });
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
    expect(readWriters(object, { own: 'ours', adopted: [] }, true).otherOfStatus).toBe('kubelet');
  });

  it('takes nobody for who it was that has not written since the controller did', () => {
    const writersAt = (theirs: string): string | undefined => {
      const managedFields = [
        { manager: 'helm', operation: 'Update', time: theirs },
        { manager: 'ours', operation: 'Apply', time: '2026-01-01T00:00:05Z' },
      ];
      const object = JSON.parse(JSON.stringify({ metadata: { managedFields } }));
      return readWriters(object, { own: 'ours', adopted: [] }).other;
    };
    expect(['4', '5', '6'].map((second) => writersAt(`2026-01-01T00:00:0${second}Z`))).toEqual([
      undefined,
      'helm',
      'helm',
    ]);
  });

  it('takes nobody for who took a finalizer off that has not written since the status was', () => {
    const managedFields = [
      { manager: 'kubectl', operation: 'Update', time: '2026-01-01T00:00:04Z' },
      { manager: 'ours', operation: 'Apply', subresource: 'status', time: '2026-01-01T00:00:05Z' },
    ];
    const object = JSON.parse(JSON.stringify({ metadata: { managedFields } }));
    expect(readWriters(object, { own: 'ours', adopted: [] }).other).toBeUndefined();
  });

  it.each([
    ['the controller itself, by a patch', { manager: 'ours', operation: 'Update' }],
    ['somebody else', { manager: 'helm', operation: 'Apply' }],
    ['an operator from before', { manager: 'operator', operation: 'Update' }],
    ['somebody through the status', { manager: 'kubelet', operation: 'Update', subresource: 'status' }],
  ])('takes no label for one that an apply takes off which was set by %s as well', (_, entry) => {
    const fieldsV1 = { 'f:metadata': { 'f:labels': { [`f:${CLIENT}`]: {} } } };
    const managedFields = [
      {
        manager: 'ours',
        operation: 'Apply',
        fieldsV1: { 'f:metadata': { 'f:labels': { [`f:${CLIENT}`]: {}, [`f:${ACCESS}`]: {} } } },
      },
      { ...entry, fieldsV1 },
    ];
    const object = JSON.parse(JSON.stringify({ metadata: { managedFields } }));
    expect(readWriters(object, { own: 'ours', adopted: ['operator'] }).ourLabels).toEqual([ACCESS]);
  });
});
