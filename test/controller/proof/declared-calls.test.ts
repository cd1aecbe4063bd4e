import {
  CLIENT_INTENTS,
  ENDPOINT_SLICES,
  EVENTS,
  NETWORK_POLICIES,
} from '../../../src/controller/api/known-resources';
import type { ControllerState } from '../../../src/controller/controller-hooks';
import { WATCHED_KINDS } from '../../../src/controller/observed/watched-kinds';
import { planController } from '../../../src/controller/takeover/plan';
import { jsonAt, type JsonObject } from '../../../src/model/json';
import { livePlace } from '../../../src/model/place';
import type { Resource } from '../../../src/model/resource';
import { trimLive } from '../../../src/sources/live/trim-live';
import { takeIn } from '../../../src/sources/read-objects';
import { FakeApi } from '../fake-api';
import { conditionOf, lead, put, shop, stopAll, until } from '../running';
import { clientIntents, deployment, MANAGER, namespace, networkPolicy, pod, service } from '../world';

afterEach(stopAll);

const WEB = { resource: CLIENT_INTENTS, namespace: 'shop', name: 'web' };
const SETTINGS = {
  options: { egress: false },
  reachabilityOptions: {},
  dialect: 'kubernetes',
} as const;
/** Nobody of the shop may go anywhere. */
const DENY = networkPolicy('shop', 'no-way-out', { podSelector: {}, policyTypes: ['Egress'] });

function enforced(api: FakeApi): ReturnType<typeof conditionOf> {
  return targetCondition(api, 0, 'Enforced');
}

function targetCondition(api: FakeApi, at: number, type: string): ReturnType<typeof conditionOf> {
  const target = jsonAt(api.peek(WEB), ['status', 'targets', at]);
  return conditionOf({ status: target ?? {} }, type);
}

function denials(api: FakeApi): string[] {
  return api
    .all(EVENTS)
    .filter((event) => jsonAt(event, ['reason']) === 'DeclaredCallDenied')
    .map((event) => JSON.stringify(jsonAt(event, ['message'])));
}

