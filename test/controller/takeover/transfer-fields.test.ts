import { operatorManagers, transferredFields } from '../../../src/controller/takeover/transfer-fields';
import type { JsonObject } from '../../../src/model/json';

const MARK = 'intents.otterize.com/network-policy';
const OWN = 'cdk8s-intents';

const entry = (manager: string, fieldsV1: object, more: object = {}): object => ({
  manager,
  operation: 'Update',
  apiVersion: 'networking.k8s.io/v1',
  time: '2026-01-01T00:00:00Z',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...more,
});

const MARKED = {
  'f:metadata': { 'f:labels': { '.': {}, [`f:${MARK}`]: {} } },
  'f:spec': { 'f:ingress': {} },
};

const policy = (...managedFields: unknown[]): JsonObject =>
  JSON.parse(JSON.stringify({ metadata: { name: 'p', managedFields } }));

describe('managers of an operator', () => {
  it('are those that set the mark by an update, whatever they are called', () => {
    const object = policy(
      entry('manager', MARKED),
      entry('intents-operator', MARKED),
      entry('other', { 'f:spec': { 'f:egress': {} } }),
    );
    expect(operatorManagers(object, [MARK], OWN)).toEqual(['intents-operator', 'manager']);
  });

  it.each([
    'kubectl-client-side-apply',
    'kubectl-edit',
    'helm',
    'argocd-controller',
    'kustomize-controller',
    OWN,
  ])('are not people and their tools: %s', (manager) => {
    expect(operatorManagers(policy(entry(manager, MARKED)), [MARK], OWN)).toEqual([]);
  });

  it('are not those that apply, or write a status, and nothing malformed', () => {
    const object = policy(
      entry('a', MARKED, { operation: 'Apply' }),
      entry('b', MARKED, { subresource: 'status' }),
      entry('c', { 'f:metadata': { 'f:labels': null } }),
      null,
      { manager: 3 },
      {},
    );
    expect(operatorManagers(object, [MARK], OWN)).toEqual([]);
    expect(operatorManagers({}, [MARK], OWN)).toEqual([]);
    expect(operatorManagers({ metadata: { managedFields: 'x' } }, [MARK], OWN)).toEqual([]);
  });
});

describe('fields that are transferred', () => {
  it('become those of the controller, as if it had applied them, and nothing else changes', () => {
    const mine = entry(
      OWN,
      { 'f:spec': { 'f:egress': {} }, 'f:metadata': { 'f:labels': { 'f:x': {} } } },
      { operation: 'Apply' },
    );
    const status = entry('manager', { 'f:status': {} }, { subresource: 'status' });
    const person = entry('kubectl-edit', { 'f:spec': { 'f:podSelector': {} } });
    const fields = transferredFields(
      policy(entry('manager', MARKED), person, mine, status),
      ['manager'],
      OWN,
    );
    expect(fields).toEqual([
      person,
      status,
      {
        ...mine,
        fieldsV1: {
          'f:metadata': { 'f:labels': { '.': {}, [`f:${MARK}`]: {}, 'f:x': {} } },
          'f:spec': { 'f:ingress': {}, 'f:egress': {} },
        },
      },
    ]);
  });

  it('are kept apart by the version that they were written in', () => {
    const old = entry('manager', { 'f:spec': { 'f:egress': {} } }, { apiVersion: 'extensions/v1beta1' });
    const fields = transferredFields(policy(entry('manager', MARKED), old), ['manager'], OWN);
    expect(fields).toMatchObject([
      { manager: OWN, operation: 'Apply', apiVersion: 'networking.k8s.io/v1' },
      { manager: OWN, operation: 'Apply', apiVersion: 'extensions/v1beta1' },
    ]);
  });

  it('are none where the operator owns nothing, so that a second time does nothing', () => {
    const once = transferredFields(policy(entry('manager', MARKED)), ['manager'], OWN);
    expect(transferredFields(policy(...(once ?? [])), ['manager'], OWN)).toBeUndefined();
    expect(transferredFields({}, ['manager'], OWN)).toBeUndefined();
  });
});