describe('a declared call that a policy of somebody else cuts', () => {
  it('is not enforced, with a reason that names the policy, an Event and a number, until the policy goes', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const states: ControllerState[] = [];
    const controller = await lead(api, {
      settings: SETTINGS,
      hooks: { onState: (state) => states.push(state) },
    });
    expect(enforced(api)).toMatchObject({ status: 'True' });
    put(api, DENY);
    await until(() => enforced(api)?.['status'] === 'False');
    expect(enforced(api)).toMatchObject({ reason: 'DeclaredCallDenied' });
    expect(enforced(api)?.['message']).toContain('no-way-out');
    expect(conditionOf(api.peek(WEB), 'Ready')).toMatchObject({ status: 'False' });
    await until(() => denials(api).length === 1);
    expect(denials(api)[0]).toContain('no-way-out');
    expect(controller.state.proofFailures).toBe(1);
    await until(() => states.at(-1)?.proofFailures === 1);
    api.remove({ resource: NETWORK_POLICIES, namespace: 'shop', name: 'no-way-out' });
    await until(() => enforced(api)?.['status'] === 'True');
    await controller.whenIdle();
    expect(conditionOf(api.peek(WEB), 'Ready')).toMatchObject({ status: 'True' });
    expect([controller.state.proofFailures, denials(api).length]).toEqual([0, 1]);
  }, 20_000);

  it('is found where its server is in another namespace than what cuts it', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const ledger = deployment('billing', 'ledger', { kind: 'StatefulSet' });
    put(api, namespace('billing'), ledger, pod('ledger-0', ledger));
    put(api, clientIntents('shop', 'web', [{ kubernetes: { name: 'ledger.billing' } }]));
    const controller = await lead(api, { settings: SETTINGS });
    expect(enforced(api)).toMatchObject({ status: 'True' });
    put(api, DENY);
    await until(() => enforced(api)?.['reason'] === 'DeclaredCallDenied');
    await controller.whenIdle();
  });

  it('is not decided while a policy of another system is about its namespace, and the condition says so', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    put(api, DENY);
    const controller = await lead(api, { settings: SETTINGS });
    expect(enforced(api)).toMatchObject({ reason: 'DeclaredCallDenied' });
    put(api, {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { name: 'theirs', namespace: 'shop' },
      spec: { endpointSelector: {}, egress: [{}] },
    });
    await until(() => enforced(api)?.['status'] === 'True');
    await controller.whenIdle();
    expect(enforced(api)?.['message']).toContain('CiliumNetworkPolicy/shop/theirs may decide otherwise');
    expect(controller.state.proofFailures).toBe(0);
  });

  it('is not proved, and nothing is counted, where the proof is off', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    put(api, DENY);
    const controller = await lead(api, {
      settings: { ...SETTINGS, options: { egress: false, proof: 'off' } },
    });
    expect(enforced(api)).toMatchObject({ status: 'True' });
    expect([controller.state.proofFailures, denials(api)]).toEqual([undefined, []]);
  });

  it('is told on the server where an annotation of it declares the call', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const clients = JSON.stringify([{ name: 'web.shop', kind: 'StatefulSet' }]);
    const ledger = deployment('billing', 'ledger', {
      kind: 'StatefulSet',
      annotations: { 'intents.otterize.com/called-by': clients },
    });
    put(api, namespace('billing'), ledger, pod('ledger-0', ledger));
    put(api, DENY);
    await lead(api, { settings: SETTINGS });
    const told = (): unknown[] =>
      api
        .all(EVENTS)
        .filter((event) => jsonAt(event, ['reason']) === 'DeclaredCallDenied')
        .map((event) => [
          jsonAt(event, ['involvedObject', 'kind']),
          jsonAt(event, ['involvedObject', 'namespace']),
          jsonAt(event, ['involvedObject', 'name']),
          jsonAt(event, ['message']),
        ]);
    await until(() => told().length === 2);
    expect(told()).toContainEqual([
      'StatefulSet',
      'billing',
      'ledger',
      expect.stringMatching(/ledger.*no-way-out/s),
    ]);
  });

  it('costs no request when something changes that has no part in it', async () => {
    const api = new FakeApi(MANAGER);
    shop(api);
    const controller = await lead(api, { settings: SETTINGS });
    const before = api.writes.length;
    put(api, networkPolicy('shop', 'others', { podSelector: { matchLabels: { app: 'nobody' } } }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await controller.whenIdle();
    expect(api.writes.length).toBe(before);
  });
});

it('is not decided while a Service that a rule of Calico denies has endpoints which somebody wrote by hand, as the plan says', async () => {
  const api = new FakeApi(MANAGER);
  shop(api);
  put(api, service('shop', 'old', { app: 'old' }), {
    apiVersion: 'projectcalico.org/v3',
    kind: 'NetworkPolicy',
    metadata: { name: 'not-to-old', namespace: 'shop' },
    spec: {
      types: ['Egress'],
      egress: [
        { action: 'Deny', destination: { services: { name: 'old', namespace: 'shop' } } },
        { action: 'Allow' },
      ],
    },
  });
  const controller = await lead(api, { settings: SETTINGS });
  const sure = enforced(api);
  expect(sure).toMatchObject({ status: 'True', message: expect.not.stringContaining('EndpointSlices') });
  const slice: JsonObject = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'old-more', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'old' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['192.0.2.7'] }],
  };
  put(api, slice);
  await until(() => enforced(api)?.['message'] !== sure?.['message']);
  await controller.whenIdle();
  const unsure = enforced(api);
  expect(unsure).toMatchObject({ status: 'True' });
  const intake = { resources: [] as Resource[], findings: [], defaultNamespace: 'default' };
  for (const { resource } of WATCHED_KINDS)
    for (const object of api.all(resource)) takeIn(trimLive(object), livePlace('x'), intake);
  // The status that is there is the one that the plan comes to.
  expect(planController(intake.resources, SETTINGS).intents).toEqual([]);
  api.remove({ resource: ENDPOINT_SLICES, namespace: 'shop', name: 'old-more' });
  await until(() => enforced(api)?.['message'] === sure?.['message']);
});
